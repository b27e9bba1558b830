"""Folders of the old name are found and used; and the keys of what is measured are those of today.

What is under a key of another code is not found again, so that another key has to be meant.
"""

from pathlib import Path

import pytest
from experiments import answer
from planned import marker_file

from pytest_claims_lab.options import command_parser, plan_of, settings_in
from pytest_claims_lab.places import store_dir, weights_dir
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store, digest

KEYS = [
    (
        [],
        {
            "answers": ["98956da51c13c63df4b3ae6695099c05"],
            "completions without adapter": ["14fad556c547e41504571229bc0ff749"],
            "prompt_tokens": ["635590e4f9cc773bfd37d7aeaaeee96e"],
            "readings": ["c7177aa650cba4212563916856830b7a"],
            "answer_tokens": ["f2cbe3dbd3afbdb822972ece917e8b72"],
            "answer_nll": ["675777c8533a64729f7f5b175e168f8e"],
            "adapters": ["838c8be540ef33fb8c87360489b3f1fb", "98201c23be027aa71f6b2216316174b4"],
            "completions": ["03b1170130bbc28733de5022aee18359", "259a53db0bec63e02dc6357f77c4ff9d"],
        },
    ),
    (
        ["--recipe=full", "--seeds=3", "--dtype=bfloat16"],
        {
            "answers": ["0f1c09b9b7480d78e07fa5c362b53438"],
            "completions without adapter": ["182f440e591b8569cc37fddab9724ccc"],
            "prompt_tokens": ["4ed9eedd23602dbd2d86e13f32fbd1da"],
            "readings": ["26e9fb7eb61778b57f4cd19e55fbfbb2"],
            "centre": ["c1bba1a607a74e69d80eec88558aba86"],
            "answer_tokens": ["bfe9f7e92fa453a7b5ce93ae17790fc1"],
            "answer_nll": ["e2eaca2552b725f3cc2eeb94c9ea064d"],
            "adapters": ["86c2286e206c0addd2e55016f26ef87b", "9a52ab56279b76e743ae10fdb65e9413"],
            "completions": ["095ac74f9f73ef160a73826a5b1b9050", "336c34cec5e0acf72a75d11dce384dac"],
        },
    ),
]


@pytest.fixture
def model(tmp_path, monkeypatch):
    """What the plans name, in the folder where they are made; no ladder of the user's is found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "Own-Model").mkdir()
    (tmp_path / "Own-Model" / "config.json").write_text("{}")
    (tmp_path / "Own-Model" / "model.safetensors").write_bytes(b"")
    return "Own-Model"


@pytest.mark.filterwarnings("ignore:own-model has no ladder")
@pytest.mark.parametrize(("words", "keys"), KEYS)
def test_keys_are_those_of_today(words, keys, model, tmp_path):
    """By title, the first and the last; the measurement's own has the experiment's code in it, which may change."""
    plan = plan_of(marker_file(), model, settings_in(command_parser("test", "").parse_args(words)))
    schedule = Schedule(plan, Store(tmp_path / "store"))
    for stage in schedule.groups[0].stages:  # of which examples are made
        answer(schedule, stage, [["Because it is so. And"]] * len(stage.prompts))
    schedule.look_again()
    found = {
        group.title: list(dict.fromkeys(digest(one.key) for one in (group.stages[0], group.stages[-1])))
        for group in schedule.groups
        if group.title != "measurement"
    }
    assert found == keys


@pytest.mark.parametrize(
    ("folder", "variable", "place"),
    [(store_dir, "XDG_DATA_HOME", "store"), (weights_dir, "XDG_CACHE_HOME", "weights")],
)
def test_folder_of_the_old_name_is_used_where_there_is_none_of_the_new(folder, variable, place, tmp_path, monkeypatch):
    for name in ("CLAIMS_STORE", "CLAIMS_WEIGHTS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    old, new = tmp_path / "executable-claims" / place, tmp_path / "pytest-claims" / place
    assert folder() == new
    old.mkdir(parents=True)
    assert folder() == old
    assert folder("given") == Path("given")
    new.mkdir(parents=True)
    assert folder() == new
