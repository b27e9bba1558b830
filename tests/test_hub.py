"""Models of the hub, from one that the test serves itself: what is fetched, what is refused, and what is kept."""

import json
import os
import resource
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from hub import LOGGED_IN, Hub, Repository
from huggingface_hub import constants, snapshot_download
from tiny import SOURCES, save_tiny_model
from transformers import AutoModelForCausalLM

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError, Notice
from pytest_claims_lab.weights import find_weights

NAME = "owner/Tiny"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
SMALL = {"chat_template.jinja", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def shards(folder, files, tmp_path_factory):
    """The same in several files, with an index."""
    cut = tmp_path_factory.mktemp("shards")
    AutoModelForCausalLM.from_pretrained(folder).save_pretrained(cut, max_shard_size="50KB")
    whole = {name: content for name, content in files.items() if name != WEIGHTS}
    return whole | {file.name: file.read_bytes() for file in cut.iterdir() if "safetensors" in file.name}


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """The hub, as a process sees it that was started with these variables: they are read once, at its start."""
    hub = Hub()
    server = hub.serve()
    users = tmp_path / "users"
    for name, value in {
        "ENDPOINT": hub.url,
        "HUGGINGFACE_CO_URL_TEMPLATE": hub.url + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HUB_CACHE": str(users / "hub"),
        "HF_TOKEN_PATH": str(users / "token"),
        "HF_HUB_OFFLINE": False,
        "HF_HUB_ETAG_TIMEOUT": 1,
        "HF_HUB_DOWNLOAD_TIMEOUT": 1,
    }.items():
        monkeypatch.setattr(constants, name, value)
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def find(hub, tmp_path):
    """Finds a model on this hub; a Notice is an error, unless it is waited for."""

    def look(model=NAME):
        with warnings.catch_warnings():
            warnings.simplefilter("error", Notice)
            return find_weights(model, tmp_path / "weights")

    return look


@pytest.fixture
def refused(find):
    """The one line in which a model is refused."""

    def look(model=NAME):
        with pytest.raises(InputError) as caught:
            find(model)
        said = str(caught.value)
        assert "\n" not in said
        assert in_one_line(caught.value) == said
        return said

    return look


def changed_config(files, **changes):
    return files | {"config.json": json.dumps(json.loads(files["config.json"]) | changes).encode()}


def test_only_what_is_loaded_is_fetched_once(hub, find, files, folder, capsys):
    more = ("README.md", "consolidated.safetensors", "original/model.safetensors", "original/params.json")
    others = (*more, "onnx/model.onnx", "pytorch_model.bin", "tf_model.h5", "model.fp16.safetensors")
    hub.repositories[NAME] = Repository(files | dict.fromkeys(others, b"{}"))
    weights = find()
    assert sorted(hub.fetched()) == sorted(files)
    assert set(hub.fetched()) == {WEIGHTS, *SMALL}
    assert hub.fetched()[-1] == WEIGHTS, "where weights are, all is"
    assert (weights.name, weights.origin) == ("tiny", f"{NAME}@{hub.repositories[NAME].commit}")
    assert (weights.sha256, weights.quantisation) == (find_weights(str(folder), folder).sha256, "none")
    assert f"fetching model {NAME!r} of the hub, 0.2 MB, once, to " in capsys.readouterr().err
    assert find() == weights
    assert len(hub.fetched()) == len(files)


def test_shards_are_those_of_the_index(hub, find, shards):
    hub.repositories[NAME] = Repository(shards | {"model-other.safetensors": b"{}"})
    weights = find()
    assert sorted(hub.fetched()) == sorted(shards)
    assert {file.name for file in weights.path.iterdir()} == set(shards)


def test_shard_that_the_hub_lacks_is_told_before_weights_come(hub, refused, shards):
    first, *_ = sorted(name for name in shards if name.startswith("model-"))
    hub.repositories[NAME] = Repository({name: content for name, content in shards.items() if name != first})
    assert f"names {first}, wanted files beside it that are there" in refused()
    assert not [name for name in hub.fetched() if name.endswith(".safetensors")]


@pytest.mark.parametrize("revision", ["v1", "refs/pr/1"])
def test_revision_is_pinned(revision, hub, find, files):
    hub.repositories[NAME] = Repository(files, revisions=("main", revision))
    commit = hub.repositories[NAME].commit
    assert find(f"{NAME}@{revision}").origin == f"{NAME}@{commit}"
    assert find(f"{NAME}@{commit}").origin == f"{NAME}@{commit}"
    hub.repositories[NAME] = Repository(files | {"generation_config.json": b"{}"})
    later = find()
    assert later.path.name == hub.repositories[NAME].commit != commit
    assert hub.fetched().count(WEIGHTS) == 1, "the same weights are not fetched again"


@pytest.mark.parametrize(
    ("repository", "token", "said"),
    [
        ({"gated": True}, None, "is gated, and no token was given; ask for access at {page}, then `hf auth login`, or"),
        (
            {"private": True},
            None,
            "does not exist, or is private and not shown without a token; look for its name at {",
        ),
        ({}, "hf_wrong", "the hub does not accept the token that was given (401); `hf auth login`, or set HF_TOKEN"),
    ],
)
def test_model_that_is_not_for_everybody(repository, token, said, hub, refused, find, files, monkeypatch):
    hub.repositories[NAME] = Repository(files, **repository)
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    assert said.partition("{")[0] in refused()
    assert WEIGHTS not in hub.fetched()
    if not token:
        assert f"{hub.url}/{NAME}" in refused()
    monkeypatch.setenv("HF_TOKEN", LOGGED_IN)
    assert find().name == "tiny"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("owner/none", "model 'owner/none' of the hub does not exist, or is private"),
        (f"{NAME}@none", "has no such revision: have main, v1; give a branch, a tag or a whole commit that"),
    ],
)
def test_model_or_revision_that_is_not_there(model, said, hub, refused, files):
    hub.repositories[NAME] = Repository(files, revisions=("main", "v1"))
    assert said in refused(model)


