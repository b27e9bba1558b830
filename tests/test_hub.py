"""Models of the hub, from one that the test serves itself: what is fetched, and what is refused before weights come."""

import json
import resource

import pytest
import served
from hub import LOGGED_IN, Repository
from served import NAME, WEIGHTS

from pytest_claims.base.errors import InputError, Notice
from pytest_claims_lab.model import load_model
from pytest_claims_lab.weights import find_weights

SMALL = {"chat_template.jinja", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"}
CODE = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}
files, find, folder, hub, refused, shards = (
    served.files,
    served.find,
    served.folder,
    served.hub,
    served.refused,
    served.shards,
)


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
