"""Power: how likely a test is to notice what is there, and how many rows it takes.

Knows nothing about what is tested. An effect has a direction here: what is significant and points the other way
is no success.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.density import MANY, REACH, check_correlation, critical_z, upper_tail

LEVEL: Final = 0.05  # of the tests whose power is asked
TELESCOPE_POWER: Final = 1 / 3  # Simonsohn's "33%": odds of two to one against detection
USUAL: Final = 0.80  # the power that a plan asks for, by a convention of Cohen's
MOST_ROWS: Final = 10**9  # of a plan
_NODES: Final = 300  # of an integral over estimated standard errors, which is then sound to 1e-9


@lru_cache(maxsize=1024)
def power_of_r(r: float, n: int, *, alpha: float = LEVEL) -> float:
    """The probability that Pearson's r on ``n`` rows is significant and has the sign of ``r``.

    Exact for rows of a bivariate normal distribution and the two-sided t test at ``alpha``, and beyond 10^7 rows sound
    to 1e-6. For an ``r`` of 0, of which
    no sign is right, it is that of either sign alone, alpha / 2.

    Args:
        r: the correlation that is true, in (-1, 1).
        n: rows, at least 4.
        alpha: level of the test.

    Raises:
        InputError: for other values.

    Source: the density of r of Hotelling (1953), J. R. Stat. Soc. B 15, 193-232.
    """
    check_correlation(r, n)
    check_level(alpha)
    z = math.atanh(abs(r))
    if n > MANY:
        return power_of_shift(z, 1 / math.sqrt(n - 3), alpha=alpha)
    return min(1.0, upper_tail(z, n, critical_z(n, alpha)))


def power_of_shift(effect: float, se: float, *, alpha: float = LEVEL, df: float | None = None) -> float:
    """The probability that an estimate is significant and on the side of its null on which the effect is.

    Args:
        effect: by how much the true value differs from the null, in the unit of the estimate; the sign is ignored.
            For 0, of which no side is right, the probability is alpha / 2.
        se: standard error of the estimate, which is normal, in its unit.
        alpha: level of the two-sided test.
        df: degrees of freedom on which the standard error is estimated, for a t test; None if it is known.

    Raises:
        InputError: unless the effect is finite, and ``se`` and ``df`` are finite and above 0.

    Source: the noncentral t of Johnson and Welch (1940), Biometrika 31, 362-389, for a t test.
    """
    check_shift(effect, se, df)
    check_level(alpha)
    return shift_tails(abs(effect) / se, alpha, df)[0]


@lru_cache(maxsize=1024)
def rows_for_r(r: float, *, power: float = USUAL, alpha: float = LEVEL) -> int:
    """The smallest number of rows on which :func:`power_of_r` is at least ``power``.

    Raises:
        Undecided: if it is beyond 10^9.
        InputError: for an ``r`` of 0 or outside (-1, 1), or a power outside (0, 1).
    """
    check_correlation(r, MINIMUM_ROWS)
    _check_plan(r, power)
    return smallest(lambda n: power_of_r(r, n, alpha=alpha) >= power, least=MINIMUM_ROWS)


def rows_for_shift(effect: float, se: float, n: int, *, power: float = USUAL, alpha: float = LEVEL) -> int:
    """The smallest number of rows on which :func:`power_of_shift` of a normal estimate is at least ``power``.

    Args:
        effect: by how much the true value differs from the null, in the unit of the estimate.
        se: its standard error on ``n`` rows, which falls with the square root of their number.
        n: rows on which it was found.
        power: the power that is wanted, in (0, 1).
        alpha: level of the two-sided test.

    Raises:
        Undecided: if it is beyond 10^9.
        InputError: for an effect of 0, and as :func:`power_of_shift`.
    """
    check_shift(effect, se, None)
    _check_plan(effect, power)
    if not n >= 1:
        raise InputError(f"a standard error on {n} rows; wanted at least 1")
    return smallest(lambda rows: power_of_shift(effect, se * math.sqrt(n / rows), alpha=alpha) >= power, least=1)


@lru_cache(maxsize=1024)  # the same original is compared with many replications, also with resampled ones
def detectable_r(n: int, power: float = TELESCOPE_POWER) -> float:
    """The correlation, in (0, 1), that the two-sided t test at 0.05 detects on ``n`` rows with this power.

    Here either sign counts as detected, as in pwr.r.test of R, which approximates what is exact here for rows of a
    bivariate normal distribution: for ``power`` near 0.05, :func:`power_of_r` is up to 0.025 less.

    Raises:
        InputError: for fewer than 4 rows, or a power outside (0.05, 0.99].

    Source: as for :func:`power_of_r`.
    """
    from scipy.optimize import brentq

    check_correlation(0.0, n)
    if not LEVEL < power <= 0.99:
        raise InputError(f"a power of {power}; wanted more than {LEVEL} and at most 0.99")
    critical, root = critical_z(n, LEVEL), math.sqrt(n - 3)
    end = critical + REACH / root  # the same for all z that are tried, so that nothing jumps

    def lacking(z: float) -> float:
        return upper_tail(z, n, critical, end=end) + upper_tail(-z, n, critical, end=end) - power

    return math.tanh(brentq(lacking, 0.0, critical + REACH / 2 / root, xtol=1e-12))


def shift_tails(shift: float, alpha: float, df: float | None) -> tuple[float, float]:
    """The probabilities that a test is significant on the side of a ``shift`` of so many standard errors, and beyond 0.

    ``df`` None is a normal test, otherwise one of t.
    """
    critical, scales, weights = critical_scales(alpha, df)
    above, below = special.ndtr(shift - critical * scales), special.ndtr(-shift - critical * scales)
    return min(1.0, float(weights @ above)), min(1.0, float(weights @ below))


def critical_scales(alpha: float, df: float | None) -> tuple[float, FloatArray, FloatArray]:
    """The critical value of a two-sided test, and the standard errors that it may multiply, as :func:`scales`."""
    if df is None:
        return -float(special.ndtri(alpha / 2)), np.ones(1), np.ones(1)
    return -float(special.stdtrit(df, alpha / 2)), *scales(df)


def scales(df: float, most: float = math.inf) -> tuple[FloatArray, FloatArray]:
    """What standard errors estimated on ``df`` degrees of freedom are, next to the true one.

    Returns values s, shape (K,), and weights, shape (K,): the sum of weights times f(s) is the mean of f over all s up
    to ``most``, counted as 0 beyond it. The weights add up to the probability of those.
    """
    reached = 1.0 if most == math.inf else float(special.gammainc(df / 2, df / 2 * most * most))
    v, weights = _nodes()
    places = reached * v * v * (3 - 2 * v)  # close together at both ends, where s is steep
    return np.sqrt(special.gammaincinv(df / 2, places) * 2 / df), weights * reached * 6 * v * (1 - v)


@lru_cache(maxsize=1)
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Places of Gauss and Legendre in (0, 1), and their weights, which add up to 1."""
    nodes, weights = special.roots_legendre(_NODES)
    return (nodes + 1) / 2, weights / 2


