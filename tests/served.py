"""A tiny model on a hub that the test serves itself, as fixtures: a test module takes those that it needs by name."""

import warnings

import pytest
from hub import Hub
from huggingface_hub import constants
from tiny import save_tiny_model
from transformers import AutoModelForCausalLM

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError, Notice
from pytest_claims_lab.weights import find_weights

NAME = "owner/Tiny"
WEIGHTS = "model.safetensors"


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
