"""Comparison of two correlations that share a column and its rows: cor(x1, y) against cor(x2, y).

Knows nothing about what the columns mean. The pure functions take correlations: ``r_jk`` and
``r_jh`` share variable j, and ``r_kh`` is the correlation between the two others.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.stack import at_once
from pytest_claims.stats.coefficients import MINIMUM_ROWS, coefficient, coefficients, fisher_interval
from pytest_claims.stats.compared import compares
from pytest_claims.stats.correlation import check_columns, vary
from pytest_claims.stats.estimate import Tested, note

# Rounding alone moves the determinant of three computed correlations by a few 1e-16; below
# this it cannot be told from that of three columns of which one follows from the others.
SINGULAR: Final = 1e-12


def difference_of_dependent_correlations(better: FloatArray, worse: FloatArray, target: FloatArray) -> Tested:
    """Is r(better, target) larger than r(worse, target)? Williams's t and Zou's 95% interval.

    The estimate is r(better, target) - r(worse, target), in [-2, 2], with its sign: negate a
    column that correlates negatively with the target where strengths are to be compared.
    ``p`` is one-sided, against an estimate of 0 or less. ``details`` hold both p-values that a
    reader may prefer: the two-sided one of the same t, and the one-sided one of the z of Meng,
    Rosenthal and Rubin.

    Args:
        better, worse, target: columns of one table, each of shape (N,).

    Raises:
        Undecided: with fewer than 4 rows, a constant column, or one column that follows
            from the two others.
        InputError: if the shapes differ.

    Source: see :func:`williams_t`, :func:`zou_interval` and :func:`meng_z`.
    """
    columns = {"x": better, "other": worse, "y": target}
    return compares(note(_difference(better, worse, target)), "correlated", lambda: columns)


def _differences(better: FloatArray, worse: FloatArray, target: FloatArray) -> list[Tested | None]:
    """Of each row (K, N) what :func:`_difference` gives; None where it is not defined."""
    count, n = target.shape
    if n < MINIMUM_ROWS or not better.shape == worse.shape == target.shape:
        return [None] * count
    sound = vary(better) & vary(worse) & vary(target)
    rs = (coefficients(better, target), coefficients(worse, target), coefficients(better, worse))
    sound &= np.isfinite(rs).all(axis=0)
    found = zip(sound.tolist(), *(one.tolist() for one in rs), strict=True)
    return [_told(several, n) if known else None for known, *several in found]


def _told(rs: Sequence[float], n: int) -> Tested | None:
    try:
        return _difference_of((rs[0], rs[1], rs[2]), n)
    except (Undecided, InputError):  # who asks for it gets the same error
        return None


@at_once(_differences)
def _difference(better: FloatArray, worse: FloatArray, target: FloatArray) -> Tested:
    check_columns(better, worse, target)
    rs = coefficient(better, target), coefficient(worse, target), coefficient(better, worse)
    return _difference_of(rs, len(target))


def _difference_of(rs: tuple[float, float, float], n: int) -> Tested:
    t = williams_t(*rs, n)
    low, high = zou_interval(*rs, n)
    return Tested(
        method="Williams's t for dependent correlations, one-sided",
        symbol="Δr",
        value=rs[0] - rs[1],
        n=n,
        p=_upper_tail(t, n - 3),
        low=low,
        high=high,
        side="above",
        details=_details(rs, n, t),
    )


def williams_t(r_jk: float, r_jh: float, r_kh: float, n: int) -> float:
    """Williams's t of r_jk - r_jh on n rows, with n - 3 degrees of freedom.

    Raises:
        Undecided: with fewer than 4 rows, or three correlations that no three columns, or only
            columns of which one follows from the others, can have (a determinant of 0 or less).
        InputError: if one of them is no correlation.

    Source: Williams (1959), J. R. Stat. Soc. B 21, 396-399, in the form recommended by
    Steiger (1980), Psychol. Bull. 87, 245-251, equation 7.
    """
    determinant = _determinant(r_jk, r_jh, r_kh, n)
    mean = (r_jk + r_jh) / 2
    noise = 2 * (n - 1) / (n - 3) * determinant + mean**2 * (1 - r_kh) ** 3
    return (r_jk - r_jh) * math.sqrt((n - 1) * (1 + r_kh) / noise)


def meng_z(r_jk: float, r_jh: float, r_kh: float, n: int) -> float:
    """Standard normal z of r_jk - r_jh on n rows by Meng, Rosenthal and Rubin; raises as :func:`williams_t`.

    Source: Meng, Rosenthal and Rubin (1992), Psychol. Bull. 111, 172-175, equations 1 to 3.
    """
    _determinant(r_jk, r_jh, r_kh, n)
    mean_square = (r_jk**2 + r_jh**2) / 2
    f = min(1.0, (1 - r_kh) / (2 * (1 - mean_square)))
    h = (1 - f * mean_square) / (1 - mean_square)
    return (math.atanh(r_jk) - math.atanh(r_jh)) * math.sqrt((n - 3) / (2 * (1 - r_kh) * h))


def steiger_z(r_jk: float, r_jh: float, r_kh: float, n: int) -> float:
    """Standard normal z of r_jk - r_jh on n rows by Steiger, with the mean of the two correlations pooled.

    Raises as :func:`williams_t`.

    Source: Steiger (1980), Psychol. Bull. 87, 245-251 (the z with pooled correlations).
    """
    _determinant(r_jk, r_jh, r_kh, n)
    mean = (r_jk + r_jh) / 2
    shared = _covariance(mean, mean, r_kh) / (1 - mean**2) ** 2
    return (math.atanh(r_jk) - math.atanh(r_jh)) * math.sqrt((n - 3) / (2 - 2 * shared))


def zou_interval(r_jk: float, r_jh: float, r_kh: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Zou's interval of r_jk - r_jh on n rows, from the Fisher intervals of both; raises as :func:`williams_t`.

    Source: Zou (2007), Psychol. Methods 12, 399-413, page 409.
    """
    _determinant(r_jk, r_jh, r_kh, n)
    shared = _covariance(r_jk, r_jh, r_kh) / ((1 - r_jk**2) * (1 - r_jh**2))
    low_k, high_k = fisher_interval(r_jk, n, confidence)
    low_h, high_h = fisher_interval(r_jh, n, confidence)
    difference = r_jk - r_jh
    below = _distance(r_jk - low_k, high_h - r_jh, shared)
    above = _distance(high_k - r_jk, r_jh - low_h, shared)
    return difference - below, difference + above


