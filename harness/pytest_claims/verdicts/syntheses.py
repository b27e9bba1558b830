"""Syntheses: what the subjects of a claim say together, if they may be put together at all.

Three independent subjects or more are pooled as a sample of all that there could be. Those that share levels of a unit
are not: of them there is the mean of these very models, with the levels drawn together.
Knows nothing about pytest, or about which estimate it is: it reads verdicts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from pytest_claims.base.errors import Undecided
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.pooling import Joint, Pooled, joint_mean, pool_estimates
from pytest_claims.stats.scale import standard_error
from pytest_claims.verdicts.independence import Shared, Units, groups, shared_by
from pytest_claims.verdicts.replications import without_z
from pytest_claims.verdicts.unit_record import UnitRecord
from pytest_claims.verdicts.verdict import Verdict

LEAST_INDEPENDENT: Final = 3  # of two the spread between studies is one difference, and its interval is all there is
_REPLICATES: Final = "bootstrap-units"

Place = tuple[str, str]  # the name of a finding, and of a subject


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """The claim's estimate on several subjects together, the original's among them.

    Attributes:
        claim: its id.
        subjects: those that the number is about; without one, of each base model the subject on most rows.
        independent: how many of these models' subjects are independent of each other.
        models: how many base models there are.
        shared: what these subjects have in common, of each unit.
        pooled: their random-effects mean, of one subject of each group that shares anything; None with fewer than
            :data:`LEAST_INDEPENDENT` groups.
        joint: where nothing is pooled, the mean over models that have the same levels of ``unit``; or else None.
        unit: what is drawn together, and ``levels`` how many of it there are.
        left_out: the subjects on most rows of a base model that the number is not about: of those that are pooled one
            shares something with each, and those of a joint mean have other levels, or no draws of them.
        not_joint: why there is no such mean.
        not_pooled: subjects whose estimate cannot be put together with others, and why.
    """

    claim: str
    subjects: tuple[str, ...]
    independent: int
    models: int
    shared: tuple[Shared, ...] = ()
    pooled: Pooled | None = None
    joint: Joint | None = None
    unit: str = ""
    levels: int = 0
    left_out: tuple[str, ...] = ()
    not_joint: str = ""
    not_pooled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Study:
    """A verdict, its headline, the levels of its subject, and what the claim computes on draws of the main unit."""

    verdict: Verdict
    estimate: Estimate
    units: Units

    @property
    def subject(self) -> str:
        return self.verdict.subject

    @cached_property
    def drawn(self) -> CheckResult:
        """The check that drew them; without replicates where it was not made."""
        made = (one for one in self.verdict.checks if one.check == _REPLICATES and one.replicates)
        return next(made, CheckResult(check=_REPLICATES))

    @cached_property
    def drawn_from(self) -> UnitRecord:
        """The levels that were drawn."""
        of_unit = (one for one in self.units if one.unit == self.drawn.unit)
        return next(of_unit, UnitRecord(unit=self.drawn.unit, count=0))


def syntheses(
    verdicts: Iterable[Verdict], units: Mapping[Place, Units], stacks: Collection[Place] = ()
) -> tuple[Synthesis, ...]:
    """Every claim with an original that has an estimate on at least two subjects.

    ``units`` are the levels of each subject; ``stacks`` are subjects that are made of others, and count nowhere.
    """
    by_claim: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        known = verdict.claim.original is not None and verdict.outcome != "undecided"
        if known and (verdict.finding, verdict.subject) not in stacks:
            by_claim.setdefault(verdict.claim.id, []).append(verdict)
    found = (_of_claim(claim, several, units) for claim, several in by_claim.items())
    return tuple(synthesis for synthesis in found if synthesis is not None)


def _of_claim(claim: str, verdicts: Sequence[Verdict], units: Mapping[Place, Units]) -> Synthesis | None:
    reasons = {verdict.subject: reason for verdict in verdicts if (reason := _why_not_pooled(verdict))}
    studies = [
        _Study(verdict=one, estimate=one.answer.estimate, units=units.get((one.finding, one.subject), ()))
        for one in verdicts
        if one.subject not in reasons and one.answer.estimate is not None
    ]
    return _synthesis(claim, studies, reasons) if len(studies) > 1 else None


def _why_not_pooled(verdict: Verdict) -> str:
    """Why an estimate cannot be pooled; empty if it can."""
    original, estimate = verdict.claim.original, verdict.answer.estimate
    if original is None or estimate is None:
        return "the claim computes no estimate"
    if estimate.symbol != original.symbol:
        return f"the claim computes {estimate.symbol}"
    if estimate.symbol == "r":
        return without_z(estimate)
    try:
        standard_error(estimate)
    except Undecided as reason:
        return str(reason)
    return ""


def _one_of_each_model(studies: Iterable[_Study]) -> list[_Study]:
    """Of each base model the study on most rows, of equals the first.

    Several measurements of one model are not several studies: each would count it again.
    """
    by_model: dict[str, list[_Study]] = {}
    for study in studies:
        by_model.setdefault(study.verdict.base_model, []).append(study)
    return [_largest(several) for several in by_model.values()]


def _largest(studies: Iterable[_Study]) -> _Study:
    return max(studies, key=lambda study: study.estimate.n)


def _synthesis(claim: str, studies: Sequence[_Study], not_pooled: Mapping[str, str]) -> Synthesis:
    """The one mean that these studies allow, if they allow one."""
    models = _one_of_each_model(studies)
    by_subject = {study.subject: study for study in models}
    apart = groups({name: study.units for name, study in by_subject.items()})
    known = Synthesis(
        claim=claim,
        subjects=tuple(study.subject for study in (models if len(models) > 1 else studies)),
        independent=len(apart),
        models=len(models),
        shared=shared_by([study.units for study in models]),
        not_pooled=not_pooled,
    )
    if len(apart) < LEAST_INDEPENDENT:
        return _taken_as_they_are(known, studies)
    kept = [_largest(by_subject[name] for name in group) for group in apart]
    return _about(kept, replace(known, pooled=pool_estimates([one.estimate for one in kept])))


def _about(kept: Iterable[_Study], known: Synthesis) -> Synthesis:
    """With the subjects that its number is about, and those that are left out of it."""
    names = tuple(study.subject for study in kept)
    return replace(known, subjects=names, left_out=tuple(name for name in known.subjects if name not in names))


def _taken_as_they_are(known: Synthesis, studies: Sequence[_Study]) -> Synthesis:
    """With the mean over the models that were asked on the same levels, or the reason why there is none."""
    drawn = [study for study in studies if study.drawn.replicates]
    same = _on_the_same(drawn)
    if len(same) < 2:
        return replace(known, not_joint="no two have the same levels" if drawn else f"{_REPLICATES} was not made")
    replicates = np.array([study.drawn.replicates for study in same], dtype=float)
    try:
        joint = joint_mean([study.estimate for study in same], replicates.T)
    except Undecided as reason:
        return replace(known, not_joint=str(reason))
    levels = same[0].drawn_from
    return _about(same, replace(known, joint=joint, unit=levels.unit, levels=levels.count))


def _on_the_same(drawn: Iterable[_Study]) -> list[_Study]:
    """The largest set of studies, one of each base model, in which the same levels were drawn, as often."""
    by_levels: dict[tuple[str, str, int], list[_Study]] = {}
    for study in drawn:
        levels = study.drawn_from
        if levels.sha256:
            by_levels.setdefault((levels.unit, levels.sha256, len(study.drawn.replicates)), []).append(study)
    several = (_one_of_each_model(some) for some in by_levels.values())
    return max(several, key=lambda some: (len(some), some[0].drawn_from.count), default=[])