def without(files, *names):
    return {name: content for name, content in files.items() if name not in names}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"adapter_config.json": b'{"base_model_name_or_path": "some/base"}'},
            "holds an adapter (adapter_config.json) of",
        ),
        ({"pytorch_model.bin": b"pickle", WEIGHTS: None}, "holds weights as pytorch_model.bin alone: only safetensors"),
        ({WEIGHTS: None}, "holds no .safetensors file: only safetensors and GGUF are loaded"),
        ({"consolidated.safetensors": b"", WEIGHTS: None}, "has weights in consolidated.safetensors and neither"),
        (
            {"tiny.Q4_0.gguf": b"GGUF", WEIGHTS: None, "config.json": None},
            "holds GGUF (tiny.Q4_0.gguf); fetch one such",
        ),
        ({"config.json": None}, "has no config.json"),
    ],
)
def test_what_is_no_model_is_refused_by_the_list(change, said, hub, refused, files):
    changed = {name: content for name, content in (files | change).items() if content is not None}
    hub.repositories[NAME] = Repository(changed)
    assert said in refused()
    assert set(hub.fetched()) <= {"adapter_config.json"}


def test_adapter_is_told_with_its_base_model(hub, refused, files):
    adapter = {"adapter_config.json": b'{"base_model_name_or_path": "some/base"}', "adapter_model.safetensors": b""}
    hub.repositories[NAME] = Repository(adapter)
    assert "of 'some/base', whose base model may lie elsewhere; merge it (PEFT's merge_and_unload)" in refused()


CODE = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_type": "own", "auto_map": CODE}, "of the kind 'own', which transformers "),
        ({"model_type": "own", "auto_map": CODE}, "(auto_map), and such code is never executed"),
        ({"model_type": "newest"}, "of the kind 'newest', which transformers "),
        ({"quantization_config": {"quant_method": "gptq", "bits": 4}}, "is quantised (GPTQ), as its config.json says"),
        ({"quantization_config": {"load_in_4bit": True}}, "is quantised (bitsandbytes), as its config.json says"),
        ({"quantization_config": {"quant_method": "newest"}}, "is quantised (newest), as its config.json says"),
        ({"text_config": {"quantization_config": {"quant_method": "awq"}}}, "is quantised (AWQ), as its config.json"),
        ({"compression_config": {"quant_method": "compressed-tensors"}}, "is quantised (compressed-tensors), as its"),
        ({"transformers_weights": "other.safetensors"}, "names weights of its own (transformers_weights)"),
    ],
)
def test_what_would_not_be_loaded_is_refused_by_its_config(change, said, hub, refused, files):
    hub.repositories[NAME] = Repository(changed_config(files, **change))
    assert said in refused()
    assert WEIGHTS not in hub.fetched()


def test_code_of_a_kind_that_transformers_knows_is_left_alone(hub, find, files):
    from pytest_claims_lab.model import load_model

    harmful = b"raise SystemExit('executed')"
    hub.repositories[NAME] = Repository(changed_config(files, auto_map=CODE) | {"own.py": harmful})
    assert load_model(find().path, "tiny", device="cpu", dtype="float32").network.config.model_type == "llama"
    assert "own.py" not in hub.fetched()


