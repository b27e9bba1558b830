"""What a claim counts as true of its estimate, and whether the data exclude all of that.

Knows nothing about how a claim is asked: it reads what the body demands of the numbers of its estimates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.demand import Demand
from pytest_claims.asking.original import Original
from pytest_claims.base.errors import InputError
from pytest_claims.data.design import Design
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.power import detectable_r
from pytest_claims.stats.scale import WITHIN_ONE

LEAST_CONFIDENCE: Final = 0.95  # of an interval that excludes; two one-sided tests have one of 90%
Kind = Literal["presence", "absence", "equivalence", "value", "unread"]


@dataclass(frozen=True, kw_only=True)
class Smallest:
    """The smallest effect of interest: its ``size`` is how far it is from no effect, in the unit of the estimate.

    Who says so, the ``basis``, is the claim, its finding, or the source: then it is the correlation that its ``n``
    rows detect with 33% power, so that a smaller one is no replication (Simonsohn 2015, Psychol. Sci. 26, 559-569).
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
            it is tested that the value lies within bounds, or its interval is to lie there; or one ``value``.
            ``unread``: what a claim that failed demands of its estimates stands in no assert that can be read.
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
        if estimate.confidence < LEAST_CONFIDENCE and estimate.within is None:
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
        return None if demands or answer.outcome != "failed" else _unread(answer)
    estimate, mine = answer.estimates[about], [one for one in demands if one.about == about]
    alpha = next((one.number for one in mine if one.part == "p" and one.operator in ("<", "<=")), None)
    if _is_absence(mine):
        least = next((one.number for one in mine if one.part == "p"), None)
        none = None if estimate.within else estimate.null
        return Claimed(about=about, kind="absence", null=estimate.null, low=none, high=none, alpha=least)
    if estimate.within is not None:
        low, high = estimate.within
        return Claimed(about=about, kind="equivalence", null=estimate.null, low=low, high=high, alpha=alpha)
    exact = [one.number for one in mine if one.part == "value" and one.operator == "=="]
    if exact:
        return Claimed(about=about, kind="value", null=estimate.null, low=exact[0], high=exact[0])
    # What held did so on whichever side it lies: the source's sign is no demand of the body.
    above, below = _bounds(estimate, mine, None if answer.outcome == "held" else claim.original)
    if _is_between(mine) and above is not None and below is not None and above < below:
        return Claimed(about=about, kind="equivalence", null=estimate.null, low=above, high=below, alpha=alpha)
    smallest = _smallest(estimate, claim, design) if {above, below} <= {None, estimate.null} else None
    return replace(_presence(about, estimate.null, above, below, smallest), alpha=alpha)


def _is_absence(mine: Sequence[Demand]) -> bool:
    """Whether p is not to be small, or an interval is to hold a value: an effect is only not to be found."""
    signs = {(one.part, one.operator.rstrip("=")) for one in mine}
    by_p = ("p", ">") in signs and ("p", "<") not in signs
    return by_p or {("low", "<"), ("high", ">")} <= signs


def _is_between(mine: Sequence[Demand]) -> bool:
    """Whether an interval is to lie between two values."""
    return {("low", ">"), ("high", "<")} <= {(one.part, one.operator.rstrip("=")) for one in mine}


def _about(answer: Answer, demands: Sequence[Demand]) -> int | None:
    if answer.outcome == "held":  # what is claimed least firmly decides how firm all of it is
        of_each = {one.about: [other for other in demands if other.about == one.about] for one in demands}
        return next((about for about, mine in of_each.items() if _is_absence(mine)), next(iter(of_each), None))
    unmet = answer.unmet.text if answer.unmet else None
    lacking = (one.about for one in demands if one.text == unmet and not one.met(answer.estimates))
    return next(lacking, None)


def _unread(answer: Answer) -> Claimed | None:
    """That nobody knows what would make it true, where an estimate might leave that open."""
    known = [place for place, one in enumerate(answer.estimates) if one.low is not None or one.p is not None]
    if not known:
        return None
    return Claimed(about=known[0], kind="unread", null=answer.estimates[known[0]].null, low=None, high=None)


def _presence(about: int, null: float, above: float | None, below: float | None, smallest: Smallest | None) -> Claimed:
    """An effect above or below a value, where that is no effect from the smallest of interest on; or of either sign."""
    size = smallest.size if smallest else 0.0
    outside = above is None and below is None
    low = null - size if outside else null + size if above == null else above
    high = null + size if outside else null - size if below == null else below
    return Claimed(about=about, kind="presence", null=null, low=low, high=high, outside=outside, smallest=smallest)


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
        _refuse_beyond(claim.smallest, estimate, f"claim {claim.id!r}")
        return Smallest(size=claim.smallest, basis="claim")
    if estimate.symbol in design.smallest:
        _refuse_beyond(design.smallest[estimate.symbol], estimate, "[smallest] of the finding")
        return Smallest(size=design.smallest[estimate.symbol], basis="finding")
    original = claim.original
    if original is not None and original.symbol == estimate.symbol == "r" and original.n >= MINIMUM_ROWS:
        return Smallest(size=detectable_r(original.n), basis="source", n=original.n)
    return None


def _refuse_beyond(size: float, estimate: Estimate, who: str) -> None:
    if estimate.symbol in WITHIN_ONE and size >= 1:
        raise InputError(f"{who} has {estimate.symbol} = {size:g} as its smallest effect; none is 1 or more")
