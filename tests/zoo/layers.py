"""The layers of a network that an adapter can be given to, found by what they are.

Knows nothing about how anybody else looks for them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from peft import LoraConfig
from torch import nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from zoo import plain

READ_PAST: Final = ("dt_proj", "classifier")  # their weights: by Mamba and Jamba, and by the router of LongCat
REFUSED_BY_PEFT: Final = ("out_proj", "conv1d")  # in networks of these types, where kernels read past them:
STATE_SPACE_OF_PEFT: Final = ("falcon_h1", "falcon_mamba", "mamba", "mamba2", "nemotron_h")


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """A weight of two dimensions or more in a block of the text decoder."""

    name: str  # of the weight, in the network
    part: nn.Module
    weight: nn.Parameter
    places: int  # layers that have this weight

    @property
    def layer(self) -> str:
        """The name of the layer that it is the weight of."""
        return self.name.removesuffix(".weight")

    @property
    def is_linear(self) -> bool:
        """Whether it is the weight of a layer that PEFT adapts by the layer's name.

        Not of a router that is a linear layer by its class, and answers with more than a tensor.
        """
        is_router = "Router" in type(self.part).__name__
        return isinstance(self.part, nn.Linear | Conv1D) and self.name.endswith(".weight") and not is_router

    @property
    def is_experts(self) -> bool:
        """Whether it holds the matrices of several experts, which PEFT adapts by the weight's name."""
        return self.weight.dim() == 3 and "Expert" in type(self.part).__name__

    @property
    def said(self) -> str:
        """Its kind, in a word."""
        short = ".".join(self.name.split(".")[-2:])
        if self.is_linear:
            return f"{short.removesuffix('.weight')}:{'Conv1D' if isinstance(self.part, Conv1D) else 'Linear'}"
        return f"{short}:{type(self.part).__name__}{list(self.weight.shape)}"


def matrices(network: PreTrainedModel) -> Iterator[Matrix]:
    """All of them, in the order of the network, shared ones once."""
    inside = {id(part) for block in plain.blocks(network) for part in block.modules()}
    places = Counter(id(weight) for _, weight in network.named_parameters(remove_duplicate=False))
    seen: set[int] = set()
    for path, part in network.named_modules():
        for name, weight in part.named_parameters(recurse=False):
            if id(part) in inside and weight.dim() > 1 and id(weight) not in seen:
                seen.add(id(weight))
                yield Matrix(name=f"{path}.{name}", part=part, weight=weight, places=places[id(weight)])


def everything(network: PreTrainedModel, rank: int = 2) -> LoraConfig:
    """An adapter, without dropout, of all linear layers and experts of the text decoder that can be adapted and merged.

    That is not a weight that lies in several layers, which would get several adapters, and all of them where they are
    merged; and not one that is read past its layer: it is not adapted, but merged.
    """
    found = [one for one in matrices(network) if one.places == 1 and not _is_read_past(one, network.config.model_type)]
    return LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=0.0,
        fan_in_fan_out=any(isinstance(one.part, Conv1D) for one in found),
        target_modules=[one.layer for one in found if one.is_linear],
        target_parameters=[one.name for one in found if one.is_experts] or None,
    )


def _is_read_past(one: Matrix, model_type: str) -> bool:
    short = one.layer.rpartition(".")[2]
    return short in READ_PAST or (short in REFUSED_BY_PEFT and model_type in STATE_SPACE_OF_PEFT)