def test_transfer_that_breaks_off_is_taken_up(hub, find, files):
    hub.repositories[NAME] = Repository(files)
    hub.drops[WEIGHTS] = [1000]
    assert (find().path / WEIGHTS).read_bytes() == files[WEIGHTS]
    assert hub.fetched()[-2:] == [WEIGHTS, WEIGHTS]
    assert not hub.drops[WEIGHTS]


def test_file_that_was_cut_short_in_the_cache_is_fetched_again(hub, find, files):
    hub.repositories[NAME] = Repository(files)
    weights = find()
    shorten(weights.path / WEIGHTS)
    with pytest.warns(Notice, match=rf"{WEIGHTS} has \d+ bytes, and the hub says {len(files[WEIGHTS])}: it is fetched"):
        assert find_weights(NAME, weights.path.parents[3]) == weights
    assert hub.fetched().count(WEIGHTS) == 2


def shorten(file):
    file.resolve().write_bytes(file.read_bytes()[:-100])


def test_fetch_that_the_disk_ends_keeps_what_came(hub, refused, find, shards):
    hub.repositories[NAME] = Repository(shards)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(len(shards[name]) for name in shards if not name.startswith("model-"))
    heavy = [name for name in shards if len(shards[name]) > largest]
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, limits[1]))
    try:
        said = refused()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "cannot be kept: File too large; free some space on its disk" in said
    assert "--claims-weights-dir" in said
    before = len(hub.fetched())
    assert find().path.is_dir()
    assert set(hub.fetched()[before:]) >= set(heavy)
    assert "config.json" not in hub.fetched()[before:]


def test_disk_that_is_too_small_is_told_before_weights_come(hub, refused, files):
    hub.repositories[NAME] = Repository(files, sizes={WEIGHTS: 10**18})
    said = refused()
    assert "takes 1000000000.0 GB more in " in said
    assert "GB free; free some, or give another --claims-weights-dir" in said
    assert WEIGHTS not in hub.fetched()


def test_file_shorter_than_the_hub_says_is_refused_by_name(hub, files, tmp_path):
    hub.repositories[NAME] = Repository(files, sizes={WEIGHTS: len(files[WEIGHTS]) + 1})
    with (
        pytest.warns(Notice, match=f"{WEIGHTS} has {len(files[WEIGHTS])} bytes, and the hub says"),
        pytest.raises(
            InputError, match=f"{WEIGHTS} does not have the {len(files[WEIGHTS]) + 1} bytes that the hub says"
        ),
    ):
        find_weights(NAME, tmp_path / "weights")


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
    """What pytest says of a claim that is asked of a model of the hub."""
    (tmp_path / "claims").mkdir(exist_ok=True)
    (tmp_path / "claims" / "test_it.py").write_text(
        "from pytest_claims import claim\n@claim('it', source='us')\n"
        "def test_it(table):\n    '''It is so.'''\n    assert table['cosine'].mean() < 2\n"
    )
    said = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(SOURCES)}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "claims/", "-p", "no:cacheprovider", *arguments],
        cwd=tmp_path, env=environment | said | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (NAME, f"model {NAME!r} of the hub is gated, and the token that you gave has no access; ask for access at"),
        ("owner/none", "model 'owner/none' of the hub does not exist, or is private and not shown to the token"),
    ],
)
def test_pytest_says_it_in_one_line(model, said, hub, files, tmp_path):
    """With the user's own variables: the hub's address, a home and a token."""
    hub.repositories[NAME] = Repository(files, gated=True, granted=False)
    done = of_a_process(hub, tmp_path, "--claims-model", model, "--claims-weights-dir", "weights", HF_TOKEN=LOGGED_IN)
    told = [line for line in (done.stdout + done.stderr).splitlines() if said in line]
    assert len(told) == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 4
    assert hub.asked


def test_variables_of_the_hub_are_those_of_its_users(hub, files, tmp_path):
    """HF_HUB_OFFLINE asks nobody, and HF_HOME says where its cache is."""
    hub.repositories[NAME] = Repository(files)
    snapshot_download(NAME, cache_dir=tmp_path / "home" / "hub")
    hub.asked.clear()
    code = (
        "import sys; from pathlib import Path; from pytest_claims_lab.weights import find_weights;"
        f"print(find_weights({NAME!r}, Path('weights')).path)"
    )
    home = {"HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "1", "PYTHONPATH": os.pathsep.join(SOURCES)}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=environment | home, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert str(tmp_path / "home" / "hub") in done.stdout
    assert not hub.asked
