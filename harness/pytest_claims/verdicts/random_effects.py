"""What rows of several subjects have in common: a level, a family, a base model; and which of it can be told apart.

Two subjects of one base model are no two models, and a level that two of them have is one level. Knows nothing about
how a model is fitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.stats.multilevel import LEAST_MODELS, Studies, slope_of, standardised
from pytest_claims.verdicts.counted import Counted


@dataclass(frozen=True, kw_only=True, eq=False)
class Stacked:
    """All rows of several subjects, one subject behind the other.

    Attributes:
        studies: their counts and predictors.
        effects: by the name of a random effect, the number of each row's group.
        repeated: the effect of each repetition; empty without one.
        dropped: the effects that cannot be told apart, and why.
    """

    studies: Studies
    effects: Mapping[str, IntArray]
    repeated: str
    dropped: Mapping[str, str]


def stack(brought: Mapping[str, Counted]) -> Stacked:
    """The rows of all that subjects bring, by the subjects' names."""
    several = list(brought.values())
    study = np.repeat(np.arange(len(several)), [len(one.levels) for one in several])
    successes, trials = _counts(several)
    studies = Studies(
        successes=successes,
        trials=trials,
        study=study,
        model=_numbers(one.base_model for one in several)[study],
        level=_numbers(level for one in several for level in one.levels),
        predictors={
            name: standardised([value for one in several for value in one.predictors[name]], study)
            for name in several[0].predictors
        },
    )
    family = _numbers(family for one in several for family in one.families)
    effects, dropped = _told_apart(studies, family, several[0].unit)
    repeated = next((one.repeated for one in several if one.repeated), "")
    if trials.shape[2] == 1 and (clusters := [one.clusters for one in several if len(one.names) > 1]):
        dropped = {**dropped, clusters[0]: "not every subject is counted by it"}
    if repeated and ((trials.sum(axis=2) > 0).sum(axis=1) < 2).all():
        repeated, dropped = "", {**dropped, repeated: f"there is one {repeated} of each {several[0].unit}"}
    return Stacked(studies=studies, effects=effects, repeated=repeated, dropped=dropped)


def _told_apart(studies: Studies, family: IntArray, unit: str) -> tuple[dict[str, IntArray], dict[str, str]]:
    """The random effects of rows that there can be, and why there are no others."""
    level, model = studies.level, studies.model
    of_model, alone = _pairs(level, model), f"no {unit} is in subjects of two base models"
    possible = [
        (unit, level, "" if _is_shared(level, model) else alone),
        (f"{unit} × model", of_model, ""),
        (
            f"{unit} × subject",
            _pairs(level, studies.study),
            "" if _is_shared(of_model, studies.study) else f"no {unit} is in two subjects of one base model",
        ),
    ]
    if _is_shared(family, level):  # or else none are declared
        none = "no family is in subjects of two base models"
        possible += [
            ("family", family, "" if _is_shared(family, model) else none),
            ("family × model", _pairs(family, model), ""),
        ]
    few = f"{model.max() + 1} base models do not say how much slopes differ between models"
    slopes = [] if model.max() + 1 >= LEAST_MODELS else [slope_of(name) for name in studies.predictors]
    dropped = {name: why for name, _, why in possible if why} | dict.fromkeys(slopes, few)
    if _is_shared(_pairs(level, studies.study), rows := np.arange(len(level))):
        possible.append(("row", rows, ""))  # a level has several in a subject
    return {name: groups for name, groups, why in possible if not why}, dropped


def _is_shared(groups: IntArray, others: IntArray) -> bool:
    """Whether some group has rows of several others."""
    return len(np.unique(_pairs(groups, others))) > len(np.unique(groups))


def _pairs(first: IntArray, second: IntArray) -> IntArray:
    """The number of each row's pair of groups."""
    return np.unique(np.stack([first, second]), axis=1, return_inverse=True)[1].ravel()


def _numbers(names: Iterable[str]) -> IntArray:
    """Each name's number among all, in the order in which they come first."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.intp)


def _counts(several: Sequence[Counted]) -> tuple[FloatArray, FloatArray]:
    """Successes and trials of all rows, (R, repetitions, clusters); 0 where a row has no such repetition or cluster."""
    # Where a subject is not counted by cluster, none is: to leave out its only place would leave out all of it.
    by_cluster = all(len(one.names) > 1 for one in several)
    names = list(dict.fromkeys(name for one in several for name in one.names)) if by_cluster else [""]
    repetitions = max(len(one.trials) // (len(one.levels) * len(one.names)) for one in several)
    shape = sum(len(one.levels) for one in several), repetitions, len(names)
    successes, trials, first = np.zeros(shape), np.zeros(shape), 0
    for one in several:
        rows = len(one.levels)
        at = np.array([names.index(name) for name in one.names]) if by_cluster else np.array([0])
        for whole, part in ((successes, one.successes), (trials, one.trials)):
            values = np.reshape(np.asarray(part, dtype=float), (rows, -1, len(one.names)))
            values = values if by_cluster else values.sum(axis=2, keepdims=True)
            whole[first : first + rows, : values.shape[1], at] = values
        first += rows
    return successes, trials
