"""Sampling against transformers' own ``generate``."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tiny import save_tiny_model
from transformers import AutoConfig, AutoModelForCausalLM, TopPLogitsWarper

from pytest_claims_lab import nucleus
from pytest_claims_lab.decoder import Decoder
from pytest_claims_lab.model import load_model
from pytest_claims_lab.nucleus import draw
from pytest_claims_lab.prompt import Prompt
from pytest_claims_lab.sample import Sampler
from pytest_claims_lab.sampling_trial import way_to_sample

PROMPTS = [("You are brief.", "Why is ice cold?"), ("You are a person who speaks at length.", "How so?")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(scope="module")
def model(folder):
    return load_model(folder, "tiny", device="cpu", dtype="float32")


def generated(model, prompts, *, copies=1, **options):
    """Answers of transformers, each cut after its end token."""
    ids, mask = model.padded([model.chat.prompt(*prompt) for prompt in prompts for _ in range(copies)])
    rows = model.network.generate(input_ids=ids, attention_mask=mask, pad_token_id=model.chat.end, **options)
    answers = rows[:, ids.shape[1] :].tolist()
    return [row[: row.index(model.chat.end) + 1] if model.chat.end in row else row for row in answers]


@pytest.mark.parametrize("family", ["llama", "gemma3"])
def test_greedy_answers_are_those_of_transformers(family, tmp_path):
    model = load_model(save_tiny_model(tmp_path / family, family=family), family, device="cpu", dtype="float32")
    assert Sampler(model).most_likely(PROMPTS, tokens=12) == generated(
        model, PROMPTS, max_new_tokens=12, do_sample=False
    )


@pytest.mark.parametrize("copies", [1000, pytest.param(3000, marks=pytest.mark.slow)])
def test_tokens_are_as_frequent_as_transformers_draws_them(model, copies):
    """So many draws of each prompt; every position of the answer is compared, at a joint level of one in a thousand."""
    tokens = 4
    options = {"temperature": 0.7, "top_p": 0.8}
    ours = [
        answer
        for several in Sampler(model).sample(PROMPTS, completions=copies, tokens=tokens, seed=1, **options)
        for answer in several
    ]
    torch.manual_seed(2)
    theirs = generated(model, PROMPTS, copies=copies, max_new_tokens=tokens, do_sample=True, top_k=0, **options)
    level = 0.001 / (tokens * len(PROMPTS))
    for prompt in range(len(PROMPTS)):
        for place in range(tokens):
            counts = [
                np.bincount(
                    [answer[place] for answer in rows[prompt * copies : (prompt + 1) * copies] if len(answer) > place],
                    minlength=500,
                )
                for rows in (ours, theirs)
            ]
            often = counts[0] + counts[1] >= 20
            table = np.array([[*each[often], each[~often].sum()] for each in counts])
            assert stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue > level


@pytest.mark.parametrize(("size", "spread"), [(50, 2.0), (3000, 0.01), (3000, 4.0)])
def test_nucleus_is_that_of_transformers(size, spread):
    logits = torch.randn(1, size, generator=torch.Generator().manual_seed(0)) * spread
    allowed = TopPLogitsWarper(top_p=0.9)(None, logits.clone()).isfinite()[0]
    torch.manual_seed(0)
    drawn = draw(logits.repeat(20_000, 1), temperature=1.0, top_p=0.9).bincount(minlength=size)
    assert not drawn[~allowed].any()
    expected = (logits[0].softmax(-1) * allowed).double()
    expected = (expected / expected.sum() * 20_000).numpy()
    often = expected >= 5
    observed = np.append(drawn.numpy()[often], drawn.numpy()[~often].sum())
    wanted = np.append(expected[often], expected[~often].sum())
    kept = wanted > 0
    assert stats.chisquare(observed[kept], wanted[kept]).pvalue > 0.001


@given(seed=st.integers(0, 10_000), top_p=st.floats(1e-6, 1.0), temperature=st.floats(0.05, 3.0))
def test_a_drawn_token_is_always_inside_the_nucleus(seed, top_p, temperature):
    logits = torch.randn(8, 40, generator=torch.Generator().manual_seed(seed)) * 3
    tokens = draw(logits, temperature=temperature, top_p=top_p)
    probabilities = (logits / temperature).softmax(-1)
    own = probabilities.gather(-1, tokens[:, None])
    assert ((probabilities * (probabilities > own)).sum(-1) < top_p + 1e-5).all()


def test_how_many_rows_are_drawn_at_a_time_changes_no_token(monkeypatch):
    logits = 3 * torch.randn(40, 300, generator=torch.Generator().manual_seed(0))
    drawn = []
    for block in (1, 1_000, 2**18):
        monkeypatch.setattr(nucleus, "_BLOCK", block)
        torch.manual_seed(1)
        drawn.append(draw(logits, temperature=0.7, top_p=0.9).tolist())
    assert drawn[0] == drawn[1] == drawn[2]


@pytest.mark.parametrize("family", ["llama", "gemma3"])
def test_a_kernel_gets_the_steps_of_a_decoder_and_nothing_else(family, tmp_path, monkeypatch):
    """What a GPU's kernel is given, and what becomes of it: here an attention of one query that takes no booleans."""
    model = load_model(save_tiny_model(tmp_path, family=family), family, device="cpu", dtype="float32")
    wanted = Sampler(model).most_likely(PROMPTS, tokens=8)
    alone = model.network(torch.tensor([[5]]), attention_mask=torch.ones(1, 1)).logits
    asked = []

    def attend(query, key, value, added, scale):
        rows = len(query)
        assert added.shape == (rows, key.shape[2])
        assert added.dtype == query.dtype
        assert key.stride(-1) == value.stride(-1) == added.stride(-1) == 1
        asked.append(rows)
        groups = query.unflatten(1, (key.shape[1], -1))
        scores = groups @ key.mT * scale + added[:, None, None]
        return (scores.softmax(-1) @ value).flatten(1, 2)

    monkeypatch.setitem(sys.modules, "pytest_claims_lab.kernels", SimpleNamespace(attend=attend))
    monkeypatch.setattr("pytest_claims_lab.decoder.has_kernels", lambda device, dtype: True)
    assert Sampler(model).most_likely(PROMPTS, tokens=8) == wanted
    assert asked
    asked.clear()
    torch.testing.assert_close(model.network(torch.tensor([[5]]), attention_mask=torch.ones(1, 1)).logits, alone)
    mask = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    torch.testing.assert_close(model.network(torch.tensor([[5]]), attention_mask=mask).logits, alone)
    assert not asked, "others may give booleans, which a kernel would add"


