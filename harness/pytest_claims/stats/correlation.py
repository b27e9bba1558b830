"""Correlation of two columns, and the test that a correlation is negligible.

Knows nothing about what the columns mean.
"""

import math

import numpy as np
from scipy import special

from pytest_claims.base.arrays import BoolArray, FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.stack import at_once
from pytest_claims.stats.analysis import analysis
from pytest_claims.stats.coefficients import (
    COEFFICIENTS,
    MINIMUM_ROWS,
    coefficient,
    fisher_interval,
    fisher_z,
    partialled_out,
    pearson_p,
)
from pytest_claims.stats.estimate import Tested, note


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
    check_columns(x, y)
    how = analysis()
    rows = len(x) - how.controls
    if rows < MINIMUM_ROWS:
        raise Undecided(f"{len(x)} rows less {how.controls} controls; a correlation needs at least {MINIMUM_ROWS}")
    found = COEFFICIENTS[how.coefficient](x, y, rows)
    low, high = found.interval or (None, None)
    return note(
        Correlation(method=found.name, symbol=found.symbol, value=found.value, n=len(x), p=found.p, low=low, high=high)
    )


def partial_correlation(x: FloatArray, y: FloatArray, control: FloatArray) -> Correlation:
    """Pearson's r of ``x`` and ``y`` after ``control`` is taken out of both linearly; p with n - 3 degrees of freedom.

    Args:
        x, y, control: columns of one table, each of shape (N,).

    Raises:
        Undecided: with fewer than 5 rows, a constant column, or one that follows from the control.
        InputError: if the shapes differ, or a value is missing.

    Source: Fisher (1924), Metron 3, 329-332.
    """
    check_columns(x, y, control)
    if len(x) <= MINIMUM_ROWS:
        raise Undecided(f"{len(x)} rows; a partial correlation needs at least {MINIMUM_ROWS + 1}")
    left = [partialled_out(column, control) for column in (x, y)]
    for column, rest in zip((x, y), left, strict=True):
        if np.ptp(rest) <= 1e-9 * np.ptp(column):
            raise Undecided("a column follows from the control: nothing of it is left to correlate")
    r, rows = coefficient(*left), len(x) - 1
    low, high = fisher_interval(r, rows)
    return note(
        Correlation(
            method="partial Pearson correlation",
            symbol="r",
            value=r,
            n=len(x),
            p=pearson_p(r, rows),
            low=low,
            high=high,
        )
    )


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
    return note(
        Correlation(
            method=f"equivalence test within r = ±{bound:g}",
            symbol="r",
            value=r,
            n=n,
            p=equivalence_p(r, n, bound),
            low=low,
            high=high,
            confidence=0.90,
            details={"bound": bound},
        )
    )


def equivalence_p(r: float, n: int, bound: float) -> float:
    """The larger p of the two one-sided tests of :func:`equivalence`."""
    z, limit, scale = fisher_z(r), math.atanh(bound), math.sqrt(n - 3)
    return float(special.ndtr(max((z - limit) * scale, (-limit - z) * scale)))


def _vary(columns: FloatArray) -> BoolArray:
    """Whether the column in each row (K, N) is sound: finite, and not constant."""
    low, high = columns.min(axis=1), columns.max(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray((high - low > 1e-12 * np.maximum(1.0, np.maximum(-low, high))) & np.isfinite(high - low))


@at_once(_vary)
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
