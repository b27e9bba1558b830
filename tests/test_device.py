"""The gradient as each device computes it, at a size at which kernels for large batches serve, against float64."""

from dataclasses import replace

import pytest
import torch
from solo import RENAMED, TRAINING, conversations, load, shaken
from tiny import save_tiny_model

from fixtures.gradient import Gradient
from fixtures.stack import Stack
from fixtures.train import _config

pytestmark = RENAMED
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"))]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("family", ["llama", "gemma3"])
def test_gradient_of_every_adapter_is_right_wherever_it_lies_in_a_part(tmp_path, family, parts, device):
    """Some kernels go wrong from some row on, for some widths of heads, and say nothing."""
    folder = save_tiny_model(tmp_path, family=family)
    step = [conversations(seed, count=16) for seed in range(10)]
    exact = _gradients(load(folder), step, parts=1)
    rounded = _gradients(load(folder, "bfloat16", device), step, parts=parts)
    for layer, gradient in rounded.items():
        alike = torch.nn.functional.cosine_similarity(gradient, exact[layer], dim=1)
        assert alike.min() > 0.98, f"{layer}, by adapter: {alike.tolist()}"  # without a fault 0.996


def _gradients(model, step, *, parts):
    """By adapted layer, (adapter, weight) in float64."""
    stack = Stack(model.network, _config(replace(TRAINING, rank=8)), seeds=range(len(step)))
    shaken(stack)
    gradient = Gradient(stack, [step], compiled=stack.weights.is_cuda)
    gradient.size = sum(map(len, step)) // parts
    gradient.leave(step)
    gradient.leave(step)  # on a GPU the second time is a replay
    weights = {
        f"{number} {layer.child}": slice(layer.a.start, layer.b.stop) for number, layer in enumerate(stack._layers)
    }
    return {layer: stack.gradient[:, where].cpu().double() for layer, where in weights.items()}
