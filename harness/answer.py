"""The answer: what the body of a claim says of one panel.

Knows nothing about verdicts or pytest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from harness.errors import Undecided
from harness.panel import Panel
from harness.stats.finding import Finding, ledger

Outcome = Literal["held", "failed", "undecided"]
Body = Callable[[Panel], object]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``reason`` is the assertion that failed, or why the question is undecided."""

    outcome: Outcome
    reason: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def finding(self) -> Finding | None:
        """The headline: what the body computed first."""
        return self.findings[0] if self.findings else None


def ask(body: Body, panel: Panel) -> Answer:
    """What ``body`` says of one panel, with every finding that it noted on the way.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.
    """
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
