"""How firm a ruling is, by one rule. Knows nothing about how its evidence was found.

Whether an outcome changes without a row mostly repeats its p: near a threshold it does, far from it it does not. A part
of the data *carries* a claim that fails without it if less than half of the estimate is left then, too. Of claims with
the same p, those that no part carries were true more often in worlds of known truth (`make calibrate`).
"""

from collections.abc import Sequence
from typing import Final, Literal

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.deletion import LeftOut
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.replication import EVIDENCE
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.ruling import Ruling

DECISIVE: Final = ("rounding",)  # checks on which the wording rests, beside what is left out
BY_CHANCE: Final = 1 / EVIDENCE  # held as often as this without the effect, it is evidence of less than 3 to 1
_HALF: Final = 0.5
Robustness = Literal["robust", "fragile", "uninformative", "not shown otherwise", "untested"]


def robustness_of(
    ruling: Ruling,
    answer: Answer,
    claimed: Claimed | None,
    left_out: Sequence[LeftOut],
    checks: Sequence[CheckResult],
) -> Robustness:
    """The word for how firm a ruling is.

    Inconclusive, or undecided: ``untested``. Held, and all that it says is that something is not significant: ``not
    shown otherwise``. Held, and so is it in a third of worlds without the effect, or without a test its interval holds
    what would not make it true: ``uninformative``. No copy from which something was left out can be answered:
    ``untested``. Otherwise ``fragile`` if one level of any unit, or one family of levels, carries it, or if values that
    round to the printed ones overturn it; else ``robust``.
    """
    if ruling in ("inconclusive", "undecided"):
        return "untested"
    if ruling == "held" and claimed is not None and claimed.kind == "absence":
        return "not shown otherwise"
    if ruling == "held" and (is_uninformative(claimed, checks) or _is_untested(answer, claimed)):
        return "uninformative"
    if not any(one.decidable for one in left_out):
        return "untested"
    return "fragile" if is_fragile(answer, claimed, left_out, checks) else "robust"


def _is_untested(answer: Answer, claimed: Claimed | None) -> bool:
    """Whether an effect is claimed without a test, and the interval holds values that would not make it true."""
    if claimed is None or claimed.kind != "presence" or claimed.alpha is not None:
        return False
    estimate = answer.estimates[claimed.about]
    if estimate.low is None or estimate.high is None:
        return False
    if claimed.smallest is not None or claimed.null in (claimed.low, claimed.high):  # of an effect of any size
        return estimate.low <= claimed.null <= estimate.high
    below = claimed.low is not None and estimate.low <= claimed.low
    return below or (claimed.high is not None and estimate.high >= claimed.high)


def is_uninformative(claimed: Claimed | None, checks: Sequence[CheckResult]) -> bool:
    """Whether worlds without the effect hold a claim so often that to hold says little; not of an equivalence."""
    if claimed is not None and claimed.kind == "equivalence":
        return False
    shares = [one.numbers["share_at_first"] for one in checks if "share_at_first" in one.numbers]
    return any(share > BY_CHANCE for share in shares)


def is_fragile(
    answer: Answer, claimed: Claimed | None, left_out: Sequence[LeftOut], checks: Sequence[CheckResult]
) -> bool:
    """Whether a part of the data carries the estimate, or a decisive check overturns the outcome."""
    carried = any(carrying(one, answer, claimed) for one in left_out)
    return carried or any(check.flips for check in checks if check.check in DECISIVE)


def carrying(one: LeftOut, answer: Answer, claimed: Claimed | None) -> tuple[str, ...]:
    """The levels that carry a claim.

    Without one of them the outcome is the opposite, and less than half of the estimate is left, from its value without
    effect on; or, of an effect that was not shown, it is, and the estimate is twice as large or has the other sign. Of
    an equivalence, or of what is about no estimate, the opposite outcome alone counts.
    """
    if claimed is None or claimed.kind not in ("presence", "absence"):
        return one.overturning(answer.outcome)
    return tuple(
        copy.level
        for copy in one.decidable
        if copy.answer.outcome != answer.outcome and _left(copy.answer, answer, claimed) < _HALF
    )


def _left(without: Answer, answer: Answer, claimed: Claimed) -> float:
    """What share of an effect is left; of one that was not shown, what share it was of that without the level."""
    if claimed.about >= len(without.estimates):
        return 0.0
    before, after = (one.estimates[claimed.about].value - claimed.null for one in (answer, without))
    shown = (answer.outcome == "held") == (claimed.kind == "presence")  # or its absence is contradicted
    whole, part = (before, after) if shown else (after, before)
    return part / whole if whole else 0.0
