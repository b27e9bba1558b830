"""Building: a network of a kind, in memory or as a folder in Hugging Face layout.

Knows nothing about what is computed with it.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from tiny import tokenizer
from transformers import AutoModelForCausalLM, AutoModelForImageTextToText, AutoModelForSeq2SeqLM, PreTrainedModel
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES,
)

from zoo.kinds import Kind

PLAIN_EXPERTS: Final = "eager"  # one after the other: the fast way, grouped_mm, has no double precision
_LEARNT_BUFFERS: Final = ("e_score_correction_bias", "expert_bias", "layer_scalar")  # which a router or block adds
_SHAKEN: Final = 0.05  # standard deviation of what is added to each weight


def build(kind: Kind, dtype: torch.dtype) -> PreTrainedModel:
    """The network that transformers loads of a checkpoint of this kind, in evaluation mode: always the same weights.

    Of a vision checkpoint that is the network with its tower, or the text decoder alone where
    ``AutoModelForCausalLM`` takes that out of it.
    """
    with TemporaryDirectory() as folder:
        whole(kind).save_pretrained(folder)
        network = load(kind, Path(folder), dtype)
    network.config._name_or_path = ""  # the folder is gone
    return network


def load(kind: Kind, folder: Path, dtype: torch.dtype) -> PreTrainedModel:
    """What transformers makes of a checkpoint, in evaluation mode.

    Raises:
        ValueError: where it lacks a tensor.
    """
    auto = AutoModelForCausalLM if kind.name in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES else AutoModelForImageTextToText
    network, said = auto.from_pretrained(
        folder, dtype=dtype, experts_implementation=PLAIN_EXPERTS, output_loading_info=True
    )
    if missing := [*said["missing_keys"], *said["mismatched_keys"]]:
        raise ValueError(f"{folder} lacks {missing[0]} and {len(missing) - 1} more, wanted all tensors")
    return network.eval()


def save(kind: Kind, folder: Path) -> Path:
    """A checkpoint in float32, with a tokenizer that has a ChatML template."""
    whole(kind).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


def whole(kind: Kind) -> PreTrainedModel:
    """The network of a checkpoint in float32, before it is saved, in evaluation mode."""
    auto = AutoModelForImageTextToText if kind.family == "vision" else AutoModelForCausalLM
    if kind.name in MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES:
        auto = AutoModelForSeq2SeqLM
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = auto.from_config(kind.config(), dtype=torch.float32, experts_implementation=PLAIN_EXPERTS)
        _shake(network)
    return network.eval()


@torch.no_grad()
def _shake(network: PreTrainedModel) -> None:
    """Let an error in any weight show, those too that begin at zero or one."""
    for weight in network.parameters():
        weight.add_(torch.randn_like(weight) * _SHAKEN)
    for name, weight in network.named_buffers():
        if name.rpartition(".")[2] in _LEARNT_BUFFERS:
            weight.add_(torch.randn_like(weight) * _SHAKEN)
