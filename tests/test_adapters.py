"""Adapters in a slot are what plain PEFT computes with them, whatever their settings, and whichever came before."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from peft_adapters import PROMPTS, TOKENS, generated, logits, plain_peft, save_adapter
from safetensors.torch import load_file, save_file
from solo import RENAMED
from tiny import save_tiny_model, tokenizer
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MixtralConfig,
    MixtralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from pytest_claims.base.errors import InputError
from pytest_claims_lab.adapters import AdapterSlot
from pytest_claims_lab.model import load_model
from pytest_claims_lab.sample import Sampler
from pytest_claims_lab.stored_adapter import read_adapter

pytestmark = [RENAMED, pytest.mark.filterwarnings("ignore::UserWarning:peft.*")]
SHAPE = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
SPECIAL = {"initializer_range": 0.2, "bos_token_id": None, "eos_token_id": 1, "vocab_size": 400}


def llama(folder, **more):
    return LlamaForCausalLM(LlamaConfig(**SHAPE, **SPECIAL, num_key_value_heads=2, **more)).save_pretrained(folder)


def qwen(folder):
    Qwen2ForCausalLM(Qwen2Config(**SHAPE, **SPECIAL, num_key_value_heads=2)).save_pretrained(folder)


def gpt2(folder):
    GPT2LMHeadModel(GPT2Config(**SPECIAL, n_embd=32, n_layer=2, n_head=4, n_positions=512)).save_pretrained(folder)


def mixtral(folder):
    experts = {"num_local_experts": 3, "num_experts_per_tok": 2, "num_key_value_heads": 2}
    MixtralForCausalLM(MixtralConfig(**SHAPE, **SPECIAL, **experts)).save_pretrained(folder)


KINDS = {
    "llama": llama,
    "tied": lambda folder: llama(folder, tie_word_embeddings=True),
    "biased": qwen,
    "gpt2": gpt2,
    "mixtral": mixtral,
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """By kind, the folder of a network with random weights, made when it is asked for."""
    made = {}

    def folder(kind):
        if kind not in made:
            made[kind] = tmp_path_factory.mktemp(kind)
            tokenizer().save_pretrained(made[kind])
            torch.manual_seed(0)
            KINDS[kind](made[kind])
        return made[kind]

    return folder


def slot_of(folder):
    return AdapterSlot(load_model(folder, "it", device="cpu", dtype="float32"))


EXPERTS = {"target_modules": ["q_proj"], "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]}
FUSED = {"target_modules": ["c_attn", "c_fc"], "fan_in_fan_out": True}
PATTERNS = {"rank_pattern": {"^model.layers.0.self_attn.q_proj": 2}, "alpha_pattern": {"layers.1.mlp.up_proj": 32}}
IN_VAIN = {"fan_in_fan_out": True, "bias": "all", "init_lora_weights": "orthogonal", "lora_dropout": 0.5}
ANSWERED = {
    "LoRA": ("llama", {}),
    "rsLoRA": ("llama", {"use_rslora": True}),
    "patterns": ("llama", PATTERNS),
    "Conv1D": ("gpt2", FUSED),
}
MERGED = {
    "some layers": ("llama", {"layers_to_transform": [1]}),
    "all linear": ("tied", {"target_modules": "all-linear"}),
    "what changes nothing": ("llama", IN_VAIN),
    "DoRA": ("llama", {"use_dora": True}),
    "experts": ("mixtral", EXPERTS),
    "biases": ("biased", {"bias": "all"}),
    "biases of its own": ("biased", {"target_modules": ["q_proj"], "lora_bias": True}),
    "whole layers": ("llama", {"modules_to_save": ["lm_head", "embed_tokens", "input_layernorm"]}),
    "tokens": ("tied", {"trainable_token_indices": [1, 5, 300]}),
    "embedding": ("llama", {"target_modules": ["q_proj", "embed_tokens"]}),
}
BESIDE = {
    "tied embedding": ("tied", {"target_modules": ["q_proj", "embed_tokens"]}),
    "tied head": ("tied", {"target_modules": ["q_proj", "lm_head"]}),
}
CASES = ANSWERED | MERGED | BESIDE


@pytest.mark.parametrize("case", CASES)
def test_adapter_is_that_of_plain_peft(case, models, tmp_path):
    """The first one, another of the same settings, and the first again."""
    kind, settings = CASES[case]
    model, slot = models(kind), slot_of(models(kind))
    first, other = (save_adapter(model, tmp_path / name, seed=seed, **settings) for seed, name in enumerate("ab"))
    wanted = {folder: logits(plain_peft(model, folder)) for folder in (first, other)}
    assert float((wanted[first] - wanted[other]).abs().max()) > 0.1
    places = set()
    for folder in (first, other, first):
        assert slot.fits(folder)
        torch.testing.assert_close(logits(slot.put(folder).network), wanted[folder], rtol=0, atol=1e-4)
        places.add(tuple(parameter.data_ptr() for parameter in slot.model.network.parameters()))
    assert len(places) == 1, "a captured graph still reads weights where they were"
    assert slot.way.is_fast == (case not in BESIDE)


@pytest.mark.parametrize("case", [*ANSWERED, "whole layers", "tokens"])
def test_answers_under_an_adapter_are_those_of_plain_peft(case, models, tmp_path):
    kind, settings = CASES[case]
    folder, slot = save_adapter(models(kind), tmp_path / "adapter", **settings), slot_of(models(kind))
    came = Sampler(slot.put(folder)).most_likely(PROMPTS, tokens=TOKENS)
    assert came == generated(plain_peft(models(kind), folder), slot.model.chat)
    assert came != Sampler(slot_of(models(kind)).model).most_likely(PROMPTS, tokens=TOKENS)


@pytest.fixture(scope="module")
def pool(models, tmp_path_factory):
    """By name, adapters of one network that differ in ranks, scales and layers, and the logits of each alone."""
    folder = tmp_path_factory.mktemp("pool")
    settings = {
        "usual": {},
        "small": {"r": 2, "lora_alpha": 1},
        "other layers": {"r": 8, "target_modules": ["v_proj", "down_proj"], "use_rslora": True},
        "one layer": {"layers_to_transform": [1]},
        "many ranks": {"rank_pattern": {"q_proj": 3}, "target_modules": ["q_proj", "k_proj"]},
    }
    made = {name: save_adapter(models("llama"), folder / name, **one) for name, one in settings.items()}
    return {name: (path, logits(slot_of(models("llama")).put(path).network)) for name, path in made.items()}


@pytest.fixture(scope="module")
def shared(models):
    return slot_of(models("llama"))


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_adapter_is_the_same_whichever_came_before(data, pool, shared):
    """Bit for bit, in one copy of the model, and whatever was asked of the slot in between."""
    for name in data.draw(st.lists(st.sampled_from(sorted(pool)), min_size=1, max_size=5)):
        folder, alone = pool[name]
        network = shared.put(folder).network
        assert shared.fits(pool[data.draw(st.sampled_from(sorted(pool)))][0])
        assert torch.equal(logits(network), alone)


def test_trial_of_other_layers_leaves_weights_where_they_were(models, pool):
    """In half precision they are tried in float32, which is elsewhere; a captured graph reads them where they were."""
    slot = AdapterSlot(load_model(models("llama"), "it", device="cpu", dtype="bfloat16"))
    wanted = logits(slot.put(pool["usual"][0]).network)
    places = [parameter.data_ptr() for parameter in slot.model.network.parameters()]
    for name in ("other layers", "many ranks", "usual"):
        network = slot.put(pool[name][0]).network
        assert [parameter.data_ptr() for parameter in network.parameters()] == places
    assert torch.equal(logits(network), wanted)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({}, {"use_dora": True}),
        ({}, {"modules_to_save": ["lm_head"]}),
        ({"use_dora": True}, {}),
        ({"modules_to_save": ["lm_head"]}, {"modules_to_save": ["lm_head"], "use_rslora": True}),
    ],
)
def test_adapter_that_needs_layers_of_its_own_does_not_fit(first, other, models, tmp_path):
    model, slot = models("llama"), slot_of(models("llama"))
    one, two = save_adapter(model, tmp_path / "one", **first), save_adapter(model, tmp_path / "two", **other)
    assert slot.fits(one)
    assert slot.fits(two)
    before = logits(slot.put(one).network)
    assert not slot.fits(two)
    with pytest.raises(InputError, match=r"two does not fit where another one was put: .* a fresh copy of the model"):
        slot.put(two)
    assert torch.equal(logits(slot.model.network), before)


def test_layers_of_which_merging_is_wrong_do_not_fit(models, tmp_path):
    """Each set of layers is tried by itself: what is right for projections is not for a head that is the embedding."""
    model, slot = models("tied"), slot_of(models("tied"))
    slot.put(save_adapter(model, tmp_path / "one"))
    head = save_adapter(model, tmp_path / "head", target_modules=["lm_head"])
    weights = head / "adapter_model.safetensors"
    save_file({key: tensor for key, tensor in load_file(weights).items() if ".lora_" in key}, weights)
    assert read_adapter(head, slot.model.device).is_plain
    assert not slot.fits(head)


def test_adapter_of_another_network_is_refused(models, tmp_path):
    wide = save_tiny_model(tmp_path / "wide")
    adapter = save_adapter(wide, tmp_path / "adapter", layers_to_transform=[0])
    said = r"is of another network: it adapts model\.layers\.0\.mlp\.up_proj of 64 x 32, which is 48 x 32; .*'.*wide'"
    with pytest.raises(InputError, match=said):
        slot_of(models("llama")).put(adapter)
    with pytest.raises(InputError, match=r"is of another network: it adapts model\.layers\.0.*which is not there"):
        slot_of(models("gpt2")).put(adapter)


def test_adapter_that_lacks_a_layer_is_refused(models, tmp_path):
    """PEFT would go on with layers that do nothing."""
    deep = save_tiny_model(tmp_path / "deep", layers=3)
    shallow = save_tiny_model(tmp_path / "shallow", layers=1)
    adapter = save_adapter(shallow, tmp_path / "adapter", target_modules=["q_proj"])
    slot = slot_of(deep)
    before = logits(slot.model.network)
    with pytest.raises(InputError, match=r"is of another network: it lacks model\.layers\.1\.self_attn\.q_proj\.lora"):
        slot.put(adapter)
    assert torch.equal(logits(slot.model.network), before)
