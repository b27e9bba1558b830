"""Experiments for tests: planned for a folder that is no model, since nothing is loaded."""

import json
from pathlib import Path

from pytest_claims_lab.asking import Greedy
from pytest_claims_lab.experiment import Experiment, Item, Probe
from pytest_claims_lab.experiment_file import ExperimentFile
from pytest_claims_lab.making import make_plan
from pytest_claims_lab.plan import Plan
from pytest_claims_lab.recipe import Recipe
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store
from pytest_claims_lab.texts import write_texts

ITEMS = tuple(Item(at={"question": name}, user=f"{name}?") for name in ("how", "why"))


def length(item: Item, text: str) -> int:
    """A score."""
    return len(text)


def probe(name: str = "long", **changes) -> Probe:
    """A probe that can be asked."""
    return Probe(**{"name": name, "items": ITEMS, "how": Greedy(tokens=3), "score": length} | changes)


def made_file(experiment: Experiment, recipe: Recipe | None = None, code: str = "c" * 64) -> ExperimentFile:
    """The file of a finding that has this experiment, whatever the recipe."""
    recipe = recipe or Recipe(name="pocket")
    return ExperimentFile(
        folder=Path("made_up"),
        recipes={recipe.name: recipe},
        experiment=lambda recipe: experiment,
        search=lambda recipe: recipe,
        code=code,
    )


def made_plan(experiment: Experiment, folder: Path, **changes) -> Plan:
    """Its plan for a model that nobody can load."""
    model = save_nothing(folder / "Own-Model")
    file = made_file(experiment)
    return make_plan(
        file=file, model=str(model), recipe=file.recipe("pocket"), weights_dir=folder, **{"dtype": "float32"} | changes
    )


def schedule_of(experiment: Experiment, folder: Path, **changes) -> Schedule:
    """The stages of such a plan, of which the store has none."""
    return Schedule(made_plan(experiment, folder, **changes), Store(folder / "store"))


def save_nothing(folder: Path) -> Path:
    """A folder that has the files of a model."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({}))
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def answer(schedule: Schedule, stage, texts) -> None:
    """Let the store have these texts for a stage, as if a model had given them."""
    schedule.store.get(stage.kind, stage.key, lambda folder: write_texts(texts, folder))
