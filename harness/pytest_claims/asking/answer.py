"""The answer: what the body of a claim says of one panel.

Knows nothing about verdicts or pytest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pytest_claims.asking.condition import Condition, condition_of
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.panel import Panel
from pytest_claims.stats.estimate import Finding, ledger

Outcome = Literal["held", "failed", "undecided"]
Body = Callable[[Panel], object]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Why the data cannot answer: the facts of :class:`pytest_claims.base.errors.Undecided`, by the same names."""

    reason: str
    have: str = ""
    remedy: str = ""
    missing: str = ""

    def __str__(self) -> str:
        return str(Undecided(self.reason, have=self.have, remedy=self.remedy, missing=self.missing))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``unmet`` is what a failed claim asserts and the data do not meet; ``gap`` why one is undecided."""

    outcome: Outcome
    unmet: Condition | None = None
    gap: Gap | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def finding(self) -> Finding | None:
        """The headline: what the body computed first."""
        return self.findings[0] if self.findings else None

    @property
    def reason(self) -> str:
        """Why it is not held, as a sentence may end; empty if it is."""
        return str(self.unmet or self.gap or "")


def ask(body: Body, panel: Panel, *, explain: bool = True) -> Answer:
    """What ``body`` says of one panel, with every finding that it noted on the way.

    Args:
        explain: whether to find out which condition failed, which evaluates its two sides again.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.

    Raises:
        InputError: for a body that returns something: whatever it is, it cannot fail.
    """
    with ledger() as findings:
        try:
            returned = body(panel)
        except AssertionError as error:
            unmet = condition_of(error) if explain else None
            return Answer(outcome="failed", unmet=unmet, findings=tuple(findings))
        except Undecided as why:
            gap = Gap(reason=why.reason, have=why.have, remedy=why.remedy, missing=why.missing)
            return Answer(outcome="undecided", gap=gap, findings=tuple(findings))
    if returned is not None:
        raise InputError(f"the claim returned {returned!r:.60}; write what must be so with assert, and return nothing")
    return Answer(outcome="held", findings=tuple(findings))
