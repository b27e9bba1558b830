"""Correlation of two columns, and the test that a correlation is negligible.

Knows nothing about what the columns mean.
"""

import math
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.base.arrays import BoolArray, FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.stack import at_once
from pytest_claims.stats.analysis import analysis
from pytest_claims.stats.coefficients import (
    COEFFICIENTS,
    MINIMUM_ROWS,
    Coefficient,
    coefficient,
    coefficients,
    dots,
    fisher_interval,
    fisher_z,
    partialled_out,
    pearson_of,
    pearson_p,
    pearson_ps,
)
from pytest_claims.stats.compared import compares
from pytest_claims.stats.estimate import Tested, note

_LEFT: Final = 1e-9  # of a column's range: less is what rounding leaves of one that follows from the control


class Correlation(Tested):
    """An estimate of a correlation coefficient."""

    @property
    def r(self) -> float:
        """The correlation coefficient, in [-1, 1]."""
        return self.value


def pearson(x: FloatArray, y: FloatArray) -> Correlation:
    """Pearson's r with its exact two-sided p and Fisher's 95% interval.

    In a multiverse the harness has it computed as another coefficient; ``method`` says which.

    Args:
        x, y: columns of one table, each of shape (N,).

    Raises:
        Undecided: with fewer than 4 rows or a constant column.
        InputError: if the shapes differ, or a value is missing.
    """
    how = analysis()
    found = note(_correlation(x, y, coefficient=how.coefficient, controls=how.controls))
    return compares(found, "correlated", lambda: {"x": x, "y": y})


def _correlations(x: FloatArray, y: FloatArray, *, coefficient: str, controls: int) -> list[Correlation | None]:
    """Of each row (K, N) what :func:`_correlation` gives; None where it is not Pearson's, or not defined."""
    count, n = x.shape
    rows = n - controls
    if coefficient != "pearson" or rows < MINIMUM_ROWS or x.shape != y.shape:
        return [None] * count
    rs = coefficients(x, y)
    sound = vary(x) & vary(y) & np.isfinite(rs)
    ps = pearson_ps(rs, rows)
    return [
        _told(pearson_of(r, rows, p), n) if known else None
        for known, r, p in zip(sound.tolist(), rs.tolist(), ps.tolist(), strict=True)
    ]


@at_once(_correlations)
def _correlation(x: FloatArray, y: FloatArray, *, coefficient: str, controls: int) -> Correlation:
    check_columns(x, y)
    rows = len(x) - controls
    if rows < MINIMUM_ROWS:
        raise Undecided(f"{len(x)} rows less {controls} controls; a correlation needs at least {MINIMUM_ROWS}")
    return _told(COEFFICIENTS[coefficient](x, y, rows), len(x))


def _told(found: Coefficient, n: int) -> Correlation:
    low, high = found.interval or (None, None)
    return Correlation(method=found.name, symbol=found.symbol, value=found.value, n=n, p=found.p, low=low, high=high)


def partial_correlation(x: FloatArray, y: FloatArray, control: FloatArray) -> Correlation:
    """Pearson's r of ``x`` and ``y`` after ``control`` is taken out of both linearly; p with n - 3 degrees of freedom.

    Args:
        x, y, control: columns of one table, each of shape (N,).

    Raises:
        Undecided: with fewer than 5 rows, a constant column, or one that follows from the control.
        InputError: if the shapes differ, or a value is missing.

    Source: Fisher (1924), Metron 3, 329-332.
    """
    return compares(note(_partial(x, y, control)), "correlated", lambda: {"x": x, "y": y, "control": control})


def _partials(x: FloatArray, y: FloatArray, control: FloatArray) -> list[Correlation | None]:
    """Of each row (K, N) what :func:`_partial` gives; None where it is not defined."""
    count, n = x.shape
    if n <= MINIMUM_ROWS:
        return [None] * count
    sound = vary(x) & vary(y) & vary(control)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        left = [_all_partialled_out(column, control) for column in (x, y)]
        for column, rest in zip((x, y), left, strict=True):
            sound &= np.ptp(rest, axis=1) > _LEFT * np.ptp(column, axis=1)
        rs = coefficients(*left)
    sound &= np.isfinite(rs)
    ps = pearson_ps(rs, n - 1)
    found = zip(sound.tolist(), rs.tolist(), ps.tolist(), strict=True)
    return [_partial_of(r, n, p) if known else None for known, r, p in found]


