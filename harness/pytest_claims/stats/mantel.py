"""Correlation of two square arrays over the same rows: of pairs that are not independent.

Knows nothing about what the arrays hold. The diagonal, a row with itself, never counts.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import MINIMUM_ROWS, coefficient
from pytest_claims.stats.correlation import Correlation, check_columns
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.simulation import at_least, chance_of_orders

_AT_ONCE: Final = 200_000  # numbers of permuted arrays, few enough for a processor's cache
_CONSTANT: Final = 1e-12  # a spread that is this small beside another is rounding


def mantel(x: FloatArray, y: FloatArray) -> Correlation:
    """Pearson's r over all ordered pairs of different rows, tested by permuting rows.

    ``p`` is two-sided: rows and columns of ``x`` are permuted together, so pairs stay as dependent
    as they are. ``n`` counts rows, not pairs.

    Args:
        x, y: shape (N, N); what stands on the diagonal, or where either is NaN, is left out. Where ``y`` was
            measured for some pairs only, ``x`` should be complete: what it lacks is permuted as its mean.

    Raises:
        Undecided: with fewer than 4 rows, or no variation.
        InputError: if these are not square arrays of one shape.

    Source: Mantel (1967), Cancer Res. 27, 209-220.
    """
    pairs = _pairs(x, y)
    r = coefficient(x[pairs], y[pairs])
    count = int(pairs.sum())
    as_extreme, at_once = _as_extreme(x, y, pairs, abs(r)), max(1, _AT_ONCE // count)
    chance = chance_of_orders(("Mantel",), (x, y), len(x), at_once, as_extreme)
    return note(
        Correlation(
            method=f"Mantel test{chance.words}",
            symbol="r_M",
            value=r,
            n=len(x),
            p=chance.p,
            p_error=chance.error,
            details={"pairs": count, "permutations": chance.tables},
        )
    )


def mantel_difference(better: FloatArray, worse: FloatArray, target: FloatArray) -> Tested:
    """Is ``better`` more strongly correlated with ``target`` than ``worse``, over pairs of rows?

    The estimate is r(better, target) - r(worse, target): negate an array that goes the other way.
    The 95% interval is that of the jackknife over rows, with N - 1 degrees of freedom; ``p`` is
    one-sided, from the same t.

    Args and errors are those of :func:`mantel`.

    Source: Efron and Stein (1981), Ann. Stat. 9, 586-596 (the jackknife, which here leaves out all
    pairs of a row at once).
    """
    from scipy import special

    pairs = _pairs(better, target) & _pairs(worse, target)
    check_columns(better[pairs], worse[pairs], target[pairs])
    observed = coefficient(better[pairs], target[pairs]) - coefficient(worse[pairs], target[pairs])
    left_out = _without_each(better, target, pairs) - _without_each(worse, target, pairs)
    n = len(pairs)
    error = float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))
    half = float(special.stdtrit(n - 1, 0.975)) * error
    return note(
        Tested(
            method="difference of Mantel correlations, jackknife over rows, one-sided",
            symbol="Δr_M",
            value=observed,
            n=n,
            p=float(special.stdtr(n - 1, -observed / error)) if error else float(observed <= 0),
            low=observed - half,
            high=observed + half,
        )
    )


def _pairs(x: FloatArray, y: FloatArray) -> npt.NDArray[np.bool_]:
    """The pairs that count, once it is known that there are enough and that they vary."""
    if x.shape != y.shape or x.ndim != 2 or x.shape[0] != x.shape[1]:
        raise InputError(f"arrays of shapes {x.shape} and {y.shape}; wanted two of one shape (N, N)")
    if len(x) < MINIMUM_ROWS:
        raise Undecided(f"{len(x)} rows; a Mantel test needs at least {MINIMUM_ROWS}")
    pairs = ~(np.isnan(x) | np.isnan(y) | np.eye(len(x), dtype=bool))
    check_columns(x[pairs], y[pairs])
    return np.asarray(pairs)


def _as_extreme(
    x: FloatArray, y: FloatArray, pairs: npt.NDArray[np.bool_], observed: float
) -> Callable[[IntArray], int]:
    """Counts the orders of rows in which x correlates with y, over the same pairs, at least as strongly."""
    filled, unit = np.where(np.isnan(x), 0.0, x - x[pairs].mean()).ravel(), _unit(y[pairs])
    rows, columns = np.nonzero(pairs)

    def count(orders: IntArray) -> int:
        # By flat places: numpy is five times as slow with two indices.
        places = (orders * len(x)).take(rows, axis=1)
        places += orders.take(columns, axis=1)
        return at_least(np.abs(_correlations(filled.take(places), unit)), observed)

    return count


def _correlations(rows: FloatArray, unit: FloatArray) -> FloatArray:
    """Of each row with ``unit``, 0 of a constant row."""
    # Only the rows' lengths need them centred, and a copy of all rows takes long.
    sums = np.einsum("ij,ij->i", rows, rows)
    squares = sums - rows.shape[1] * rows.mean(axis=1) ** 2
    squares[squares <= _CONSTANT * sums] = np.inf
    return np.asarray(np.einsum("ij,j->i", rows, unit) / np.sqrt(squares))


def _unit(values: FloatArray) -> FloatArray:
    """Centred and of length 1."""
    centred = values - values.mean()
    return np.asarray(centred / np.linalg.norm(centred))


def _without_each(x: FloatArray, y: FloatArray, pairs: npt.NDArray[np.bool_]) -> FloatArray:
    """Correlations without each row in turn: sums less its row and its column; shape (row,)."""
    x, y = (np.where(pairs, values - values[pairs].mean(), 0.0) for values in (x, y))

    def left(values: FloatArray) -> FloatArray:
        return np.asarray(values.sum() - values.sum(axis=0) - values.sum(axis=1))  # the diagonal holds none

    n, of_x, of_y = left(pairs.astype(float)), left(x), left(y)
    spread_x, spread_y = left(x * x) - of_x**2 / n, left(y * y) - of_y**2 / n
    if min((spread_x / (x * x).sum()).min(), (spread_y / (y * y).sum()).min()) < _CONSTANT:
        raise Undecided("without one row an array is constant: no correlation is defined")
    return np.asarray((left(x * y) - of_x * of_y / n) / np.sqrt(spread_x * spread_y))
