"""Endurance: runs are killed, files damaged, disks filled and inputs mutated, and nothing may be lost or wrong.

    make break                                # at most 20 minutes on two cores; writes reports/endurance.md
    python tests/endurance --seed 7 --only signals

Seeds are printed; the same seed draws the same disturbances, though a signal may meet another moment.
"""

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests", "harness", "fixtures", ".")]

import torch  # noqa: E402
from endurance import damage, disks, inputs, page, signals  # noqa: E402
from endurance.study import Study, prepare  # noqa: E402
from endurance.trial import Trial  # noqa: E402
from tqdm import tqdm  # noqa: E402

TRIALS = {"signals": 40, "damaged files": 200, "full disks": 60, "inputs": 50, "inputs through pytest": 200}
_MUTATIONS = 100  # inputs in one trial


def main() -> int:
    """Run all trials, write the page, and fail if anything was wrong."""
    options = _parser().parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        trials = list(_trials(Path(scratch), seed, options))
    wrong = [trial for trial in trials if trial.wrong]
    for trial in wrong:
        print(f"WRONG: {trial.part} {trial.number} (seed {seed}): {trial.did}: {trial.wrong}")
    if not options.only:
        page.write(trials, seed=seed, seconds=time.monotonic() - start, path=ROOT / "reports" / "endurance.md")
    print(
        f"{sum(trial.disturbances for trial in trials)} disturbances, {len(wrong)} of {len(trials)} trials went wrong"
    )
    return bool(wrong)


def _trials(scratch: Path, seed: int, options: argparse.Namespace) -> Iterator[Trial]:
    torch.set_num_threads(1)  # children share the cores
    studies = prepare(scratch)
    wanted = {part: count for part, count in TRIALS.items() if options.only in ("", part)}
    todo = [(part, number) for part, count in wanted.items() for number in range(count)]
    # Spread, so that a part that is slow does not come last by itself.
    random.Random(seed).shuffle(todo)
    mount = disks.can_mount(scratch / "mount")
    work = partial(_trial, scratch, seed, studies, mount)
    with multiprocessing.get_context("fork").Pool(options.workers) as pool:
        yield from tqdm(
            pool.imap_unordered(work, todo), total=len(todo), desc="trials", dynamic_ncols=True, mininterval=5.0
        )


def _trial(scratch: Path, seed: int, studies: list[Study], mount: bool, what: tuple[str, int]) -> Trial:
    part, number = what
    draw, place = random.Random(f"{seed}/{part}/{number}"), scratch / f"{part}-{number}".replace(" ", "-")
    study = draw.choice(studies)
    try:
        match part:
            case "signals":
                return signals.trial(study, number, draw, place)
            case "damaged files":
                return damage.trial(study, number, draw, place)
            case "full disks":
                one = disks.small_disk if mount and number % 2 else disks.small_files
                return one(study, number, draw, place)
            case "inputs":
                return inputs.trial(number, draw, place, mutations=_MUTATIONS)
            case _:
                return inputs.through_pytest(number, draw, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python tests/endurance", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, help="of all draws (default: a new one, printed)")
    parser.add_argument("--only", choices=["", *TRIALS], default="", help="one part; the page is then not written")
    parser.add_argument("--workers", type=int, default=2)
    return parser


if __name__ == "__main__":
    sys.exit(main())