@at_once(_partials)
def _partial(x: FloatArray, y: FloatArray, control: FloatArray) -> Correlation:
    check_columns(x, y, control)
    if len(x) <= MINIMUM_ROWS:
        raise Undecided(f"{len(x)} rows; a partial correlation needs at least {MINIMUM_ROWS + 1}")
    left = [partialled_out(column, control) for column in (x, y)]
    for column, rest in zip((x, y), left, strict=True):
        if np.ptp(rest) <= _LEFT * np.ptp(column):
            raise Undecided("a column follows from the control: nothing of it is left to correlate")
    r = coefficient(*left)
    return _partial_of(r, len(x), pearson_p(r, len(x) - 1))


def _partial_of(r: float, n: int, p: float) -> Correlation:
    low, high = fisher_interval(r, n - 1)
    return Correlation(method="partial Pearson correlation", symbol="r", value=r, n=n, p=p, low=low, high=high)


def _all_partialled_out(columns: FloatArray, controls: FloatArray) -> FloatArray:
    """Of each row (K, N) what :func:`partialled_out` gives."""
    z = controls - controls.mean(axis=1)[:, None]
    return np.asarray(columns - z * dots(z, columns)[:, None] / dots(z, z)[:, None])


def equivalence(x: FloatArray, y: FloatArray, *, bound: float) -> Correlation:
    """Two one-sided tests that the correlation lies within (-bound, +bound).

    ``p`` is the larger of the two one-sided p-values, on Fisher's z with standard error
    1/sqrt(n - 3); p < 0.05 means that a correlation as large as ``bound`` is excluded in both
    directions, which is the same as the 90% interval lying inside the bounds.

    Source: Goertzen and Cribbie (2010), Br. J. Math. Stat. Psychol. 63, 527-537; the z form is
    that of Lakens (2017), Soc. Psychol. Personal. Sci. 8, 355-362.
    """
    if not 0 < bound < 1:
        raise InputError(f"equivalence bound {bound} is not a correlation; wanted 0 < bound < 1")
    check_columns(x, y)
    r, n = coefficient(x, y), len(x)
    low, high = fisher_interval(r, n, confidence=0.90)
    found = note(
        Correlation(
            method=f"equivalence test within r = ±{bound:g}",
            symbol="r",
            value=r,
            n=n,
            p=equivalence_p(r, n, bound),
            low=low,
            high=high,
            confidence=0.90,
            within=(-bound, bound),
            details={"bound": bound},
        )
    )
    return compares(found, "correlated", lambda: {"x": x, "y": y})


def equivalence_p(r: float, n: int, bound: float) -> float:
    """The larger p of the two one-sided tests of :func:`equivalence`."""
    z, limit, scale = fisher_z(r), math.atanh(bound), math.sqrt(n - 3)
    return float(special.ndtr(max((z - limit) * scale, (-limit - z) * scale)))


def vary(columns: FloatArray) -> BoolArray:
    """Whether the column in each row (K, N) is sound: finite, and not constant."""
    low, high = columns.min(axis=1), columns.max(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray((high - low > 1e-12 * np.maximum(1.0, np.maximum(-low, high))) & np.isfinite(high - low))


def _sound(column: FloatArray) -> list[bool | None]:
    return [one or None for one in vary(column).tolist()]


@at_once(_sound)
def _is_sound(column: FloatArray) -> bool:
    """Whether a column is known to be sound, because all of its stack were looked at."""
    return False


def check_columns(*columns: FloatArray) -> None:
    """Raise unless the columns have one length of at least 4, no value of them is missing, and each varies."""
    sizes = {column.shape for column in columns}
    if len(sizes) != 1 or columns[0].ndim != 1:
        raise InputError(f"columns of shapes {sorted(sizes)}; wanted columns of one table, all of shape (N,)")
    if len(columns[0]) < MINIMUM_ROWS:
        raise Undecided(f"{len(columns[0])} rows; a correlation needs at least {MINIMUM_ROWS}")
    for column in columns:
        if _is_sound(column):
            continue
        low, high = float(np.minimum.reduce(column)), float(np.maximum.reduce(column))  # NaN, where there is one
        if not (math.isfinite(low) and math.isfinite(high)):
            row = int(np.argmin(np.isfinite(column)))
            raise InputError(f"a column is {column[row]} in row {row}; select the rows in which each has a number")
        if high - low <= 1e-12 * max(1.0, -low, high):
            raise Undecided(
                f"a column is constant ({column[0]:g} in all {len(column)} rows): no correlation is defined"
            )
