"""The judge: asks a claim about all the data, then about every copy without one persona.

Knows nothing about pytest, and nothing about any particular claim.
"""

from collections.abc import Callable

from harness.claim import Claim
from harness.errors import Undecided
from harness.panel import Panel
from harness.stats.finding import ledger
from harness.verdict import Answer, Deletion, Verdict

Body = Callable[[Panel], object]


def judge(claim: Claim, body: Body, panel: Panel) -> Verdict:
    """Call ``body`` once on ``panel`` and once on each of its N leave-one-out copies.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.
    """
    answer = ask(body, panel)
    deletions = tuple(Deletion(persona=gone, answer=ask(body, copy)) for gone, copy in panel.leave_one_out())
    return Verdict(claim=claim, subject=panel.subject, answer=answer, deletions=deletions)


def ask(body: Body, panel: Panel) -> Answer:
    """What ``body`` says of one panel, with every finding that it noted on the way."""
    with ledger() as findings:
        try:
            body(panel)
        except AssertionError as error:
            return Answer(outcome="failed", reason=_first_line(error), findings=tuple(findings))
        except Undecided as reason:
            return Answer(outcome="undecided", reason=str(reason), findings=tuple(findings))
    return Answer(outcome="held", findings=tuple(findings))


def _first_line(error: AssertionError) -> str:
    return (str(error) or "an assertion without message").splitlines()[0]