def test_prompts_of_one_token_are_read_as_others_are(model):
    """What reads one token looked like a step, and ended in a traceback where nobody asked more."""
    short, long = Prompt(system="", user="a", plain=True), Prompt(system="", user="a bb", plain=True)
    assert len(model.chat.prompt(*short)) == 1
    alone, beside = (Sampler(model).most_likely(several, tokens=6) for several in ([short] * 2, [short, long]))
    assert alone == [beside[0]] * 2
    several = Sampler(model).sample([short], completions=3, tokens=4, temperature=1.0, top_p=1.0, seed=0)
    assert len(several[0]) == 3


@given(padding=st.integers(1, 40))
def test_left_padding_changes_nothing(model, padding):
    """The same prompt alone and beside a longer one: the same logits, at the prompt and at every later step."""
    prompt = model.chat.prompt(*PROMPTS[0])
    longer = [5] * (len(prompt) + padding)
    alone = Decoder(model.network, rows=1, columns=len(prompt) + 4)
    beside = Decoder(model.network, rows=2, columns=len(longer) + 4)
    first = alone.begin(*model.padded([prompt]), copies=1)
    second = beside.begin(*model.padded([prompt, longer]), copies=1)
    torch.testing.assert_close(first[0], second[0], rtol=0, atol=1e-5)
    for token in (7, 300, 12):
        first, second = alone.step(torch.tensor([token])), beside.step(torch.tensor([token, 9]))
        torch.testing.assert_close(first[0], second[0], rtol=0, atol=1e-5)


