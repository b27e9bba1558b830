"""Adapters that exist already, from a folder or from a hub that the test serves: what is taken, and what is refused."""

import json
import warnings
from dataclasses import replace

import pytest
import served
import torch
from experiments import made_plan, probe
from hub import LOGGED_IN, Repository
from huggingface_hub import constants, snapshot_download
from peft_adapters import save_adapter
from safetensors.torch import load_file, save_file
from solo import RENAMED

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError, Notice
from pytest_claims_lab.experiment import Condition, Experiment
from pytest_claims_lab.found_adapter import find_adapter, tell_base
from pytest_claims_lab.weights import find_weights

pytestmark = RENAMED
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
NAME = "owner/Tuned"
folder, hub = served.folder, served.hub


@pytest.fixture(scope="module")
def adapter(folder, tmp_path_factory):
    return save_adapter(folder, tmp_path_factory.mktemp("adapters") / "Tuned")


@pytest.fixture(scope="module")
def files(adapter):
    return {name: (adapter / name).read_bytes() for name in (CONFIG, WEIGHTS)}


@pytest.fixture
def find(tmp_path):
    """Finds an adapter; a Notice is an error, unless it is waited for."""

    def look(name=NAME):
        with warnings.catch_warnings():
            warnings.simplefilter("error", Notice)
            return find_adapter(str(name), tmp_path / "weights")

    return look


@pytest.fixture
def refused(find):
    """The one line in which an adapter is refused."""

    def look(name=NAME):
        with pytest.raises(InputError) as caught:
            find(name)
        said = str(caught.value)
        assert "\n" not in said
        assert in_one_line(caught.value) == said
        return said

    return look


@pytest.fixture
def copied(files, tmp_path):
    """Writes a folder with these files instead of the adapter's; None takes one away."""

    def write(**changes):
        place = tmp_path / "copied"
        place.mkdir()
        content = files | {{"config": CONFIG, "weights": WEIGHTS}.get(name, name): one for name, one in changes.items()}
        for name, one in content.items():
            if one is not None:
                (place / name).write_bytes(one)
        return place

    return write


def said(files, **changes):
    return json.dumps(json.loads(files[CONFIG]) | changes).encode()


def test_adapter_of_a_folder(adapter, find, copied, files, folder):
    found = find(adapter)
    assert (found.name, found.origin, found.path, found.base) == ("tuned", "Tuned", adapter, str(folder))
    same = find(copied(**{"README.md": b"mine", "tokenizer.json": b"{}", "adapter_model.bin": b"pickle"}))
    assert same.sha256 == found.sha256, "what is not loaded decides nothing"
    for name in (CONFIG, WEIGHTS):
        content = said(files, lora_alpha=3) if name == CONFIG else changed_weights(same.path)
        (same.path / name).write_bytes(content)
        assert find(same.path).sha256 not in (found.sha256, same.sha256)
        (same.path / name).write_bytes(files[name])


def changed_weights(place, **more):
    tensors = load_file(place / WEIGHTS)
    first = sorted(tensors)[0]
    save_file(tensors | {first: tensors[first] + 1} | more, place / WEIGHTS)
    return (place / WEIGHTS).read_bytes()


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"config": None}, "has no adapter_config.json; wanted a folder in the format of PEFT"),
        ({"config": None, "config.json": b"{}"}, "holds a model (config.json) and no adapter (adapter_config.json)"),
        (
            {"weights": None},
            "has no adapter_model.safetensors beside its adapter_config.json; fetch or save the adapter",
        ),
        ({"weights": None, "adapter_model.bin": b""}, "holds weights as adapter_model.bin alone: only safetensors is"),
        ({"config": b"[]"}, "adapter_config.json holds list, wanted an object in braces"),
        ({"config": b"{"}, "wanted JSON; "),
        ({"weights": b"nothing"}, "wanted the weights of a LoRA adapter, as PEFT saves them"),
    ],
)
def test_folder_without_a_whole_adapter_is_refused(changes, wanted, refused, copied):
    assert wanted in refused(copied(**changes))


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (
            {"peft_type": "IA3"},
            "adapter 'copied' has the peft_type 'IA3', and LORA alone is put into a model here (rsL",
        ),
        (
            {"layer_replication": [[0, 2], [1, 3]]},
            "adapter 'copied' needs layer_replication, as its adapter_config.json",
        ),
        ({"alora_invocation_tokens": [5]}, "needs alora_invocation_tokens"),
        ({"use_qalora": True, "qalora_group_size": 8}, "needs qalora_group_size, use_qalora, as its"),
        (
            {"kasa_config": {"beta": 1.0}},
            "needs kasa_config, as its adapter_config.json says, which is not measured he",
        ),
        ({"of_a_later_peft": 3}, "needs of_a_later_peft"),
        (
            {"rank_pattern": {"q_proj": "many"}},
            "has ranks or scales in its adapter_config.json that are no numbers",
        ),
        ({"init_lora_weights": "pissa_niter_4"}, "(init_lora_weights is 'pissa_niter_4'), and not beside its base"),
        ({"init_lora_weights": "loftq"}, "was trained beside weights that were changed before"),
    ],
)
def test_adapter_that_would_be_measured_wrongly_is_refused_by_name(settings, wanted, refused, copied, files):
    assert wanted in refused(copied(config=said(files, **settings)))


def test_setting_of_a_later_peft_that_is_nothing_is_left_alone(find, copied, files):
    later = {"of_a_later_peft": False, "another": None, "megatron_core": "megatron.core", "qalora_group_size": 16}
    assert find(copied(config=said(files, **later))).name == "copied"


