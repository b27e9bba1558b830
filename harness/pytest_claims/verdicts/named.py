"""What an estimate was computed from, with the names that its table has for it: of rows and of columns.

Knows nothing about statistics. Values are recognised by what they are: a claim may leave rows out before it computes.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.data.table import Table
from pytest_claims.stats.compared import MOST_ROWS, Compared, Heard
from pytest_claims.stats.estimate import Estimate

_BETWEEN_ROWS: Final = ("matrices", "places", "repeated")  # kinds whose numbers are not one for each row


def compared_of(estimate: Estimate, heard: Sequence[Heard], table: Table) -> Compared | None:
    """What was said of an estimate, named as far as the table knows it; None where nothing was said."""
    said = next((one for one in reversed(heard) if one.estimate is estimate), None)
    if said is None:
        return None
    columns = _columns(said)
    found = {} if said.kind in _BETWEEN_ROWS else _recognised(columns, table)
    places = next((places for _, places in found.values()), None)
    size = len(next(iter(columns.values())))
    if places is None and said.kind not in _BETWEEN_ROWS and size == len(table):
        places = np.arange(size)
    kept = _spaced(size)
    return Compared(
        kind=said.kind,
        columns={role: _plain(values[kept]) for role, values in columns.items()},
        names={role: name for role, (name, _) in found.items()},
        labels=said.labels,
        rows=() if places is None else tuple(table.rows[place] for place in places[kept].tolist()),
        of=size,
    )


def _columns(said: Heard) -> Mapping[str, FloatArray]:
    """The numbers by role, each of shape (n,); of matrices the pairs of different rows that all of them know."""
    columns = {role: np.asarray(values, dtype=float) for role, values in said.columns().items()}
    if said.kind != "matrices":
        return columns
    pairs = ~np.eye(len(next(iter(columns.values()))), dtype=bool)
    for values in columns.values():
        pairs &= ~np.isnan(values)
    return {role: values[pairs] for role, values in columns.items()}


def _recognised(columns: Mapping[str, FloatArray], table: Table) -> dict[str, tuple[str, IntArray]]:
    """By role the column of the table that it is, and the rows of it; all of the same rows as the first."""
    found: dict[str, tuple[str, IntArray]] = {}
    for _ in range(2):  # of rows that another role told, a column is known in which some are alike
        for role, values in columns.items():
            rows = next((places for _, places in found.values()), None)
            if role not in found and (known := _column(values, table, rows)):
                found[role] = known
    return found


def _column(values: FloatArray, table: Table, rows: IntArray | None) -> tuple[str, IntArray] | None:
    """The column that these values are, or are the negative of, and its rows; those that are known, if they are."""
    for name, whole in table.columns.items():
        for sign, signed in (("", values), ("-", -values)):
            places = _places(signed, whole) if rows is None else rows
            if places is not None and np.array_equal(whole[places], signed, equal_nan=True):
                return f"{sign}{name}", places
    return None


def _places(values: FloatArray, whole: FloatArray) -> IntArray | None:
    """Where in a column these values stand, in order: all of it, or the first of each; None where they do not."""
    if len(values) == len(whole):
        return np.arange(len(whole)) if np.array_equal(values, whole, equal_nan=True) else None
    if len(values) > len(whole) or not len(values) or len(np.unique(whole)) < len(whole):
        return None  # of rows that look alike nobody knows which were left out
    order = np.argsort(whole)
    at = order[np.searchsorted(whole, values, sorter=order).clip(max=len(whole) - 1)]
    return at if np.array_equal(whole[at], values) and bool((np.diff(at) > 0).all()) else None


def _spaced(size: int) -> IntArray:
    return np.arange(size) if size <= MOST_ROWS else np.linspace(0, size - 1, MOST_ROWS).astype(int)


def _plain(values: npt.NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(value if math.isfinite(value) else None for value in values.tolist())
