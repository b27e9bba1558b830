"""Inputs: what a user gives in a file, mutated, through the functions that read it and through pytest.

Knows nothing about what the files mean.
"""

import os
import random
from functools import partial
from pathlib import Path

import pytest
from endurance.trial import Trial, in_child
from mutations import READERS, attempts, mutated, sample_of
from planned import FOLDER

_CLAIM = '''
from pytest_claims import claim, pearson


@claim("made-up", source="nowhere")
def test_made_up(table):
    """Made up."""
    assert pearson(table["cosine"], table["source_rate"]).p < 2
'''
_CONFTEST = "from claims.marker_coupling.conftest import pytest_claims_table\n"
_EXPERIMENT = "from claims.marker_coupling.experiment import RECIPES, experiment, search\n"
# By a reader's file, the options that make pytest read it.
_OPTIONS = {
    "table.csv": ["--claims-measurement", "table.csv"],
    "arrays.nc": ["--claims-measurement", "arrays.nc"],
    "packed.nc.gz": ["--claims-measurement", "packed.nc.gz"],
    "baseline.json": ["--claims-compare", "baseline.json"],
    "panel.toml": ["--claims-model", "nowhere", "--claims-set", "panel=panel.toml"],
    "banks.toml": ["--claims-model", "nowhere", "--claims-set", "questions=banks.toml"],
}


def trial(number: int, draw: random.Random, folder: Path, *, mutations: int) -> Trial:
    """Many mutations through the reading functions, in one process."""
    folder.mkdir(parents=True)
    seed = draw.randrange(2**32)
    wrong = list(attempts(seed, mutations, folder))
    return Trial(
        part="inputs",
        number=number,
        did=f"{mutations} mutations of seed {seed}",
        ended="each was read, or refused in one line that names the file",
        disturbances=mutations,
        wrong="; ".join(wrong[:3]),
    )


def through_pytest(number: int, draw: random.Random, folder: Path) -> Trial:
    """One mutated file, given to pytest by an option."""
    folder.mkdir(parents=True)
    reader = draw.choice([reader for reader in READERS if reader.file in _OPTIONS])
    content = mutated(sample_of(reader, folder), draw, reader.tokens)
    for file in folder.iterdir():
        file.unlink()
    (folder / reader.file).write_bytes(content)
    (folder / "test_claims.py").write_text(_CLAIM)
    (folder / "conftest.py").write_text(_CONFTEST)
    if "--claims-model" in _OPTIONS[reader.file]:
        (folder / "experiment.py").write_text(_EXPERIMENT)
        (folder / "finding.toml").write_bytes((FOLDER / "finding.toml").read_bytes())
    table = folder / "valid.csv"  # beside it, so that a good measurement is judged whatever becomes of the other
    next(one for one in READERS if one.file == "table.csv").write(table)
    arguments = [
        "-q",
        "-p",
        "pytest_claims.plugin",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    arguments += (
        ["-p", "pytest_claims_lab.plugin"]
        if "--claims-model" in _OPTIONS[reader.file]
        else ["--claims-measurement", "valid.csv"]
    )
    ended = in_child(partial(_pytest, folder, [*arguments, *_OPTIONS[reader.file], "test_claims.py"]))
    shown = [line for line in ended.said.splitlines() if line.startswith(("E  ", ">  "))]
    wrong = ended.fault or (f"a bug: {shown[-1]}" if shown else "")
    if not wrong and ended.status not in (0, 1, 4):
        wrong = f"exit status {ended.status}: {ended.said[-200:]}"
    return Trial(
        part="inputs through pytest",
        number=number,
        did=f"{reader.file} mutated: {content[:60]!r}",
        ended={0: "judged", 1: "judged, and a claim failed", 4: "refused before anything was judged"}.get(
            ended.status, str(ended.status)
        ),
        disturbances=1,
        wrong=wrong,
    )


def _pytest(folder: Path, arguments: list[str]) -> int:
    os.chdir(folder)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the plugins are named, as in a checkout that is not installed
    return int(pytest.main(arguments))
