"""The rows with the highest or lowest values. Knows nothing about tables, or what is in their columns."""

from collections.abc import Sequence

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import Undecided


def extreme(key: FloatArray, count: int, rows: Sequence[str], *, called: str, column: str, units: str) -> IntArray:
    """The places of the ``count`` rows with the lowest ``key`` (N,), lowest first.

    Args:
        key: what they are compared by.
        count: how many are wanted.
        rows: their names.
        called: what they are, such as ``3 highest``, by which ``column``, and of what ``units``.

    Raises:
        Undecided: for more rows than there are, and for a tie at the border.
    """
    if count > len(key):
        raise Undecided(f"the {called} of {len(key)} {units} are not defined: too few rows")
    order = np.argsort(key, kind="stable")
    if count < len(key) and key[order[count - 1]] == key[order[count]]:
        tied = f"{rows[order[count - 1]]} and {rows[order[count]]}"
        raise Undecided(f"the {called} by {column} are not defined: {tied} tie at the border")
    return order[:count]
