"""The density of Pearson's r over rows of a bivariate normal distribution, as Fisher's z, and what it integrates to.

Knows nothing about what an integral is for.
"""

import math
from collections.abc import Callable
from typing import Final

from scipy import special

from pytest_claims.base.errors import InputError
from pytest_claims.stats.coefficients import MINIMUM_ROWS

_LEAST: Final = 1e-6
MANY: Final = 10**7  # rows, from which on r on Fisher's z is normal to 1e-6, and rounding tells in its density
REACH: Final = 12.0  # standard errors of Fisher's z, beyond which its density is 0 in double precision


def check_correlation(r: float, n: float) -> None:
    """Raise InputError unless r is in (-1, 1) and n is at least 4."""
    if not -1 < r < 1:
        raise InputError(f"a correlation of {r}; wanted one between -1 and 1, both excluded: check how it was computed")
    if not n >= MINIMUM_ROWS:
        raise InputError(f"a correlation on {n} rows; wanted at least {MINIMUM_ROWS}, for Fisher's z: add rows")


def critical_z(n: int, alpha: float) -> float:
    """Fisher's z of the smallest r, on ``n`` rows, that the two-sided t test calls significant at ``alpha``."""
    # Of a level so small that 1 less half of it is 1, the lower quantile is still there.
    t = -float(special.stdtrit(n - 2, alpha / 2)) if alpha < _LEAST else float(special.stdtrit(n - 2, 1 - alpha / 2))
    return math.atanh(t / math.sqrt(n - 2 + t * t))


def upper_tail(
    z_rho: float,
    n: int,
    critical: float,
    *,
    weight: Callable[[float], float] = lambda z: 1.0,
    end: float | None = None,
) -> float:
    """The integral of ``weight`` of z over the density of z on ``n`` rows, from ``critical`` on.

    Without a weight it is the probability that r is at least tanh(critical).

    Args:
        z_rho: Fisher's z of the correlation that is true.
        n: rows, at least 4.
        critical: Fisher's z from which it is taken.
        weight: a function of z that grows more slowly than the density falls.
        end: Fisher's z up to which it is taken; None for the one beyond which nothing is left.

    Source: the density of r of Hotelling (1953), J. R. Stat. Soc. B 15, 193-232.
    """
    log_beta = float(special.betaln(0.5, n / 2 - 1))

    def density(z: float) -> float:  # that of r under independence, times the ratio, times dr/dz
        return weight(z) * math.exp(log_ratio(z, z_rho, n) - (n - 2) * log_cosh(z) - log_beta)

    reach = REACH / math.sqrt(n - 3)
    peak = max(critical, z_rho)
    return integral(density, max(critical, z_rho - reach), peak + reach if end is None else end, peak)


def log_ratio(z_r: float, z_rho: float, n: int) -> float:
    """The logarithm of the density of r under rho over that under independence, both as Fisher's z."""
    # In Hotelling's density, 1 - rho^2 and 1 - rho r are here written in z, where neither rounds to 0.
    series = special.hyp2f1(0.5, 0.5, n - 0.5, [(1 + math.tanh(z_r) * math.tanh(z_rho)) / 2, 0.5])
    mixed = log_cosh(z_rho) + log_cosh(z_r) - log_cosh(z_rho - z_r)
    return (n - 1.5) * mixed - (n - 1) * log_cosh(z_rho) + math.log(float(series[0]) / float(series[1]))


def log_cosh(z: float) -> float:
    """The logarithm of cosh z, finite for any z."""
    return abs(z) + math.log1p(math.exp(-2 * abs(z))) - math.log(2)


def integral(function: Callable[[float], float], low: float, high: float, peak: float) -> float:
    """The integral of ``function`` from ``low`` to ``high``, which is split at its ``peak``."""
    from scipy.integrate import quad

    return sum(quad(function, a, b, epsabs=0, epsrel=1e-7, limit=200)[0] for a, b in ((low, peak), (peak, high)))
