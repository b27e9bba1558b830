"""How firm a ruling is, by one rule. Knows nothing about how its evidence was found.

Whether an outcome changes without a row mostly repeats its p: near a threshold it does, far from it it does not. What
is asked here is whether a part of the data carries the estimate: without it, the estimate moves by more than its
standard error, or lies on the other side of no effect.
"""

from collections.abc import Sequence
from typing import Final, Literal

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.base.errors import Undecided
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.replication import EVIDENCE
from pytest_claims.stats.scale import scale_of, standard_error
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.ruling import Ruling

DECISIVE: Final = ("rounding",)  # checks on which the wording rests, beside what is left out
BY_CHANCE: Final = 1 / EVIDENCE  # held as often as this without the effect, it is evidence of less than 3 to 1
MOST_MOVED: Final = 1.0  # standard errors
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
    shown otherwise``. Held, and so is it in a third of worlds without the effect: ``uninformative``. No copy from which
    something was left out can be answered: ``untested``. Otherwise ``fragile`` if one level of any unit, or one
    family of levels, carries it, or if values that round to the printed ones overturn it; else ``robust``.
    """
    if ruling in ("inconclusive", "undecided"):
        return "untested"
    if ruling == "held" and claimed is not None and claimed.kind == "absence":
        return "not shown otherwise"
    if ruling == "held" and is_uninformative(checks):
        return "uninformative"
    if not any(one.decidable for one in left_out):
        return "untested"
    return "fragile" if is_fragile(answer, claimed, left_out, checks) else "robust"


def is_uninformative(checks: Sequence[CheckResult]) -> bool:
    """Whether worlds without the effect hold a claim so often that to hold says little."""
    shares = [one.numbers["share_at_first"] for one in checks if "share_at_first" in one.numbers]
    return any(share > BY_CHANCE for share in shares)


def is_fragile(
    answer: Answer, claimed: Claimed | None, left_out: Sequence[LeftOut], checks: Sequence[CheckResult]
) -> bool:
    """Whether a part of the data carries the estimate, or a decisive check overturns the outcome."""
    carried = any(carrying(one, answer, claimed) for one in left_out)
    return carried or any(check.flips for check in checks if check.check in DECISIVE)


def carrying(one: LeftOut, answer: Answer, claimed: Claimed | None) -> tuple[str, ...]:
    """The levels without which the estimate is another one.

    Where a claim demands nothing of an estimate, or that has no standard error, those without which the outcome is
    the opposite. Source of the limit: a change by one standard error is that of DFBETAS in small data, of Belsley, Kuh
    and Welsch (1980), Regression Diagnostics, section 2.1.
    """
    estimate = None if claimed is None else answer.estimates[claimed.about]
    error = None if estimate is None else _error(estimate)
    if claimed is None or estimate is None or error is None:
        return one.overturning(answer.outcome)
    return tuple(
        deletion.level
        for deletion in one.decidable
        if (without := _same_estimate(deletion, claimed)) is not None
        and (_moved(estimate, without) > MOST_MOVED * error or _crosses(estimate, without, claimed))
    )


def _same_estimate(deletion: Deletion, claimed: Claimed) -> Estimate | None:
    estimates = deletion.answer.estimates
    return estimates[claimed.about] if claimed.about < len(estimates) else None


def _moved(estimate: Estimate, without: Estimate) -> float:
    there = scale_of(estimate.symbol).there
    try:
        return abs(there(without.value) - there(estimate.value))
    except Undecided:  # a correlation of 1
        return 0.0 if without.value == estimate.value else float("inf")


def _crosses(estimate: Estimate, without: Estimate, claimed: Claimed) -> bool:
    """Whether an effect that is claimed to be there has the other sign."""
    return claimed.kind == "presence" and (estimate.value - claimed.null) * (without.value - claimed.null) < 0


def _error(estimate: Estimate) -> float | None:
    try:
        return standard_error(estimate)
    except Undecided:
        return None
