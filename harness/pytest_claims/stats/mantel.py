"""Correlation of two square arrays over the same rows: of pairs that are not independent.

Knows nothing about what the arrays hold. The diagonal, a row with itself, never counts.
"""

import functools
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from pytest_claims.base.arrays import BoolArray, FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.stack import at_once
from pytest_claims.stats.coefficients import MINIMUM_ROWS, coefficient
from pytest_claims.stats.compared import compares
from pytest_claims.stats.correlation import Correlation, check_columns
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.simulation import at_least, chance_of_orders

_AT_ONCE: Final = 200_000  # numbers of permuted arrays, few enough for a processor's cache
_MOST_PLACES: Final = 1_000_000  # of pairs in orders, that are found once for several copies
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
    found = _Observed.of(x, y)
    count = int(found.pairs.sum())
    several = max(1, _AT_ONCE // count)
    chance = chance_of_orders(("Mantel",), (x, y), len(x), several, found.as_extreme, of_all=_all_as_extreme)
    estimate = note(
        Correlation(
            method=f"Mantel test{chance.words}",
            symbol="r_M",
            value=found.r,
            n=len(x),
            p=chance.p,
            p_error=chance.error,
            details={"pairs": count, "permutations": chance.tables},
        )
    )
    return compares(estimate, "matrices", lambda: {"x": x, "y": y})


def mantel_difference(better: FloatArray, worse: FloatArray, target: FloatArray) -> Tested:
    """Is ``better`` more strongly correlated with ``target`` than ``worse``, over pairs of rows?

    The estimate is r(better, target) - r(worse, target): negate an array that goes the other way.
    The 95% interval is that of the jackknife over rows, with N - 1 degrees of freedom; ``p`` is
    one-sided, from the same t.

    Args and errors are those of :func:`mantel`.

    Source: Efron and Stein (1981), Ann. Stat. 9, 586-596 (the jackknife, which here leaves out all
    pairs of a row at once).
    """
    columns = {"x": better, "other": worse, "y": target}
    return compares(note(_difference(better, worse, target)), "matrices", lambda: columns)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Observed:
    """Two arrays (N, N), the ``pairs`` that count, and ``r`` over these."""

    x: FloatArray
    y: FloatArray
    pairs: BoolArray
    r: float

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray) -> "_Observed":
        pairs = _pairs(x, y)
        return cls(x=x, y=y, pairs=pairs, r=coefficient(x[pairs], y[pairs]))

    @cached_property
    def filled(self) -> FloatArray:
        """X less its mean, which stands in for what it lacks, (N * N,)."""
        return np.where(np.isnan(self.x), 0.0, self.x - self.x[self.pairs].mean()).ravel()

    @cached_property
    def unit(self) -> FloatArray:
        """Y of the pairs, centred and of length 1, (pair,)."""
        values = self.y[self.pairs]
        centred = values - values.mean()
        return np.asarray(centred / np.linalg.norm(centred))

    def as_extreme(self, orders: IntArray) -> int:
        """In how many orders of rows x correlates with y, over the same pairs, at least as strongly."""
        return self.as_extreme_at(_permuted(orders, self.pairs))

    def as_extreme_at(self, places: IntArray) -> int:
        """The same of orders by where each pair comes from, (order, pair)."""
        permuted = self.filled.take(places)
        # Only the rows' lengths need them centred, and a copy of all rows takes long.
        sums = np.einsum("ij,ij->i", permuted, permuted)
        squares = sums - permuted.sum(axis=1) ** 2 / permuted.shape[1]
        squares[squares <= _CONSTANT * sums] = np.inf  # 0 of a constant array
        return at_least(np.abs(permuted @ self.unit) / np.sqrt(squares), abs(self.r))


def _permuted(orders: IntArray, pairs: BoolArray) -> IntArray:
    """Where in x the pairs come from in each order, as flat places, (order, pair)."""
    rows, columns = np.nonzero(pairs)
    # Numpy is five times as slow with two indices.
    places = (orders * len(pairs)).take(rows, axis=1)
    places += orders.take(columns, axis=1)
    return np.asarray(places)


def _pairs(x: FloatArray, y: FloatArray) -> BoolArray:
    """The pairs that count, once it is known that there are enough and that they vary."""
    if x.shape != y.shape or x.ndim != 2 or x.shape[0] != x.shape[1]:
        raise InputError(f"arrays of shapes {x.shape} and {y.shape}; wanted two of one shape (N, N)")
    if len(x) < MINIMUM_ROWS:
        raise Undecided(f"{len(x)} rows; a Mantel test needs at least {MINIMUM_ROWS}")
    pairs = ~(np.isnan(x) | np.isnan(y))
    pairs.flat[:: len(x) + 1] = False  # a row with itself
    check_columns(x[pairs], y[pairs])
    return pairs


