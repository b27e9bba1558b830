"""What a network takes of memory is known from its config, and how it is shared follows a rule."""

import re
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, MambaConfig, Qwen2Config

from pytest_claims.base.errors import InputError
from pytest_claims_lab.footprint import Footprint, footprint_of
from pytest_claims_lab.memory_plan import MOST, Demand, cut_of, plan_memory

SEVEN = Qwen2Config(
    vocab_size=152064, hidden_size=3584, intermediate_size=18944, num_hidden_layers=28, num_attention_heads=28,
    num_key_value_heads=4, tie_word_embeddings=False,
)  # fmt: skip
THIRTY_TWO = Qwen2Config(
    vocab_size=152064, hidden_size=5120, intermediate_size=27648, num_hidden_layers=64, num_attention_heads=40,
    num_key_value_heads=8, tie_word_embeddings=False,
)  # fmt: skip
GB = 10**9
ONE = Footprint(weights=8 * GB, sides=10**6, blocks=20, conversation=2**20, state=2**10, logits=2**18, cached=2**16)
DEMAND = Demand(rank=32, adapters=10, conversation=200, columns=300, rows=100)


def empty(config):
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(config)


def free(monkeypatch, count):
    monkeypatch.setattr("pytest_claims_lab.memory_plan.free_bytes", lambda _: int(count))


@pytest.fixture(scope="module")
def seven():
    return empty(SEVEN)


def test_shape_of_a_7b_model(seven):
    """Its 7.6 billion numbers, an adapter of 323 MB on the disk, and half a megabyte of keys for nine tokens."""
    found = footprint_of(seven, torch.bfloat16, general=False)
    assert found.weights == pytest.approx(15.2 * GB, rel=0.01)
    assert found.adapter(32) == pytest.approx(4 * 323e6, rel=0.01)
    assert found.cached == 28 * 2 * 4 * 128 * 2
    assert found.blocks == 28


def test_packed_linear_layers_take_less_and_the_rest_what_it_took(seven):
    whole, eight, four = (
        footprint_of(seven, torch.bfloat16, quantised=bits, general=True).weights for bits in ("", "8bit", "4bit")
    )
    kept = 2 * 152064 * 3584 * 2
    linear = (whole - kept) / 2
    assert eight == pytest.approx(kept + 1.03 * linear, rel=1e-3)
    assert four == pytest.approx(kept + 0.53 * linear, rel=1e-3)


def test_numbers_are_there_for_a_network_without_attention():
    tiny = MambaConfig(vocab_size=300, hidden_size=32, state_size=4, num_hidden_layers=3, expand=2)
    found = footprint_of(empty(tiny), torch.float32, general=True)
    assert found.weights > 0 < found.sides
    assert found.training(100, checkpointing=True) < found.training(100, checkpointing=False)


def rows(root):
    page = (root / "docs/memory.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (7B|32B), (\w+) \| (.+?), (.+?) \| (2 × )?(\d+) GB.*? \| (.+?) \|$", page, re.MULTILINE)


def test_table_of_the_page_is_what_is_planned(root, seven, monkeypatch):
    """A card has a little more than it is called, in billions of bytes."""
    networks, have = {"7B": seven, "32B": empty(THIRTY_TWO)}, {"80": 84.4, "48": 50, "24": 25, "16": 16.5}
    assert len(rows(root)) == 8
    for model, dtype, weights, read, two, card, done in rows(root):
        devices, quantised = 2 if two else 1, dtype if dtype == "4bit" else ""
        free(monkeypatch, have[card] * GB)
        trained, readings = (
            footprint_of(networks[model], kind, quantised=quantised, general=bool(quantised or two))
            for kind in (torch.bfloat16, torch.float32)
        )
        assert (f"{trained.weights / GB:.1f} GB", f"{readings.weights / GB:.1f} GB") == (weights, read)
        demand = replace(DEMAND, conversation=250)
        if done.startswith("refused"):
            with pytest.raises(InputError, match="memory does not hold"):
                plan_memory(trained, readings, demand, device="cuda", devices=devices)
            continue
        cut = plan_memory(trained, readings, demand, device="cuda", devices=devices).cut
        assert done.startswith(f"{cut.together} adapters ")
        assert done.endswith("gradient checkpointing") == cut.checkpointing


@given(st.integers(0, 200 * GB), st.integers(0, 200 * GB), st.integers(1, 4000))
def test_more_memory_never_means_fewer_adapters_or_more_checkpointing(one, other, tokens):
    less, more = sorted((one, other))
    small, large = (cut_of(usable, ONE, rank=32, tokens=tokens) for usable in (less, more))
    if small is not None:
        assert large is not None
        assert large.checkpointing <= small.checkpointing
        if large.checkpointing == small.checkpointing:
            assert large.together >= small.together


@given(st.integers(0, 200 * GB), st.integers(1, 4000))
def test_what_is_cut_fits_beside_one_conversation(usable, tokens):
    cut = cut_of(usable, ONE, rank=32, tokens=tokens)
    least = ONE.adapter(32) + ONE.training(tokens, checkpointing=True)
    if cut is None:
        assert usable < least
    else:
        kept = ONE.training(tokens, checkpointing=cut.checkpointing)
        assert cut.together * ONE.adapter(32) + kept <= usable
        assert 1 <= cut.together <= MOST
        assert not cut.checkpointing or usable < ONE.adapter(32) + ONE.training(tokens, checkpointing=False)


def test_plan_is_told_in_one_line(monkeypatch):
    free(monkeypatch, 79 * GB)
    plan = plan_memory(ONE, replace(ONE, weights=16 * GB), DEMAND, device="cuda")
    assert plan.words == (
        "8.0 GB weights (16.0 GB when it is read in float32), 10 adapters at once 5.1 GB, activations 0.3 GB a "
        "conversation, cache 2.0 GB, of 79.0 GB free on cuda"
    )


def test_checkpointing_is_told(monkeypatch):
    free(monkeypatch, 9.5 * GB)
    large = replace(ONE, conversation=40 * 2**20)
    plan = plan_memory(large, ONE, DEMAND, device="cuda")
    assert plan.cut.checkpointing
    assert " a conversation with gradient checkpointing, " in plan.words


@pytest.mark.parametrize("readings", [8 * GB, 16 * GB])
def test_what_does_not_fit_is_refused_with_the_numbers(monkeypatch, readings):
    free(monkeypatch, 8.2 * GB)
    message = (
        r"memory does not hold 8\.0 GB of weights \(\d+\.0 GB when it is read in float32\), one adapter in training "
        r"\(0\.5 GB\) and .* 8\.2 GB are free on cuda; give --claims-quantise 4bit, --claims-spread on a host"
    )
    with pytest.raises(InputError, match=message):
        plan_memory(ONE, replace(ONE, weights=readings), DEMAND, device="cuda")


def test_layers_that_are_spread_need_a_share_of_each_device(monkeypatch):
    free(monkeypatch, 79 * GB)
    large = replace(ONE, weights=65 * GB)
    read = replace(large, weights=130 * GB)
    with pytest.raises(InputError, match="on cuda:0; give"):
        plan_memory(large, read, DEMAND, device="cuda:0")
    plan = plan_memory(large, read, DEMAND, device="cuda:0", devices=2)
    assert plan.words.endswith("of 158.0 GB free on 2 devices")
