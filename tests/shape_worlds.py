"""Worlds of the shapes that findings have, with an effect of known size or none, and claims that are valid on them.

Of no finding: pupils answer tasks, runs are trained in arms, cues are given to models, seeds sprout or do not.
"""

import itertools

import numpy as np

from pytest_claims import (
    Table,
    claim,
    dealt,
    difference_between_arms,
    heterogeneity,
    paired_difference,
    pearson,
    swapped,
)
from pytest_claims.data.design import Design, Factor, Rate, Unit, Words
from pytest_claims.data.levels import Levels
from pytest_claims.stats.estimate import Estimate, note

PAIRS = Design(
    words=Words(unit="item", units="items"),
    units=(Unit(name="dataset"), Unit(name="item", within=("dataset",))),
    factors=(Factor(name="arm", columns=("first", "second")),),
)
RUNS = Design(units=(Unit(name="run"), Unit(name="row", within=("run",))), factors=(Factor(name="arm"),))
CELLS = Design(words=Words(unit="cell", units="cells"), units=(Unit(name="cue"), Unit(name="model")))
COUNTS = Design(
    words=Words(unit="bed", units="beds", trials="seeds"),
    units=(Unit(name="bed"),),
    rates=(Rate(name="rate", successes="sprouted", trials="seeds"),),
)


@claim("first-better", source="nowhere", null=swapped("arm", within="dataset"))
def first_better(table: Table) -> None:
    """The first arm scores higher on the same items, over data sets."""
    estimate = paired_difference(table["first"], table["second"], clusters=table["dataset"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("arm-x-higher", source="nowhere", null=dealt("arm", across="run"))
def arm_x_higher(table: Table) -> None:
    """Runs of arm x score higher than those of arm y."""
    estimate = difference_between_arms(table["score"], table["arm"], arms=("x", "y"), clusters=table["run"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("cues-rise", source="nowhere", null=dealt("score", across="cue"))
def cues_rise(table: Table) -> None:
    """Stronger cues score higher: each cue counts once, by its mean over models."""
    strength, score = (table.cells(name, "cue", "model").mean(axis=1) for name in ("strength", "score"))
    estimate = pearson(strength, score)
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("cells-rise", source="nowhere", null=dealt("score", across="cue"))
def cells_rise(table: Table) -> None:
    """Stronger cues score higher, as if each cell were one of its own: which is too easy."""
    estimate = pearson(table["strength"], table["score"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("beds-differ", source="nowhere", null="none")
def beds_differ(table: Table) -> None:
    """Seeds sprout more often in some beds than in others."""
    assert heterogeneity(table["sprouted"], table["seeds"]).p < 0.05


@claim("half-sprout", source="nowhere", null="none")
def half_sprout(table: Table) -> None:
    """Half of the seeds sprout in the mean bed."""
    value = float(table["rate"].mean())
    note(Estimate(method="mean", symbol="m", value=value, n=len(table)))
    assert value > 0.5


def pairs(seed: int, *, effect: float = 0.0, datasets: int = 20, each: int = 5) -> Table:
    """Items in data sets: scores in two arms, whose difference varies between data sets (sd 0.5) and items (1)."""
    return pairs_and_truth(seed, effect=effect, datasets=datasets, each=each)[0]


def pairs_and_truth(seed: int, *, effect: float = 0.0, datasets: int = 20, each: int = 5) -> tuple[Table, float]:
    """The same, and the mean difference in these very data sets."""
    random, of = np.random.default_rng(seed), np.repeat(np.arange(datasets), each)
    in_set = effect + random.normal(0, 0.5, datasets)
    second = random.normal(size=len(of))
    names = tuple(f"item_{item}" for item in range(len(of)))
    columns = {"first": second + in_set[of] + random.normal(size=len(of)), "second": second}
    levels = {
        "dataset": Levels(names=tuple(f"dataset_{one}" for one in range(datasets)), codes=of),
        "item": Levels(names=names, codes=np.arange(len(of))),
    }
    table = Table(subject="made@pairs", rows=names, columns=columns, levels=levels, design=PAIRS)
    return table, float(in_set.mean())


def arms(seed: int, *, effect: float = 0.0, runs: int = 5, each: int = 8) -> Table:
    """As many runs in each of two arms, of which the score varies between runs (sd 0.5) and rows (1)."""
    random, of = np.random.default_rng(seed), np.repeat(np.arange(2 * runs), each)
    in_x = (of < runs).astype(float)
    score = effect * in_x + random.normal(0, 0.5, 2 * runs)[of] + random.normal(size=len(of))
    names = tuple(f"row_{row}" for row in range(len(of)))
    levels = {
        "run": Levels(names=tuple(f"run_{run}" for run in range(2 * runs)), codes=of),
        "row": Levels(names=names, codes=np.arange(len(of))),
        "arm": Levels(names=("x", "y"), codes=(of >= runs).astype(np.intp)),
    }
    return Table(subject="made@arms", rows=names, columns={"score": score}, levels=levels, design=RUNS)


def cells(seed: int, *, cues: int = 10, models: int = 4) -> Table:
    """Cues given to models: scores vary with cue (sd 1), model (1) and cell (0.5), and not with a cue's strength."""
    random, cell = np.random.default_rng(seed), list(itertools.product(range(cues), range(models)))
    cue, model = np.array(cell).T
    strength = random.normal(size=cues)[cue]
    score = random.normal(size=cues)[cue] + random.normal(size=models)[model] + random.normal(0, 0.5, len(cell))
    levels = {
        "cue": Levels(names=tuple(f"cue_{one}" for one in range(cues)), codes=cue),
        "model": Levels(names=tuple(f"model_{one}" for one in range(models)), codes=model),
    }
    rows = tuple(f"cell_{one}" for one in range(len(cell)))
    columns = {"strength": strength, "score": score}
    return Table(subject="made@cells", rows=rows, columns=columns, levels=levels, design=CELLS)


def counts(
    seed: int, *, beds: int = 12, seeds: int = 60, rates: tuple[float, float] = (0.5, 0.5), spread: float = 0.0
) -> Table:
    """Beds of seeds that sprout at the same rate, or at rates evenly between two; or with sd ``spread`` about these."""
    random, rate = np.random.default_rng(seed), np.linspace(*rates, beds)
    if spread:
        rate = np.clip(rate + random.normal(0, spread, beds), 0.02, 0.98)
    sprouted = random.binomial(seeds, rate).astype(float)
    columns = {"sprouted": sprouted, "seeds": np.full(beds, float(seeds)), "rate": sprouted / seeds}
    return Table(subject="made@beds", rows=tuple(f"bed_{bed}" for bed in range(beds)), columns=columns, design=COUNTS)
