"""A change of rates: whole trials more or fewer that are successes, measured in standard errors.

Knows nothing about why somebody wants to change them. A rate is the first of the table unless another is named.
"""

import math
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.design import Rate
from pytest_claims.data.table import Table

MOST_ERRORS: Final = 4.0  # standard errors by which one rate may change
MOST_ROWS: Final = 3  # whose rates may change together
Change = dict[int, int]  # row to the change of its successes


def counts_of(table: Table, rate: Rate | None = None) -> tuple[FloatArray, FloatArray]:
    """Successes and trials of each row, both (N,). Raises Undecided where they were not counted."""
    return (table.successes, table.trials) if rate is None else table.counts(rate)


def standard_errors(table: Table, rate: Rate | None = None) -> FloatArray:
    """Of each rate, after Agresti and Coull (1998), Am. Stat. 52, 119-126: above 0 for rates of 0 and 1, too."""
    successes, trials = counts_of(table, rate)
    rates = (successes + 2) / (trials + 4)
    return np.asarray(np.sqrt(rates * (1 - rates) / (trials + 4)) * trials)


def changed(table: Table, change: Change, rate: Rate | None = None) -> Table:
    """The table with other counts of successes."""
    successes, trials = counts_of(table, rate)
    successes = successes.copy()
    for row, by in change.items():
        successes[row] += by
    return table.counted(successes, trials, rate)


def size_of(change: Change, errors: FloatArray) -> float:
    """The length of a change, each rate measured in its own standard errors."""
    return math.hypot(*(by / errors[row] for row, by in change.items()))


def bounds(
    table: Table, errors: FloatArray, rate: Rate | None = None, *, within: float = MOST_ERRORS
) -> tuple[list[int], list[int]]:
    """By how much each count may fall and rise ``within`` so many standard errors: to none or all at most."""
    successes, trials = counts_of(table, rate)
    most = np.floor(min(within, MOST_ERRORS) * errors)
    low, high = np.maximum(-most, -successes), np.minimum(most, trials - successes)
    return [int(by) for by in low], [int(by) for by in high]
