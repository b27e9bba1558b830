"""The case: a claim on one subject, ready to be asked again, and what a check of it is.

Knows nothing about particular checks.
"""

import math
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from pytest_claims.asking.answer import Answer, Body, Outcome, ask
from pytest_claims.asking.settled import is_simulated, settled
from pytest_claims.base.errors import Undecided
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.panel import FloatArray, Panel
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.analysis import analysed
from pytest_claims.verdicts.verdict import Verdict

SEED: Final = 0  # the same data and claim must give the same result
FEWER_TABLES: Final = 200  # where a statistic simulates its p: SE 0.015 at p = 0.05, but thousands of times


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What a check may look at: the claim's body, its data, and the verdict on all the data.

    ``coarse`` gathers the numbers of random tables, fewer than a verdict needs, on which answers rested.
    """

    body: Body
    panel: Panel
    measurement: Measurement | None
    verdict: Verdict
    coarse: set[int] = field(default_factory=set)

    @property
    def outcome(self) -> Outcome:
        """The outcome on all the data."""
        return self.verdict.outcome

    @property
    def answer(self) -> Answer:
        """The answer on all the data."""
        return self.verdict.answer

    def ask(self, panel: Panel) -> Answer:
        """The answer on other data; simulated p-values rest on fewer tables than in a verdict."""
        with analysed(tables=FEWER_TABLES):
            answer = ask(self.body, panel, explain=False)
        if is_simulated(answer):
            self.coarse.add(FEWER_TABLES)
        return answer

    def settled(self, panel: Panel) -> Answer:
        """The answer on other data on which a verdict may rest: one that does not hang on random tables."""
        return settled(self.body, panel)

    def flips(self, panel: Panel) -> bool:
        """Whether the answer on other data is the opposite."""
        return self.opposed(self.ask(panel))

    def opposed(self, answer: Answer) -> bool:
        """Whether an answer is the opposite of that on all the data; undecided is not."""
        return answer.outcome not in (self.outcome, "undecided")

    def random(self, check: str) -> np.random.Generator:
        """Random numbers for one check: the same for every claim and subject, so that resamples are, too."""
        return np.random.default_rng([SEED, zlib.crc32(check.encode())])


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question about a claim, and how to answer it with a given number of random copies.

    ``run`` raises Undecided where the check does not apply, with the reason.
    """

    name: str
    question: str
    draws: int
    run: Callable[["Check", Case], CheckResult]

    def examine(self, case: Case) -> CheckResult:
        """The result; a check that does not apply says why."""
        if case.outcome == "undecided":
            return CheckResult(check=self.name, applies=False, sentence="Not checked: the claim is undecided.")
        case = replace(case, coarse=set())
        try:
            return _with_tables(self.run(self, case), case.coarse)
        except Undecided as reason:
            return CheckResult(check=self.name, applies=False, sentence=f"Does not apply: {reason}.")


def _with_tables(result: CheckResult, coarse: Collection[int]) -> CheckResult:
    """The result, which says on how few random tables simulated p-values of its copies rested, if any did."""
    if not coarse or not result.applies:
        return result
    sentence = f"{result.sentence} A simulated p of a copy rests on {max(coarse)} random tables."
    return replace(result, sentence=sentence, numbers={**result.numbers, "tables": max(coarse)})


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """How often a claim held and failed on many copies; ``estimates`` (copy,) are NaN where undecided."""

    held: int
    failed: int
    undecided: int
    estimates: FloatArray

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> "Tally":
        """Count answers. Raises Undecided if there is not one that decides."""
        asked = list(answers)
        outcomes = [answer.outcome for answer in asked]
        if outcomes.count("undecided") == len(outcomes):
            raise Undecided(f"on no copy can the claim be answered ({asked[0].reason if asked else 'there is none'})")
        return cls(
            held=outcomes.count("held"),
            failed=outcomes.count("failed"),
            undecided=outcomes.count("undecided"),
            estimates=np.array([estimate_of(answer) for answer in asked]),
        )

    @property
    def decided(self) -> int:
        """Copies on which the claim could be answered."""
        return self.held + self.failed

    @property
    def share(self) -> float:
        """The share of decided copies on which the claim held."""
        return self.held / self.decided

    @property
    def error(self) -> float:
        """The Monte Carlo standard error of the share, after Agresti and Coull: above 0 also at 0 and 1."""
        smoothed = (self.held + 2) / (self.decided + 4)
        return math.sqrt(smoothed * (1 - smoothed) / (self.decided + 4))

    @property
    def spread(self) -> str:
        """From where to where the estimate runs, as the end of a sentence; empty where there is none."""
        known = self.estimates[~np.isnan(self.estimates)]
        return f"; the estimate runs from {known.min():+.3g} to {known.max():+.3g}" if len(known) else ""

    @property
    def numbers(self) -> dict[str, float]:
        """The counts, for a record."""
        return {"held": self.held, "failed": self.failed, "undecided": self.undecided, "share": self.share}

    def __str__(self) -> str:
        left = f", {self.undecided} undecided" if self.undecided else ""
        return f"{self.share:.0%} ±{196 * self.error:.0f} points ({self.held} of {self.decided}{left})"


def estimate_of(answer: Answer) -> float:
    """The headline estimate; NaN where there is none."""
    return math.nan if answer.finding is None or answer.outcome == "undecided" else answer.finding.estimate


def refuse_if_unmoved(answer: Answer, answers: Sequence[Answer], what: str) -> None:
    """Raise Undecided where no answer differs from ``answer``: the claim does not depend on ``what`` was changed."""
    seen = {(one.outcome, *(round(finding.estimate, 9) for finding in one.findings)) for one in (answer, *answers)}
    if len(seen) == 1:
        raise Undecided(f"nothing in it depends on {what}")
