"""A column by the levels of several dimensions. Knows nothing about tables."""

from collections.abc import Mapping

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.frozen import sealed
from pytest_claims.data.levels import Levels


def grid(values: FloatArray, levels: Mapping[str, Levels], *, mean: bool) -> FloatArray:
    """Values (N,) by levels, in the order of those that are present; NaN where there is no row.

    Args:
        values: the column.
        levels: of each dimension, by its name.
        mean: whether rows of the same cell are averaged.

    Raises:
        InputError: for several rows of one cell that are not averaged.
    """
    shape = tuple(len(one.present) for one in levels.values())
    at = np.ravel_multi_index(tuple(_places(one) for one in levels.values()), shape)
    count, total = (np.bincount(at, weights, minlength=int(np.prod(shape))) for weights in (None, values))
    if not mean and count.max(initial=0) > 1:
        place = np.unravel_index(int(np.argmax(count)), shape)
        names = (one.apart[one.present[at]] for one, at in zip(levels.values(), place, strict=True))
        where = ", ".join(f"{dim} {name}" for dim, name in zip(levels, names, strict=True))
        raise InputError(f"{count.max()} rows at {where}; name what tells them apart, or average them: mean=True")
    with np.errstate(invalid="ignore"):
        return sealed((total / count).reshape(shape))


def _places(levels: Levels) -> IntArray:
    """Of each row the place of its level among those that are present."""
    place_of = np.zeros(len(levels.names), dtype=np.intp)
    place_of[levels.present] = np.arange(len(levels.present))
    return place_of[levels.codes]
