"""Worlds of several subjects of which the truth is known: what each brings to one model of them.

The design is that of the marker finding at `full`: ten personas that all of three base models have, and ninety more
that two of them have in a subject of its own; so many seeds of each, and twenty questions with five tries each. So are
the standard deviations of log odds, but for that of slopes between models. ``python tests/multilevel_worlds.py 200``
says how often intervals hold the truth in so many worlds: docs/methods.md has what it said.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.stats.multilevel import fitted
from pytest_claims.verdicts.counted import Counted
from pytest_claims.verdicts.random_effects import stack

Subject = tuple[str, str, int, int]  # its name, its base model, and how many items and seeds it has
REAL: Final[tuple[Subject, ...]] = (
    ("first@full", "first", 10, 3),
    ("second@full", "second", 10, 5),
    ("second@full-hundred", "second", 100, 1),
    ("third@full", "third", 10, 5),
    ("third@full-hundred", "third", 100, 3),
)
QUESTIONS, TRIES = 20, 5
_ITEM, _OF_MODEL, _OF_SUBJECT, _SEED = 0.12, 0.20, 0.13, 0.035
_QUESTION, _CLUSTERED, _SLOPE_BY_QUESTION = 0.38, 0.30, 0.07  # of a question, with an item, and with a predictor


def world(
    random: np.random.Generator, slopes: FloatArray, between: float, subjects: tuple[Subject, ...] = REAL
) -> tuple[list[tuple[str, str, Counted]], FloatArray]:
    """What subjects bring, and the true slope of each predictor by model, (models, predictors).

    Args:
        random: draws everything but the design.
        slopes: the mean slope of each predictor.
        between: the standard deviation of slopes between models.
        subjects: the design.
    """
    models = list(dict.fromkeys(model for _, model, _, _ in subjects))
    most = max(items for _, _, items, _ in subjects)
    of_item = random.normal(0, _ITEM, most)
    of_model = random.normal(0, _OF_MODEL, (len(models), most))
    true = slopes + between * random.standard_normal((len(models), len(slopes)))
    of_question = random.normal(0, _QUESTION, (len(models), QUESTIONS))
    by_question = random.normal(0, _SLOPE_BY_QUESTION, (len(slopes), QUESTIONS))
    found = []
    for name, model, items, seeds in subjects:
        at = models.index(model)
        x = _standard(random.standard_normal((items, len(slopes))))
        odds = x @ true[at] + of_item[:items] + of_model[at, :items] + random.normal(0, _OF_SUBJECT, items)
        each = odds[:, None] + x @ by_question + of_question[at] + random.normal(0, _CLUSTERED, (items, QUESTIONS))
        shares = special.expit(each[:, None, :] + random.normal(0, _SEED, (items, seeds, 1)))
        found.append(("made up", name, counted(model, x, random.binomial(TRIES, shares))))
    return found, true


def counted(model: str, x: FloatArray, successes: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> Counted:
    """What a subject brings of items with these predictors (items, P), and successes (items, seeds, questions)."""
    names = tuple(f"item {item}" for item in range(len(x)))
    predictors = {f"x{place}": tuple(map(float, column)) for place, column in enumerate(x.T)}
    return Counted(
        base_model=model,
        outcome="hits",
        claims={name: (f"{name}-predicts",) for name in predictors},
        unit="item",
        levels=names,
        families=names,
        predictors=predictors,
        repeated="seed",
        clusters="question",
        names=tuple(f"question {place}" for place in range(successes.shape[2])),
        successes=tuple(map(int, successes.ravel())),
        trials=tuple(map(int, np.full_like(successes, TRIES).ravel())),
    )


@dataclass(frozen=True, kw_only=True)
class Covered:
    """Whether intervals of one predictor in one world hold the truth, and whether slopes were found to differ."""

    these: bool
    without_clusters: bool
    like_these: bool
    differ: bool


def covered(worlds: int, between: float, subjects: tuple[Subject, ...] = REAL) -> Iterator[Covered]:
    """Of two predictors beside each other, one of which does nothing, in so many worlds."""
    random, slopes = np.random.default_rng(round(1000 * between)), np.array([0.0, 0.15])
    for _ in range(worlds):
        several, true = world(random, slopes, between, subjects)
        all_rows = stack({name: one for _, name, one in several})
        model = fitted(all_rows.studies, all_rows.effects, all_rows.repeated, ["x0", "x1"])
        for effect, own, mean in zip(model.effects, true.T, slopes, strict=True):
            alone = 1.96 * np.sqrt(effect.se**2 - effect.clusters_se**2)
            yield Covered(
                these=effect.these.low <= own.mean() <= effect.these.high,
                without_clusters=bool(abs(effect.these.value - own.mean()) <= alone),
                like_these=effect.like_these.low <= mean <= effect.like_these.high,
                differ=effect.spread > 0,
            )


def with_families(one: Counted, families: int) -> Counted:
    """The same, its items in so many families."""
    return replace(one, families=tuple(f"family {place % families}" for place in range(len(one.levels))))


def _standard(values: FloatArray) -> FloatArray:
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0, ddof=1))


if __name__ == "__main__":
    for spread in (0.0, 0.1, 0.2):
        found = list(covered(int(sys.argv[1]), spread))
        shares = {name: f"{np.mean([getattr(one, name) for one in found]):.1%}" for name in Covered.__annotations__}
        print(spread, len(found), shares)  # noqa: T201
