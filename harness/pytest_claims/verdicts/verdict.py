"""The verdict: what became of one claim on one subject, with all the evidence.

Knows nothing about how it was reached or where it is written.
"""

from dataclasses import dataclass
from typing import Final, Literal

from pytest_claims.asking.answer import Answer, Outcome
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.deletion import Deletion, decidable, overturning
from pytest_claims.robustness.result import CheckResult

DECISIVE: Final = ("leave-one-seed-out", "rounding")  # checks on which the wording rests, beside leave-one-out
Robustness = Literal["robust", "fragile", "clear", "underpowered", "untested"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer on all the data, on each copy without one row, and what further checks said.

    ``base_model`` is the model that was measured: several subjects may share one.
    """

    claim: Claim
    subject: str
    base_model: str
    answer: Answer
    deletions: tuple[Deletion, ...]
    checks: tuple[CheckResult, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The answer on all the data."""
        return self.answer.outcome

    @property
    def decidable(self) -> tuple[Deletion, ...]:
        """The copies on which the claim could be answered; the others count neither way."""
        return decidable(self.deletions)

    @property
    def agreeing(self) -> int:
        """How many decidable copies give the outcome of all the data."""
        return sum(deletion.answer.outcome == self.outcome for deletion in self.decidable)

    @property
    def flips(self) -> tuple[str, ...]:
        """The rows without whom the outcome is the opposite."""
        return overturning(self.deletions, self.outcome)

    @property
    def robustness(self) -> Robustness:
        """How firm the outcome is, by one rule.

        Undecided, or no copy without one row can be answered: ``untested``.
        Failed, and the interval contains both no correlation and the original one: ``underpowered``.
        Otherwise ``fragile`` if the outcome is the opposite without one row, without one seed, or
        with values that round to the printed ones; if not, ``robust`` if held, and ``clear`` if failed.
        """
        if self.outcome == "undecided" or not self.decidable:
            return "untested"
        if self.outcome == "failed" and self._cannot_tell:
            return "underpowered"
        if self.flips or any(check.flips for check in self.checks if check.check in DECISIVE):
            return "fragile"
        return "robust" if self.outcome == "held" else "clear"

    def result(self, check: str) -> CheckResult | None:
        """The result of a further check, where it was made and applies."""
        return next((one for one in self.checks if one.check == check and one.applies), None)

    @property
    def _cannot_tell(self) -> bool:
        estimate, original = self.answer.estimate, self.claim.original
        if original is None or estimate is None or estimate.low is None or estimate.high is None:
            return False
        if estimate.symbol != original.symbol:
            return False
        return all(estimate.low <= value <= estimate.high for value in (original.null, original.value))

    @property
    def values_without(self) -> dict[str, float]:
        """The headline value without each row, where there is one."""
        found = {deletion.row: deletion.answer.estimate for deletion in self.deletions}
        return {row: estimate.value for row, estimate in found.items() if estimate is not None}

    @property
    def most_influential(self) -> str | None:
        """The row whose deletion moves the headline furthest, if one moves it at all."""
        estimate = self.answer.estimate
        if estimate is None:
            return None
        moved = {row: abs(value - estimate.value) for row, value in self.values_without.items()}
        return max(moved, key=moved.__getitem__) if any(moved.values()) else None

    def __str__(self) -> str:
        if self.outcome == "undecided" or self.robustness == "untested":
            return self.outcome
        return f"{self.outcome}, {self.robustness}"
