"""The verdict: what became of one claim on one subject, with all the evidence.

Knows nothing about how it was reached or where it is written.
"""

from dataclasses import dataclass
from functools import cached_property

from pytest_claims.asking.answer import Answer, Outcome
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.data.loss import Loss
from pytest_claims.data.pitfall import Pitfall
from pytest_claims.data.registration import UNKNOWN, Standing
from pytest_claims.robustness.repetition import Repetition
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.compared import Compared
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.firmness import Robustness, carrying, robustness_of
from pytest_claims.verdicts.power import Power
from pytest_claims.verdicts.ruling import Ruling, ruling_of


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer on all the data, on each copy from which something was left out, and what further checks said.

    Attributes:
        claim: what was asked.
        finding: the name of its finding, empty for claims of none.
        subject: the name of the data that it was asked of.
        base_model: the model that was measured: several subjects may share one.
        answer: on all the data.
        left_out: an entry for each unit of the subject, in the order of its design, and for families of a unit's levels
            one behind it.
        checks: what further checks said.
        lost: what the claim did without.
        claimed: what would make it true, where that is known.
        power: how often that would show, where that is known.
        compared: what the estimate that decided was computed from.
        pitfalls: what was looked for in that.
        repetition: what a repetition of the recorded measurement gives, of a live one of the same name.
        registered: how the claim stands to what was registered before its data were collected.
    """

    claim: Claim
    finding: str = ""
    subject: str
    base_model: str
    answer: Answer
    left_out: tuple[LeftOut, ...]
    checks: tuple[CheckResult, ...] = ()
    lost: tuple[Loss, ...] = ()
    claimed: Claimed | None = None
    power: Power | None = None
    compared: Compared | None = None
    pitfalls: tuple[Pitfall, ...] = ()
    repetition: Repetition | None = None
    registered: Standing = UNKNOWN

    @property
    def ruling(self) -> Ruling:
        """What it says of the claim."""
        return ruling_of(self.answer, self.claimed, self.power)

    @property
    def says(self) -> bool:
        """Whether it says yes or no: what is undecided, inconclusive or uninformative does not."""
        decided = self.ruling in ("held", "contradicted", "failed")
        return decided and self.robustness not in ("uninformative", "not shown otherwise")

    @property
    def outcome(self) -> Outcome:
        """The answer on all the data."""
        return self.answer.outcome

    @property
    def deciding(self) -> Estimate | None:
        """The estimate that decided: that which the claim is about, or else the headline."""
        return self.answer.estimates[self.claimed.about] if self.claimed else self.answer.estimate

    @property
    def main(self) -> LeftOut:
        """What was left out of the first unit of which anything was, on which figures and tables rest."""
        nothing = LeftOut(unit="", count=0)
        return next((one for one in self.left_out if one.deletions), self.left_out[0] if self.left_out else nothing)

    @property
    def deletions(self) -> tuple[Deletion, ...]:
        """The answers without each level of the main unit."""
        return self.main.deletions

    @property
    def decidable(self) -> tuple[Deletion, ...]:
        """Of these copies those on which the claim could be answered; the others count neither way."""
        return self.main.decidable

    @property
    def agreeing(self) -> int:
        """How many of them give the outcome of all the data."""
        return sum(deletion.answer.outcome == self.outcome for deletion in self.decidable)

    @property
    def flips(self) -> tuple[str, ...]:
        """The levels of the main unit without which the outcome is the opposite."""
        return self.main.overturning(self.outcome)

    @property
    def not_left_out(self) -> tuple[LeftOut, ...]:
        """The units, and families of their levels, of which nothing could be left out."""
        return tuple(one for one in self.left_out if not one.deletions)

    @cached_property
    def robustness(self) -> Robustness:
        """How firm the outcome is."""
        return robustness_of(self.ruling, self.answer, self.claimed, self.left_out, self.checks)

    def carrying(self, one: LeftOut) -> tuple[str, ...]:
        """The levels that make it fragile, of those that were left out."""
        return carrying(one, self.answer, self.claimed) if self.robustness == "fragile" else ()

    def result(self, check: str, unit: str | None = None) -> CheckResult | None:
        """The result of a further check, of any unit unless one is named, where it was made and applies."""
        several = (one for one in self.checks if one.check == check and unit in (None, one.unit))
        return next((one for one in several if one.applies), None)

    @property
    def values_without(self) -> dict[str, float]:
        """The headline value without each level of the main unit, where there is one."""
        found = {deletion.level: deletion.answer.estimate for deletion in self.deletions}
        return {level: estimate.value for level, estimate in found.items() if estimate is not None}

    @property
    def most_influential(self) -> str | None:
        """The level whose deletion moves the headline furthest, if one moves it at all."""
        estimate = self.answer.estimate
        if estimate is None:
            return None
        moved = {level: abs(value - estimate.value) for level, value in self.values_without.items()}
        return max(moved, key=moved.__getitem__) if any(moved.values()) else None

    def __str__(self) -> str:
        if self.robustness == "untested":
            return self.ruling
        but_for = self._but_for if self.robustness in ("robust", "fragile") else ""
        return f"{self.ruling}, {self.robustness}{but_for}"

    @property
    def _but_for(self) -> str:
        """What the word for its robustness does not speak of."""
        names = [f"families of {one.unit}" if one.families else one.unit for one in self.not_left_out]
        return f" ({', '.join(names)} not left out)" if names else ""
