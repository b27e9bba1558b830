"""The zoo that the laboratory is compared with: whether it is what it says, on one type of each family."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from transformers import AutoModelForCausalLM
from zoo import check, plain
from zoo.build import build, load, save
from zoo.kinds import KINDS, REFUSED
from zoo.layers import everything, matrices
from zoo.shape import END

ONE_OF_EACH = ["llama", "gpt2", "mixtral", "lfm2", "mamba", "gemma3"]
SHORTEST_WINDOW = 300


@pytest.fixture(scope="module", params=ONE_OF_EACH)
def network(request):
    return build(KINDS[request.param], torch.float64)


def test_there_are_many_types_of_all_families():
    assert len(KINDS) >= 58
    assert {kind.family for kind in KINDS.values()} == {"dense", "experts", "hybrid", "state-space", "vision"}
    assert {KINDS[name].family for name in ONE_OF_EACH} == {kind.family for kind in KINDS.values()}
    assert not set(KINDS) & set(REFUSED)


@pytest.mark.parametrize("name", KINDS)
def test_a_config_is_tiny_and_no_window_is_shorter_than_a_text(name):
    text = KINDS[name].config().get_text_config()
    assert text.vocab_size == 400
    assert text.hidden_size <= 128
    assert 2 <= text.num_hidden_layers <= 4
    windows = [getattr(text, field, None) for field in ("sliding_window", "attention_chunk_size", "window_size")]
    assert all(not window or window > SHORTEST_WINDOW for window in windows)


def test_answers_are_those_of_generate(network):
    answers = plain.answers(network, check.PROMPTS, check.TOKENS, END)
    assert answers == check.generated_alone(network)
    assert len({tuple(answer) for answer in answers}) == len(check.PROMPTS)


def test_an_answer_ends_with_its_end_token(network):
    answer = plain.answers(network, check.PROMPTS[:1], check.TOKENS, END)[0]
    end = answer[len(answer) // 2]
    assert plain.answers(network, check.PROMPTS[:1], check.TOKENS, end)[0] == answer[: answer.index(end) + 1]


def test_states_are_those_that_transformers_tells(network):
    found = plain.states(network, check.PROMPTS[1])
    with torch.no_grad():
        told = network(input_ids=torch.tensor([check.PROMPTS[1]]), output_hidden_states=True).hidden_states
    assert len(found) == len(plain.blocks(network)) == network.config.get_text_config().num_hidden_layers
    # The last is told after a norm; the first is what the first block is given, and not told by all types.
    assert all(any(torch.allclose(block, state[0]) for block in found) for state in told[1:-1])
    assert len({float(block.sum()) for block in found}) == len(found)


def test_gradients_are_the_differences_of_the_loss(network):
    assert check.gradients(network) == f"{len(list(matrices(network))) - _left_out(network)} layers"


def _left_out(network) -> int:
    return sum(
        (not one.is_linear and not one.is_experts) or "dt_proj" in one.name or "mixer.out_proj" in one.name
        for one in matrices(network)
    )


def test_a_gradient_needs_all_weights(network):
    with pytest.raises(ValueError, match="came weights of"):
        plain.gradients(network, everything(network), [], {})


def test_divergence_is_that_of_scipy(network):
    response = [5, 6, 7]
    found = plain.divergence(network, check.PROMPTS, response)
    said = [plain.logits_after(network, [*prompt, *response])[-4:-1].softmax(-1) for prompt in check.PROMPTS]
    wanted = [[np.mean([jensenshannon(p, q) ** 2 for p, q in zip(a, b, strict=True)]) for b in said] for a in said]
    np.testing.assert_allclose(found, wanted, atol=1e-9)


@pytest.mark.parametrize("name", ["qwen3_next", "llama4"])
def test_a_checkpoint_is_loaded_as_what_is_built(name, tmp_path):
    built, loaded = (
        plain.logits_after(one, check.PROMPTS[0])
        for one in (build(KINDS[name], torch.float32), load(KINDS[name], save(KINDS[name], tmp_path), torch.float32))
    )
    assert torch.equal(built, loaded)
    assert (tmp_path / "chat_template.jinja").is_file()


@pytest.mark.parametrize("name", ["bert", "paligemma"])
def test_what_is_refused_sees_later_tokens(name):
    network = build(REFUSED[name], torch.float64)
    sequence = check.PROMPTS[1]
    assert not torch.allclose(
        plain.logits_after(network, sequence)[:5], plain.logits_after(network, sequence[:5]), atol=1e-3
    )


def test_no_kind_sees_later_tokens(network):
    sequence = check.PROMPTS[1]
    torch.testing.assert_close(
        plain.logits_after(network, sequence)[:5], plain.logits_after(network, sequence[:5]), atol=1e-5, rtol=0
    )


def test_an_encoder_is_saved_and_no_causal_model(tmp_path):
    save(REFUSED["t5"], tmp_path)
    with pytest.raises(ValueError, match="T5Config"):
        AutoModelForCausalLM.from_pretrained(tmp_path)
