"""Two one-sided tests: is an estimate, of whatever kind, within bounds that matter?

Knows nothing about how the estimate came about.
"""

import math
from typing import Final

from scipy import special

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.compared import compares_as
from pytest_claims.stats.estimate import Estimate, Tested, note
from pytest_claims.stats.student import t_interval

CONFIDENCE: Final = 0.90  # the interval that lies within the bounds if and only if p < 0.05


def equivalent(estimate: Estimate, *, low: float, high: float) -> Tested:
    """Two one-sided tests that what ``estimate`` estimates lies between ``low`` and ``high``.

    ``p`` is the larger of both: p < 0.05 means that the 90% interval, which the result carries, lies within the
    bounds. The tests are by t where ``details`` hold the standard error and degrees of freedom that the interval
    was made from. Otherwise they are normal, and the side of the interval that faces a bound is its standard error.

    Args:
        estimate: any estimate with an interval. The result takes its place as headline of a claim.
        low, high: the bounds, in the unit of the estimate.

    Raises:
        Undecided: for an estimate without interval, or with one of no width, such as [0, 0] where nothing differed.
        InputError: unless the bounds are finite and low < high.

    Source: Schuirmann (1987), J. Pharmacokinet. Biopharm. 15, 657-680.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"bounds {low} and {high}; wanted two numbers, low < high")
    interval = _interval(estimate)
    by_t = made_by_t(estimate, interval)
    p_low, p_high, within = (_by_t if by_t else _by_sides)(estimate, interval, low, high)
    found = note(
        Tested(
            method=f"{'t' if by_t else 'normal'} test of equivalence in [{low:g}, {high:g}], {estimate.method}",
            symbol=estimate.symbol,
            value=estimate.value,
            n=estimate.n,
            p=max(p_low, p_high),
            low=within[0],
            high=within[1],
            confidence=CONFIDENCE,
            null=estimate.null,
            within=(low, high),
            details={**estimate.details, "bound_low": low, "bound_high": high, "p_low": p_low, "p_high": p_high},
        ),
        ahead_of=estimate,
    )
    return compares_as(found, estimate)


def _interval(estimate: Estimate) -> tuple[float, float]:
    if estimate.low is None or estimate.high is None:
        raise Undecided(
            f"{estimate.symbol} has no interval; a test of equivalence takes one", remedy="give one that has it"
        )
    if not estimate.low <= estimate.value <= estimate.high or estimate.low == estimate.high:
        raise Undecided(
            f"the interval of {estimate.symbol}, [{estimate.low:g}, {estimate.high:g}], has no width around its value"
        )
    return estimate.low, estimate.high


def made_by_t(estimate: Estimate, interval: tuple[float, float]) -> bool:
    """Whether the interval is that of t by the standard error in ``details``, and not made on another scale."""
    se, df = estimate.details.get("se"), estimate.details.get("df")
    if se is None or df is None or not se > 0 or not df > 0:
        return False
    made = t_interval(estimate.value, se, df, estimate.confidence)
    return all(math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-6 * se) for a, b in zip(made, interval, strict=True))


def _by_t(
    estimate: Estimate, interval: tuple[float, float], low: float, high: float
) -> tuple[float, float, tuple[float, float]]:
    se, df = estimate.details["se"], estimate.details["df"]
    p_low, p_high = (float(special.stdtr(df, -room / se)) for room in (estimate.value - low, high - estimate.value))
    return p_low, p_high, t_interval(estimate.value, se, df, CONFIDENCE)


def _by_sides(
    estimate: Estimate, interval: tuple[float, float], low: float, high: float
) -> tuple[float, float, tuple[float, float]]:
    z = float(special.ndtri(0.5 + estimate.confidence / 2))
    below, above = (estimate.value - interval[0]) / z, (interval[1] - estimate.value) / z
    narrower = float(special.ndtri(0.5 + CONFIDENCE / 2))
    p_low, p_high = _tail(estimate.value - low, below), _tail(high - estimate.value, above)
    return p_low, p_high, (estimate.value - narrower * below, estimate.value + narrower * above)


def _tail(room: float, se: float) -> float:
    """One-sided p that there is no room up to a bound; on a side without width the value is at the end of its scale."""
    if se == 0:
        return 0.0 if room > 0 else 1.0
    return float(special.ndtr(-room / se))
