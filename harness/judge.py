"""The judge: asks a claim about all the data, about every copy without one persona, and on through the battery.

Knows nothing about pytest, and nothing about any particular claim.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.answer import Body, ask
from harness.claim import Claim
from harness.measurement import Measurement
from harness.panel import Panel
from harness.robustness.case import Case, Check
from harness.robustness.result import CheckResult
from harness.verdict import Deletion, Verdict

Examine = Callable[[Case, Sequence[Check]], tuple[CheckResult, ...]]


def judge(
    claim: Claim,
    body: Body,
    panel: Panel,
    *,
    again: Body | None = None,
    measurement: Measurement | None = None,
    checks: Sequence[Check] = (),
    examine: Examine | None = None,
) -> Verdict:
    """Call ``body`` once on ``panel``, once on each of its N leave-one-out copies, and as often as the checks want.

    Args:
        again: the same body for the checks, if there is a faster form of it.
        measurement: what the panel was made from; some checks need more of it than the panel shows.
        examine: how the checks are put to the case, if not one after the other; a cache, say.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.
    """
    answer = ask(body, panel)
    deletions = tuple(Deletion(persona=gone, answer=ask(body, copy)) for gone, copy in panel.leave_one_out())
    verdict = Verdict(claim=claim, subject=panel.subject, answer=answer, deletions=deletions)
    if not checks:
        return verdict
    case = Case(body=again or body, panel=panel, measurement=measurement, verdict=verdict)
    return replace(verdict, checks=(examine or examine_all)(case, checks))


def examine_all(case: Case, checks: Sequence[Check]) -> tuple[CheckResult, ...]:
    """The results of all checks, one after the other."""
    return tuple(check.examine(case) for check in checks)
