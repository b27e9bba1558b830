"""A scan: one correlation at each of many places, such as layers, with a test that pays for looking at all of them.

Knows nothing about what the places are.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.correlation import Correlation, check_columns
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.simulation import Chance, at_least, chance_of_orders

_AT_ONCE: Final = 2_000_000  # numbers of permuted rows and of their correlations in memory
_Statistic = Callable[[FloatArray], FloatArray]


def strongest_correlation(columns: FloatArray, y: FloatArray) -> Correlation:
    """The strongest of the correlations of ``columns`` with ``y``, and how often chance gives as strong a one.

    ``p`` is that of the largest |r| over all places against permutations of ``y``: it holds for all
    places together, however alike they are. ``details`` name the place, from 0.

    Args:
        columns: shape (places, N); y: shape (N,).

    Raises:
        Undecided: with fewer than 4 rows, a constant ``y``, or a constant column at every place.
        InputError: if the shapes do not match.

    Source: Westfall and Young (1993), Resampling-Based Multiple Testing (the maxT procedure); Nichols
    and Holmes (2002), Hum. Brain Mapp. 15, 1-25.
    """
    unit, target = _unit(columns, y)
    rs = unit @ target
    place = int(np.nanargmax(np.abs(rs)))
    chance = _chance(("strongest",), columns, y, lambda several: np.nanmax(np.abs(several), axis=1))
    return note(
        Correlation(
            method=f"strongest Pearson correlation of {len(rs)} places, max-statistic permutation test{chance.words}",
            symbol="r",
            value=float(rs[place]),
            n=len(y),
            p=chance.p,
            p_error=chance.error,
            details={"place": place, "places": len(rs), "permutations": chance.tables},
        )
    )


def stands_out(columns: FloatArray, y: FloatArray, *, place: int) -> Tested:
    """By how much the correlation at one place is stronger than at the others on average.

    The estimate is |r| at ``place`` less the mean |r| of the other places, in [-1, 1]; ``p`` is
    one-sided, against permutations of ``y``.

    Args and errors are those of :func:`strongest_correlation`; source: as there, with another statistic.
    Undecided also where the column at the place is constant, or those at all others are.
    """
    if not 0 <= place < len(columns):
        raise InputError(f"place {place} of {len(columns)}; wanted one from 0 to {len(columns) - 1}")
    unit, target = _unit(columns, y)
    rs = unit @ target
    varying = [other for other in range(len(rs)) if not np.isnan(rs[other])]
    others = [other for other in varying if other != place]
    if not others or len(others) == len(varying):
        raise Undecided("the column at the place, or at each of the others, is constant: there is nothing to compare")
    chance = _chance(("stands out", place), columns, y, lambda several: _lead(np.abs(several), place, others))
    return note(
        Tested(
            method=f"|r| at place {place} less the mean |r| at the others, permutation test{chance.words}",
            symbol="Δ|r|",
            value=float(_lead(np.abs(rs[None]), place, others)[0]),
            n=len(y),
            p=chance.p,
            p_error=chance.error,
            details={
                "rank": 1 + int(np.sum(np.abs(rs) > abs(rs[place]))),
                "places": len(rs),
                "r": float(rs[place]),
                "permutations": chance.tables,
            },
        )
    )


def _chance(what: tuple[object, ...], columns: FloatArray, y: FloatArray, statistic: _Statistic) -> Chance:
    """How often a statistic of correlations, (order, places) to (order,), is as large where ``y`` is permuted."""
    unit, target = _unit(columns, y)
    observed = float(statistic((unit @ target)[None])[0])

    def as_extreme(orders: IntArray) -> int:
        return at_least(statistic(target[orders] @ unit.T), observed)

    return chance_of_orders(what, (columns, y), len(y), max(1, _AT_ONCE // sum(columns.shape)), as_extreme)


def _unit(columns: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """``columns`` and ``y`` centred and of length 1, so that their products are correlations; NaN where constant."""
    if columns.ndim != 2 or columns.shape[1:] != y.shape:
        raise InputError(f"columns of shape {columns.shape} with y of {y.shape}; wanted (places, N) and (N,)")
    check_columns(y)
    centred = columns - columns.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    if not (length > 1e-12).any():
        raise Undecided(f"all {len(columns)} columns are constant: no correlation is defined")
    unit = np.divide(centred, length, out=np.full(centred.shape, np.nan), where=length > 1e-12)
    target = (y - y.mean()) / np.linalg.norm(y - y.mean())
    return unit, target


def _lead(strengths: FloatArray, place: int, others: list[int]) -> FloatArray:
    return np.asarray(strengths[:, place] - strengths[:, others].mean(axis=1))
