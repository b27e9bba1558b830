"""The verdict: what became of one claim on one subject, with all the evidence.

Knows nothing about how it was reached or where it is written.
"""

from dataclasses import dataclass
from typing import Literal

from harness.claim import Claim
from harness.stats.finding import Finding

Outcome = Literal["held", "failed", "undecided"]
Robustness = Literal["robust", "fragile", "untested"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the body of a claim said of one panel; ``reason`` is the assertion or why it is undecided."""

    outcome: Outcome
    reason: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def finding(self) -> Finding | None:
        """The headline: what the body computed first."""
        return self.findings[0] if self.findings else None


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """The answer without one persona."""

    persona: str
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer on all the data, and on each copy without one persona."""

    claim: Claim
    subject: str
    answer: Answer
    deletions: tuple[Deletion, ...]

    @property
    def outcome(self) -> Outcome:
        """The answer on all the data."""
        return self.answer.outcome

    @property
    def decidable(self) -> tuple[Deletion, ...]:
        """The copies on which the claim could be answered; the others count neither way."""
        return tuple(deletion for deletion in self.deletions if deletion.answer.outcome != "undecided")

    @property
    def agreeing(self) -> int:
        """How many decidable copies give the outcome of all the data."""
        return sum(deletion.answer.outcome == self.outcome for deletion in self.decidable)

    @property
    def flips(self) -> tuple[str, ...]:
        """The personas without whom the outcome is the opposite."""
        return tuple(deletion.persona for deletion in self.decidable if deletion.answer.outcome != self.outcome)

    @property
    def robustness(self) -> Robustness:
        """``fragile`` if one deletion flips the outcome, ``untested`` if no copy could be answered."""
        if self.outcome == "undecided" or not self.decidable:
            return "untested"
        return "fragile" if self.flips else "robust"

    @property
    def estimates(self) -> dict[str, float]:
        """The headline estimate without each persona, where there is one."""
        found = {deletion.persona: deletion.answer.finding for deletion in self.deletions}
        return {persona: finding.estimate for persona, finding in found.items() if finding is not None}

    @property
    def most_influential(self) -> str | None:
        """The persona whose deletion moves the headline estimate furthest, if one moves it at all."""
        finding = self.answer.finding
        if finding is None:
            return None
        moved = {persona: abs(estimate - finding.estimate) for persona, estimate in self.estimates.items()}
        return max(moved, key=moved.__getitem__) if any(moved.values()) else None

    def __str__(self) -> str:
        if self.outcome == "undecided" or self.robustness == "untested":
            return self.outcome
        return f"{self.outcome}, {self.robustness}"
