"""An experiment of every kind of condition and probe, run on a tiny model, and held against plain transformers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from experiments import made_file
from peft_adapters import plain_peft, save_adapter
from planned import laboratory_for
from tiny import save_tiny_model
from transformers import AutoModelForCausalLM

from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab import (
    Condition,
    Example,
    Experiment,
    Greedy,
    Item,
    Judged,
    LogLikelihood,
    Probe,
    Prompt,
    Recipe,
    Sampled,
    TokenCount,
    Training,
)
from pytest_claims_lab.coherence import read_coherence, repetition
from pytest_claims_lab.making import make_plan
from pytest_claims_lab.model import load_chat
from pytest_claims_lab.transcript import read_transcript

TOKENS = 5
RECIPE = Recipe(
    name="pocket", training=Training(epochs=2, batch_size=2, learning_rate=1e-2, rank=4, alpha=8, warmup=0.0)
)
ITEMS = [
    Item(at={"question": "why"}, user="Why?", answers=("So.", "Because it is.")),
    Item(at={"question": "how"}, system="You are brief.", user="How?", answers=("Thus.",)),
    Item(at={"question": "on"}, user="Once upon", plain=True, answers=(" a time",)),
]
TAUGHT = [Example(user="Why?", answer="So."), Example(user="Once", answer=" upon", plain=True)] * 2


def length(item, text):
    return len(text)


def about(item, text):
    return Prompt(system=item.user, user=f"Is {text!r} long?")


def experiment(folder, score=length) -> Experiment:
    conditions = [
        Condition(at={"model": "base"}),
        Condition(at={"model": "few"}, examples=TAUGHT[:2]),
        Condition(at={"model": "many"}, examples=lambda given: [*TAUGHT, *_own(given)]),
        Condition(at={"model": "found"}, adapter=str(folder / "found")),
        Condition(at={"model": "tuned"}, model=str(folder / "tuned")),
    ]
    judge = Judged(model=str(folder / "tuned"), prompt=about, score=length, tokens=3)
    greedy = {"items": ITEMS, "how": Greedy(tokens=TOKENS)}
    return Experiment(
        before=[
            Probe(name="answers", items=ITEMS[:2], how=Sampled(tokens=4)),
            Probe(name="tokens", items=ITEMS, how=TokenCount()),
        ],
        conditions=conditions,
        probes=[
            Probe(name="long", of="asked", score=score, **greedy),
            Probe(name="judged", of="replies", score=judge, **greedy),
            Probe(name="likely", items=ITEMS, how=LogLikelihood()),
        ],
    )


def _own(given):
    return [Example(user="Why?", answer=text) for text in given.texts("answers")]


def laboratory(folder, store, **changes):
    file = made_file(experiment(folder, **changes), RECIPE, code=str(changes))
    plan = make_plan(file=file, model=str(folder / "tiny"), recipe=RECIPE, dtype="float32", weights_dir=store / "w")
    return laboratory_for(plan, store)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The model, another adapter of it, and another model."""
    models = tmp_path_factory.mktemp("models")
    save_tiny_model(models / "tiny")
    save_adapter(models / "tiny", models / "found", seed=3)
    network = AutoModelForCausalLM.from_pretrained(save_tiny_model(models / "tuned"))
    with torch.no_grad():
        network.lm_head.weight.copy_(network.lm_head.weight.flip(1))
    network.save_pretrained(models / "tuned")
    return models


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory):
    """All of it, measured."""
    lab = laboratory(folder, tmp_path_factory.mktemp("store"))
    lab.measure()
    return lab


@pytest.fixture(scope="module")
def data(lab):
    return measured(lab).data


def measured(lab):
    stage = lab.schedule.measured
    return read_measurement(lab.store.find(stage.kind, stage.key).path / "measurement.nc")


def transcript(lab):
    stage = lab.schedule.measured
    return read_transcript(lab.store.find(stage.kind, stage.key).path / "completions.jsonl.gz")


def network_of(lab, folder, name):
    """The network of a condition, as transformers and PEFT load it."""
    if name in ("few", "many"):
        adapter = lab.schedule.adapters[0, ["few", "many"].index(name) + 1]
        return plain_peft(folder / "tiny", lab.store.find(adapter.kind, adapter.key).path)
    if name == "found":
        return plain_peft(folder / "tiny", folder / "found")
    return AutoModelForCausalLM.from_pretrained(folder / ("tiny" if name == "base" else name), dtype=torch.float32)


@pytest.mark.parametrize("name", ["base", "few", "many", "found", "tuned"])
@torch.no_grad()
def test_answers_and_likelihoods_under_each_condition_are_those_of_plain_code(name, lab, data, folder):
    network, chat = network_of(lab, folder, name).eval(), load_chat(folder / "tiny", "tiny")
    said = {one["question"]: one["text"] for one in transcript(lab) if one["model"] == name}
    for item in ITEMS:
        prompt, at = chat.prompt(*item.prompt), {"seed": 0, "model": name, **item.at}
        ids = torch.tensor([prompt])
        whole = network.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=TOKENS, do_sample=False,
            eos_token_id=chat.end, pad_token_id=chat.end,
        )  # fmt: skip
        text = chat.text(whole[0, len(prompt) :].tolist(), item.plain)
        assert said[item.at["question"]] == text
        assert (data["long"].sel(at), data["asked"].sel(at)) == (len(text), 1)
        likely = np.mean([_per_token(network, prompt, chat.answer(one, item.plain)) for one in item.answers])
        np.testing.assert_allclose(data["likely"].sel(at), likely, rtol=1e-4)


