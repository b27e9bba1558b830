"""How firm an outcome is, by one rule. Knows nothing about how its evidence was found."""

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from pytest_claims.verdicts.verdict import Verdict

DECISIVE: Final = ("rounding",)  # checks on which the wording rests, beside what is left out
Robustness = Literal["robust", "fragile", "clear", "underpowered", "untested"]


def robustness_of(verdict: "Verdict") -> Robustness:
    """The word for how firm the outcome is.

    Undecided, or no copy from which something was left out can be answered: ``untested``.
    Failed, and the interval contains both no effect and the original one: ``underpowered``.
    Otherwise ``fragile`` if the outcome is the opposite without one level of any unit, without one family of levels,
    or with values that round to the printed ones; if not, ``robust`` if held, and ``clear`` if failed.
    """
    if verdict.outcome == "undecided" or not any(one.decidable for one in verdict.left_out):
        return "untested"
    if verdict.outcome == "failed" and verdict.cannot_tell:
        return "underpowered"
    if is_fragile(verdict):
        return "fragile"
    return "robust" if verdict.outcome == "held" else "clear"


def is_fragile(verdict: "Verdict") -> bool:
    """Whether what was left out, or a decisive check, overturns the outcome: the one place where that is decided."""
    left_out = any(one.overturning(verdict.outcome) for one in verdict.left_out)
    return left_out or any(check.flips for check in verdict.checks if check.check in DECISIVE)
