"""How firm an outcome is, by one rule. Knows nothing about how its evidence was found."""

from collections.abc import Sequence
from typing import Final, Literal

from pytest_claims.asking.answer import Outcome
from pytest_claims.asking.deletion import LeftOut
from pytest_claims.robustness.result import CheckResult

DECISIVE: Final = ("rounding",)  # checks on which the wording rests, beside what is left out
Robustness = Literal["robust", "fragile", "clear", "underpowered", "untested"]


def robustness_of(
    outcome: Outcome, left_out: Sequence[LeftOut], checks: Sequence[CheckResult], *, cannot_tell: bool
) -> Robustness:
    """The word for how firm an outcome is.

    Undecided, or no copy from which something was left out can be answered: ``untested``.
    Failed, and the interval contains both no effect and the original one: ``underpowered``.
    Otherwise ``fragile`` if the outcome is the opposite without one level of any unit, without one family of levels,
    or with values that round to the printed ones; if not, ``robust`` if held, and ``clear`` if failed.
    """
    if outcome == "undecided" or not any(one.decidable for one in left_out):
        return "untested"
    if outcome == "failed" and cannot_tell:
        return "underpowered"
    if is_fragile(outcome, left_out, checks):
        return "fragile"
    return "robust" if outcome == "held" else "clear"


def is_fragile(outcome: Outcome, left_out: Sequence[LeftOut], checks: Sequence[CheckResult]) -> bool:
    """Whether what was left out, or a decisive check, overturns the outcome: the one place where that is decided."""
    overturned = any(one.overturning(outcome) for one in left_out)
    return overturned or any(check.flips for check in checks if check.check in DECISIVE)
