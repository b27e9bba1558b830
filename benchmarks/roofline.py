"""How much arithmetic a piece of work must do, and how fast this device could do it at best."""

import statistics
import time
from collections.abc import Callable, Sequence

import torch
from torch import nn
from transformers import PreTrainedModel

from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.footprint import cached_bytes

LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """Wall time of ``work``, with everything it put on the device done."""
    synchronise(device)
    start = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - start


def synchronise(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def ceilings(device: torch.device) -> dict[str, float]:
    """Operations per second of a large bfloat16 matrix product, and bytes per second of a large copy."""
    side, large = (8192, 2**30) if device.type == "cuda" else (1024, 2**26)
    a, b = (torch.randn(side, side, device=device, dtype=torch.bfloat16) for _ in range(2))
    block = torch.randn(large // 4, device=device)
    other = torch.empty_like(block)
    products = [seconds(lambda: torch.mm(a, b), device) for _ in range(13)][3:]
    copies = [seconds(lambda: other.copy_(block), device) for _ in range(13)][3:]
    return {
        "matrix product, FLOP/s": 2 * side**3 / statistics.median(products),
        "copy, B/s": 2 * block.numel() * 4 / statistics.median(copies),
    }


def training_flops(network: PreTrainedModel, rank: int, examples: Sequence[Tokens], epochs: int) -> float:
    """The least that training one adapter takes, padding not counted.

    Per token: the frozen linear layers forward and, for the gradient of their input, backward (2 + 2
    per weight); the adapter forward, and backward for input and weights (2 + 4 per weight); causal
    attention forward and backward; the head for answer tokens only (2 + 2 per weight).
    """
    frozen, adapter = 0, 0
    for name, module in network.named_modules():
        if isinstance(module, nn.Linear) and name.rpartition(".")[2] in LINEAR:
            frozen += module.weight.numel()
            adapter += rank * sum(module.weight.shape)
    config = network.config
    head = config.vocab_size * config.hidden_size
    width = config.num_attention_heads * (
        getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    )
    total = 0.0
    for example in examples:
        tokens = len(example.prompt) + len(example.answer)
        total += tokens * (4 * frozen + 6 * adapter) + 4 * head * len(example.answer)
        total += 3 * 4 * config.num_hidden_layers * width * tokens * (tokens + 1) / 2
    return total * epochs


def decoding_bytes(network: PreTrainedModel, prompts: Sequence[int], answers: Sequence[Sequence[int]]) -> float:
    """The least that must be read to decode, one batch of all: weights once a step, keys and values of rows in use.

    Args:
        prompts: tokens of each.
        answers: by prompt, the tokens of each of its answers. The first token of an answer comes of its prompt.
    """
    weights = sum(one.nbytes for one in network.parameters())
    if network.get_input_embeddings().weight is not network.get_output_embeddings().weight:
        weights -= network.get_input_embeddings().weight.nbytes  # of which a step reads but a few rows
    steps = max(map(max, answers)) - 1
    kept = sum(
        (length - 1) * prompt + length * (length - 1) / 2
        for prompt, several in zip(prompts, answers, strict=True)
        for length in several
    )
    return steps * weights + kept * cached_bytes(network.config, network.dtype)
