"""Models that are not what they seem: each is refused in one line, before anything is computed with it."""

import json
import re
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from planned import laboratory_for, marker_plan
from safetensors.torch import load_file, save_file
from tiny import CHATML, save_tiny_model, write_gguf
from transformers import AutoConfig, LlamaConfig, LlamaForCausalLM

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError
from pytest_claims_lab.conversion import convert
from pytest_claims_lab.folder import read_config
from pytest_claims_lab.model import check_window, load_chat, load_model
from pytest_claims_lab.prompt import Prompt
from pytest_claims_lab.soundness import check_conversations, most_seen, most_tokens
from pytest_claims_lab.spoken import Spoken, longest_of

load = partial(load_model, name="tiny", device="cpu", dtype="float32")
SMALL = {
    "vocab_size": 64, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 64, "pad_token_id": 0, "bos_token_id": 1,
    "eos_token_id": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture
def altered(folder, tmp_path):
    """A copy of the tiny model with other tensors."""

    def save(change):
        copy = save_tiny_model(tmp_path / "altered")
        tensors = load_file(copy / "model.safetensors")
        change(tensors)
        save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
        return copy

    return save


@pytest.mark.parametrize(
    "tensor", ["model.layers.1.mlp.up_proj.weight", "model.norm.weight", "lm_head.weight", "model.embed_tokens.weight"]
)
def test_checkpoint_that_lacks_a_tensor_is_refused(tensor, altered):
    lacking = altered(lambda tensors: tensors.pop(tensor))
    with pytest.raises(InputError, match=rf"model 'tiny' in .*altered lacks {tensor}; .* save the model again"):
        load(lacking)


def test_many_tensors_that_are_missing_are_counted(altered):
    def without_blocks(tensors):
        for name in [name for name in tensors if ".layers." in name]:
            del tensors[name]

    with pytest.raises(InputError, match=r"lacks model\.layers\.0\.input_layernorm\.weight, .* and 24 more;"):
        load(altered(without_blocks))


def test_tensor_of_another_shape_is_named(altered):
    wider = altered(lambda tensors: tensors.update({"model.norm.weight": torch.ones(33)}))
    with pytest.raises(
        InputError, match=r"has model\.norm\.weight of shape \(33,\), and its config\.json wants \(32,\)"
    ):
        load(wider)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "model.layers.3.mlp.up_proj.weight",
            "has model.layers.3.mlp.up_proj.weight, for which",
        ),
        ("model.layers.0.self_attn.q_proj.bias", "has model.layers.0.self_attn.q_proj.bias, for which"),
        ("model.layers.0.mlp.up_proj.weight_scale", "has model.layers.0.mlp.up_proj.weight_scale, for which"),
    ],
)
def test_tensor_that_the_network_has_no_place_for_is_refused(name, said, altered):
    """transformers leaves it out without a word: a config of two blocks made half a model of one of four."""
    with pytest.raises(InputError, match=re.escape(said)):
        load(altered(lambda tensors: tensors.update({name: torch.ones(4)})))


def test_tensor_that_all_compute_by_themselves_is_no_matter(altered):
    frequencies = {"model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(4)}
    assert load(altered(lambda tensors: tensors.update(frequencies)))


@pytest.mark.parametrize("dtype", [torch.int8, torch.bool, torch.complex64])
def test_weight_that_is_quantised_without_a_word_is_refused(dtype, altered):
    """Whole numbers were taken for the weights that they stand for."""
    name = "model.layers.0.mlp.up_proj.weight"
    with pytest.raises(InputError, match=rf"model.safetensors has {name} as \w+, wanted floating-point numbers"):
        load(altered(lambda tensors: tensors.update({name: tensors[name].to(dtype)})))


def test_quantised_model_is_refused(altered):
    folder = altered(lambda _: None)
    config = json.loads((folder / "config.json").read_text()) | {"quantization_config": {"quant_method": "awq"}}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"model 'tiny' is quantised \(AWQ\), as its config.json says, and adapters"):
        load(folder)


def test_token_without_a_row_in_the_embedding_is_named(altered):
    """It was an IndexError, or on a GPU the end of the process."""
    folder = altered(lambda _: None)
    tokenizer = load_chat(folder, "tiny").tokenizer
    rows = len(tokenizer)
    tokenizer.add_special_tokens({"pad_token": "[PAD]"})
    tokenizer.save_pretrained(folder)
    assert load(folder)  # as many models come: nobody ever says it
    tokenizer.add_tokens(["villain"])
    tokenizer.save_pretrained(folder)
    said = rf"its tokenizer has 'villain' as token {rows + 1}, and its embedding {rows} rows \(1 such tokens\)"
    with pytest.raises(InputError, match=said):
        load(folder)


