"""A session: the mutants that were drawn and what became of each, in a file of cosmic-ray that outlives a kill.

A killed mutant stays killed; one that survived is tried again when its tests have changed, and all are when the code
has. Knows nothing about how a mutant is tried.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult
from mutants.drawing import Mutant, drawn, made, possible, sources
from mutants.tree import digest

SURVIVED: Final = "survived"
KILLED: Final = "killed"
TIMED_OUT: Final = "timed out"


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: how, in how long, and by which tests."""

    how: str
    seconds: float
    tests: int
    key: str  # of the tests
    by: str = ""  # the test that failed

    @property
    def survived(self) -> bool:
        return self.how == SURVIVED


class Session:
    """Mutants by number, and outcomes by number."""

    def __init__(self, path: Path, mutants: dict[str, Mutant]) -> None:
        self._path = path
        self.mutants = mutants

    @classmethod
    def at(cls, path: Path, root: Path, *, seed: int, count: int) -> Self:
        """The session of this file; a new one if there is none, or the code is not what it was."""
        about, now = path.with_suffix(".json"), digest(root / source for source in sources(root))
        if about.exists() and json.loads(about.read_text())["code"] == now:
            return cls(path, _read(path, root))
        specs = possible(root)
        mutants = {f"{number:04}": mutant for number, mutant in enumerate(drawn(root, specs, seed=seed, count=count))}
        with use_db(str(path)) as db:
            db.clear()
            db.add_work_items([WorkItem.single(number, mutant.spec) for number, mutant in mutants.items()])
        about.write_text(json.dumps({"code": now, "seed": seed, "count": count, "possible": len(specs)}))
        return cls(path, mutants)

    @property
    def possible(self) -> int:
        """From how many these were drawn."""
        return int(json.loads(self._path.with_suffix(".json").read_text())["possible"])

    def outcomes(self) -> dict[str, Outcome]:
        """Of those that were tried."""
        with use_db(str(self._path), WorkDB.Mode.open) as db:
            return {number: Outcome(**json.loads(result.output)) for number, result in db.results}

    def keep(self, number: str, outcome: Outcome) -> None:
        """What became of a mutant is safe from here on."""
        mutant = self.mutants[number]
        result = WorkResult(
            worker_outcome=WorkerOutcome.NORMAL if outcome.tests else WorkerOutcome.NO_TEST,
            output=json.dumps(asdict(outcome)),
            test_outcome=TestOutcome.SURVIVED if outcome.survived else TestOutcome.KILLED,
            diff="\n".join(mutant.diff),
        )
        with use_db(str(self._path), WorkDB.Mode.open) as db:
            db.set_result(number, result)


def has_ended(path: Path) -> bool:
    """Whether every mutant of this session was tried."""
    with use_db(str(path), WorkDB.Mode.open) as db:
        return bool(db.num_results >= db.num_work_items)


def _read(path: Path, root: Path) -> dict[str, Mutant]:
    with use_db(str(path), WorkDB.Mode.open) as db:
        items = sorted(db.work_items, key=lambda item: item.job_id)
    found = {item.job_id: made(root, item.mutations[0]) for item in items}
    return {number: mutant for number, mutant in found.items() if mutant is not None}
