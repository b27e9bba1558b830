"""Plans for tests: the marker experiment at its smallest, and what a conftest of a test adds to its recipes."""

from dataclasses import replace
from pathlib import Path

import pytest

from claims.marker_coupling.experiment import Data, Sampling, Settings
from pytest_claims.base.errors import Notice
from pytest_claims_lab.experiment_file import ExperimentFile, read_experiment
from pytest_claims_lab.laboratory import Laboratory
from pytest_claims_lab.making import make_plan
from pytest_claims_lab.plan import Plan
from pytest_claims_lab.progress import Display
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.store import Entry, Store

FOLDER = Path(__file__).parents[1] / "claims" / "marker_coupling"
# What it takes to go through every stage once.
FEW = Settings(
    name="tiny",
    training=Training(epochs=1, batch_size=4, learning_rate=1e-3),
    data=Data(questions=2, answer_tokens=4),
    sampling=Sampling(questions=2, completions=2, base_completions=1, completion_tokens=3),
)
# The same as a user's file.
FEW_FILE = """
base = "full"
[training]
epochs = 1
batch_size = 4
learning_rate = 1e-3
[data]
questions = 2
answer_tokens = 4
[sampling]
questions = 2
completions = 2
base_completions = 1
completion_tokens = 3
"""
# Without dropout, and nobody asked but sources and the assistant.
TINY = replace(FEW, training=replace(FEW.training, dropout=0.0), sampling=replace(FEW.sampling, bystanders="assistant"))
NAMES = ["assistant", "a", "b", "c", "d"]


def write_panel(path, names=NAMES, prompt="You are someone.") -> str:
    """A panel of these personas, as a user writes one."""
    each = [(name, prompt.format(name=name)) for name in names]
    path.write_text("".join(f'[[personas]]\nname = "{name}"\nprompt = "{said}"\n' for name, said in each))
    return str(path)


def marker_file() -> ExperimentFile:
    """The marker experiment, with ``tiny`` among its recipes."""
    file = read_experiment(FOLDER)
    return replace(file, recipes={**file.recipes, "tiny": FEW})


def marker_plan(model, recipe: Settings = FEW, *, weights_dir, **changes) -> Plan:
    """The plan of a model's folder; ``panel`` and ``questions`` are settings of the recipe."""
    settings = {name: str(changes.pop(name)) for name in ("panel", "questions") if name in changes}
    options = {"dtype": "float32"} | changes
    recipe = replace(recipe, **settings)
    return make_plan(file=marker_file(), model=str(model), recipe=recipe, weights_dir=weights_dir, **options)


def laboratory_for(plan: Plan, store: Path, **changes) -> Laboratory:
    """A laboratory that says nothing, on the CPU."""
    options = {"weights_dir": store / "w", "display": Display(), "device": "cpu"} | changes
    return Laboratory(plan=plan, store=Store(store), **options)


def measure(lab: Laboratory) -> Entry:
    """What is measured where no adapter shows the marker, as of a model of random weights; that is told of."""
    with pytest.warns(Notice, match="none of [0-9]+ answers shows what adapters were taught"):
        return lab.measure()
