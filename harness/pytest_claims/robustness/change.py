"""A change of rates: whole trials more or fewer that are successes, measured in standard errors.

Knows nothing about why somebody wants to change them.
"""

import math
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.table import Table

MOST_ERRORS: Final = 4.0  # standard errors by which one rate may change
MOST_ROWS: Final = 3  # whose rates may change together
Change = dict[int, int]  # row to the change of its successes


def standard_errors(table: Table) -> FloatArray:
    """Of each rate, after Agresti and Coull (1998), Am. Stat. 52, 119-126: above 0 for rates of 0 and 1, too."""
    trials = table.trials
    rates = (table.successes + 2) / (trials + 4)
    return np.asarray(np.sqrt(rates * (1 - rates) / (trials + 4)) * trials)


def changed(table: Table, change: Change) -> Table:
    """The table with other counts of successes."""
    successes = table.successes.copy()
    for row, by in change.items():
        successes[row] += by
    return table.counted(successes, table.trials)


def size_of(change: Change, errors: FloatArray) -> float:
    """The length of a change, each rate measured in its own standard errors."""
    return math.hypot(*(by / errors[row] for row, by in change.items()))


def bounds(table: Table, errors: FloatArray, within: float = MOST_ERRORS) -> tuple[list[int], list[int]]:
    """By how much each count may fall and rise ``within`` so many standard errors: to none or all at most."""
    most = np.floor(min(within, MOST_ERRORS) * errors)
    low, high = np.maximum(-most, -table.successes), np.minimum(most, table.trials - table.successes)
    return [int(by) for by in low], [int(by) for by in high]
