"""Mutants: the code is changed in small ways, and the tests must notice.

    make mutants                              # 400 mutants; about an hour on two cores
    make mutants SEED=7 COUNT=50
    python tests/mutants --seed 7 --count 50

The seed is printed. All work is done in copies of the tree below ``.mutants/``. Killed at any moment and started again
it goes on: without a seed, with the newest session that has not ended. Knows nothing about what the code is for.
"""

import argparse
import fcntl
import importlib
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # children share the cores

ROOT: Final = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutants import child, executed, listing, tree  # noqa: E402
from mutants.executed import Executed  # noqa: E402
from mutants.judges import Judges, judges_of  # noqa: E402
from mutants.session import SURVIVED, Outcome, Session  # noqa: E402
from mutants.trying import Trial, begin  # noqa: E402
from tqdm import tqdm  # noqa: E402

PLACE: Final = ROOT / ".mutants"
_MOST: Final = 2  # mutants at a time
_OFTEN: Final = 0.05  # seconds between two looks at the children
# What the project imports, and nothing of the project: a child has it from the start.
_LIBRARIES: Final = (
    "numpy", "scipy.stats", "scipy.optimize", "hypothesis.strategies", "hypothesis.extra.numpy", "pydantic", "xarray",
    "pyarrow.parquet", "pandas", "pytest", "matplotlib.pyplot", "statsmodels.api", "pingouin", "jinja2", "rich.console",
)  # fmt: skip


def main() -> int:
    """Learn which tests execute what, try every mutant that is left, and list those that survived."""
    options = _parser().parse_args()
    PLACE.mkdir(exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another run is at work in {PLACE}")
            return 2
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    seed = _seed(options.seed, options.count)
    print(f"seed {seed}", flush=True)
    for name in _LIBRARIES:
        importlib.import_module(name)
    trees = [tree.fresh(ROOT, PLACE / f"tree-{place}") for place in range(options.workers)]
    known = _known(trees)
    session = Session.at(_path(seed, options.count), ROOT, seed=seed, count=options.count)
    print(f"{len(session.mutants)} mutants of {session.possible} possible, {len(known.seconds)} tests", flush=True)
    _try(session, known, trees)
    outcomes = session.outcomes()
    print(*listing.listing(session.mutants, outcomes, listing.reasons()), sep="\n")
    return int(listing.killed(outcomes) < listing.GOAL)


def _known(trees: list[Path]) -> Executed:
    """Which tests execute what: of each file of tests that was not known before, or has changed."""
    place = PLACE / "executed"
    place.mkdir(exist_ok=True)
    files = executed.files_of_tests(ROOT)
    kept = {file: place / f"{Path(file).stem}.json" for file in files}
    prints = {file: executed.fingerprint(ROOT, file) for file in files}
    todo = [file for file in files if not executed.is_known(kept[file], prints[file])]

    def steps(file: str, at: Path) -> Iterator[Callable[[], int]]:
        return executed.work(at, file, prints[file], kept[file])

    _in_turn(todo, steps, trees)
    return executed.together(kept, prints)


def _in_turn(files: list[str], steps: Callable[[str, Path], Iterator[Callable[[], int]]], trees: list[Path]) -> None:
    """Take the steps of each file, in as many files at a time as there are trees."""
    free, todo, running = list(trees), list(files), []
    with tqdm(total=len(files), desc="which tests execute what", dynamic_ncols=True, mininterval=2.0) as bar:
        while todo or running:
            while free and todo:
                file, at = todo.pop(0), free.pop()
                running.append([file, at, steps(file, at), None])
            for job in list(running):
                file, at, left, now = job
                if now is not None and now.poll() is None:
                    continue
                step = next(left, None) if now is None or now.status == 0 else None
                if step is not None:
                    log = PLACE / "executed" / f"{Path(file).stem}.log"
                    job[3] = child.start(step, log=log, limit=executed.LIMIT)
                    continue
                if now is not None and now.status != 0:
                    tqdm.write(f"{file} is left out: its tests ended with {now.status}")
                running.remove(job)
                free.append(at)
                bar.update()
            time.sleep(_OFTEN)


def _try(session: Session, known: Executed, trees: list[Path]) -> None:
    judges = {number: judges_of(mutant, known) for number, mutant in session.mutants.items()}
    outcomes = session.outcomes()
    left = [number for number in session.mutants if _is_left(outcomes.get(number), judges[number])]
    free, running = list(trees), list[Trial]()
    total = len(session.mutants)
    with tqdm(total=total, initial=total - len(left), desc="mutants", dynamic_ncols=True, mininterval=5.0) as bar:
        try:
            while left or running:
                while free and left:
                    number = left.pop(0)
                    if not judges[number].tests:
                        _done(session, outcomes, number, Outcome(SURVIVED, 0.0, 0, judges[number].key), bar)
                        continue
                    at = free.pop()
                    log = PLACE / f"{at.name}.log"
                    running.append(begin(number, session.mutants[number], judges[number], tree=at, log=log))
                for trial in list(running):
                    outcome = trial.outcome()
                    if outcome is not None:
                        running.remove(trial)
                        free.append(trial.tree)
                        _done(session, outcomes, trial.number, outcome, bar)
                time.sleep(_OFTEN)
        finally:
            for trial in running:
                trial.end()


def _is_left(outcome: Outcome | None, judges: Judges) -> bool:
    return outcome is None or (outcome.survived and outcome.key != judges.key)


def _done(session: Session, outcomes: dict[str, Outcome], number: str, outcome: Outcome, bar: "tqdm[object]") -> None:
    session.keep(number, outcome)
    outcomes[number] = outcome
    survived = sum(one.survived for one in outcomes.values())
    bar.set_postfix(killed=len(outcomes) - survived, survived=survived, refresh=False)
    bar.update()


def _path(seed: int, count: int) -> Path:
    return PLACE / f"{seed}-{count}.sqlite"


def _seed(given: int | None, count: int) -> int:
    """The one that is given; else that of the newest session that has not ended; else a new one."""
    if given is not None:
        return given
    open_ones = [path for path in PLACE.glob(f"*-{count}.json") if not _ended(path.with_suffix(".sqlite"))]
    if open_ones:
        return int(max(open_ones, key=lambda path: path.stat().st_mtime).stem.partition("-")[0])
    return random.SystemRandom().randrange(10**6)


def _ended(path: Path) -> bool:
    from cosmic_ray.work_db import WorkDB, use_db

    with use_db(str(path), WorkDB.Mode.open) as db:
        return bool(db.num_results == db.num_work_items)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python tests/mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, help="of the draw (default: that of an unfinished session, or a new one)")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--workers", type=int, default=_MOST, choices=range(1, _MOST + 1))
    return parser


if __name__ == "__main__":
    sys.exit(main())