@pytest.mark.parametrize(
    ("tensors", "wanted"),
    [
        ({"base_model.model.x.lora_A.weight": torch.full((2, 2), float("nan"))}, "holds values that are not finite"),
        (
            {"lora_unet_down.alpha": torch.ones(1)},
            "names a tensor 'lora_unet_down.alpha', wanted names that begin with",
        ),
    ],
)
def test_weights_that_are_none_of_an_adapter_are_refused(tensors, wanted, refused, copied):
    place = copied()
    changed_weights(place, **tensors)
    assert wanted in refused(place)


def test_weights_without_matrices_or_cut_short_are_refused(refused, copied, files):
    place = copied(weights=files[WEIGHTS][:-100])
    assert "and its header says" in refused(place)
    save_file({"base_model.model.lm_head.weight": torch.ones(2, 2)}, place / WEIGHTS)
    assert "holds no LoRA matrices" in refused(place)


def test_what_is_neither_a_folder_nor_of_the_hub(refused):
    assert refused("nowhere") == (
        "unknown adapter 'nowhere'; wanted a folder in the format of PEFT, or a hub id (owner/name)"
    )


@pytest.mark.parametrize("base", ["mirror/Tiny", "/home/me/models/tiny/", "C:\\models\\tiny", ""])
def test_base_of_the_same_name_is_no_news(base, adapter, find, folder):
    weights = find_weights(str(folder), folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tell_base(replace(find(adapter), base=base), weights)


def test_base_of_another_name_is_a_notice(adapter, find, folder):
    weights = find_weights(str(folder), folder)
    with pytest.warns(
        Notice, match="adapter Tuned says that its base model is 'meta/Other', and is put into 'tiny'; th"
    ):
        tell_base(replace(find(adapter), base="meta/Other"), weights)


def test_a_plan_tells_of_an_adapter_that_is_put_into_another_model(adapter, tmp_path):
    experiment = Experiment(probes=[probe()], conditions=[Condition(at={"adapter": "found"}, adapter=str(adapter))])
    with pytest.warns(Notice, match="adapter Tuned says that its base model is .*, and is put into 'own-model'"):
        made_plan(experiment, tmp_path)


def test_only_what_is_loaded_is_fetched_once(hub, find, files, adapter, capsys):
    others = ("README.md", "adapter_model.bin", "optimizer.pt", "tokenizer.json", "checkpoint-1/adapter_config.json")
    hub.repositories[NAME] = Repository(files | dict.fromkeys(others, b"{}"))
    found = find()
    assert hub.fetched() == [CONFIG, WEIGHTS]
    assert (found.name, found.origin) == ("tuned", f"{NAME}@{hub.repositories[NAME].commit}")
    assert found.sha256 == find(adapter).sha256
    assert f"fetching adapter {NAME!r} of the hub, " in capsys.readouterr().err
    assert find() == found
    assert hub.fetched() == [CONFIG, WEIGHTS]


def test_revision_is_pinned(hub, find, files):
    hub.repositories[NAME] = Repository(files, revisions=("main", "refs/pr/1"))
    commit = hub.repositories[NAME].commit
    assert find(f"{NAME}@refs/pr/1").origin == f"{NAME}@{commit}"
    hub.repositories[NAME] = Repository(files | {CONFIG: said(files, lora_alpha=3)})
    assert find().path.name == hub.repositories[NAME].commit != commit


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({CONFIG: None, "config.json": b"{}"}, f"adapter {NAME!r} of the hub holds a model (config.json) and no"),
        (
            {CONFIG: None, f"last/{CONFIG}": b"{}"},
            "has no adapter_config.json, but the folders last have one: fetch one",
        ),
        ({WEIGHTS: None, "adapter_model.bin": b"pickle"}, "holds weights as adapter_model.bin alone"),
        (
            {CONFIG: b'{"peft_type": "LOHA"}'},
            f"adapter {NAME!r} of the hub has the peft_type 'LOHA', and LORA alone is",
        ),
    ],
)
def test_what_would_not_be_measured_is_refused_before_weights_come(change, wanted, hub, refused, files):
    hub.repositories[NAME] = Repository({name: one for name, one in (files | change).items() if one is not None})
    assert wanted in refused()
    assert WEIGHTS not in hub.fetched()


def test_adapter_that_is_not_for_everybody(hub, find, refused, files, monkeypatch):
    hub.repositories[NAME] = Repository(files, gated=True)
    assert f"adapter {NAME!r} of the hub is gated, and no token was given" in refused()
    hub.repositories[NAME] = Repository(files, private=True)
    assert f"adapter {NAME!r} of the hub does not exist, or is private and not shown without a token" in refused()
    assert f"adapter {NAME + '@none'!r} of the hub does not exist" in refused(f"{NAME}@none")
    monkeypatch.setenv("HF_TOKEN", LOGGED_IN)
    assert find().name == "tuned"
    assert "has no such revision: have main" in refused(f"{NAME}@none")


def test_caches_are_those_of_models(hub, find, refused, files, monkeypatch, tmp_path, capsys):
    hub.repositories[NAME] = Repository(files)
    ours = find()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert find() == ours
    assert f"adapter {NAME!r} of the hub: HF_HUB_OFFLINE is set; commit " in capsys.readouterr().err
    assert "; it is in no cache of this machine" in refused("owner/other")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    snapshot_download(NAME)
    users = find_adapter(NAME, tmp_path / "none")
    assert users.path.is_relative_to(constants.HF_HUB_CACHE)
    assert replace(users, path=ours.path) == ours
    hub.status = 503
    (ours.path / WEIGHTS).unlink()
    (users.path / WEIGHTS).unlink()
    assert "what is in the cache is not whole: " in refused()
