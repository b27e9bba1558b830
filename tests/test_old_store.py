"""Folders of the old name are found and used; and the keys of what is measured are those of today.

What is under a key of another code is not found again, so that another key has to be meant.
"""

from pathlib import Path

import pytest
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
            "readings": ["e96a582c80d0be90d6657856e1eadfa1"],
            "answer_tokens": ["0fae221f5a2e22addb84224e49d48185"],
            "answer_nll": ["81b69f8a1fc4b9ab2c4b00cd3ca80952"],
            "adapters": ["df5182632d58def3f93306c9adf6d44e", "d0f173d946273804a7dc88628c714e88"],
            "completions": ["bd9a8ef9b7a9a6c49c81ef04a83f921b", "37c3e2d88510a82508b0636d5fd79c91"],
        },
    ),
    (
        ["--recipe=full", "--seeds=3", "--dtype=bfloat16"],
        {
            "answers": ["0f1c09b9b7480d78e07fa5c362b53438"],
            "completions without adapter": ["182f440e591b8569cc37fddab9724ccc"],
            "prompt_tokens": ["4ed9eedd23602dbd2d86e13f32fbd1da"],
            "readings": ["9cf8f94e76e4942755dfdc8fbc12b3d7"],
            "answer_tokens": ["c0582d800eecc48323c44a16a945779d"],
            "answer_nll": ["251bb1e72796912f5694e27d54d33e7b"],
            "adapters": ["c31e69c91583f00a9285f137ffd094d2", "8194490c79c878ef276d44b299987571"],
            "completions": ["e7282aebf1de69f22f4f87315f59824d", "0af2a8ea0f2a088e48fa466df1092c18"],
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
    groups = Schedule(plan, Store(tmp_path / "store")).groups
    found = {
        group.title: list(dict.fromkeys(digest(one.key) for one in (group.stages[0], group.stages[-1])))
        for group in groups
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