def _details(rs: tuple[float, float, float], n: int, t: float) -> dict[str, float]:
    z = meng_z(*rs, n)
    return {
        "t": t,
        "df": n - 3,
        "p_two_sided": 2 * _upper_tail(abs(t), n - 3),
        "r_better": rs[0],
        "r_worse": rs[1],
        "r_between": rs[2],
        "z_meng": z,
        "p_meng": float(special.ndtr(-z)),
    }


def _upper_tail(t: float, df: int) -> float:
    return float(special.stdtr(df, -t))


def _determinant(r_jk: float, r_jh: float, r_kh: float, n: int) -> float:
    """The determinant of the correlation matrix, once it is known to be that of an answerable question."""
    for r in (r_jk, r_jh, r_kh):
        if not -1 <= r <= 1:
            raise InputError(f"{r} is not a correlation; wanted -1 <= r <= 1")
    if n < MINIMUM_ROWS:
        raise Undecided(f"{n} rows; a comparison of dependent correlations needs at least {MINIMUM_ROWS}")
    determinant = 1 - r_jk**2 - r_jh**2 - r_kh**2 + 2 * r_jk * r_jh * r_kh
    if determinant <= SINGULAR:
        raise Undecided(
            f"correlations {r_jk:.3g} and {r_jh:.3g}, with {r_kh:.3g} between the predictors, have determinant "
            f"{determinant:.2g}: one of the three columns follows from the others, and the test is not defined"
        )
    return determinant


def _covariance(r_jk: float, r_jh: float, r_kh: float) -> float:
    """The asymptotic covariance of r_jk and r_jh times n (Pearson and Filon 1898; Steiger's equation 3)."""
    unshared = 1 - r_jk**2 - r_jh**2
    return r_kh * unshared - r_jk * r_jh * (unshared - r_kh**2) / 2


def _distance(a: float, b: float, shared: float) -> float:
    # The covariance is asymptotic: for extreme correlations it can leave a square just below 0.
    return math.sqrt(max(0.0, a * a + b * b - 2 * shared * a * b))
