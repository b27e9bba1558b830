"""An experiment whose answers are made up, as if models had given them: what is looked for in them needs no model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from experiments import ITEMS, made_plan

from pytest_claims_lab.asking import Greedy, Sampled
from pytest_claims_lab.bench import Bench
from pytest_claims_lab.coherence import FILE
from pytest_claims_lab.experiment import Condition, Example, Experiment, Item, Probe
from pytest_claims_lab.progress import silent
from pytest_claims_lab.query import Query
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.stage import Stage
from pytest_claims_lab.store import Store
from pytest_claims_lab.texts import Texts, read_texts, write_texts

FREE = Sampled(completions=50, tokens=20)
SHORT = Greedy(tokens=20)
GOOD = ("So it is.", 1.0, 0.0)  # text, ended, repetition
EMPTY, CUT, LOOP = (" \n", 1.0, 0.0), ("So it is that it is that", 0.0, 0.0), ("no no no no no no no", 1.0, 0.9)
GONE = (None, 0.0, 0.0)
Told = tuple[str | None, float, float]
Say = Callable[[Query, int], Told]


def taught(name: str, examples: int = 2) -> Condition:
    """A condition that is trained."""
    return Condition(at={"adapter": name}, examples=[Example(user="Why?", answer="So.")] * examples)


def shown(item: Item, text: str) -> bool:
    """A score: whether it is said."""
    return "shown" in text


def probe(name: str = "said", **more) -> Probe:
    """What is asked."""
    return Probe(**{"name": name, "of": f"{name}_of", "items": ITEMS, "how": FREE, "score": shown} | more)


def made(
    folder: Path,
    say: Say,
    *,
    conditions=None,
    before=None,
    probes=None,
    older: bool = False,
) -> tuple[Schedule, Bench]:
    """The schedule, with all answers in its store: ``say`` gives the n-th of a query; ``older`` ones are texts alone.

    Two conditions, each asked what the model as it comes was asked before, unless told otherwise.
    """
    experiment = Experiment(
        conditions=conditions or (taught("one"), taught("two")),
        before=[probe("base")] if before is None else before,
        probes=probes or [probe()],
    )
    store = Store(folder / "store")
    schedule = Schedule(made_plan(experiment, folder), store)
    for query in (*schedule.before, *schedule.under):
        copies = getattr(query.probe.how, "completions", 1)
        said = [[say(query, item * copies + n) for n in range(copies)] for item in range(len(query.items))]

        def build(path: Path, said=said) -> None:
            write_texts([[text for text, _, _ in several] for several in said], path)
            if not older:
                np.save(path / FILE, np.array([[one[1:] for one in several] for several in said], dtype=np.float32))

        store.get(query.stage.kind, query.stage.key, build)
    bench = Bench(store=store, weights={}, weights_dir=folder, device="cpu", track=silent)
    return schedule, bench


def answered(schedule: Schedule, bench: Bench) -> dict[Stage, Texts]:
    """What came of each stage."""
    stages = dict.fromkeys(query.stage for query in (*schedule.before, *schedule.under))
    return {one: read_texts(bench.entry(one).path) for one in stages}


def under(query: Query) -> str:
    """The condition's name; empty before training."""
    return str(query.condition.at.get("adapter", "it")) if query.condition else ""