def test_steps_give_the_logits_of_one_pass_over_the_whole_text(model):
    prompt, answer = model.chat.prompt(*PROMPTS[0]), [7, 300, 12, 4]
    decoder = Decoder(model.network, rows=3, columns=len(prompt) + len(answer))
    stepwise = [decoder.begin(*model.padded([prompt]), copies=3)[0]]
    stepwise += [decoder.step(torch.tensor([token] * 3))[0].clone() for token in answer]
    with torch.no_grad():
        whole = model.network(input_ids=torch.tensor([prompt + answer])).logits[0, len(prompt) - 1 :]
    torch.testing.assert_close(torch.stack(stepwise), whole, rtol=0, atol=1e-4)


SMALL = {
    "vocab_size": 64, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
    "initializer_range": 0.3,
}  # fmt: skip


def network_of(kind, **changes):
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **{**SMALL, **changes})).eval()


@pytest.mark.parametrize(
    "kind",
    ["mistral", "qwen2", "qwen3", "gemma", "gemma3_text", "olmo2", "granite", "smollm3", "helium", "arcee", "cohere"],
)
def test_steps_are_those_of_one_pass_in_every_known_architecture(kind):
    network, text = network_of(kind), torch.randint(3, 60, (1, 9), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        whole = network(input_ids=text).logits[0, 4:]
    decoder = Decoder(network, rows=2, columns=9)
    stepwise = [decoder.begin(text[:, :5], torch.ones(1, 5, dtype=torch.long), copies=2)[0].clone()]
    stepwise += [decoder.step(token.repeat(2))[0].clone() for token in text[0, 5:]]
    torch.testing.assert_close(torch.stack(stepwise), whole, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("stablelm", "of 2 decoder blocks 0, 1 keep no keys and values of their own"),  # not asking for what was kept
        ("diffllama", "of 2 decoder blocks 0, 1 keep no keys and values of their own"),  # twice, with other values
        ("gemma2", "Gemma2ForCausalLM does not support an attention"),  # with scores that are capped
    ],
)
def test_network_that_would_lose_what_it_read_is_sampled_by_transformers(kind, said, model):
    other = replace(model, network=network_of(kind, vocab_size=400), ways={})
    prompts = [other.chat.prompt(*prompt) for prompt in PROMPTS]
    way = way_to_sample(other, prompts, 100)
    assert (way.path, said in way.why) == ("general", True), way
    assert other.network.config._attn_implementation in ("sdpa", "eager")


def test_leaving_out_ended_answers_changes_no_other(model):
    prompts = [("You are brief.", f"Why {row}?") for row in range(6)]
    options = {"temperature": 1.0, "top_p": 1e-6, "seed": 1}
    greedy = Sampler(model).most_likely(prompts, tokens=20)
    answers = Sampler(model).sample(prompts, completions=4, tokens=20, **options)
    assert all(answer == expected for several, expected in zip(answers, greedy, strict=True) for answer in several)


def test_answers_do_not_depend_on_how_many_fit_into_memory(model, monkeypatch):
    prompts = [("You are brief.", f"Why {row}?") for row in range(7)]
    whole = Sampler(model).most_likely(prompts, tokens=10)
    monkeypatch.setattr("pytest_claims_lab.sample.usable_bytes", lambda _: 1)
    assert Sampler(model).most_likely(prompts, tokens=10) == whole


def test_sampling_is_repeatable_and_leaves_the_callers_randomness(model):
    torch.manual_seed(7)
    before = torch.random.get_rng_state()
    options = {"completions": 3, "tokens": 8, "temperature": 1.0, "top_p": 0.95}
    sampler = Sampler(model)
    first = sampler.sample(PROMPTS, seed=3, **options)
    assert torch.equal(before, torch.random.get_rng_state())
    assert first == sampler.sample(PROMPTS, seed=3, **options)
    assert first != sampler.sample(PROMPTS, seed=4, **options)


def test_what_slides_within_the_answer_is_sampled_by_transformers(model):
    network = network_of("mistral", vocab_size=400, sliding_window=40)
    other = replace(model, network=network, ways={})
    prompts = [other.chat.prompt(*prompt) for prompt in PROMPTS]
    assert way_to_sample(replace(other, ways={}), prompts, 32).is_fast
    way = way_to_sample(other, prompts, 41)
    assert (way.path, way.why) == ("general", "texts take up to 41 tokens, and its attention slides after 40 tokens")
