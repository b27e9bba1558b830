"""The case: a claim on one subject, ready to be asked again, and what a check of it is.

Knows nothing about particular checks.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from zlib import crc32

import numpy as np

from pytest_claims.asking.answer import Answer, Body, Outcome, ask
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.asking.leaving import levels_of
from pytest_claims.asking.null import Null
from pytest_claims.asking.settled import OF_COPIES, is_simulated, settled
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.design import Words
from pytest_claims.data.gap import Gap
from pytest_claims.data.table import Table
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.analysis import analysed

SEED: Final = 0  # the same data and claim must give the same result
FEWER_TABLES: Final = 200  # where a statistic simulates its p: SE 0.015 at p = 0.05, but thousands of times


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A value that is taken to be true of one estimate of a claim, by its place among them."""

    about: int
    value: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What a check may look at: the claim's body, its data, the answers on all of them and without parts of them.

    ``keeps_replicates`` says whether what the claim computes on resampled tables is kept. ``effect`` is
    the one whose power is to be simulated, if any. ``coarse`` gathers the numbers of random tables, fewer than a
    verdict needs, on which answers rested.
    """

    body: Body
    table: Table
    answer: Answer
    null: Null | None = None
    left_out: tuple[LeftOut, ...] = ()
    keeps_replicates: bool = False
    effect: Effect | None = None
    coarse: set[int] = field(default_factory=set)

    @property
    def deletions(self) -> tuple[Deletion, ...]:
        """The answers without each level of the first unit."""
        return self.without_each(self.left_out[0].unit).deletions if self.left_out else ()

    def without_each(self, unit: str) -> LeftOut:
        """What was left out of a unit."""
        nothing = LeftOut(unit=unit, count=0)
        return next((one for one in self.left_out if one.unit == unit and not one.families), nothing)

    @property
    def outcome(self) -> Outcome:
        """The outcome on all the data."""
        return self.answer.outcome

    @property
    def words(self) -> Words:
        """What sentences call things."""
        return self.table.design.words

    def ask(self, table: Table) -> Answer:
        """The answer on other data; simulated p-values rest on fewer tables than in a verdict."""
        with analysed(tables=FEWER_TABLES):
            answer = ask(self.body, table, explain=False)
        if is_simulated(answer):
            self.coarse.add(FEWER_TABLES)
        return answer

    def settled(self, table: Table) -> Answer:
        """The answer on other data on which a verdict may rest: one that does not hang on random tables."""
        return settled(self.body, table, ladder=OF_COPIES)

    def flips(self, table: Table) -> bool:
        """Whether the answer on other data is the opposite."""
        return self.opposed(self.ask(table))

    def opposed(self, answer: Answer) -> bool:
        """Whether an answer is the opposite of that on all the data; undecided is not."""
        return answer.outcome not in (self.outcome, "undecided")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question about a claim, with ``{units}`` for what is drawn or left out, answered with random copies.

    ``run`` raises Undecided where the check does not apply, with the reason. One that is ``each`` is made of every
    unit of the table, and is then about ``unit``; ``main`` is False for all but the first. ``stream`` tells its
    random numbers from those of other checks.
    """

    name: str
    question: str
    draws: int
    stream: int
    run: Callable[["Check", Case], CheckResult]
    each: bool = False
    unit: str = ""
    main: bool = True

    @property
    def random(self) -> np.random.Generator:
        """Random numbers, from their beginning: the same for every claim and subject, so that resamples are, too."""
        own = () if self.main else (crc32(self.unit.encode()),)
        return np.random.default_rng([SEED, self.stream, *own])

    def examine(self, case: Case) -> tuple[CheckResult, ...]:
        """The result, of every unit, the one with the fewest levels first; a check that does not apply says why."""
        if case.outcome == "undecided":
            return (CheckResult(check=self.name, applies=False),)
        if not self.each:
            return (self._examined(case),)
        present = [unit.name for unit in case.table.design.units if levels_of(case.table, unit.name)]
        coarsest = sorted(present, key=lambda unit: len(levels_of(case.table, unit)))
        several = (replace(self, unit=unit, main=unit == present[0]) for unit in coarsest)
        return tuple(check._examined(case) for check in several)

    def _examined(self, case: Case) -> CheckResult:
        case = replace(case, coarse=set())
        try:
            result = replace(self.run(self, case), unit=self.unit)
        except Undecided as why:
            return CheckResult(check=self.name, unit=self.unit, applies=False, gap=Gap.of(why))
        # On how few random tables simulated p-values of its copies rested, if any did.
        tables = {"tables": max(case.coarse)} if case.coarse else {}
        return replace(result, numbers={**result.numbers, **tables})


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """How often a claim held and failed on many copies; ``values`` (copy,) are NaN where undecided."""

    held: int
    failed: int
    undecided: int
    values: FloatArray

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
            values=np.array([value_of(answer) for answer in asked]),
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
    def numbers(self) -> dict[str, float]:
        """The counts, for a record."""
        return {"held": self.held, "failed": self.failed, "undecided": self.undecided, "share": self.share}

    @property
    def spread(self) -> dict[str, float]:
        """From where to where the headline value runs; empty where there is none."""
        known = self.values[~np.isnan(self.values)]
        return {"lowest": float(known.min()), "highest": float(known.max())} if len(known) else {}


def value_of(answer: Answer) -> float:
    """The headline value; NaN where there is none."""
    return math.nan if answer.estimate is None or answer.outcome == "undecided" else answer.estimate.value


def refuse_if_unmoved(answer: Answer, answers: Sequence[Answer], what: str) -> None:
    """Raise Undecided where no answer differs from ``answer``: the claim does not depend on ``what`` was changed.

    Without an estimate this cannot be known: an outcome that is always the same may rest on what was changed.
    """
    seen = {(one.outcome, *(round(estimate.value, 9) for estimate in one.estimates)) for one in (answer, *answers)}
    if len(seen) == 1:
        if not answer.estimates:
            raise Undecided(f"no copy has another outcome, and no estimate shows whether it depends on {what}")
        raise Undecided(f"nothing in it depends on {what}")
