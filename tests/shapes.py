"""Tables with several units, and a claim about each. Of no finding: pupils solve tasks, and gardens have plots."""

import itertools

import numpy as np

from pytest_claims import Table, claim
from pytest_claims.asking.null import dealt, swapped
from pytest_claims.data.design import Design, Factor, Unit, Words
from pytest_claims.data.levels import Levels
from pytest_claims.stats.estimate import Estimate, note

ITEMS = Design(
    words=Words(unit="item", units="items", plurals=(("dataset", "data sets"),)),
    units=(Unit(name="dataset"), Unit(name="item", within=("dataset",))),
    factors=(Factor(name="model", columns=("a", "b")),),
)
RUNS = Design(
    words=Words(unit="rollout", units="rollouts", trials="answers"),
    units=(Unit(name="run"), Unit(name="question"), Unit(name="rollout", within=("run", "question"))),
    factors=(Factor(name="arm"),),
)


@claim("a-better", source="nowhere", null=swapped("model", within="item"))
def a_better(table: Table) -> None:
    """Model a is right more often than model b."""
    difference = float(np.mean(table["a"] - table["b"]))
    note(Estimate(method="difference of means", symbol="Δ", value=difference, n=len(table)))
    assert difference > 0


@claim("arm-higher", source="nowhere", null=dealt("arm", across="run"))
def arm_higher(table: Table) -> None:
    """Runs of arm x score higher than those of arm y."""
    x, y = (table["score"][table["arm"] == arm] for arm in "xy")
    difference = float(x.mean() - y.mean())
    note(Estimate(method="difference of means", symbol="Δ", value=difference, n=len(table)))
    assert difference > 0


def items(count: int = 12, datasets: int = 3, *, carried_by: int = -1) -> Table:
    """Items in data sets, on which a and b are right or wrong; of one data set alone a is better, if that is asked."""
    of = np.arange(count) % datasets
    better = (of == carried_by) if carried_by >= 0 else np.ones(count, dtype=bool)
    names = tuple(f"i{item}" for item in range(count))
    return Table(
        subject="made@up",
        rows=names,
        columns={"a": better.astype(float), "b": (np.arange(count) % 4 == 0).astype(float)},
        levels={
            "dataset": Levels(names=tuple(f"d{one}" for one in range(datasets)), codes=of),
            "item": Levels(names=names, codes=np.arange(count)),
        },
        design=ITEMS,
    )


def runs(arms: str = "xxxyy", questions: int = 4, rollouts: int = 2) -> Table:
    """Runs in arms, each of which answers every question a few times; the score is higher in arm x."""
    cells = list(itertools.product(range(len(arms)), range(questions), range(rollouts)))
    labels = {
        "run": [f"{arms[run]}{run}" for run, _, _ in cells],
        "question": [f"q{question}" for _, question, _ in cells],
        "rollout": [f"{arms[run]}{run}/q{question}/{rollout}" for run, question, rollout in cells],
        "arm": [arms[run] for run, _, _ in cells],
    }
    random = np.random.default_rng(0)
    score = np.array([arm == "x" for arm in labels["arm"]]) + random.normal(size=len(cells))
    return Table(
        subject="made@runs",
        rows=tuple(labels["rollout"]),
        columns={"score": score},
        levels={name: Levels.of(several) for name, several in labels.items()},
        design=RUNS,
    )
