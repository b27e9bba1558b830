"""The judge: asks a claim about all the data, about every copy without one persona, and on through the battery.

Knows nothing about pytest, and nothing about any particular claim.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from harness.answer import Answer, Body
from harness.claim import Claim
from harness.measurement import Measurement
from harness.panel import Panel
from harness.robustness.case import Case, Check
from harness.robustness.result import CheckResult
from harness.settled import settled
from harness.verdict import Deletion, Verdict

T = TypeVar("T")


class Keep(Protocol):
    """Gives what was kept under these words for this answer, or makes it."""

    def __call__(self, what: str, kind: type[T], answer: Answer, make: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        """``kind`` is the class of what ``make`` gives."""


def judge(
    claim: Claim,
    body: Body,
    panel: Panel,
    *,
    again: Body | None = None,
    measurement: Measurement | None = None,
    checks: Sequence[Check] = (),
    keep: Keep | None = None,
) -> Verdict:
    """Call ``body`` once on ``panel``, once on each of its N leave-one-out copies, and as often as the checks want.

    Where it simulates a p it is called on each of these until the outcome does not hang on the random tables.

    Args:
        again: the same body for the checks, if there is a faster form of it.
        measurement: what the panel was made from; some checks need more of it than the panel shows.
        keep: where deletions and checks are kept, if anywhere.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.
    """
    keep = keep or _anew
    answer = settled(body, panel)
    deletions = keep("deletions", Deletion, answer, lambda: _deletions(body, panel))
    verdict = Verdict(claim=claim, subject=panel.subject, answer=answer, deletions=deletions)
    if not checks:
        return verdict
    case = Case(body=again or body, panel=panel, measurement=measurement, verdict=verdict)
    names = ", ".join(f"{check.name} {check.draws}" for check in checks)
    made = keep(names, CheckResult, answer, lambda: tuple(check.examine(case) for check in checks))
    return replace(verdict, checks=made)


def _deletions(body: Body, panel: Panel) -> tuple[Deletion, ...]:
    return tuple(Deletion(persona=gone, answer=settled(body, copy)) for gone, copy in panel.leave_one_out())


def _anew(what: str, kind: type[T], answer: Answer, make: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
    return make()
