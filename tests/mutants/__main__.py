"""Mutants: the code is changed in small ways, and the tests must notice.

    make mutants                              # 400 mutants; about half an hour on two cores
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
from functools import partial
from pathlib import Path
from typing import Final

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # children share the cores

ROOT: Final = Path(__file__).parents[2]
sys.path[0] = str(ROOT / "tests")  # and not the folder of these modules, whose names others may have

from mutants import executed, listing, tree  # noqa: E402
from mutants.executed import Executed  # noqa: E402
from mutants.judges import Judges, judges_of  # noqa: E402
from mutants.session import Outcome, Session, has_ended  # noqa: E402
from mutants.slots import in_turn  # noqa: E402
from mutants.trying import begin  # noqa: E402
from tqdm import tqdm  # noqa: E402

PLACE: Final = ROOT / ".mutants"
_MOST: Final = 2  # mutants at a time
# What the project imports, and nothing of the project: a child has it from the start.
_LIBRARIES: Final = (
    "numpy", "scipy.stats", "scipy.optimize", "hypothesis.strategies", "hypothesis.extra.numpy", "pydantic", "xarray",
    "pyarrow.parquet", "pandas", "pytest", "statsmodels.api", "pingouin", "jinja2", "rich.console",
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
    trees = [tree.fresh(ROOT, PLACE / f"tree-{place}") for place in range(options.workers)]
    # From here on nothing is read of the working tree, in which somebody may be at work.
    session = Session.at(_path(seed, options.count), trees[0], seed=seed, count=options.count)
    print(f"{len(session.mutants)} mutants of {session.possible} possible", flush=True)
    for name in _LIBRARIES:
        importlib.import_module(name)
    known = _known(trees)
    print(f"{len(known.seconds)} tests may judge", flush=True)
    _try(session, known, trees)
    outcomes = session.outcomes()
    print(*listing.listing(session.mutants, outcomes, listing.reasons()), sep="\n")
    return int(listing.killed(outcomes) < listing.GOAL)


def _known(trees: list[Path]) -> Executed:
    """Which tests execute what: of each file of tests that was not known before, or has changed."""
    place = PLACE / "executed"
    place.mkdir(exist_ok=True)
    files = executed.files_of_tests(trees[0])
    kept = {file: place / f"{Path(file).stem}.json" for file in files}
    prints = {file: executed.fingerprint(trees[0], file) for file in files}
    todo = [file for file in files if not executed.is_known(kept[file], prints[file])]
    begins = [partial(executed.Learning, file, prints[file], kept[file]) for file in todo]
    done = in_turn(begins, trees)
    for learning in tqdm(done, total=len(todo), desc="which tests execute what", dynamic_ncols=True, mininterval=2.0):
        if learning.went_wrong:
            tqdm.write(f"{learning.file} is left out: its tests did not come to an end")
    return executed.together(kept, prints)


def _try(session: Session, known: Executed, trees: list[Path]) -> None:
    """Try all that are left, and keep what became of each at once."""
    judges = {number: judges_of(trees[0], mutant, known) for number, mutant in session.mutants.items()}
    outcomes = session.outcomes()
    left = [number for number in session.mutants if _is_left(outcomes.get(number), judges[number])]
    outcomes = {number: outcome for number, outcome in outcomes.items() if number not in left}
    begins = [partial(begin, number, session.mutants[number], judges[number]) for number in left]
    total = len(session.mutants)
    with tqdm(total=total, initial=len(outcomes), desc="mutants", dynamic_ncols=True, mininterval=5.0) as bar:
        for trial in in_turn(begins, trees):
            session.keep(trial.number, trial.outcome)
            outcomes[trial.number] = trial.outcome
            survived = sum(outcome.survived for outcome in outcomes.values())
            bar.set_postfix(killed=len(outcomes) - survived, survived=survived, refresh=False)
            bar.update()


def _is_left(outcome: Outcome | None, judges: Judges) -> bool:
    return outcome is None or (outcome.survived and outcome.key != judges.key)


def _path(seed: int, count: int) -> Path:
    return PLACE / f"{seed}-{count}.sqlite"


def _seed(given: int | None, count: int) -> int:
    """The one that is given; else that of the newest session that has not ended; else a new one."""
    if given is not None:
        return given
    open_ones = [path for path in PLACE.glob(f"*-{count}.json") if not has_ended(path.with_suffix(".sqlite"))]
    if open_ones:
        return int(max(open_ones, key=lambda path: path.stat().st_mtime).stem.partition("-")[0])
    return random.SystemRandom().randrange(10**6)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python tests/mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, help="of the draw (default: that of an unfinished session, or a new one)")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--workers", type=int, default=_MOST, choices=range(1, _MOST + 1))
    return parser


if __name__ == "__main__":
    sys.exit(main())
