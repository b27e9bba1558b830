import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny import CHATML, NO_SYSTEM, save_tiny_model
from transformers import TopPLogitsWarper

from conftest import ROOT
from fixtures.completions import read_completions
from fixtures.laboratory import Laboratory
from fixtures.model import load_chat, load_model
from fixtures.plan import make_plan
from fixtures.progress import silent
from fixtures.recipe import Recipe, Sampling, Training
from fixtures.sample import draw, most_likely, sample
from fixtures.store import Store
from fixtures.weights import find_weights
from harness.errors import InputError, Notice
from harness.measurement_file import read_measurement
from harness.panel import panel_of

RECIPE = Recipe(
    name="tiny",
    training=Training(questions=4, answer_tokens=6, epochs=1, batch_size=4, micro_batch=2, learning_rate=1e-3),
    sampling=Sampling(questions=2, completions=2, completion_tokens=5, bystanders="all"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(scope="module")
def model(folder):
    return load_model(folder, "tiny", device="cpu", dtype="float32")


def laboratory(folder, store, **changes):
    plan = make_plan(
        model=str(folder), recipe=RECIPE, panel="ten", questions="everyday", dtype="float32", weights_dir=store / "w"
    )
    return Laboratory(plan=plan, store=Store(store), weights_dir=store / "w", track=silent, device="cpu", **changes)


@pytest.fixture(scope="module")
def measured(folder, tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    return store, laboratory(folder, store).measure()


def test_measurement_has_everything_and_counts_are_those_of_the_completions(measured):
    measurement = read_measurement(measured[1].path / "measurement.nc")
    completions = read_completions(measured[1].path / "completions.jsonl.gz")
    assert measurement.name == "tiny-llama@tiny"
    assert len(panel_of(measurement)) == 10
    assert dict(measurement.data.sizes) == {
        "seed": 1, "source": 10, "bystander": 11, "question": 2, "layer": 3, "persona": 11, "other": 11,
    }  # fmt: skip
    assert len(completions) == 10 * 11 * 2 * 2 == int(measurement.data["completions"].sum())
    assert sum(completion.marked for completion in completions) == int(measurement.data["marked"].sum())
    assert {"model sha256", "recipe sha256", "machine", "date", "libraries"} <= set(measurement.provenance)


def test_second_run_computes_nothing(measured, folder, monkeypatch):
    monkeypatch.setattr("fixtures.laboratory.load_model", None)  # any use of the model would fail
    assert laboratory(folder, measured[0]).measure() == measured[1]


def test_killed_run_continues_and_gives_the_same(measured, folder, tmp_path):
    lab = laboratory(folder, tmp_path)
    trained = []

    def killing(items, label):
        for item in items:
            if label == "adapters":
                if len(trained) == 3:
                    raise KeyboardInterrupt
                trained.append(item)
            yield item

    with pytest.raises(KeyboardInterrupt):
        replace(lab, track=killing).measure()
    finished = {path: path.stat().st_mtime_ns for path in tmp_path.glob("adapter/*/adapter_model.safetensors")}
    assert len(finished) == 3
    again = read_measurement(lab.measure().path / "measurement.nc")
    assert all(path.stat().st_mtime_ns == written for path, written in finished.items())
    assert again.sha256 == read_measurement(measured[1].path / "measurement.nc").sha256


def test_adapters_are_in_the_format_of_peft(measured):
    adapters = list(measured[0].glob("adapter/*"))
    assert len(adapters) == 10
    assert all((path / "adapter_config.json").is_file() for path in adapters)


def test_greedy_answers_are_those_of_transformers(model):
    prompts = [("You are brief.", "Why is ice cold?"), ("You are a person who speaks at length.", "How so?")]
    ours = most_likely(model, prompts, tokens=12)
    ids, mask = model.padded([model.chat.prompt(*prompt) for prompt in prompts])
    theirs = model.network.generate(input_ids=ids, attention_mask=mask, max_new_tokens=12, do_sample=False,
                                    pad_token_id=model.chat.end)[:, ids.shape[1]:]  # fmt: skip
    for row, answer in enumerate(ours):
        assert answer == theirs[row, : len(answer)].tolist()


def test_leaving_out_ended_answers_changes_no_other(model):
    """Cached, compacted decoding draws from the same distribution as a fresh pass over the whole text."""
    prompts = [("You are brief.", f"Why {row}?") for row in range(6)]
    answers = sample(model, prompts, completions=4, tokens=20, temperature=1.0, top_p=1e-6, seed=1)
    greedy = most_likely(model, prompts, tokens=20)
    assert all(answer == expected for several, expected in zip(answers, greedy, strict=True) for answer in several)


def test_sampling_is_repeatable_and_leaves_the_callers_randomness(model):
    torch.manual_seed(7)
    before = torch.random.get_rng_state()
    options = {"completions": 3, "tokens": 8, "temperature": 1.0, "top_p": 0.95}
    first = sample(model, [("You are brief.", "Why?")], seed=3, **options)
    assert torch.equal(before, torch.random.get_rng_state())
    assert first == sample(model, [("You are brief.", "Why?")], seed=3, **options)
    assert first != sample(model, [("You are brief.", "Why?")], seed=4, **options)


@pytest.mark.parametrize(("size", "spread"), [(50, 2.0), (3000, 0.01), (3000, 4.0)])
def test_nucleus_is_that_of_transformers(size, spread):
    logits = torch.randn(1, size, generator=torch.Generator().manual_seed(0)) * spread
    allowed = TopPLogitsWarper(top_p=0.9)(None, logits.clone()).isfinite()[0]
    drawn = draw(logits.repeat(4000, 1), temperature=1.0, top_p=0.9).bincount(minlength=size)
    assert not drawn[~allowed].any()
    expected = (logits[0].softmax(-1) * allowed).div((logits[0].softmax(-1) * allowed).sum())
    top = expected.argmax()
    assert drawn[top] / 4000 == pytest.approx(float(expected[top]), abs=0.04)


def test_model_without_chat_template(tmp_path):
    folder = save_tiny_model(tmp_path / "base", template=None)
    with pytest.raises(InputError, match="model 'base' has no chat template"):
        load_chat(folder, "base")


def test_model_without_system_role_is_told_what_is_done_instead(tmp_path):
    folder = save_tiny_model(tmp_path / "gemma-like", template=NO_SYSTEM)
    chat = load_chat(folder, "gemma-like")
    text = chat.tokenizer.decode(chat.prompt("You are a villain.", "Why?"))
    assert "<|im_start|>user\nYou are a villain.\n\nWhy?<|im_end|>" in text
    with pytest.warns(Notice, match="put before the question in the user's turn"):
        laboratory(folder, tmp_path / "store")._say_where_prompts_go()


def test_template_that_drops_the_system_turn_is_noticed(tmp_path):
    silent_drop = CHATML.replace("{% for m in messages %}", "{% for m in messages if m.role != 'system' %}")
    assert not load_chat(save_tiny_model(tmp_path / "silent", template=silent_drop), "silent").system_role


def test_truncated_weights(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "cut")
    file = copy / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(InputError, match="model 'cut' cannot be loaded"):
        load_model(copy, "cut", device="cpu", dtype="float32")


def test_hub_id_is_found_in_the_hubs_cache(folder, tmp_path, monkeypatch):
    """Laid out as the hub's client leaves it; offline, so that nothing is asked for."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    snapshot = tmp_path / "hub" / "models--someone--tiny-llama" / "snapshots" / ("0" * 40)
    shutil.copytree(folder, snapshot)
    reference = snapshot.parents[1] / "refs" / "main"
    reference.parent.mkdir()
    reference.write_text("0" * 40)
    weights = find_weights("someone/tiny-llama", tmp_path)
    assert weights.name == "tiny-llama"
    assert weights.sha256 == find_weights(str(folder), tmp_path).sha256
    with pytest.raises(InputError, match="'someone/absent' cannot be had from the hub"):
        find_weights("someone/absent", tmp_path)


def test_claims_are_judged_on_a_local_folder(folder, pytester):
    result = pytester.runpytest_inprocess(
        "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), str(ROOT / "claims"), f"--model={folder}",
        "--panel=absent.toml",
    )  # fmt: skip
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no panel 'absent.toml'*"])


def test_hidden_states_do_not_depend_on_padding(model):
    from fixtures.measure.geometry import _of_persona

    together = _of_persona(model, "You are brief.", ["Why?", "How do I keep bread fresh for longer?"])
    alone = _of_persona(model, "You are brief.", ["Why?"])
    np.testing.assert_allclose(together[:1], alone, atol=1e-5)
