"""What each device computes, at sizes at which kernels for large batches serve, against float64."""

from dataclasses import replace

import pytest
import torch
from solo import RENAMED, TRAINING, conversations, load, shaken, stack_of
from tiny import save_tiny_model

from pytest_claims_lab import nucleus
from pytest_claims_lab.compiler import may_compile
from pytest_claims_lab.decoder import Decoder
from pytest_claims_lab.gradient import Gradient

LONGEST = {"cpu": {}, "cuda": {"prompt": 40, "answer": 200}}  # some faults need more tokens than a GPU computes at once
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"))]
pytestmark = [RENAMED, pytest.mark.parametrize("device", DEVICES)]


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("family", ["llama", "gemma3"])
def test_gradient_of_every_adapter_is_right_wherever_it_lies_in_a_part(tmp_path, family, parts, device):
    """Some kernels go wrong in large batches, for some kinds of blocks, and say nothing."""
    folder = save_tiny_model(tmp_path, family=family)
    step = [conversations(seed, count=16, **LONGEST[device]) for seed in range(10)]
    exact = _gradients(load(folder), step, parts=1)
    for compiled in {False, may_compile(torch.device(device))}:
        rounded = _gradients(load(folder, "bfloat16", device), step, parts=parts, compiled=compiled)
        for layer, gradient in rounded.items():
            alike = torch.nn.functional.cosine_similarity(gradient, exact[layer], dim=1)
            assert alike.min() > 0.98, f"{layer}, by adapter: {alike.tolist()}"  # without a fault 0.996


@pytest.mark.parametrize("family", ["llama", "gemma3"])
def test_logits_of_every_row_are_right_at_every_step(tmp_path, family, device):
    folder, prompts, copies, steps = save_tiny_model(tmp_path, family=family), 100, 5, 3
    ids = torch.randint(2, 300, (prompts, 30 + steps), generator=torch.Generator().manual_seed(0))
    mask = torch.arange(30) >= torch.arange(prompts)[:, None] % 20  # padded on the left by 0 to 19
    with torch.inference_mode():
        decoder = Decoder(load(folder, "bfloat16", device).network, rows=prompts * copies, columns=30 + steps)
        logits = [decoder.begin(ids[:, :30].to(device), mask.long().to(device), copies=copies).cpu()]
        logits += [decoder.step(tokens.repeat_interleave(copies).to(device)).cpu() for tokens in ids[:, 30:].T]
        every = torch.cat([mask, torch.ones(prompts, steps, dtype=torch.bool)], dim=1)
        positions = (every.cumsum(1) - 1).clamp(min=0)
        exact = load(folder).network(ids, attention_mask=every.long(), position_ids=positions).logits
    for step, found in enumerate(logits):
        wanted = exact[:, 29 + step].repeat_interleave(copies, 0)
        alike = torch.nn.functional.cosine_similarity(found.double(), wanted, dim=1)
        assert alike.min() > 0.98, f"step {step}, rows {(alike < 0.98).nonzero().flatten().tolist()}"  # it is 0.998


def test_probabilities_of_a_large_vocabulary_are_right(device):
    logits = 5 * torch.randn(100, 262144, generator=torch.Generator().manual_seed(0)).bfloat16()
    start = nucleus._start_in_blocks if device == "cpu" else nucleus._start
    probabilities, chosen, outside = (found.cpu() for found in start(logits.to(device), 0.7, 0.95))
    exact = (logits.double() / 0.7).softmax(-1)
    torch.testing.assert_close(probabilities.double(), exact, rtol=1e-4, atol=1e-12)
    own = exact.gather(-1, chosen[:, None])
    likelier = torch.where(exact > own, exact, 0.0).sum(-1)
    clear = (likelier - 0.95).abs() > 1e-4
    assert torch.equal(outside[clear], likelier[clear] >= 0.95)


def _gradients(model, step, *, parts, compiled=False):
    """By adapted layer, (adapter, weight) in float64."""
    stack = stack_of(model.network, replace(TRAINING, rank=8), seeds=range(len(step)))
    shaken(stack)
    gradient = Gradient(stack, [step], compiled=compiled)
    gradient.size = sum(map(len, step)) // parts
    gradient.leave(step)
    gradient.leave(step)  # on a GPU the second time is a replay
    weights = {
        f"{number} {layer.child}": slice(layer.a.start, layer.b.stop) for number, layer in enumerate(stack._layers)
    }
    return {layer: stack.gradient[:, where].cpu().double() for layer, where in weights.items()}
