"""The page of an endurance run: what was done to it, how often, and what came of it.

Knows nothing about how trials are made.
"""

import datetime
import os
import platform
from collections import Counter
from collections.abc import Sequence
from importlib import metadata
from itertools import groupby
from pathlib import Path

from endurance.trial import Trial

from pytest_claims.base.whole_file import write_whole

_LIBRARIES = ("torch", "transformers", "peft", "numpy", "xarray", "pytest")
_MOST = 8  # kinds of endings that are shown of a part


def write(trials: Sequence[Trial], *, seed: int, seconds: float, path: Path) -> None:
    """Write the table of all parts, and below it every trial that went wrong."""
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    lines = [
        "# Endurance",
        "",
        "Runs of a tiny model are killed and go on, files of a finished store are damaged, disks fill up, and inputs",
        "are mutated. Wrong is a result that differs in one byte from the undisturbed run's, an entry that was lost, a",
        "traceback, or a refusal that does not name the file in one line. `make break` writes this page.",
        "",
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, seed {seed}, {seconds / 60:.0f} minutes on "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {libraries}.",
        "",
        "| part | trials | disturbances | wrong |",
        "| --- | ---: | ---: | ---: |",
    ]
    parts = _by_part(trials)
    for part, own in parts:
        wrong = sum(bool(trial.wrong) for trial in own)
        lines.append(f"| {part} | {len(own)} | {sum(trial.disturbances for trial in own)} | {wrong} |")
    for part, own in parts:
        lines += ["", f"## {part.capitalize()}", "", "| how it ended | trials |", "| --- | ---: |"]
        lines += [f"| {_cell(ended)} | {count} |" for ended, count in Counter(t.ended for t in own).most_common(_MOST)]
    if wrong_ones := [trial for trial in trials if trial.wrong]:
        lines += ["", "## Went wrong", ""]
        lines += [f"- {t.part} {t.number}: {_cell(t.did)}: {_cell(t.wrong)}" for t in wrong_ones]
    write_whole("\n".join(lines) + "\n", path)


def _by_part(trials: Sequence[Trial]) -> list[tuple[str, list[Trial]]]:
    ordered = sorted(trials, key=lambda trial: (trial.part, trial.number))
    return [(part, list(own)) for part, own in groupby(ordered, key=lambda trial: trial.part)]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|").replace("<", "&lt;")
