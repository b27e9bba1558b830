"""The study that is disturbed: a tiny model under two small recipes, by the command that a user gives.

Knows nothing about disturbances. Everything is real but for the size; checkpoints of training are written
at every step, or none would be there to be found.
"""

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from endurance.trial import Ended, in_child
from planned import FOLDER, write_panel
from tiny import save_tiny_model

from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab import laboratory, measuring, plugin  # noqa: F401  what children would import one by one
from pytest_claims_lab.checkpoint import Checkpoint
from pytest_claims_lab.commands import measure

_PERSONAS = ("assistant", "cook", "poet", "judge", "nurse")
_RECIPE = """
base = "full"
[training]
epochs = 2
batch_size = 4
learning_rate = 2e-2
rank = 4
alpha = 8
dropout = {dropout}
[data]
questions = 8
answer_tokens = 8
[sampling]
questions = 3
completions = 2
base_completions = 1
completion_tokens = 8
"""
DROPOUT, PLAIN = "endurance-dropout", "endurance-plain"
# What differs from run to run by nature: dates and seconds.
_DATED = ("entry.json", "begun.json")


@dataclass(frozen=True, kw_only=True)
class Study:
    """One recipe on the tiny model, and the store that an undisturbed run of it left."""

    folder: Path
    recipe: str
    reference: Path
    seconds: float

    def run(self, store: Path) -> int:
        """What the command does; for a child."""
        arguments = {"model": self.folder / "tiny", "recipe": self.folder / f"{self.recipe}.toml"}
        arguments |= {"set": f"panel={self.folder / 'panel.toml'}", "learning-rate": 2e-2}
        arguments |= {"store": store, "weights-dir": self.folder / "weights", "device": "cpu"}
        words = [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
        return measure([str(FOLDER), *words])

    def difference(self, store: Path) -> str:
        """How a finished store differs from the undisturbed run's; empty if it does not."""
        want, have = (results(place) for place in (self.reference, store))
        if missing := sorted(set(want) - set(have)):
            return f"lost: {', '.join(missing[:3])}"
        return ", ".join(sorted(f"{name} is another" for name in want if want[name] != have[name])[:3])


def results(store: Path) -> dict[str, bytes]:
    """Every result in a store, by kind, key and file: what a second run gives byte for byte."""
    found: dict[str, bytes] = {}
    for manifest in sorted(store.glob("*/*/entry.json")):
        if ".altered-" in manifest.parent.name or "partial" in manifest.parts:
            continue
        for file in sorted(manifest.parent.iterdir()):
            name = f"{manifest.parent.parent.name}/{manifest.parent.name}/{file.name}"
            if file.name == "measurement.nc":
                found[name] = read_measurement(file).sha256.encode()
            elif file.name == "ways.json":  # by how much two ways differed depends on what was tried first
                found[name] = repr({what: way["path"] for what, way in json.loads(file.read_bytes()).items()}).encode()
            elif file.name not in _DATED:
                found[name] = file.read_bytes()
    return found


def prepare(folder: Path) -> list[Study]:
    """The studies, one with dropout and one without, each with the store of a run that nothing disturbed."""
    Checkpoint.interval = Checkpoint.times = 0
    save_tiny_model(folder / "tiny")
    write_panel(folder / "panel.toml", _PERSONAS, "You are {name}.")
    for name, dropout in ((DROPOUT, 0.1), (PLAIN, 0.0)):
        (folder / f"{name}.toml").write_text(_RECIPE.format(dropout=dropout))
    return [_undisturbed(folder, name) for name in (DROPOUT, PLAIN)]


def _undisturbed(folder: Path, recipe: str) -> Study:
    study = Study(folder=folder, recipe=recipe, reference=folder / f"reference-{recipe}", seconds=0.0)
    ended: Ended = in_child(partial(study.run, study.reference))
    if ended.status:
        raise RuntimeError(f"the undisturbed run ended with {ended.status}:\n{ended.said}")
    return replace(study, seconds=ended.seconds)
