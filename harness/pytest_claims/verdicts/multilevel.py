"""One model of several subjects: what each predictor says of an outcome that was counted on all of them.

Knows nothing about verdicts, or about what is counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pytest_claims.base.errors import Undecided
from pytest_claims.stats.multilevel import Effect, fitted
from pytest_claims.verdicts.counted import Counted
from pytest_claims.verdicts.random_effects import stack

Subject = tuple[str, str, Counted]  # the names of a finding, and of a subject, and what that brings


@dataclass(frozen=True, kw_only=True)
class MultilevelModel:
    """A binomial model of the ``subjects`` of a finding that bring something to it.

    Attributes:
        finding: its name.
        outcome: what was counted.
        unit: what rows are levels of.
        subjects: those that it is made of.
        models: their base models, in the order of an effect's slopes.
        levels: how many levels of the unit there are, in how many ``rows`` of all subjects.
        rows: see ``levels``.
        repetitions: how many repetitions of rows were counted, such as trainings, and in how many ``trials``.
        trials: see ``repetitions``.
        clusters: along what counts were left out, and ``clustered`` how many there are.
        clustered: see ``clusters``.
        claims: by claim, the predictor that it is about.
        called: by predictor, what the finding calls it.
        effects: of each predictor alone, and of each beside all others.
        spreads: of the model with all predictors, the standard deviation of log odds of each random effect.
        dropped: random effects that could not be fitted, and why.
        left_out: subjects that bring nothing, and why.
        why_not: why there is no model; empty where there is one.
    """

    finding: str = ""
    outcome: str
    unit: str = ""
    subjects: tuple[str, ...]
    models: tuple[str, ...]
    levels: int = 0
    rows: int = 0
    repetitions: int = 0
    trials: int = 0
    clusters: str = ""
    clustered: int = 0
    claims: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    spreads: Mapping[str, float] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    why_not: str = ""

    def about(self, claim: str) -> tuple[Effect, ...]:
        """The effects of the predictor that a claim is about: alone, and beside others; none without a model."""
        return tuple(one for one in self.effects if one.predictor == self.claims.get(claim))


def multilevel_models(subjects: Iterable[Subject]) -> tuple[MultilevelModel, ...]:
    """The model of each finding that makes one, of all its subjects that were judged, in the order of their names."""
    by_finding: dict[str, list[tuple[str, Counted]]] = {}
    for finding, name, counted in subjects:
        by_finding.setdefault(finding, []).append((name, counted))
    in_order = {finding: sorted(several, key=lambda one: one[0]) for finding, several in by_finding.items()}
    return tuple(_model(finding, several) for finding, several in in_order.items())


def _model(finding: str, subjects: Sequence[tuple[str, Counted]]) -> MultilevelModel:
    brought = {name: one for name, one in subjects if not one.lacking}
    first = subjects[0][1]
    models = tuple(dict.fromkeys(one.base_model for one in brought.values()))
    known = MultilevelModel(
        finding=finding,
        outcome=first.outcome,
        subjects=tuple(brought),
        models=models,
        claims={claim: predictor for predictor, claims in first.claims.items() for claim in claims},
        called=first.called,
        left_out={name: one.lacking for name, one in subjects if one.lacking},
    )
    if len(models) < 2:
        return replace(known, why_not=f"such a model takes subjects of two base models, and these are of {len(models)}")
    try:
        return _fitted(known, brought)
    except Undecided as reason:
        return replace(known, why_not=str(reason))


def _fitted(known: MultilevelModel, brought: Mapping[str, Counted]) -> MultilevelModel:
    stacked = stack(brought)
    studies, one = stacked.studies, next(iter(brought.values()))
    several = [fitted(studies, stacked.effects, stacked.repeated, some) for some in _choices(list(studies.predictors))]
    trials = studies.trials
    clustered = trials.shape[2] if trials.shape[2] > 1 else 0
    return replace(
        known,
        unit=one.unit,
        levels=int(studies.level.max()) + 1,
        rows=len(trials),
        repetitions=int((trials.sum(axis=2) > 0).sum()),
        trials=int(trials.sum()),
        clusters=one.clusters if clustered else "",
        clustered=clustered,
        effects=tuple(effect for one in several for effect in one.effects),
        spreads=several[-1].spreads,
        dropped=stacked.dropped,
    )


def _choices(names: Sequence[str]) -> list[Sequence[str]]:
    """Each predictor alone, and all of them together."""
    return [*([name] for name in names), *([names] if len(names) > 1 else [])]
