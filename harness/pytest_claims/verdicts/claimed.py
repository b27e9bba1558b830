"""What a claim counts as true of its estimate, and whether the data exclude all of that.

Knows nothing about how a claim is asked: it reads what the body demands of the numbers of its estimates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.demand import Demand
from pytest_claims.asking.original import Original
from pytest_claims.data.design import Design
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.power import detectable_r

Kind = Literal["presence", "absence", "equivalence", "value"]


@dataclass(frozen=True, kw_only=True)
class Smallest:
    """The smallest effect of interest: how far from no effect, in the unit of the estimate, and who says so.

    ``basis`` is the claim, its finding, or the source: then it is the correlation that its ``n`` rows detect with 33%
    power, so that a smaller one is no replication (Simonsohn 2015, Psychol. Sci. 26, 559-569).
    """

    size: float
    basis: Literal["claim", "finding", "source"]
    n: int | None = None


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """The values that would make a claim true.

    Attributes:
        about: the place of the estimate that it is about, among those of the answer.
        kind: ``presence`` of an effect; its ``absence``, where the body wants p not to be small; ``equivalence``, where
            it is tested that the value lies within bounds; or one ``value``.
        null: the value without any effect.
        low, high: values from low to high count as true; None where there is no end.
        outside: whether instead those outside of low and high do, as of an effect of either sign.
        smallest: the smallest effect of interest that low or high rest on, if they do.
        alpha: below what p is to be, or of an absence from what on; None where p is not asked.
    """

    about: int
    kind: Kind
    null: float
    low: float | None
    high: float | None
    outside: bool = False
    smallest: Smallest | None = None
    alpha: float | None = None

    def excluded_by(self, estimate: Estimate) -> bool:
        """Whether no value within the interval of an estimate counts as true; or p says so of what should be absent."""
        if self.kind == "absence" and self.alpha is not None and estimate.p is not None and estimate.p < self.alpha:
            return True
        if estimate.low is None or estimate.high is None:
            return False
        if self.outside:
            low, high = self.low, self.high
            return low is not None and high is not None and low < estimate.low and estimate.high < high
        below = self.low is not None and estimate.high < self.low
        return below or (self.high is not None and estimate.low > self.high)


def claimed_of(answer: Answer, demands: Sequence[Demand], claim: Claim, design: Design) -> Claimed | None:
    """What a claim counts as true of the estimate that decided it.

    None where it is undecided, demands nothing of an estimate, or failed for another reason.
    """
    about = _about(answer, demands)
    if about is None or about >= len(answer.estimates):
        return None
    estimate, mine = answer.estimates[about], [one for one in demands if one.about == about]
    alpha = next((one.number for one in mine if one.part == "p" and one.operator in ("<", "<=")), None)
    if estimate.within is not None:
        low, high = estimate.within
        return Claimed(about=about, kind="equivalence", null=estimate.null, low=low, high=high, alpha=alpha)
    least = [one.number for one in mine if one.part == "p" and one.operator in (">", ">=")]
    if least:
        none = estimate.null
        return Claimed(about=about, kind="absence", null=none, low=none, high=none, alpha=least[0])
    exact = [one.number for one in mine if one.part == "value" and one.operator == "=="]
    if exact:
        return Claimed(about=about, kind="value", null=estimate.null, low=exact[0], high=exact[0])
    return _presence(estimate, mine, claim, design, about, alpha)


def _about(answer: Answer, demands: Sequence[Demand]) -> int | None:
    if answer.outcome == "held":
        return demands[0].about if demands else None
    unmet = answer.unmet.text if answer.unmet else None
    lacking = (one.about for one in demands if one.text == unmet and not one.met(answer.estimates))
    return next(lacking, None)


def _presence(
    estimate: Estimate, mine: Sequence[Demand], claim: Claim, design: Design, about: int, alpha: float | None
) -> Claimed:
    above, below = _bounds(estimate, mine, claim.original)
    null, smallest, outside = estimate.null, None, above is None and below is None
    if (above is None or above == null) and (below is None or below == null):  # else its own bounds are the smallest
        smallest = _smallest(estimate, claim, design)
    size = smallest.size if smallest else 0.0
    if outside:
        low, high = null - size, null + size
        return Claimed(
            about=about, kind="presence", null=null, low=low, high=high, outside=True, smallest=smallest, alpha=alpha
        )
    lowest = null + size if above == null else above
    highest = null - size if below == null else below
    return Claimed(about=about, kind="presence", null=null, low=lowest, high=highest, smallest=smallest, alpha=alpha)


def _bounds(estimate: Estimate, mine: Sequence[Demand], original: Original | None) -> tuple[float | None, float | None]:
    """Above and below what the value is to be, by the body; else by the side of its p, else by the source's sign."""
    above = [one.number for one in mine if one.part in ("value", "low") and one.operator in (">", ">=")]
    below = [one.number for one in mine if one.part in ("value", "high") and one.operator in ("<", "<=")]
    if above or below:
        return (max(above) if above else None), (min(below) if below else None)
    if estimate.side == "above":
        return estimate.null, None
    if original is not None and original.symbol == estimate.symbol:
        return (estimate.null, None) if original.value > original.null else (None, estimate.null)
    return None, None


def _smallest(estimate: Estimate, claim: Claim, design: Design) -> Smallest | None:
    if claim.smallest is not None:
        return Smallest(size=claim.smallest, basis="claim")
    if estimate.symbol in design.smallest:
        return Smallest(size=design.smallest[estimate.symbol], basis="finding")
    original = claim.original
    if original is not None and original.symbol == estimate.symbol == "r" and original.n >= MINIMUM_ROWS:
        return Smallest(size=detectable_r(original.n), basis="source", n=original.n)
    return None