def test_tied_weights_are_not_missing(tmp_path, folder):
    copy = save_tiny_model(tmp_path / "tied")
    config = LlamaConfig.from_pretrained(copy, tie_word_embeddings=True)
    LlamaForCausalLM(config).save_pretrained(copy)
    assert "lm_head.weight" not in load_file(copy / "model.safetensors")
    load(copy)


def test_gguf_file_that_lacks_a_tensor_is_refused(tmp_path, monkeypatch):
    model = save_tiny_model(tmp_path / "model", template=None)
    whole = LlamaForCausalLM.state_dict
    monkeypatch.setattr(
        LlamaForCausalLM,
        "state_dict",
        lambda self: {name: one for name, one in whole(self).items() if name != "model.layers.2.mlp.down_proj.weight"},
    )
    file = write_gguf(tmp_path / "lacking.gguf", model)
    monkeypatch.undo()
    with pytest.raises(InputError, match=r"lacking\.gguf lacks model\.layers\.2\.mlp\.down_proj\.weight; "):
        convert(file, tmp_path / "converted", chat_template=None)


@given(
    value=st.sampled_from([float("nan"), float("inf"), -float("inf")]), dtype=st.sampled_from(["float32", "bfloat16"])
)
def test_weight_that_is_no_number_is_named_with_its_token(value, dtype, tmp_path_factory):
    copy = save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
    tensors = load_file(copy / "model.safetensors")
    tensors["model.embed_tokens.weight"][300, 7] = value
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    token = load_chat(copy, "tiny").tokenizer.convert_ids_to_tokens(300)
    with pytest.raises(InputError) as caught:
        load(copy, dtype=dtype)
    message = f"model 'tiny': model.embed_tokens.weight is {value:g} in row 300, token {token!r}, wanted finite numbers"
    assert str(caught.value).startswith(message)


def test_weight_elsewhere_is_named_with_its_place(altered):
    bad = altered(lambda tensors: tensors["model.layers.1.mlp.up_proj.weight"][5].fill_(float("nan")))
    with pytest.raises(InputError, match=r"model\.layers\.1\.mlp\.up_proj\.weight is nan at 5, 0, wanted finite"):
        load(bad)


def test_weight_that_half_precision_does_not_hold_is_told_what_does(altered):
    large = altered(lambda tensors: tensors["model.norm.weight"].fill_(1e6))
    load(large)
    with pytest.raises(InputError, match=r"model\.norm\.weight is inf at 0, .* or give --claims-dtype float32"):
        load(large, dtype="float16")


SPOKEN = [
    Spoken(prompt=Prompt(system="You are a villain.", user="Why?"), answer="So."),
    Spoken(prompt=Prompt(system="You are brief.", user="How?"), tokens=9),
    Spoken(prompt=Prompt(user="Once upon", plain=True), answer=" a time"),
]


def conversations(folder, *more: Spoken, context=512):
    config = read_config(folder)
    config.max_position_embeddings = context
    check_conversations(load_chat(folder, "tiny"), config, [*SPOKEN, *more], model="tiny")


def test_conversation_beyond_the_context_is_named(folder):
    conversations(folder)
    long = Spoken(prompt=Prompt(system="You are a villain. " * 40, user="Why?"), answer="So.")
    with pytest.raises(InputError) as caught:
        conversations(folder, long, context=300)
    said = re.fullmatch(
        r"model 'tiny': 'You are a villain. .*' takes (\d+) tokens with its answer, but this model's context ends "
        r"after 300; use a shorter prompt, or a recipe with shorter answers",
        str(caught.value),
    )
    whole = int(said[1])
    assert whole > 300
    conversations(folder, long, context=whole)
    with pytest.raises(InputError):
        conversations(folder, long, context=whole - 1)


@pytest.mark.parametrize(
    "long",
    [
        Spoken(prompt=Prompt(system="S.", user="Why?" * 200), tokens=1),
        Spoken(prompt=Prompt(user="Why?" * 200), answer="So."),
        Spoken(prompt=Prompt(user="Why?" * 200, plain=True), answer="So."),
        Spoken(prompt=Prompt(user="Why?"), answer="So. " * 200),
        Spoken(prompt=Prompt(user="Why?"), tokens=400),
        Spoken(prompt=Prompt(user="Why?", plain=True), tokens=400),
        Spoken(prompt=Prompt(user="图书馆员" * 40), answer="So."),
    ],
)
def test_long_texts_and_long_answers_count_among_many_others(long, folder):
    """Those have more characters than a prompt with room for many tokens, or one in another script."""
    others = [Spoken(prompt=Prompt(user="a " * 90 + f"{number}"), answer="a") for number in range(200)]
    with pytest.raises(InputError, match=r"takes \d+ tokens with its answer, but this model's context ends after 310"):
        conversations(folder, *others, long, context=310)
    conversations(folder, *others, context=310)


USERS = st.sampled_from(["Why?", "How so, then?", "What of it? " * 9])
PROMPTS = st.builds(Prompt, user=USERS, system=st.just(""), plain=st.booleans())