def _all_as_extreme(orders: IntArray, x: FloatArray, y: FloatArray) -> list[int | None]:
    """Of each place of stacks (K, N, N) how many ``orders`` (order, N) are as extreme; None where that is to be asked.

    Copies of which the same pairs count, one after another, are permuted alike.
    """
    if x.shape != y.shape or len(orders) * x[0].size > _MOST_PLACES:
        return [None] * len(x)
    permuted = functools.lru_cache(maxsize=1)(lambda pairs: _permuted(orders, np.frombuffer(pairs, bool).reshape(size)))
    size, counts = x[0].shape, list[int | None]()
    for one, other in zip(x, y, strict=True):
        try:
            found = _Observed.of(one, other)
        except (InputError, Undecided):  # who asks for it gets the same error
            counts.append(None)
        else:
            counts.append(found.as_extreme_at(permuted(found.pairs.tobytes())))
    return counts


def _differences(better: FloatArray, worse: FloatArray, target: FloatArray) -> list[Tested | None]:
    """Of each place of stacks (K, N, N) what :func:`_difference` gives; None where it is not defined."""
    count, at_a_time = len(target), max(1, _AT_ONCE // target[0].size)
    if not better.shape == worse.shape == target.shape:
        return [None] * count
    blocks = [slice(start, start + at_a_time) for start in range(0, count, at_a_time)]
    return [one for some in blocks for one in _some_differences(better[some], worse[some], target[some])]


def _some_differences(better: FloatArray, worse: FloatArray, target: FloatArray) -> list[Tested | None]:
    observed = [_observed_difference(*three) for three in zip(better, worse, target, strict=True)]
    known = [place for place, found in enumerate(observed) if found]
    pairs = np.array([found[1] for found in observed if found])
    differences: list[Tested | None] = [None] * len(target)
    if known:
        every = [_without_each(one[known], target[known], pairs) for one in (better, worse)]
        for place, left_out in zip(known, every[0] - every[1], strict=True):
            found = observed[place]
            differences[place] = None if found is None or np.isnan(left_out).any() else _told(found[0], left_out)
    return differences


@at_once(_differences)
def _difference(better: FloatArray, worse: FloatArray, target: FloatArray) -> Tested:
    observed, pairs = _difference_of_pairs(better, worse, target)
    left_out = _without_each(better, target, pairs) - _without_each(worse, target, pairs)
    if np.isnan(left_out).any():
        raise Undecided("without one row an array is constant: no correlation is defined")
    return _told(observed, left_out)


def _difference_of_pairs(better: FloatArray, worse: FloatArray, target: FloatArray) -> tuple[float, BoolArray]:
    """The difference of both correlations, and the pairs over which it is taken."""
    pairs = _pairs(better, target) & _pairs(worse, target)
    x, y, z = better[pairs], worse[pairs], target[pairs]
    check_columns(x, y, z)
    return coefficient(x, z) - coefficient(y, z), pairs


def _observed_difference(*arrays: FloatArray) -> tuple[float, BoolArray] | None:
    try:
        return _difference_of_pairs(*arrays)
    except (InputError, Undecided):  # who asks for it gets the same error
        return None


def _told(observed: float, left_out: FloatArray) -> Tested:
    from scipy import special

    n = len(left_out)
    error = float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))
    half = float(special.stdtrit(n - 1, 0.975)) * error
    return Tested(
        method="difference of Mantel correlations, jackknife over rows, one-sided",
        symbol="Δr_M",
        value=observed,
        n=n,
        p=float(special.stdtr(n - 1, -observed / error)) if error else float(observed <= 0),
        low=observed - half,
        high=observed + half,
        side="above",
    )


def _without_each(x: FloatArray, y: FloatArray, pairs: BoolArray) -> FloatArray:
    """Correlations without each row in turn: sums less its row and its column; of (..., N, N) shape (..., row).

    They are NaN where, without one row, an array is constant.
    """
    x, y = (np.where(pairs, values - _means(values, pairs), 0.0) for values in (x, y))
    n, of_x, of_y = _left(pairs.astype(float)), _left(x), _left(y)
    spread_x, spread_y = _left(x * x) - of_x**2 / n, _left(y * y) - of_y**2 / n
    constant = (spread_x < _CONSTANT * _all(x * x)) | (spread_y < _CONSTANT * _all(y * y))
    with np.errstate(invalid="ignore", divide="ignore"):
        rs = (_left(x * y) - of_x * of_y / n) / np.sqrt(spread_x * spread_y)
    return np.where(constant, np.nan, rs)


def _means(values: FloatArray, pairs: BoolArray) -> FloatArray:
    """The mean of the pairs that count, (..., 1, 1)."""
    if values.ndim == 2:
        return np.asarray(values[pairs].mean())
    return np.array([one[some].mean() for one, some in zip(values, pairs, strict=True)])[:, None, None]


def _left(values: FloatArray) -> FloatArray:
    """Sums without each row and its column; the diagonal holds none."""
    return np.asarray(_all(values) - values.sum(axis=-2) - values.sum(axis=-1))


def _all(values: FloatArray) -> FloatArray:
    """Sums of all pairs, (..., 1)."""
    return np.asarray(values.reshape(*values.shape[:-2], -1).sum(axis=-1, keepdims=True))
