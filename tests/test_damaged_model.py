"""Damaged files of a model: each is told in one line that names the file, and a bug of ours is not."""

import json
import shutil
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import save_tiny_model, write_gguf
from transformers import AutoModelForCausalLM

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError
from pytest_claims_lab.conversion import convert
from pytest_claims_lab.memory import enough
from pytest_claims_lab.model import load_model
from pytest_claims_lab.weights import find_weights

load = partial(load_model, name="tiny", device="cpu", dtype="float32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(scope="module")
def gguf(tmp_path_factory):
    home = tmp_path_factory.mktemp("gguf")
    return write_gguf(home / "tiny.gguf", save_tiny_model(home / "model", template=None))


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


def refused(work, file):
    """The one line in which ``work`` is refused; it names ``file``."""
    with pytest.raises(InputError) as caught:
        work()
    said = str(caught.value)
    assert in_one_line(caught.value) == said
    assert file in said
    return said


def in_a_line_or_whole(work):
    """What ``work`` gives; nothing if it is refused, in one line."""
    try:
        return work()
    except InputError as error:
        said = error
    assert in_one_line(said) == str(said)
    return None


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "tokenizer_config.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"null", b"\xff\xfe\x00", b'{"a": NaN'])
def test_file_that_is_no_json_object(file, content, copy):
    (copy / file).write_bytes(content)
    refused(lambda: load(copy), f"copy/{file}")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_type": "no_such_model"}, "no_such_model"),
        ({"model_type": None, "architectures": None}, "model"),
        ({"hidden_size": "large"}, "hidden_size"),
        ({"auto_map": {"AutoConfig": "own.Config"}, "model_type": "own"}, "such code is never executed"),
    ],
)
def test_config_that_transformers_does_not_know(change, said, copy):
    content = json.loads((copy / "config.json").read_text()) | change
    (copy / "config.json").write_text(json.dumps({key: one for key, one in content.items() if one is not None}))
    assert said in refused(lambda: load(copy), "copy/config.json")


@pytest.mark.parametrize("change", [{"model": None}, {"model": {"type": "Unknown"}}, {"version": 7, "model": 3}])
def test_tokenizer_of_another_shape(change, copy):
    content = json.loads((copy / "tokenizer.json").read_text()) | change
    (copy / "tokenizer.json").write_text(json.dumps(content))
    refused(lambda: load(copy), "copy/tokenizer.json")


def test_tokenizer_that_is_not_there(copy):
    (copy / "tokenizer.json").unlink()
    refused(lambda: load(copy), "copy")


@pytest.mark.parametrize("size", [0, 7, 8, 100, 5000, -1])
def test_weights_that_were_cut_short(size, copy):
    file = copy / "model.safetensors"
    file.write_bytes(file.read_bytes()[:size])
    assert "wanted safetensors; fetch or save the model again" in refused(lambda: load(copy), "copy/model.safetensors")


@given(place=st.integers(0, 4000), flip=st.integers(1, 255))
def test_weights_with_a_damaged_header(place, flip, folder, tmp_path_factory):
    """Either it is refused in one line, or it gives the tensors that its header names; never one drawn at random."""
    copy = shutil.copytree(folder, tmp_path_factory.mktemp("models") / "copy")
    file = copy / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[place] ^= flip
    file.write_bytes(content)
    if loaded := in_a_line_or_whole(lambda: load(copy)):
        whole = AutoModelForCausalLM.from_pretrained(folder).state_dict()
        changed = sum(not torch.equal(one, whole[name]) for name, one in loaded.network.state_dict().items())
        assert changed <= 2  # an offset of one tensor, or two names that changed places


def test_shard_that_is_not_there(copy, folder):
    AutoModelForCausalLM.from_pretrained(folder).save_pretrained(copy, max_shard_size="50KB")
    (copy / "model.safetensors").unlink()
    load(copy)
    sorted(copy.glob("model-*.safetensors"))[0].unlink()
    assert "model-00001-of" in refused(lambda: load(copy), "copy")
    (copy / "model.safetensors.index.json").write_text("{")
    refused(lambda: load(copy), "copy")