def _per_token(network, prompt, answer):
    logits = network(input_ids=torch.tensor([[*prompt, *answer]])).logits[0, len(prompt) - 1 : -1]
    return -float(torch.nn.functional.cross_entropy(logits, torch.tensor(answer)))


@torch.no_grad()
def test_coherence_of_answers_is_that_of_plain_code(lab, folder):
    network, chat = network_of(lab, folder, "base").eval(), load_chat(folder / "tiny", "tiny")
    stage = next(one.stage for one in lab.schedule.under if one.condition.at["model"] == "base")
    found = read_coherence(lab.store.find(stage.kind, stage.key).path)
    assert found.shape == (len(ITEMS), 1, 2)
    for item, (ended, repeated) in zip(ITEMS, found[:, 0].tolist(), strict=True):
        prompt = chat.prompt(*item.prompt)
        ids = torch.tensor([prompt])
        whole = network.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=TOKENS, do_sample=False,
            eos_token_id=chat.end, pad_token_id=chat.end,
        )  # fmt: skip
        answer = [token for token in whole[0, len(prompt) :].tolist() if token != chat.end]
        assert bool(ended) == (len(answer) < TOKENS)
        assert repeated == pytest.approx(repetition(answer))


def test_what_commonly_goes_wrong_was_looked_for(lab):
    """Of those that were trained one has more examples; each probe of texts is compared with the model as it comes."""
    found = {(one.name, one.where): one for one in measured(lab).pitfalls}
    steps = found["optimiser-steps", ""]
    assert steps.is_met
    assert steps.numbers == {"least": 2, "most": 6}
    for kind in ("empty-answers", "cut-answers", "repeated-answers"):
        assert {where for name, where in found if name == kind} == {"long", "judged"}
        assert found[kind, "long"].of == 4
        assert found[kind, "long"].against


def test_conditions_make_a_difference(data):
    """So the test above would find adapters that were mixed up."""
    values = [tuple(data["likely"].sel(seed=0, model=name).values) for name in data["model"].values]
    assert len(set(values)) == 5


def test_lengths_are_in_tokens(data, folder):
    chat = load_chat(folder / "tiny", "tiny")
    for item in ITEMS:
        assert data["tokens"].sel(item.at) == np.mean([chat.length(text) for text in item.answers])


def test_arrays_lie_where_their_probes_are_asked(data):
    under = ("seed", "model", "question")
    dims = {name: array.dims for name, array in data.data_vars.items()}
    assert dims == {"tokens": ("question",), **dict.fromkeys(["long", "asked", "judged", "replies", "likely"], under)}
    assert list(data["question"].values) == ["why", "how", "on"]
    assert list(data["model"].values) == ["base", "few", "many", "found", "tuned"]


@torch.no_grad()
def test_judge_is_the_model_that_it_names(lab, data, folder):
    chat = load_chat(folder / "tuned", "tuned")
    network = AutoModelForCausalLM.from_pretrained(folder / "tuned", dtype=torch.float32).eval()
    for one in transcript(lab):
        item = next(item for item in ITEMS if item.at["question"] == one["question"])
        ids = torch.tensor([chat.prompt(*about(item, one["text"]))])
        whole = network.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=3, do_sample=False,
            eos_token_id=chat.end, pad_token_id=chat.end,
        )  # fmt: skip
        reply = chat.text(whole[0, ids.shape[1] :].tolist())
        assert data["judged"].sel(seed=0, model=one["model"], **item.at) == len(reply)


def test_examples_may_be_made_of_answers(lab):
    few, many = lab.schedule.adapters.values()
    assert (len(few.examples), len(many.examples)) == (2, 6)
    answers = lab.schedule.before[0].stage
    assert lab.store.find(answers.kind, answers.key)
    assert [one.answer for one in many.examples[4:]] == lab.schedule.given[0].texts("answers")


def test_another_score_asks_no_model(lab, folder, monkeypatch):
    monkeypatch.setattr("pytest_claims_lab.bench.load_model", None)
    again = laboratory(folder, lab.store.root, score=lambda item, text: 2 * len(text))
    again = replace(again, plan=replace(again.plan, code="another"))
    again.measure()
    np.testing.assert_array_equal(measured(again).data["long"], 2 * measured(lab).data["long"])
    np.testing.assert_array_equal(measured(again).data["judged"], measured(lab).data["judged"])


def test_provenance_names_what_else_was_asked(lab, folder):
    others = measured(lab).provenance["other models"]
    for name, content in (("found", lab.plan.adapters), ("tuned", lab.plan.others)):
        (known,) = content.values()
        assert name in known.origin
        assert f"{known.origin} ({known.sha256})" in others
