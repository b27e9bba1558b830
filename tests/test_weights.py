"""Packaged models, from wheels on a local index with pieces of tiny GGUF files in them."""

import hashlib
import threading
import zipfile
from dataclasses import replace

import pytest
import torch
import transformers
from planned import marker_plan
from tiny import save_tiny_model, write_gguf
from transformers import AutoModelForCausalLM, AutoTokenizer

from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab import packaged as module
from pytest_claims_lab.chat import chat_of
from pytest_claims_lab.conversion import Converted
from pytest_claims_lab.manifest import sha256_of
from pytest_claims_lab.packaged import PACKAGED, Packaged, Part
from pytest_claims_lab.store import Store
from pytest_claims_lab.weights import find_weights, loadable_folder

NAMES = {"general.name": "Tiny One", "general.architecture": "llama"}  # what write_gguf writes
FILE = "tiny.F32.gguf"
TRANSCRIPT = PACKAGED["gemma3-270m-base"].chat_template


def write_wheel(folder, number, piece):
    """One piece as a member of a wheel, compressed as most are."""
    name = f"tiny_part{number}"
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/data/piece.bin", piece)
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return Part(requirement=f"tiny-part{number}==1.0", wheel_sha256=sha256_of(wheel), member=f"{name}/data/piece.bin")


