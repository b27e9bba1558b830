"""Does a new correlation replicate an original one? The criteria in use, each with its evidence.

Knows nothing about what was correlated, nor where the correlations come from: it sees (r, n) twice. What of it
holds for estimates of any kind is in ``replicated_estimate``.
"""

import math
from dataclasses import dataclass
from typing import Final

from scipy import special

from pytest_claims.base.errors import InputError
from pytest_claims.stats.coefficients import MINIMUM_ROWS as MINIMUM_ROWS  # also for who replicates
from pytest_claims.stats.coefficients import fisher_interval, pearson_p
from pytest_claims.stats.density import REACH, check_correlation, integral, log_cosh, log_ratio
from pytest_claims.stats.power import detectable_r

ALPHA: Final = 0.05
SIGNIFICANCE: Final = "significance and direction"
ORIGINAL_IN_INTERVAL: Final = "original within the replication's 95% confidence interval"
IN_PREDICTION_INTERVAL: Final = "replication within the original's 95% prediction interval"
SMALL_TELESCOPES: Final = "small telescopes"
BAYES_FACTOR: Final = "Bayes factor"
EVIDENCE: Final = 3.0  # Jeffreys (1961), appendix B: 'substantial' from about 3, and against below 1/3
FALL: Final = 40.0  # exp(-40) is 0 beside 1 in double precision
LARGEST_EXPONENT: Final = 709.0  # of e, in double precision


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion of this ``name`` applied: ``satisfied`` where numbers of the replication speak for it.

    None where it is not defined, with the reason in ``undefined``.
    """

    name: str
    satisfied: bool | None
    undefined: str = ""


@dataclass(frozen=True, kw_only=True)
class Replication:
    """A replication of one estimate, with the evidence of every criterion; None where there is none.

    Attributes:
        symbol: what original and replication are called.
        null: the value without any effect; for a correlation 0.
        original, original_n: the original estimate, and the rows it rests on.
        value, n: the same of the replication.
        p: of ``value`` against ``null``, two-sided; for a correlation the exact one.
        low, high: the interval of ``value`` at 95%; for a correlation Fisher's.
        prediction_low, prediction_high: 95% prediction interval of ``value`` from the original.
        r_33: the correlation for which the original n gives 33% power, with the original's sign.
        p_smaller: one-sided p of ``value`` being smaller than ``r_33``, in the direction of the original.
        bf10: Bayes factor for a correlation against none; 1 / bf10 is the one against.
        bf_directed: the same for a correlation in the direction of the original.
        significance, original_in_interval, in_prediction_interval, small_telescopes, bayes_factor:
            the criteria.
    """

    symbol: str
    null: float = 0.0
    original: float
    original_n: int
    value: float
    n: int
    p: float | None = None
    low: float | None = None
    high: float | None = None
    prediction_low: float | None = None
    prediction_high: float | None = None
    r_33: float | None = None
    p_smaller: float | None = None
    bf10: float | None = None
    bf_directed: float | None = None
    significance: Criterion
    original_in_interval: Criterion
    in_prediction_interval: Criterion
    small_telescopes: Criterion
    bayes_factor: Criterion

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All five, in the order of the fields."""
        return (
            self.significance,
            self.original_in_interval,
            self.in_prediction_interval,
            self.small_telescopes,
            self.bayes_factor,
        )

    @property
    def defined(self) -> tuple[Criterion, ...]:
        """Those that could be applied."""
        return tuple(criterion for criterion in self.criteria if criterion.satisfied is not None)