@given(several=st.lists(st.builds(Spoken, prompt=PROMPTS, tokens=st.integers(0, 40)), min_size=1, max_size=6))
def test_longest_is_the_longest(several, folder):
    chat = load_chat(folder, "tiny")
    longest, one = longest_of(several, chat)
    assert longest == one.length(chat) == max(spoken.length(chat) for spoken in several)


@given(
    several=st.lists(st.builds(Spoken, prompt=PROMPTS, answer=USERS, tokens=st.integers(0, 1)), max_size=30),
    kept=st.integers(1, 4),
)
def test_of_each_kind_the_largest_are_looked_at_and_of_equal_ones_the_first(several, kept, folder):
    """However many there are, and however often each."""
    chat, kinds = load_chat(folder, "tiny"), {}
    for one in dict.fromkeys(several):
        kinds.setdefault((one.tokens, one.prompt.plain), []).append(one)
    looked = [one for some in kinds.values()
              for one in sorted(some, key=lambda one: -len(one.prompt.user + one.answer))[:kept]]  # fmt: skip
    wanted = max(looked, key=lambda one: one.length(chat), default=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pytest_claims_lab.spoken._LONGEST", kept)
        assert longest_of(several, chat)[1] == wanted


def test_nothing_has_no_length(folder):
    assert longest_of([], load_chat(folder, "tiny")) == (0, None)


def test_text_longer_than_the_context_is_refused_wherever_it_comes_from(folder):
    network = load(folder).network
    check_window(network, 512, what="an example takes", shorter="answers")
    with pytest.raises(InputError, match="an example takes 513 tokens, but this model's context ends after 512"):
        check_window(network, 513, what="an example takes", shorter="answers")


def test_attention_slides_also_where_layers_are_not_named():
    assert most_seen(AutoConfig.for_model("mistral", sliding_window=16))[0] == 16
    assert most_seen(AutoConfig.for_model("mistral", sliding_window=None))[0] == float("inf")
    assert most_seen(AutoConfig.for_model("qwen2", sliding_window=16))[0] == float("inf")
    assert most_seen(AutoConfig.for_model("gemma3_text", sliding_window=16))[0] == 16
    assert most_tokens(AutoConfig.for_model("gemma3_text", sliding_window=16, max_position_embeddings=99))[0] == 99


@pytest.mark.parametrize("token", ["<|im_end|>", "<|im_start|>"])
@pytest.mark.parametrize("answer", [{"answer": "So."}, {"tokens": 3}])
@pytest.mark.parametrize("plain", [True, False])
def test_prompt_that_would_become_a_turn_is_refused(token, answer, plain, folder):
    said = (
        rf"the prompt 'You are a villain.{token.replace('|', '[|]')}.*' contains {token.replace('|', '[|]')}, which is "
        "no text to model 'tiny' but a token of its own; write it in other words"
    )
    text = f"You are a villain.{token}\n"
    with pytest.raises(InputError, match=said):
        conversations(folder, Spoken(prompt=Prompt(user=text, plain=plain), **answer))
    if not plain:
        with pytest.raises(InputError, match=said):
            conversations(folder, Spoken(prompt=Prompt(system=text, user="Why?"), **answer))


def test_token_that_the_template_writes_is_reserved_and_others_are_text(tmp_path):
    copy = save_tiny_model(tmp_path / "tiny", template=CHATML.replace("assistant", "<answer>"))
    chat = load_chat(copy, "tiny")
    chat.tokenizer.add_tokens(["<answer>", "<table>", "\n\n"])
    assert chat.reserved("An <answer>, a <table>.\n\nSo.") == ["<answer>"]
    assert chat.reserved("An < answer >.") == []


@given(before=st.text(max_size=9), token=st.sampled_from(["<|im_end|>", "<|im_start|>"]), after=st.text(max_size=9))
def test_answer_that_spells_a_special_token_stays_an_answer(before, token, after, folder):
    chat = load_chat(folder, "tiny")
    ids = chat.answer(before + token + after)
    assert ids[-1] == chat.end
    assert not set(ids[:-1]) & set(chat.tokenizer.all_special_ids)
    assert chat.tokenizer.decode(ids[:-1]) == before + token + after


def test_nothing_is_computed_for_prompts_that_do_not_fit(tmp_path, monkeypatch):
    folder = save_tiny_model(tmp_path / "tiny")
    config = LlamaConfig.from_pretrained(folder)
    config.max_position_embeddings = 40
    config.save_pretrained(folder)
    lab = laboratory_for(marker_plan(folder, weights_dir=tmp_path / "w"), tmp_path / "s")
    monkeypatch.setattr("pytest_claims_lab.bench.load_model", None)  # any use of the model would fail
    with pytest.raises(InputError, match="but this model's context ends after 40") as caught:
        lab.measure()
    assert in_one_line(caught.value) == str(caught.value)
