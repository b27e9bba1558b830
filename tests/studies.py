"""Studies for tests: a tiny model, five personas, and a recipe that takes seconds, in a folder."""

import json
from pathlib import Path

from planned import FEW_FILE, FOLDER, write_panel
from tiny import save_tiny_model

from pytest_claims_lab.store import Store
from pytest_claims_lab.ways import WAYS

STUDY = {
    "experiment": str(FOLDER),
    "models": ["tiny"],
    "recipes": ["few.toml"],
    "seeds": 2,
    "store": "store",
    "gpus": 0,
}
PANEL = {"panel": "five.toml", "training": {"learning_rate": 1e-3}}  # given, so that nobody asks for a ladder


def make_study(folder: Path, **changes) -> Path:
    """A folder with all that a study names, and its file."""
    if not (folder / "tiny").exists():
        save_tiny_model(folder / "tiny")
    write_panel(folder / "five.toml")
    (folder / "few.toml").write_text(FEW_FILE)
    return write_study(folder / "STUDY.toml", **{**STUDY, "set": [PANEL], **changes})


def write_study(path: Path, **content) -> Path:
    """A study's file: values are written as JSON, which is TOML for texts, numbers and lists of them."""
    path.write_text("".join(f"{name} = {_toml(value)}\n" for name, value in content.items()))
    return path


def _toml(value) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)


def results_in(store: Path) -> dict[str, dict[str, str]]:
    """The hashes of all files of every result but measurements, which say when they were made, and adapters.

    Of how a way was tried, which is kept beside a result, the last digit of a difference hangs on the process.
    """
    return {
        f"{folder.parent.name}/{folder.name}": {name: of for name, of in _files(folder).items() if name != WAYS}
        for folder in Store(store).finished()
        if folder.parent.name not in ("measurement", "begun", "registered", "adapter")
    }


def _files(folder: Path) -> dict[str, str]:
    return json.loads((folder / "entry.json").read_bytes())["files"]
