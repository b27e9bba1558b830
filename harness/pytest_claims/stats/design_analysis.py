"""What to expect of a significant estimate: how often its sign is wrong, and how much too large it is.

Knows nothing about what was estimated, nor what came out: it takes an effect that is held to be true.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.stats.density import MANY, check_correlation, critical_z, upper_tail
from pytest_claims.stats.power import LEVEL, check_level, check_shift, critical_scales

_DENSITY_AT_0: Final = 1 / math.sqrt(2 * math.pi)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a test does, and its significant estimates are, on average, if the effect is as large as held to be.

    Attributes:
        power: probability of significance, on either side.
        wrong_sign: the share of significant estimates that have the wrong sign (type S error), below 0.5.
        exaggeration: the mean size, without sign, of significant estimates over that of the effect (type M error).
    """

    power: float
    wrong_sign: float
    exaggeration: float


def expected(effect: float, se: float, *, alpha: float = LEVEL, df: float | None = None) -> Expected:
    """What to expect of a normal estimate, tested against 0 on both sides.

    With ``df`` its standard error is estimated, and the test one of t. This is not what ``retrodesign`` of Gelman and
    Carlin does with ``df``: there the standard error is known and the estimate itself has the distribution of t.
    Without ``df`` both agree.

    Args:
        effect: what is held to be true, as a difference from the null, in the unit of the estimate.
        se: standard error of the estimate, in its unit.
        alpha: level of the test.
        df: degrees of freedom on which the standard error is estimated; None if it is known.

    Raises:
        InputError: for an effect of 0, of which no sign is wrong, or numbers that are not finite or not above 0.

    Source: Gelman and Carlin (2014), Perspect. Psychol. Sci. 9, 641-651; in closed form, by means of truncated normal
    distributions, Lu, Qiu and Deng (2019), Br. J. Math. Stat. Psychol. 72, 1-17.
    """
    check_shift(effect, se, df)
    check_level(alpha)
    _check_direction(effect)
    shift = abs(effect) / se
    critical, scales, weights = critical_scales(alpha, df)
    limits = critical * scales
    above, below = special.ndtr(shift - limits), special.ndtr(-shift - limits)
    sizes = shift * (above - below) + _normal_density(limits - shift) + _normal_density(limits + shift)
    return _expected(float(weights @ above), float(weights @ below), float(weights @ sizes), shift)


def expected_of_r(r: float, n: int, *, alpha: float = LEVEL) -> Expected:
    """What to expect of Pearson's r on ``n`` rows, by its t test; the exaggeration is that of |r|.

    Exact for rows of a bivariate normal distribution, and beyond 10^7 rows sound to 1e-6.

    Args:
        r: the correlation that is held to be true, in (-1, 1).
        n: rows, at least 4.
        alpha: level of the two-sided test.

    Raises:
        InputError: for other values, or an ``r`` of 0, of which no sign is wrong.

    Source: as for :func:`expected`, with the density of r of Hotelling (1953), J. R. Stat. Soc. B 15, 193-232.
    """
    check_correlation(r, n)
    check_level(alpha)
    _check_direction(r)
    z, critical = math.atanh(abs(r)), critical_z(n, alpha)
    if n > MANY:
        return expected(z, 1 / math.sqrt(n - 3), alpha=alpha)
    above, below = upper_tail(z, n, critical), upper_tail(-z, n, critical)
    sizes = sum(upper_tail(side, n, critical, weight=math.tanh) for side in (z, -z))
    return _expected(above, below, sizes, abs(r))


def _expected(above: float, below: float, sizes: float, effect: float) -> Expected:
    """From the probabilities of both tails, and the sum over both of size times probability."""
    power = above + below
    return Expected(power=min(1.0, power), wrong_sign=below / power, exaggeration=sizes / power / effect)


def _normal_density(x: FloatArray) -> FloatArray:
    return _DENSITY_AT_0 * np.exp(-x * x / 2)


def _check_direction(effect: float) -> None:
    if effect == 0:
        raise InputError("an effect of 0 has no sign that could be wrong; give one that differs from it")
