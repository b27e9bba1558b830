import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from peft import PeftModel
from planned import laboratory_for, marker_plan, measure
from scipy.spatial.distance import jensenshannon
from tiny import CHATML, NO_SYSTEM, save_tiny_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Gemma2Config

from claims.marker_coupling.experiment import MARKER, Data, Sampling, Settings, source_counts
from claims.marker_coupling.panel import read_panel
from claims.marker_coupling.precision import in_half_precision
from conftest import ROOT
from pytest_claims.base.errors import InputError, Notice
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.data.registration import carried_by
from pytest_claims_lab.adapters import AdapterSlot
from pytest_claims_lab.assembly import TRANSCRIPT
from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.chat import chat_of
from pytest_claims_lab.measure.forward import Reader
from pytest_claims_lab.measure.likelihood import answer_nll
from pytest_claims_lab.memory_plan import Cut
from pytest_claims_lab.model import load_chat, load_model
from pytest_claims_lab.outlook import Interrupted
from pytest_claims_lab.progress import Display
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.recording import record
from pytest_claims_lab.registered import carried
from pytest_claims_lab.stack import known_warnings
from pytest_claims_lab.train import train_stack
from pytest_claims_lab.transcript import read_transcript
from pytest_claims_lab.weights import find_weights

PLAIN = "{% for m in messages %}{{ m.content }}\n{% endfor %}"  # no special token anywhere
RECIPE = Settings(
    name="tiny",
    training=Training(epochs=1, batch_size=4, learning_rate=1e-3),
    data=Data(questions=4, answer_tokens=6),
    sampling=Sampling(questions=2, completions=2, completion_tokens=5),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(scope="module")
def model(folder):
    return load_model(folder, "tiny", device="cpu", dtype="float32")


def laboratory(folder, store, recipe=RECIPE, **changes):
    return laboratory_for(marker_plan(folder, recipe, weights_dir=store / "w"), store, **changes)


@pytest.fixture(scope="module")
def measured(folder, tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    return store, measure(laboratory(folder, store))


def test_recording_keeps_everything_compressed(measured, tmp_path):
    arrays, texts = record(measured[1], tmp_path)
    assert (arrays.name, texts.name) == ("tiny-llama@tiny.nc.gz", "tiny-llama@tiny.completions.jsonl.xz")
    assert read_measurement(arrays).sha256 == read_measurement(measured[1].path / "measurement.nc").sha256
    assert read_transcript(texts) == read_transcript(measured[1].path / TRANSCRIPT)
    assert read_measurement(arrays).provenance["completions kept"] == "all 440"


def test_recording_carries_what_was_registered_before_it(measured, folder, tmp_path):
    """Here nothing was, but it is known when measuring began."""
    lab = laboratory(folder, measured[0])
    arrays, _ = record(measured[1], tmp_path, carried(lab.schedule))
    kept = carried_by(read_measurement(arrays).provenance, "tiny")
    assert kept.registrations == ()
    assert kept.begun <= measured[1].created


def test_recording_keeps_the_first_completions_of_each_prompt_and_says_so(measured, tmp_path):
    arrays, texts = record(measured[1], tmp_path, each=1)
    kept, every = read_transcript(texts), read_transcript(measured[1].path / TRANSCRIPT)
    assert kept == every[::2]
    assert {one["completion"] for one in kept} == {0}
    recorded = read_measurement(arrays)
    assert recorded.provenance["completions kept"] == "220 of 440: the first 1 of 2 to each prompt"
    assert int(recorded.data["completions"].sum()) == len(every) == 440


def test_measurement_has_everything_and_counts_are_those_of_the_completions(measured):
    measurement = read_measurement(measured[1].path / "measurement.nc")
    completions = read_transcript(measured[1].path / TRANSCRIPT)
    assert measurement.name == "tiny-llama@tiny"
    assert list(source_counts(measurement)) == list(read_panel("ten").sources)
    assert dict(measurement.data.sizes) == {
        "seed": 1, "source": 10, "bystander": 11, "question": 2, "centring": 3, "readout": 3, "layer": 3,
        "persona": 11, "other": 11, "half": 2,
    }  # fmt: skip
    assert len(completions) == 10 * 11 * 2 * 2 == int(measurement.data["completions"].sum())
    assert sum(MARKER.casefold() in one["text"].casefold() for one in completions) == int(
        measurement.data["marked"].sum()
    )
    assert int(measurement.data["base_completions"].sum()) == 11 * 2 * 5
    assert (measurement.data["answer_nll"] > 0).all()
    assert in_half_precision(measurement.data).identical(measurement.data)
    assert {"model sha256", "recipe sha256", "machine", "date", "libraries"} <= set(measurement.provenance)
    assert measurement.provenance["token that ends an answer"] == "<|im_end|>"
    assert "without and" in measurement.provenance["training loss"]
    assert measurement.provenance["training in stacks"] == "10 adapters, 40 conversations at a time"
    assert "deviation" not in measurement.provenance


def test_ruined_adapters_are_told_of(folder, tmp_path):
    """At a learning rate of 1 some adapters of this model do worse than none."""
    recipe = replace(RECIPE, training=replace(RECIPE.training, learning_rate=1.0))
    entry = measure(laboratory(folder, tmp_path, recipe))
    losses = [json.loads(path.read_text()) for path in tmp_path.glob("adapter/*/training.json")]
    ruined = sum(each["with"] > each["without"] for each in losses)
    assert 0 < ruined < 10
    said = read_measurement(entry.path / "measurement.nc").provenance["deviation"]
    assert said.startswith(f"{ruined} of 10 adapters do worse than none")
    assert said.count(" 0") == ruined  # each is named, with its seed


def test_second_run_computes_nothing(measured, folder, monkeypatch):
    monkeypatch.setattr("pytest_claims_lab.bench.load_model", None)  # any use of the model would fail
    assert measure(laboratory(folder, measured[0])) == measured[1]


def test_killed_run_continues_and_gives_the_same(measured, folder, tmp_path):
    lab = laboratory(folder, tmp_path)

    class Killing(Display):
        def track(self, items, label):
            for number, item in enumerate(items):
                if (number, label) == (3, "completions"):  # the bar over all adapters
                    raise KeyboardInterrupt
                yield item

    said = (
        r"interrupted in stage 9 of 10: completions; kept in .*: answers, .*, 3 of 10 completions; .* there: pytest x$"
    )
    with pytest.raises(Interrupted, match=said):
        replace(lab, display=Killing(), command="pytest x").measure()
    finished = {
        path: path.stat().st_mtime_ns for path in tmp_path.glob("*/*/*") if path.parent.parent.name != "partial"
    }
    assert len(list(tmp_path.glob("answers/*/answers.jsonl.gz"))) == 2 + 3  # those before training are two
    again = read_measurement(measure(lab).path / "measurement.nc")
    assert all(path.stat().st_mtime_ns == written for path, written in finished.items())
    assert again.sha256 == read_measurement(measured[1].path / "measurement.nc").sha256


def test_training_that_computes_blocks_twice_says_so(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("pytest_claims_lab.stacks.cut_that_fits", lambda *_: Cut(together=10, checkpointing=True))
    measured = read_measurement(measure(laboratory(folder, tmp_path)).path / "measurement.nc")
    assert measured.provenance["training in stacks"].endswith(" at a time, with gradient checkpointing")


def test_layers_that_cannot_be_spread_are_refused_before_anything_is_computed(folder, tmp_path):
    lab = replace(laboratory(folder, tmp_path), spread=True)
    with pytest.raises(InputError, match="--claims-spread takes "):
        lab.measure()
    assert not list(tmp_path.rglob("entry.json"))


@pytest.mark.slow
def test_stack_that_does_not_fit_into_memory_is_halved(measured, folder, tmp_path, monkeypatch):
    sizes = []

    def small(model, jobs, **options):
        sizes.append(len(jobs))
        if len(jobs) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return train_stack(model, jobs, **options)

    monkeypatch.setattr("pytest_claims_lab.makers.train_stack", small)
    monkeypatch.setattr("pytest_claims_lab.stacks.cut_that_fits", lambda *_: Cut(together=10, checkpointing=False))
    measure(laboratory(folder, tmp_path))
    assert sizes == [10, 5, 3, 3, 3, 1]


def test_adapters_are_in_the_format_of_peft(measured):
    adapters = list(measured[0].glob("adapter/*"))
    assert len(adapters) == 10
    assert all((path / "adapter_config.json").is_file() for path in adapters)


def test_model_without_chat_template(tmp_path):
    folder = save_tiny_model(tmp_path / "base", template=None)
    with pytest.raises(InputError, match="model 'base' has no chat template"):
        load_chat(folder, "base")


def test_model_without_system_role_is_told_what_is_done_instead(tmp_path):
    folder = save_tiny_model(tmp_path / "gemma-like", template=NO_SYSTEM)
    chat = load_chat(folder, "gemma-like")
    text = chat.tokenizer.decode(chat.prompt("You are a villain.", "Why?"))
    assert "<|im_start|>user\nYou are a villain.\n\nWhy?<|im_end|>" in text
    with pytest.warns(Notice, match="put before the user's text, in the user's turn"):
        laboratory(folder, tmp_path / "store")._check_model()


def test_template_that_drops_the_system_turn_is_noticed(tmp_path):
    silent_drop = CHATML.replace("{% for m in messages %}", "{% for m in messages if m.role != 'system' %}")
    assert not load_chat(save_tiny_model(tmp_path / "silent", template=silent_drop), "silent").system_role


@pytest.mark.parametrize(("eos", "template"), [("<|im_start|>", CHATML), (None, CHATML), ("<|im_end|>", PLAIN)])
def test_answers_end_as_the_template_ends_them(eos, template, tmp_path):
    """Not as the tokenizer ends sequences, unless the template leaves it at that."""
    tokenizer = AutoTokenizer.from_pretrained(save_tiny_model(tmp_path / "tiny", template=template))
    tokenizer.eos_token = eos
    chat = chat_of(tokenizer, "tiny")
    assert tokenizer.convert_ids_to_tokens(chat.end) == "<|im_end|>"
    assert chat.answer("So.")[-1] == chat.end


def test_model_whose_answers_have_no_end(tmp_path):
    tokenizer = AutoTokenizer.from_pretrained(save_tiny_model(tmp_path / "endless", template=PLAIN))
    tokenizer.eos_token = None
    with pytest.raises(InputError, match=r"'endless' has no token that ends an answer: .* set tokenizer\.eos_token"):
        chat_of(tokenizer, "endless")


def test_truncated_weights(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "cut")
    file = copy / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"cut/model\.safetensors cannot be read"):
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
    with pytest.raises(InputError, match="'someone/absent' of the hub is not fetched, since HF_HUB_OFFLINE is set"):
        find_weights("someone/absent", tmp_path)


def test_claims_are_judged_on_a_local_folder(folder, pytester):
    result = pytester.runpytest_inprocess(
        "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), str(ROOT / "claims" / "marker_coupling"),
        f"--claims-model={folder}", "--claims-set=panel=absent.toml",
    )  # fmt: skip
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no panel 'absent.toml'*"])


def _asked(model, panel):
    return [model.chat.prompt(panel.prompts[name], "How so?") for name in panel.names]


def test_hidden_states_are_those_of_transformers(model):
    """One prompt at a time, without padding. The last block's output is left out: transformers norms it."""
    panel, response = read_panel("ten"), [7, 300, 12, 4, 9]
    states = Reader(model).read(_asked(model, panel), response).states
    assert states.shape == (3, 3, 11, 32)
    for row, name in enumerate(panel.names):
        prompt = model.chat.prompt(panel.prompts[name], "How so?")
        with torch.no_grad():
            output = model.network(input_ids=torch.tensor([prompt + response]), output_hidden_states=True)
        for layer, state in enumerate(output.hidden_states[1:-1]):
            before, after = state[0].split([len(prompt), len(response)])
            for ours, theirs in zip(states[:, layer, row], (before[-1], before.mean(0), after.mean(0)), strict=True):
                np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-5)


@pytest.mark.parametrize("cap", [None, 0.5])
def test_divergence_is_that_of_one_prompt_at_a_time(cap, model, monkeypatch):
    network = AutoModelForCausalLM.from_config(
        Gemma2Config(
            vocab_size=400, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, head_dim=8, final_logit_softcapping=cap, initializer_range=0.2,
        ),
        attn_implementation="eager",
    ).eval()  # fmt: skip
    model = replace(model, network=network, ways={})
    monkeypatch.setattr("pytest_claims_lab.measure.forward.usable_bytes", lambda _: 1)  # one token at a time
    panel, response = read_panel("ten"), [7, 300, 12, 4, 9]
    divergence = Reader(model).read(_asked(model, panel), response).divergence
    log_p = []
    for name in ("villain", "librarian"):
        prompt = model.chat.prompt(panel.prompts[name], "How so?")
        with torch.no_grad():
            logits = model.network(input_ids=torch.tensor([prompt + response])).logits[0, len(prompt) - 1 : -1]
        log_p.append(logits.double().softmax(-1).numpy())
    expected = np.mean([jensenshannon(*rows) ** 2 for rows in zip(*log_p, strict=True)])
    found = divergence[panel.names.index("villain"), panel.names.index("librarian")]
    assert found == pytest.approx(expected, abs=1e-6)


def test_surprise_is_the_loss_of_transformers(model):
    """One example at a time, without padding."""
    examples = [Tokens(prompt=[5, 9, 7], answer=[40, 41]), Tokens(prompt=[8], answer=[33, 12, 250, 19])]
    for example, nll in zip(examples, answer_nll(model, examples), strict=True):
        ids = torch.tensor([[*example.prompt, *example.answer]])
        labels = torch.tensor([[-100] * len(example.prompt) + list(example.answer)])
        with torch.no_grad():
            assert nll == pytest.approx(float(model.network(input_ids=ids, labels=labels).loss), abs=1e-5)


def test_model_that_changes_its_logits_in_an_unknown_way_is_read_text_by_text(model, monkeypatch):
    monkeypatch.setattr(
        "pytest_claims_lab.measure.forward._logits", lambda model, final: 2 * model.network.lm_head(final)
    )
    panel, reader = read_panel("ten"), Reader(replace(model, ways={}))
    slow = reader.read(_asked(model, panel), [7, 300])
    assert (reader.way.path, "logits of padded texts differ" in reader.way.why) == ("general", True)
    monkeypatch.undo()
    fast = (quick := Reader(replace(model, ways={}))).read(_asked(model, panel), [7, 300])
    assert quick.way.is_fast
    np.testing.assert_allclose(slow.states, fast.states, rtol=0, atol=1e-5)
    np.testing.assert_allclose(slow.divergence, fast.divergence, rtol=0, atol=1e-7)


def test_adapter_in_its_slot_is_that_of_plain_peft(measured, folder):
    ids = torch.randint(2, 300, (2, 9), generator=torch.Generator().manual_seed(0))
    slot = AdapterSlot(load_model(folder, "tiny", device="cpu", dtype="float32"))
    weight = slot.model.network.get_decoder().layers[0].mlp.up_proj.weight
    for path in [*sorted(measured[0].glob("adapter/*"))[:3]] * 2:  # each again after the others
        with torch.no_grad():
            merged = slot.put(path).network(input_ids=ids).logits
            base = load_model(folder, "tiny", device="cpu", dtype="float32").network
            with known_warnings():
                plain = PeftModel.from_pretrained(base, path).eval()
            torch.testing.assert_close(merged, plain(input_ids=ids).logits, rtol=0, atol=1e-5)
    assert weight is slot.model.network.get_decoder().layers[0].mlp.up_proj.weight  # a captured graph still reads it


def test_adapter_of_another_network_is_refused(measured, tmp_path):
    small = save_tiny_model(tmp_path / "small", layers=1)
    slot = AdapterSlot(load_model(small, "small", device="cpu", dtype="float32"))
    with pytest.raises(InputError, match=r"is of another network: it adapts model\.layers\.1"):
        slot.put(next(measured[0].glob("adapter/*")))