def smallest(reaches: Callable[[int], bool], *, least: int) -> int:
    """The smallest number from ``least`` on for which ``reaches`` is true, as it is for all larger ones.

    Raises:
        Undecided: if it is beyond 10^9.
    """
    low, high = least - 1, least
    while not reaches(high):
        if high > MOST_ROWS:
            raise Undecided(f"even {MOST_ROWS:,} rows are too few", remedy="ask for a larger effect or less power")
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def check_level(alpha: float) -> None:
    """Raise InputError unless ``alpha`` is the level of a test."""
    if not 0 < alpha < 1:
        raise InputError(f"alpha {alpha}; wanted the level of a test between 0 and 1, such as 0.05")


def check_shift(effect: float, se: float, df: float | None) -> None:
    """Raise InputError unless the effect is finite, and ``se`` and ``df``, if it is given, are finite and above 0."""
    if not math.isfinite(effect):
        raise InputError(f"an effect of {effect}; wanted a finite number, in the unit of the estimate")
    if not (math.isfinite(se) and se > 0):
        raise InputError(f"a standard error of {se}; wanted a finite number above 0, in the unit of the estimate")
    if df is not None and not (math.isfinite(df) and df > 0):
        raise InputError(f"{df} degrees of freedom; wanted a finite number above 0, or None for a normal estimate")


def _check_plan(effect: float, power: float) -> None:
    if effect == 0:
        raise InputError("an effect of 0 is found by no number of rows; give one that differs from it")
    if not 0 < power < 1:
        raise InputError(f"a power of {power}; wanted a probability between 0 and 1, such as {USUAL}")
