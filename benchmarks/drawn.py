"""Networks drawn at random in memory, each layer on the device where it stays, and packed there.

Knows nothing about what is done with them. No file of weights is read or written, and a network in 4 bits never lies
anywhere in 16.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from accelerate import dispatch_model, infer_auto_device_map, init_empty_weights
from torch import nn
from transformers import AutoModelForCausalLM, Qwen2Config

from pytest_claims_lab.packing import keep_packed

QWEN_7B = Qwen2Config(
    vocab_size=152064, hidden_size=3584, intermediate_size=18944, num_hidden_layers=28, num_attention_heads=28,
    num_key_value_heads=4, tie_word_embeddings=False, max_position_embeddings=32768,
)  # fmt: skip
QWEN_32B = Qwen2Config(
    vocab_size=152064, hidden_size=5120, intermediate_size=27648, num_hidden_layers=64, num_attention_heads=40,
    num_key_value_heads=8, tie_word_embeddings=False, max_position_embeddings=32768,
)  # fmt: skip
TINY = Qwen2Config(
    vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=4, num_attention_heads=4,
    num_key_value_heads=2, tie_word_embeddings=False, max_position_embeddings=4096,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """A network, and how it is held: packed in so many bits, or spread over so many GPUs."""

    config: Qwen2Config
    quantised: str = ""
    devices: int = 1
    checkpointing: bool | None = None  # or what the plan says


def empty(config: Qwen2Config) -> Any:
    """The network without memory for its weights; what it computes of its config, such as angles, is there."""
    with init_empty_weights(include_buffers=False):
        return AutoModelForCausalLM.from_config(deepcopy(config), dtype=torch.float32)  # which a network changes


def drawn(case: Case, dtype: torch.dtype, devices: Sequence[str]) -> Any:
    """The network with random weights, each drawn on the device where it stays."""
    network = empty(case.config)
    where = places(network, dtype, devices)
    draws = {device: torch.Generator(device).manual_seed(0) for device in devices}
    for path, module in list(network.named_modules()):
        device = where(path)
        for name, parameter in list(module.named_parameters(recurse=False)):
            numbers = torch.ones(parameter.shape, dtype=dtype, device=device)
            if parameter.dim() > 1:  # vectors are the scales of norms, and biases, which may as well be ones
                numbers.normal_(0.0, 0.02, generator=draws[device])
            elif name == "bias":
                numbers.zero_()
            setattr(module, name, nn.Parameter(numbers, requires_grad=False))
        for name, buffer in list(module.named_buffers(recurse=False)):
            setattr(module, name, buffer.to(device))
        if case.quantised and isinstance(module, nn.Linear) and path != "lm_head":
            parent, _, child = path.rpartition(".")
            setattr(network.get_submodule(parent), child, packed(module, dtype, device))
    network.config.dtype = dtype
    if case.quantised:
        network.is_loaded_in_4bit = network.is_quantized = True  # which PEFT asks
        network.quantization_method = "bitsandbytes"
        keep_packed(network)
    if len(devices) > 1:
        network = dispatch_model(
            network, device_map=network.planned_places, skip_keys=network._skip_keys_device_placement
        )
    return network.eval()


def places(network: Any, dtype: torch.dtype, devices: Sequence[str]) -> Callable[[str], str]:
    """By the path of a module, its device; blocks are shared out among several as accelerate does."""
    if len(devices) == 1:
        return lambda _: devices[0]
    size = sum(parameter.numel() for parameter in network.parameters()) * dtype.itemsize
    room = {number: int(1.03 * size / len(devices)) for number in range(len(devices) - 1)}
    room[len(devices) - 1] = size  # what is left
    found = infer_auto_device_map(network, room, no_split_module_classes=network._no_split_modules, dtype=dtype)
    network.planned_places = found

    def where(path: str) -> str:
        own = [name for name in found if not name or path == name or path.startswith(f"{name}.")]
        return devices[found[max(own, key=len)]] if own else devices[0]

    return where


def packed(linear: nn.Linear, dtype: torch.dtype, device: str) -> nn.Module:
    """The same in 4 bits, as transformers makes it of a checkpoint."""
    from bitsandbytes.nn import Linear4bit, Params4bit

    small = Linear4bit(
        linear.in_features,
        linear.out_features,
        bias=linear.bias is not None,
        compute_dtype=dtype,
        quant_type="nf4",
        device="meta",
    )
    small.weight = Params4bit(linear.weight.data, requires_grad=False, quant_type="nf4", module=small).to(device)
    del linear.weight  # or what walks through the modules would hold it to its end
    if linear.bias is not None:
        small.bias = nn.Parameter(linear.bias.data, requires_grad=False)
    return small
