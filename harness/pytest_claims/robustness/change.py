"""A change of rates: whole completions more or fewer that are marked, measured in standard errors.

Knows nothing about why somebody wants to change them.
"""

import math
from typing import Final

import numpy as np

from pytest_claims.data.panel import FloatArray, Panel

MOST_ERRORS: Final = 4.0  # standard errors by which one rate may change
MOST_PERSONAS: Final = 3  # whose rates may change together
Change = dict[int, int]  # row to the change of its marked completions


def standard_errors(panel: Panel) -> FloatArray:
    """Of each rate, after Agresti and Coull (1998), Am. Stat. 52, 119-126: above 0 for rates of 0 and 1, too."""
    completions = panel.completions
    rates = (panel.marked + 2) / (completions + 4)
    return np.asarray(np.sqrt(rates * (1 - rates) / (completions + 4)) * completions)


def changed(panel: Panel, change: Change) -> Panel:
    """The panel with other counts of marked completions."""
    marked = panel.marked.copy()
    for row, by in change.items():
        marked[row] += by
    return panel.changed(marked=marked, source_rate=marked / panel.completions)


def size_of(change: Change, errors: FloatArray) -> float:
    """The length of a change, each rate measured in its own standard errors."""
    return math.hypot(*(by / errors[row] for row, by in change.items()))


def bounds(panel: Panel, errors: FloatArray, within: float = MOST_ERRORS) -> tuple[list[int], list[int]]:
    """By how much each count may fall and rise ``within`` so many standard errors: to none or all at most."""
    most = np.floor(min(within, MOST_ERRORS) * errors)
    low, high = np.maximum(-most, -panel.marked), np.minimum(most, panel.completions - panel.marked)
    return [int(by) for by in low], [int(by) for by in high]