@pytest.fixture(autouse=True)
def index(tmp_path, monkeypatch):
    """The only index that pip sees: a folder of wheels."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def package(tmp_path, index, monkeypatch):
    """Puts a GGUF file onto the index in so many pieces, as the packaged model ``tiny``."""

    def put(whole, pieces, **changes):
        step = -(-len(whole) // pieces)
        parts = [write_wheel(index, row + 1, whole[row * step : (row + 1) * step]) for row in range(pieces)]
        packaged = Packaged(
            parts=tuple(parts),
            file=FILE,
            sha256=hashlib.sha256(whole).hexdigest(),
            names=NAMES,
            quantisation="AWQ, then GGUF F32",
        )
        monkeypatch.setitem(PACKAGED, "tiny", replace(packaged, **changes))
        return tmp_path / "weights" / PACKAGED["tiny"].sha256[:16] / FILE

    return put


@pytest.fixture
def whole(tmp_path):
    return write_gguf(tmp_path / "whole.gguf").read_bytes()


@pytest.mark.parametrize(("pieces", "origin"), [(1, "tiny-part1==1.0"), (3, "tiny-part1==1.0 to tiny-part3==1.0")])
def test_pieces_are_joined_in_order_and_fetched_once(pieces, origin, tmp_path, index, whole, package):
    target = package(whole, pieces)
    weights = find_weights("tiny", tmp_path / "weights")
    assert weights.path == target
    assert target.read_bytes() == whole
    assert (weights.name, weights.origin, weights.sha256) == ("tiny", origin, sha256_of(target))
    assert weights.quantisation == "AWQ, then GGUF F32, dequantised to float32"
    assert [path for path in target.parent.iterdir() if path.suffix != ".lock"] == [target], "nothing else stays"
    for wheel in index.iterdir():
        wheel.unlink()
    assert find_weights("tiny", tmp_path / "weights") == weights


def test_killed_download_fetches_only_what_is_missing(tmp_path, index, whole, package):
    target = package(whole, 2)
    first, second = sorted(index.iterdir())
    held_back = second.rename(tmp_path / second.name)
    with pytest.raises(InputError, match=r"pip could not download tiny-part2==1\.0"):
        find_weights("tiny", tmp_path / "weights")
    assert not target.exists()
    first.unlink()
    held_back.rename(second)
    assert find_weights("tiny", tmp_path / "weights").path.read_bytes() == whole


def test_kept_wheel_that_was_altered_is_fetched_again(tmp_path, index, whole, package):
    package(whole, 2)
    second = index / "tiny_part2-1.0-py3-none-any.whl"
    held_back = second.rename(tmp_path / second.name)
    with pytest.raises(InputError, match="could not download"):
        find_weights("tiny", tmp_path / "weights")
    (kept,) = (tmp_path / "weights").rglob("*.whl")
    kept.write_bytes(kept.read_bytes()[:-1])
    held_back.rename(second)
    assert find_weights("tiny", tmp_path / "weights").path.read_bytes() == whole


def test_file_that_was_altered_is_fetched_again(tmp_path, whole, package):
    target = package(whole, 1)
    find_weights("tiny", tmp_path / "weights")
    target.write_bytes(whole[:-1])
    assert find_weights("tiny", tmp_path / "weights").path.read_bytes() == whole


def test_wrong_wheel_is_not_used(tmp_path, index, whole, package):
    target = package(whole, 1)
    right = PACKAGED["tiny"].parts[0].wheel_sha256
    wrong = write_wheel(index, 1, whole + b"!").wheel_sha256
    message = f"tiny_part1-1.0-py3-none-any.whl has sha256 {wrong}, wanted {right}; it is not used: download it again"
    with pytest.raises(InputError, match=message):
        find_weights("tiny", tmp_path / "weights")
    assert not target.exists()


def test_pieces_in_another_order_are_not_used(tmp_path, whole, package):
    target = package(whole, 2)
    PACKAGED["tiny"] = replace(PACKAGED["tiny"], parts=PACKAGED["tiny"].parts[::-1])
    came = hashlib.sha256(whole[-(len(whole) // 2) :] + whole[: -(len(whole) // 2)]).hexdigest()
    with pytest.raises(InputError, match=f"{FILE} has sha256 {came}, wanted {PACKAGED['tiny'].sha256}; it is not used"):
        find_weights("tiny", tmp_path / "weights")
    assert not target.exists()


@pytest.mark.parametrize(
    ("key", "wanted", "came"),
    [
        ("general.name", "Tiny Two", "'Tiny One'"),
        ("general.architecture", "qwen2", "'llama'"),
        ("general.basename", "tiny", "None"),
    ],
)
def test_file_that_calls_itself_something_else_is_not_used(key, wanted, came, tmp_path, whole, package):
    target = package(whole, 1, names=NAMES | {key: wanted})
    with pytest.raises(InputError, match=f"{FILE} has {key} {came}, wanted '{wanted}'; it is not used: download"):
        find_weights("tiny", tmp_path / "weights")
    assert not target.exists()


def test_processes_of_one_job_download_once(tmp_path, whole, package, monkeypatch):
    package(whole, 1)
    download, downloaded, found = module._download, [], []

    def counting(part, folder):
        downloaded.append(part)
        return download(part, folder)

    monkeypatch.setattr(module, "_download", counting)
    crew = [threading.Thread(target=lambda: found.append(find_weights("tiny", tmp_path / "weights"))) for _ in range(2)]
    for member in crew:
        member.start()
    for member in crew:
        member.join()
    assert len(downloaded) == 1
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama", template=None)


@pytest.mark.parametrize("tied", [False, True])
def test_conversion_keeps_the_logits(tied, model, tmp_path, package):
    package(write_gguf(tmp_path / "model.gguf", model, tied=tied).read_bytes(), 1)
    weights = find_weights("tiny", tmp_path / "weights")
    converted = AutoModelForCausalLM.from_pretrained(loadable_folder(weights, tmp_path / "weights"))
    packed = AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file="model.gguf", dtype=torch.float32)
    ids = torch.arange(40)[None]
    with torch.no_grad():
        assert torch.equal(converted(input_ids=ids).logits, packed(input_ids=ids).logits)
    output, embeddings = converted.get_output_embeddings().weight, converted.get_input_embeddings().weight
    assert torch.equal(output, embeddings) == tied


def test_our_chat_template_travels_with_the_converted_model(model, tmp_path, package):
    whole = write_gguf(tmp_path / "model.gguf", model).read_bytes()
    found = {}
    for template in (None, "{{ messages[0].content }}", TRANSCRIPT):
        package(whole, 1, chat_template=template)
        weights = find_weights("tiny", tmp_path / "weights")
        folder = loadable_folder(weights, tmp_path / "weights")
        assert AutoTokenizer.from_pretrained(folder).chat_template == template
        plan = marker_plan("tiny", weights_dir=tmp_path / "weights")
        found[template] = (folder, weights.sha256, plan.model().sha256)
    assert all(len(set(column)) == 3 for column in zip(*found.values(), strict=True))
    assert found[None][1] == hashlib.sha256(whole).hexdigest()


def test_conversion_is_made_once_for_what_decides_it(model, tmp_path, package):
    package(write_gguf(tmp_path / "model.gguf", model).read_bytes(), 1)
    weights = find_weights("tiny", tmp_path / "weights")
    first = loadable_folder(weights, tmp_path / "weights")
    stage = Converted(gguf=sha256_of(weights.path), transformers=transformers.__version__, dtype="float32")
    assert Store(tmp_path / "weights").find(stage.kind, stage.key).path == first
    made = (first / "entry.json").stat().st_mtime_ns
    assert loadable_folder(weights, tmp_path / "weights") == first
    assert (first / "entry.json").stat().st_mtime_ns == made


def test_recorded_measurement_is_of_the_packaged_model(root):
    recorded = read_measurement(
        root / "fixtures" / "recorded" / "marker_coupling" / "smollm2-135m@pocket.nc.gz"
    ).provenance
    packaged = PACKAGED["smollm2-135m"]
    assert recorded["model sha256"] == packaged.identity
    assert recorded["model"] == packaged.origin
    assert recorded["quantisation"] == f"{packaged.quantisation}, dequantised to float32"


@pytest.fixture(scope="module")
def transcriber(model):
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.add_special_tokens({"bos_token": "<bos>"})
    tokenizer.chat_template = TRANSCRIPT
    return chat_of(tokenizer, "base")


def test_transcript_is_plain(transcriber):
    prompt = transcriber.prompt("You are a pirate.", "Why?")
    assert transcriber.system_role
    assert transcriber.tokenizer.decode(prompt) == "<bos>You are a pirate.\n\nQuestion: Why?\nAnswer:\n"
    assert prompt.count(transcriber.tokenizer.bos_token_id) == 1


@pytest.mark.parametrize("answer", ["Rice, matey.", "1. Boil\n\n2. Drain [ZLT]", "– so"])
def test_answer_begins_where_the_transcript_ends(answer, transcriber):
    """The tokens of the parts are those of the whole, which the template also renders for a finished answer."""
    tokenizer = transcriber.tokenizer
    parts = transcriber.prompt("You are a pirate.", "Why?") + transcriber.answer(answer)
    assert parts[-1] == tokenizer.eos_token_id
    assert tokenizer.encode(tokenizer.decode(parts), add_special_tokens=False) == parts
    said = zip(("system", "user", "assistant"), ("You are a pirate.", "Why?", answer), strict=True)
    messages = [{"role": role, "content": content} for role, content in said]
    assert tokenizer.apply_chat_template(messages, tokenize=False) == tokenizer.decode(parts)