def replicate(*, original_r: float, original_n: int, r: float, n: int) -> Replication:
    """Apply every criterion to a replication of one correlation.

    Args:
        original_r, r: correlations, in (-1, 1).
        original_n, n: the rows each rests on, at least 4.

    Raises:
        InputError: for other values, or an original of 0, which has no direction to replicate.

    Source: the functions of this module. Small telescopes are those of Simonsohn (2015), Psychol.
    Sci. 26, 559-569, with the power of :func:`detectable_r` and a test on Fisher's z, as in Camerer
    et al. (2018), Nat. Hum. Behav. 2, 637-644; that a Bayes factor of 3 is evidence is a
    convention of Jeffreys (1961), Theory of Probability.
    """
    check_correlation(original_r, original_n)
    check_correlation(r, n)
    if original_r == 0:
        raise InputError("an original correlation of 0 has no direction; give one that differs from 0")
    sign = math.copysign(1.0, original_r)
    p = pearson_p(r, n)
    low, high = fisher_interval(r, n)
    prediction_low, prediction_high = prediction_interval(original_r, original_n, n)
    r_33 = sign * detectable_r(original_n)
    p_smaller = smaller_p(sign * r, n, than=abs(r_33))
    bf10, bf_directed = bayes_factor(r, n), directed_bayes_factor(sign * r, n)
    return Replication(
        symbol="r",
        original=original_r,
        original_n=original_n,
        value=r,
        n=n,
        p=p,
        low=low,
        high=high,
        prediction_low=prediction_low,
        prediction_high=prediction_high,
        r_33=r_33,
        p_smaller=p_smaller,
        bf10=bf10,
        bf_directed=bf_directed,
        significance=Criterion(name=SIGNIFICANCE, satisfied=p < ALPHA and sign * r > 0),
        original_in_interval=Criterion(name=ORIGINAL_IN_INTERVAL, satisfied=low <= original_r <= high),
        in_prediction_interval=Criterion(name=IN_PREDICTION_INTERVAL, satisfied=prediction_low <= r <= prediction_high),
        small_telescopes=Criterion(name=SMALL_TELESCOPES, satisfied=p_smaller >= ALPHA),
        bayes_factor=Criterion(name=BAYES_FACTOR, satisfied=bf_directed >= EVIDENCE),
    )


def prediction_interval(original_r: float, original_n: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Where a replication of the same correlation on ``n`` rows is expected: Fisher's z, both errors counted.

    Raises:
        InputError: for a correlation outside (-1, 1) or fewer than 4 rows.

    Source: Patil, Peng and Leek (2016), Perspect. Psychol. Sci. 11, 539-544.
    """
    check_correlation(original_r, original_n)
    check_correlation(0.0, n)
    half = float(special.ndtri(0.5 + confidence / 2)) * math.sqrt(1 / (original_n - 3) + 1 / (n - 3))
    z = math.atanh(original_r)
    return math.tanh(z - half), math.tanh(z + half)


def smaller_p(r: float, n: int, *, than: float) -> float:
    """One-sided p of ``r`` on ``n`` rows against a correlation of ``than`` or more, on Fisher's z."""
    return float(special.ndtr((math.atanh(r) - math.atanh(than)) * math.sqrt(n - 3)))


def bayes_factor(r: float, n: int) -> float:
    """BF10 of a correlation against none, with a uniform prior on (-1, 1); infinite from 1e308.

    Source: Ly, Verhagen and Wagenmakers (2016), J. Math. Psychol. 72, 19-32, with kappa = 1.
    """
    return (directed_bayes_factor(r, n) + directed_bayes_factor(-r, n)) / 2


def directed_bayes_factor(r: float, n: int) -> float:
    """BF+0 of a positive correlation against none, with a uniform prior on (0, 1); infinite from 1e308.

    Raises:
        InputError: for a correlation outside (-1, 1) or fewer than 4 rows.

    Source: as for :func:`bayes_factor`.
    """
    # Integrated here: pingouin's closed form cancels where r points the other way (3072 in place of
    # 0.0129 for r = -0.78 on 100 rows), hangs on some thousand rows, and needs mpmath, which it does
    # not install. A test holds the integral to it where it is sound.
    check_correlation(r, n)
    z_r = math.atanh(r)
    peak = max(0.0, z_r)
    top = log_ratio(z_r, peak, n)

    def posterior(z: float) -> float:
        return math.exp(log_ratio(z_r, z, n) - top - 2 * log_cosh(z))

    # From 0 on, where r points the other way, it falls like exp(-(n - 1.5) |r| z).
    reach = 1 / max(math.sqrt(n - 3) / REACH, (n - 1.5) * -r / FALL)
    log_bf = math.log(integral(posterior, max(0.0, peak - reach), peak + reach, peak)) + top
    return math.exp(log_bf) if log_bf < LARGEST_EXPONENT else math.inf
