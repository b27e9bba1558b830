"""A model of the hub in a cache: which of two places wins, and what is used where the hub gives nothing."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import served
from asked import write_finding
from hub import LOGGED_IN, Repository
from huggingface_hub import constants, snapshot_download
from served import NAME, WEIGHTS
from tiny import SOURCES

from pytest_claims.base.errors import Notice
from pytest_claims_lab.weights import find_weights

files, find, folder, hub, refused, shards = (
    served.files,
    served.find,
    served.folder,
    served.hub,
    served.refused,
    served.shards,
)


def test_file_that_was_cut_short_in_the_cache_is_fetched_again(hub, find, files):
    hub.repositories[NAME] = Repository(files)
    weights = find()
    shorten(weights.path / WEIGHTS)
    with pytest.warns(Notice, match=rf"{WEIGHTS} has \d+ bytes, and the hub says {len(files[WEIGHTS])}: it is fetched"):
        assert find_weights(NAME, weights.path.parents[3]) == weights
    assert hub.fetched().count(WEIGHTS) == 2


def shorten(file):
    file.resolve().write_bytes(file.read_bytes()[:-100])


UNREACHABLE = {
    "offline": lambda hub, monkeypatch: monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True),
    "gone": lambda hub, monkeypatch: monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9"),
    "down": lambda hub, monkeypatch: setattr(hub, "status", 503),
    "slow": lambda hub, monkeypatch: setattr(hub, "seconds", 1.1),
    "no hub": lambda hub, monkeypatch: setattr(hub, "status", 200),
    "private": lambda hub, monkeypatch: setattr(hub.repositories[NAME], "private", True),
}
WHY = {
    "offline": "HF_HUB_OFFLINE is set",
    "gone": "http://127.0.0.1:9 cannot be reached",
    "down": "the hub answers 503",
    "slow": "does not answer in time",
    "no hub": "does not answer as the hub does",
    "private": "the hub does not show it without a token",
}


@pytest.mark.parametrize("why", UNREACHABLE)
def test_without_the_hub_the_cache_is_used_aloud(why, hub, find, refused, files, monkeypatch, tmp_path, capsys):
    hub.repositories[NAME] = Repository(files)
    weights = find()
    UNREACHABLE[why](hub, monkeypatch)
    if why == "offline":  # as was asked for: no notice
        assert find() == weights
        assert f"HF_HUB_OFFLINE is set; commit {weights.path.name} is taken from the cache" in capsys.readouterr().err
    else:
        with pytest.warns(Notice, match=f"{WHY[why]}.*; commit {weights.path.name} is taken from the cache, "):
            assert find_weights(NAME, tmp_path / "weights") == weights
    said = refused("owner/other")
    assert "; it is in no cache of this machine" in said
    assert why == "private" or WHY[why] in said


def test_without_the_hub_half_a_model_is_refused_by_name(hub, find, refused, shards, monkeypatch):
    hub.repositories[NAME] = Repository(shards)
    weights = find()
    first, second, *_ = sorted(weights.path.glob("model-*"))
    hub.status = 500
    shorten(first)
    assert "what is in the cache is not whole" in refused()
    assert f"{first.name} has " in refused()
    assert "it was cut short; fetch or save the model again" in refused()
    second.unlink()
    assert f"names {second.name}, wanted files beside it" in refused()


def test_cache_of_the_user_goes_first(hub, find, files, tmp_path, capsys):
    hub.repositories[NAME] = Repository(files)
    snapshot_download(NAME)
    before = len(hub.fetched())
    weights = find()
    assert weights.path.is_relative_to(constants.HF_HUB_CACHE)
    assert f"is in the cache of the hub's own programs, and is not fetched: {weights.path}" in capsys.readouterr().err
    assert len(hub.fetched()) == before
    assert not (tmp_path / "weights").exists()


def test_weights_of_another_commit_in_the_users_cache_are_not_fetched_again(hub, find, files, tmp_path):
    hub.repositories[NAME] = Repository(files)
    snapshot_download(NAME)
    hub.repositories[NAME] = Repository(files | {"generation_config.json": b"{}"})
    weights = find()
    assert weights.path == Path(
        constants.HF_HUB_CACHE, "models--owner--Tiny", "snapshots", hub.repositories[NAME].commit
    )
    assert hub.fetched().count(WEIGHTS) == 1


def test_half_a_model_in_the_users_cache_is_fetched_to_ours(hub, find, files, tmp_path):
    hub.repositories[NAME] = Repository(files)
    snapshot_download(NAME, allow_patterns=["*.json"])
    assert find().path.is_relative_to(tmp_path / "weights" / "hub")


def test_both_caches_give_the_same_hash(hub, find, files, tmp_path):
    """What else lies in the user's, such as weights in a second format, is not loaded."""
    hub.repositories[NAME] = Repository(files | {"consolidated.safetensors": b"{}", "README.md": b"tiny"})
    ours = find()
    snapshot_download(NAME)
    users = find_weights(NAME, tmp_path / "none")
    assert users.path != ours.path
    assert replace(users, path=ours.path) == ours


def of_a_process(hub, tmp_path, *arguments, **variables):
    """What a process says that is started with the variables of the hub's users."""
    said = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(SOURCES)}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    done = subprocess.run(  # noqa: S603
        [sys.executable, *arguments], cwd=tmp_path, env=environment | said | variables, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (NAME, f"model {NAME!r} of the hub is gated, and the token that you gave has no access; ask for access at"),
        ("owner/none", "model 'owner/none' of the hub does not exist, or is private and not shown to the token"),
    ],
)
def test_pytest_says_it_in_one_line(model, said, hub, files, tmp_path):
    hub.repositories[NAME] = Repository(files, gated=True, granted=False)
    write_finding(tmp_path / "claims")
    command = ("-m", "pytest", "claims/", "--claims-model", model, "--claims-weights-dir", "weights")
    status, shown = of_a_process(hub, tmp_path, *command, HF_TOKEN=LOGGED_IN)
    assert [said in line for line in shown.splitlines()].count(True) == 1, shown
    assert "Traceback" not in shown
    assert status == 4
    assert hub.asked


def test_variables_of_the_hub_are_those_of_its_users(hub, files, tmp_path):
    """HF_HUB_OFFLINE asks nobody, and HF_HOME says where its cache is."""
    hub.repositories[NAME] = Repository(files)
    snapshot_download(NAME, cache_dir=tmp_path / "home" / "hub")
    hub.asked.clear()
    code = (
        "from pathlib import Path; from pytest_claims_lab.weights import find_weights;"
        f"print(find_weights({NAME!r}, Path('weights')).path)"
    )
    status, shown = of_a_process(hub, tmp_path, "-c", code, HF_HUB_OFFLINE="1")
    assert status == 0, shown
    assert str(tmp_path / "home" / "hub") in shown
    assert "HF_HUB_OFFLINE is set; commit" in shown
    assert not hub.asked
