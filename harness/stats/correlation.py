"""Correlation of two columns, and the test that a correlation is negligible.

Knows nothing about what the columns mean.
"""

import math
from typing import Final

import numpy as np
from scipy import special

from harness.errors import InputError, Undecided
from harness.panel import FloatArray
from harness.stats.finding import Tested, note

MINIMUM_ROWS: Final = 4  # Fisher's interval needs n > 3


class Correlation(Tested):
    """A finding whose estimate is a correlation coefficient."""

    @property
    def r(self) -> float:
        """The correlation coefficient, in [-1, 1]."""
        return self.estimate


def pearson(x: FloatArray, y: FloatArray) -> Correlation:
    """Pearson's r with its exact two-sided p and Fisher's 95% interval.

    Args:
        x, y: columns of one panel, each of shape (N,).

    Raises:
        Undecided: with fewer than 4 rows or a constant column.
        InputError: if the shapes differ.
    """
    check_columns(x, y)
    r = coefficient(x, y)
    low, high = fisher_interval(r, len(x))
    return note(
        Correlation(
            method="Pearson correlation", symbol="r", estimate=r, n=len(x), p=pearson_p(r, len(x)), low=low, high=high
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
            estimate=r,
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
    z, limit, scale = _fisher(r), math.atanh(bound), math.sqrt(n - 3)
    return float(special.ndtr(max((z - limit) * scale, (-limit - z) * scale)))


def coefficient(x: FloatArray, y: FloatArray) -> float:
    """Pearson's r of two checked columns, clipped to [-1, 1]."""
    # Written out because a judged claim is run again thousands of times: the checks of
    # scipy.stats.pearsonr take twenty times as long as the arithmetic. A test holds it to scipy.
    dx, dy = x - x.mean(), y - y.mean()
    dx, dy = dx / np.abs(dx).max(), dy / np.abs(dy).max()
    r = float(dx @ dy) / math.sqrt(float(dx @ dx) * float(dy @ dy))
    return min(1.0, max(-1.0, r))


def pearson_p(r: float, n: int) -> float:
    """Exact two-sided p of r under independence and normality: t with n - 2 degrees of freedom."""
    half = n / 2 - 1
    return float(2 * special.betainc(half, half, (1 - abs(r)) / 2))


def fisher_interval(r: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Fisher's z interval of a correlation."""
    half = float(special.ndtri(0.5 + confidence / 2)) / math.sqrt(n - 3)
    z = _fisher(r)
    return math.tanh(z - half), math.tanh(z + half)


def check_columns(*columns: FloatArray) -> None:
    """Raise unless the columns have one length of at least 4 and each of them varies."""
    sizes = {column.shape for column in columns}
    if len(sizes) != 1 or columns[0].ndim != 1:
        raise InputError(f"columns of shapes {sorted(sizes)}; wanted columns of one panel, all of shape (N,)")
    if len(columns[0]) < MINIMUM_ROWS:
        raise Undecided(f"{len(columns[0])} rows; a correlation needs at least {MINIMUM_ROWS}")
    for column in columns:
        if np.ptp(column) <= 1e-12 * max(1.0, float(np.abs(column).max())):
            raise Undecided(
                f"a column is constant ({column[0]:g} in all {len(column)} rows): no correlation is defined"
            )


def _fisher(r: float) -> float:
    return math.atanh(min(max(r, -1 + 1e-15), 1 - 1e-15))
