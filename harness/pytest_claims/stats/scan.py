"""A scan: one correlation at each of many places, such as layers, with a test that pays for looking at all of them.

Knows nothing about what the places are.
"""

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np

from pytest_claims.base.arrays import BoolArray, FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.stack import at_once
from pytest_claims.stats.coefficients import MINIMUM_ROWS, dots
from pytest_claims.stats.compared import compares
from pytest_claims.stats.correlation import Correlation, check_columns, vary
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.simulation import SLACK, Chance, at_least, chance_of_orders

_AT_ONCE: Final = 200_000  # numbers of permuted rows and of their correlations, few enough for a processor's cache
_CONSTANT: Final = 1e-12  # a length of a centred column that is rounding


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
    scan = _scanned(columns, y)
    rs = scan.rs
    place = int(np.nanargmax(np.abs(rs)))
    chance = _chance(columns, y, scan)
    found = note(
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
    return compares(found, "places", lambda: {"r": rs})


def stands_out(columns: FloatArray, y: FloatArray, *, place: int) -> Tested:
    """By how much the correlation at one place is stronger than at the others on average.

    The estimate is |r| at ``place`` less the mean |r| of the other places, in [-1, 1]; ``p`` is
    one-sided, against permutations of ``y``.

    Args and errors are those of :func:`strongest_correlation`; source: as there, with another statistic.
    Undecided also where the column at the place is constant, or those at all others are.
    """
    if not 0 <= place < len(columns):
        raise InputError(f"place {place} of {len(columns)}; wanted one from 0 to {len(columns) - 1}")
    scan = _scanned(columns, y)
    rs = scan.rs
    others = [other for other in range(len(rs)) if other != place and not np.isnan(rs[other])]
    if not others or np.isnan(rs[place]):
        raise Undecided("the column at the place, or at each of the others, is constant: there is nothing to compare")
    chance = _chance(columns, y, scan, place)
    found = note(
        Tested(
            method=f"|r| at place {place} less the mean |r| at the others, permutation test{chance.words}",
            symbol="Δ|r|",
            value=float(abs(rs[place]) - np.abs(rs[others]).mean()),
            n=len(y),
            p=chance.p,
            p_error=chance.error,
            side="above",
            details={
                "rank": 1 + int(np.sum(np.abs(rs) > abs(rs[place]))),
                "places": len(rs),
                "r": float(rs[place]),
                "permutations": chance.tables,
            },
        )
    )
    return compares(found, "places", lambda: {"r": rs})


@dataclass(frozen=True, kw_only=True, eq=False)
class _Scan:
    """``unit`` (places, N) and ``target`` (N,) are centred and of length 1; ``rs`` are their products, correlations.

    They are NaN where a column is constant.
    """

    unit: FloatArray
    target: FloatArray
    rs: FloatArray


def _scans(columns: FloatArray, y: FloatArray) -> list[_Scan | None]:
    """Of each place of stacks, (K, places, N) and (K, N), what :func:`_scanned` gives; None where it is not defined."""
    if columns.ndim != 3 or columns.shape[::2] != y.shape or y.shape[1] < MINIMUM_ROWS:
        return [None] * len(y)
    with np.errstate(invalid="ignore", divide="ignore"):
        units, some = _units(columns)
        centred = y - y.mean(axis=1)[:, None]
        targets = centred / np.sqrt(dots(centred, centred))[:, None]
    return [
        _Scan(unit=unit, target=target, rs=unit @ target) if known else None
        for unit, target, known in zip(units, targets, (vary(y) & some).tolist(), strict=True)
    ]


@at_once(_scans)
def _scanned(columns: FloatArray, y: FloatArray) -> _Scan:
    if columns.ndim != 2 or columns.shape[1:] != y.shape:
        raise InputError(f"columns of shape {columns.shape} with y of {y.shape}; wanted (places, N) and (N,)")
    check_columns(y)
    unit, some = _units(columns)
    if not some:
        raise Undecided(f"all {len(columns)} columns are constant: no correlation is defined")
    target = (y - y.mean()) / np.linalg.norm(y - y.mean())
    return _Scan(unit=unit, target=target, rs=unit @ target)


def _units(columns: FloatArray) -> tuple[FloatArray, BoolArray]:
    """``columns`` (..., places, N) centred and of length 1, NaN where constant; and whether any is not, (...)."""
    centred = columns - columns.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    varies = length > _CONSTANT
    unit = np.divide(centred, length, out=np.full(centred.shape, np.nan), where=varies)
    return unit, np.asarray(varies.any(axis=(-2, -1)))


def _chance(columns: FloatArray, y: FloatArray, scan: _Scan, place: int | None = None) -> Chance:
    """How often where ``y`` is permuted the largest strength of all places, or the lead of one, is as large."""

    def as_extreme(orders: IntArray) -> int:
        weights = _weights(scan.rs, place)
        observed = float(_statistic(_strengths(scan.rs)[:, None], weights)[0])
        return at_least(_statistic(np.abs(np.nan_to_num(scan.unit) @ scan.target[orders].T), weights), observed)

    several = max(1, _AT_ONCE // sum(columns.shape))
    of_all = functools.partial(_all_as_extreme, place=place)
    return chance_of_orders(("scan", place), (columns, y), len(y), several, as_extreme, of_all=of_all)


def _all_as_extreme(orders: IntArray, columns: FloatArray, y: FloatArray, *, place: int | None) -> list[int | None]:
    """Of each place of stacks how many ``orders`` (order, N) of it are as extreme; None where it is not defined."""
    scans = _scans(columns, y)
    counts: list[int | None] = [None] * len(scans)
    known = [number for number, scan in enumerate(scans) if scan]
    at_a_time = max(1, _AT_ONCE // (len(orders) * sum(columns.shape[1:])))
    for start in range(0, len(known), at_a_time):
        some = known[start : start + at_a_time]
        several = [scan for scan in (scans[number] for number in some) if scan]
        unit, target, rs = (np.stack([getattr(scan, name) for scan in several]) for name in ("unit", "target", "rs"))
        weights = _weights(rs, place)
        observed = _statistic(_strengths(rs)[..., None], weights)
        by_chance = _statistic(np.abs(np.nan_to_num(unit) @ target[:, orders].swapaxes(1, 2)), weights)
        for number, count in zip(some, np.sum(by_chance >= observed - SLACK, axis=1).tolist(), strict=True):
            counts[number] = count
    return counts


def _strengths(rs: FloatArray) -> FloatArray:
    """|r|, and 0 where a column is constant."""
    return np.asarray(np.nan_to_num(np.abs(rs)))


def _weights(rs: FloatArray, place: int | None) -> FloatArray | None:
    """By which strengths at (..., places) are summed, so that the sum is the lead of one place."""
    if place is None:
        return None
    others = ~np.isnan(rs)
    others[..., place] = False
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = others / -others.sum(axis=-1, keepdims=True, dtype=float)
    weights[..., place] = 1.0
    return np.asarray(weights)


def _statistic(strengths: FloatArray, weights: FloatArray | None) -> FloatArray:
    """Of strengths (..., places, order) the largest, or the lead of a place, (..., order)."""
    if weights is None:
        return np.asarray(np.maximum.reduce(strengths, axis=-2))
    return np.asarray((weights[..., None, :] @ strengths)[..., 0, :])
