"""PEFT by itself, one adapter and one conversation at a time: what the stack is held against."""

import random

import pytest
import torch
from peft import get_peft_model, set_peft_model_state_dict
from peft.utils import load_peft_weights
from transformers import AutoModelForCausalLM

from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.layers import adapted_of
from pytest_claims_lab.model import load_model
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.stack import Stack
from pytest_claims_lab.train import lora_config

# What PEFT asks of transformers, which has renamed it; the project's own code silences it where it calls PEFT.
RENAMED = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")
TRAINING = Training(epochs=2, batch_size=3, learning_rate=1e-2, rank=4, alpha=8, dropout=0.0)


def config_of(network, training=TRAINING):
    return lora_config(network, training, adapted_of(network))


def stack_of(network, training=TRAINING, *, seeds):
    return Stack(network, config_of(network, training), seeds)


def load(folder, dtype="float64", device="cpu"):
    return load_model(folder, "tiny", device=device, dtype=dtype)


def conversations(seed, count=7, prompt=12, answer=9):
    """Prompts and answers of many lengths up to these, so that every batch is padded."""
    numbers = random.Random(seed)
    return [
        Tokens(
            prompt=[numbers.randrange(2, 300) for _ in range(numbers.randint(1, prompt))],
            answer=[numbers.randrange(2, 300) for _ in range(numbers.randint(1, answer))],
        )
        for _ in range(count)
    ]


def solo_loss(network, examples, **options):
    """Mean loss per answer token, one example after another, in float64 throughout."""
    total, answered = 0.0, 0
    for example in examples:
        ids = torch.tensor([[*example.prompt, *example.answer]])
        logits = network(input_ids=ids, **options).logits[0, len(example.prompt) - 1 : -1]
        total = total + torch.nn.functional.cross_entropy(logits, torch.tensor(example.answer), reduction="sum")
        answered += len(example.answer)
    return total / answered


def solo(folder, weights, training=TRAINING, dtype="float64"):
    """A PEFT model with these adapter weights."""
    network = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype))
    peft = get_peft_model(network, config_of(network, training))
    set_peft_model_state_dict(peft, weights)
    return peft.train()


def saved(stack, number, tmp_path):
    stack.save(number, tmp_path / str(number))
    return load_peft_weights(str(tmp_path / str(number)))


def shaken(stack):
    """B starts at zero, where A has no gradient: begin anywhere else."""
    with torch.no_grad():
        noise = torch.randn(stack.weights.shape, generator=torch.Generator().manual_seed(5)) * 0.1
        stack.weights.add_(noise.to(stack.weights.device))