@pytest.mark.parametrize("size", [0, 3, 20, 100, 5000, -1000])
def test_gguf_file_that_was_cut_short(size, gguf, tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(gguf.read_bytes()[:size])
    refused(lambda: convert(cut, tmp_path / "made", chat_template=None), "cut.gguf")


def test_gguf_file_that_says_more_blocks_than_it_has_tensors(gguf, tmp_path):
    """transformers made names for each of them, until memory ran out."""
    key = b"llama.block_count"
    content = bytearray(gguf.read_bytes())
    content[content.index(key) + len(key) + 7] = 255  # behind the key stand its type and, in four bytes, the number
    (tmp_path / "bad.gguf").write_bytes(content)
    said = refused(lambda: convert(tmp_path / "bad.gguf", tmp_path / "made", chat_template=None), "bad.gguf")
    assert "blocks (llama.block_count) and 30 tensors" in said


@settings(max_examples=settings.default.max_examples // 6)  # each reads and writes a whole model
@given(place=st.integers(4, 3000), flip=st.integers(1, 255))
def test_gguf_file_with_a_damaged_header(place, flip, gguf, tmp_path_factory):
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(gguf.read_bytes())
    content[place] ^= flip
    (folder / "bad.gguf").write_bytes(content)
    in_a_line_or_whole(lambda: convert(folder / "bad.gguf", folder / "made", chat_template=None))


def exhausting(*_, **__):
    torch.empty(2**52)


def test_memory_that_runs_out_is_told_as_that(folder, monkeypatch):
    monkeypatch.setattr("pytest_claims_lab.folder.AutoModelForCausalLM.from_pretrained", exhausting)
    said = refused(lambda: load(folder), "model 'tiny' in float32 takes 0.00 GB or more of memory, and ")
    assert "GB were free on cpu; end other programs, use a smaller model" in said
    assert "safetensors" not in said


def test_memory_that_runs_out_in_conversion_is_told_as_that(gguf, tmp_path, monkeypatch):
    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", exhausting)
    refused(lambda: convert(gguf, tmp_path / "made", chat_template=None), "tiny.gguf in float32 takes 0.00 GB or more")


@pytest.mark.parametrize(
    "error",
    [MemoryError(), OSError(12, "Cannot allocate memory"), torch.OutOfMemoryError("CUDA out of memory. Tried to")],
)
def test_memory_runs_out_by_many_names(error):
    with pytest.raises(InputError, match=r"it takes 3\.00 GB or more of memory, and \d+\.\d\d GB were free on cpu"):  # noqa: SIM117
        with enough(3_000_000_000, what="it", device="cpu"):
            raise error


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyError("a bug"), AttributeError("a bug")])
def test_bug_of_ours_keeps_its_traceback(error, folder, monkeypatch):
    def broken(*_):
        raise error

    monkeypatch.setattr("pytest_claims_lab.model.check_vocabulary", broken)
    with pytest.raises(type(error)) as caught:
        load(folder)
    assert caught.value is error
    assert in_one_line(error) is None


def test_weights_lie_in_the_folder_that_is_hashed(copy, folder):
    """An index named files elsewhere: what they held was in no key."""
    AutoModelForCausalLM.from_pretrained(folder).save_pretrained(copy, max_shard_size="50KB")
    (copy / "model.safetensors").unlink()
    (copy / "below").mkdir()
    first = sorted(copy.glob("model-*.safetensors"))[0]
    index = copy / "model.safetensors.index.json"
    index.write_text(index.read_text().replace(first.name, f"below/{first.name}"))
    first.rename(copy / "below" / first.name)
    said = refused(lambda: load(copy), "model.safetensors.index.json")
    assert f"names below/{first.name}, wanted files beside it that are there" in said
    index.write_text("{}")
    assert "wanted weight_map" in refused(lambda: load(copy), "model.safetensors.index.json")


def test_adapter_is_no_model(copy, tmp_path):
    """transformers looks for its base model elsewhere, where nothing is hashed."""
    (copy / "adapter_config.json").write_text('{"base_model_name_or_path": "some/base"}')
    said = refused(lambda: find_weights(str(copy), tmp_path), str(copy))
    assert "holds an adapter (adapter_config.json) of 'some/base', whose base model may lie elsewhere; merge it" in said


def test_all_templates_of_a_model_are_in_its_hash(copy, tmp_path):
    more = copy / "additional_chat_templates"
    more.mkdir()
    hashes = {find_weights(str(copy), tmp_path).sha256}
    for text in ("one", "another"):
        (more / "default.jinja").write_text(text)
        hashes.add(find_weights(str(copy), tmp_path).sha256)
    assert len(hashes) == 3
