"""The best case of a test of equivalence: how often it could pass at this size if all were as equal as can be.

Knows nothing about what should be equivalent. It recognises an equivalence by the bounds that its estimate carries.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scipy import special

from pytest_claims.base.errors import InputError
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.power import scales, smallest
from pytest_claims.stats.rates import agresti_caffo
from pytest_claims.stats.scale import scale_of, standard_error
from pytest_claims.stats.two_one_sided import made_by_t

ONE_SIDED: Final = 0.05  # level of each of the two tests
_Z: Final = float(special.ndtri(1 - ONE_SIDED))


@dataclass(frozen=True, kw_only=True)
class BestCase:
    """The most that an equivalence can hope for.

    Attributes:
        power: probability of p < 0.05 at this size, if the truth lies in the middle of the bounds.
        size: the smallest size at which that probability is what was wanted.
        of: what the size counts: ``rows``, as ``n`` of the estimate does, or ``trials`` of each rate.
    """

    power: float
    size: int
    of: str


@dataclass(frozen=True, kw_only=True)
class _Test:
    """An equivalence as a function of its size."""

    power: Callable[[float], float]
    size: float
    least: int
    of: str


def best_case(estimate: Estimate, *, wanted: float = 0.5) -> BestCase | None:
    """How likely an equivalence passes if the truth lies in the middle of its bounds, and from which size on it would.

    The middle is no correlation, the middle of two bounds, or the same rate for all. Below a power of a half, not to
    pass says more of the size than of the truth.

    Args:
        estimate: what :func:`equivalence`, :func:`equivalent` or :func:`rate_equivalence` gave.
        wanted: the probability that is wanted, in (0, 1).

    Returns:
        None for an estimate of another kind.

    Raises:
        Undecided: if the size would be beyond 10^9.
        InputError: for another probability.

    Source: two one-sided tests, by t: Phillips (1990), J. Pharmacokinet. Biopharm. 18, 137-144, of which the middle is
    a case; on Fisher's z: Goertzen and Cribbie (2010), Br. J. Math. Stat. Psychol. 63, 527-537. Rates are taken to be
    normal, with the range of Tukey's studentized range, and the standard error of Agresti and Caffo (2000), Am. Stat.
    54, 280-288, at the pooled rate, without the small part of it that differs from pair to pair.
    """
    if not 0 < wanted < 1:
        raise InputError(f"a wanted power of {wanted}; wanted a probability between 0 and 1, such as 0.5")
    test = _recognised(estimate)
    if test is None:
        return None
    size = smallest(lambda one: test.power(one) >= wanted, least=test.least)
    return BestCase(power=test.power(test.size), size=size, of=test.of)


def best_case_between(estimate: Estimate, low: float, high: float, *, wanted: float = 0.5) -> BestCase:
    """The same of a claim that an estimate's interval lies wholly between ``low`` and ``high``, by the normal.

    Raises:
        Undecided: where it has no standard error or a bound no place on its scale, or as :func:`best_case`.
    """
    there, se = scale_of(estimate.symbol).there, standard_error(estimate)
    room, z = (there(high) - there(low)) / 2 / se, float(special.ndtri(0.5 + estimate.confidence / 2))

    # Fisher's z has the standard error of three rows less, and of one less for what is partialled out.
    lost = max(0.0, estimate.n - 1 / se / se) if scale_of(estimate.symbol).bounded else 0.0

    def power(n: float) -> float:
        return _normal(room * math.sqrt(max(0.0, n - lost) / (estimate.n - lost)), z)

    size = smallest(lambda one: power(one) >= wanted, least=1)
    return BestCase(power=power(estimate.n), size=size, of="rows")


def _recognised(estimate: Estimate) -> _Test | None:
    # That of any estimate comes first: what it was made from may have been an equivalence itself.
    for keys, made in (
        ({"bound_low", "bound_high"}, _within_bounds),
        ({"bound"}, _no_correlation),
        ({"margin", "pooled_rate", "trials_per_rate"}, _same_rates),
    ):
        if keys <= estimate.details.keys():
            return made(estimate)
    return None


def _no_correlation(estimate: Estimate) -> _Test:
    limit = math.atanh(estimate.details["bound"])
    return _Test(power=lambda n: _normal(limit * math.sqrt(n - 3)), size=estimate.n, least=4, of="rows")


def _within_bounds(estimate: Estimate) -> _Test | None:
    details, low, high = estimate.details, estimate.low, estimate.high
    if low is None or high is None:
        return None
    half = (details["bound_high"] - details["bound_low"]) / 2
    if made_by_t(estimate, (low, high)):
        return _Test(power=_t_power(estimate, half), size=estimate.n, least=1, of="rows")
    # Where the sides of the interval differ, the standard error is the mean of theirs.
    room = half / ((high - low) / 2 / _Z)
    return _Test(power=lambda n: _normal(room * math.sqrt(n / estimate.n)), size=estimate.n, least=1, of="rows")


def _t_power(estimate: Estimate, half: float) -> Callable[[float], float]:
    """The power as a function of rows; degrees of freedom grow with them, as those of clusters of one size do."""
    room, df = half / estimate.details["se"], estimate.details["df"]

    def power(n: float) -> float:
        grown = (df + 1) * n / estimate.n - 1
        return _by_t(room * math.sqrt(n / estimate.n), grown) if grown > 0 else 0.0

    return power


def _same_rates(estimate: Estimate) -> _Test:
    margin, rate, k = estimate.details["margin"], estimate.details["pooled_rate"], estimate.n

    def power(trials: float) -> float:
        from scipy.stats import studentized_range

        _, variance = agresti_caffo(rate * trials, trials)
        room = margin - _Z * math.sqrt(2 * variance)
        noise = math.sqrt(trials * rate * (1 - rate)) / (trials + 2)  # of a rate by Agresti and Caffo
        if room <= 0 or noise == 0:
            return float(room > 0)
        return float(studentized_range.cdf(room / noise, k, math.inf))

    return _Test(power=power, size=estimate.details["trials_per_rate"], least=1, of="trials")


def _normal(room: float, z: float = _Z) -> float:
    """The probability that both tests pass of an estimate with standard error 1 and bounds ``room`` from the middle."""
    return max(0.0, 2 * float(special.ndtr(room - z)) - 1)


def _by_t(room: float, df: float) -> float:
    """The same if the standard error, on average about 1, is estimated on ``df`` degrees of freedom."""
    critical = float(special.stdtrit(df, 1 - ONE_SIDED))
    errors, weights = scales(df, most=room / critical)  # with a larger one, none is close enough
    return min(1.0, float(weights @ (2 * special.ndtr(room - critical * errors) - 1)))
