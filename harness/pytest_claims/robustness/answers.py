"""The fewest answers, each right or wrong, whose change flips a verdict.

Knows nothing about what a claim tests. Which row is changed first is told by how far the headline moves when the
answer of one such row is changed, and rows of one profile (the same answers, factors, and levels of small units) are
alike. The search is no proof that fewer do not do it.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from pytest_claims.base.arrays import IntArray
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, value_of

_FEW: Final = 30  # levels of a unit that tell rows apart: in a small cluster an answer weighs more


def marked_columns(table: Table) -> list[str]:
    """The columns of 0 and 1 alone."""
    return [name for name, values in table.columns.items() if np.isin(values, (0.0, 1.0)).all()]


def fewest_answers(case: Case) -> tuple[str, int] | None:
    """A column, and how few of its answers flip the verdict where all of them change in one direction; None if none."""
    best: tuple[str, int] | None = None
    for column in marked_columns(case.table):
        for order in _orders(case, column):
            most = best[1] - 1 if best else len(order)
            if count := _fewest(case, column, order[:most]):
                best = column, count
    return best


def _orders(case: Case, column: str) -> Iterator[IntArray]:
    """Rows in the order in which they are changed: those of 0, or of 1, by what one moves, upwards and downwards."""
    values, profile = case.table.columns[column], _profiles(case.table)
    for answer in (0.0, 1.0):
        rows = np.flatnonzero(values == answer)
        if len(rows):
            _, first, which = np.unique(profile[rows], return_index=True, return_inverse=True)
            moved = np.array([value_of(case.ask(_other(case.table, column, rows[[one]]))) for one in first])
            moves = np.nan_to_num(moved)[which.ravel()]
            yield rows[np.argsort(moves, kind="stable")]
            yield rows[np.argsort(-moves, kind="stable")]


def _fewest(case: Case, column: str, order: IntArray) -> int:
    """How many of the first rows flip it: doubled until they do, then halved between; 0 if no such number does."""

    def flips(count: int) -> bool:
        return case.flips(_other(case.table, column, order[:count]))

    low, high = 0, 1
    while high < len(order) and not flips(high):
        low, high = high, min(2 * high, len(order))
    if not len(order) or not flips(high):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if flips(middle) else (middle, high)
    return high


def _other(table: Table, column: str, rows: IntArray) -> Table:
    """The table with the other answer in these rows."""
    values = table.columns[column].copy()
    values[rows] = 1 - values[rows]
    return table.changed(**{column: values})


def _profiles(table: Table) -> IntArray:
    """A number for each row, (N,): the same for rows that are alike."""
    small = [levels for levels in table.levels.values() if len(levels.present) <= _FEW]
    parts = [table.columns[name] for name in marked_columns(table)] + [levels.codes for levels in small]
    _, which = np.unique(np.array(parts), axis=1, return_inverse=True)
    return np.asarray(which).ravel()
