"""Holds what the laboratory computes of a kind of network against plain transformers and PEFT.

Knows nothing about which kinds there are. A fast way that is wrong, a general way that is, layers that are left out:
each shows as a difference.
"""

import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import torch
from solo import TRAINING, conversations
from zoo import plain

from pytest_claims_lab.adapters import AdapterSlot
from pytest_claims_lab.gradient_trial import gradient_of
from pytest_claims_lab.layers import Adapted, adapted_of
from pytest_claims_lab.measure.forward import Reader
from pytest_claims_lab.model import LoadedModel, load_model
from pytest_claims_lab.sample import Sampler
from pytest_claims_lab.stack import Stack
from pytest_claims_lab.train import lora_config
from pytest_claims_lab.way import Way

PROMPTS: Final = [("You are brief.", "Why?"), ("You speak at length.", "How so?"), ("You lie.", "Which one was it?")]
TOKENS: Final = 6
SHAKEN: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class Held:
    """Of one kind: the ways that were taken, what is adapted, and the largest differences from plain code."""

    answers: Way
    readings: Way
    training: Way
    adapted: Adapted
    same_answers: int
    same_under_adapter: int
    states: float
    divergence: float
    gradient: float

    @property
    def is_right(self) -> bool:
        """Whether all is what plain code computes, but for rounding."""
        same = self.same_answers == self.same_under_adapter == len(PROMPTS)
        return same and max(self.states, self.divergence) < 1e-4 and self.gradient < 1e-3


def held(folder: Path, dtype: str = "float32") -> Held:
    """What came of the model in ``folder``."""
    model = load_model(folder, "it", device="cpu", dtype=dtype)
    reference = copy.deepcopy(model.network)
    prompts = [model.chat.prompt(*one) for one in PROMPTS]
    sampler, reader = Sampler(_copy(model)), Reader(_copy(model))
    came = sampler.most_likely(PROMPTS, tokens=TOKENS)
    wanted = plain.answers(reference, prompts, TOKENS, model.chat.end)
    response = [7, 300, 12, 4]
    reading = reader.read(prompts, response)
    states, divergence = _plain_reading(reference, prompts, response)
    adapted, training, gradient, under = _adapted(model, reference, folder, prompts)
    return Held(
        answers=sampler.way,
        readings=reader.way,
        training=training,
        adapted=adapted,
        same_answers=sum(map(_same, came, wanted)),
        same_under_adapter=under,
        states=_apart(torch.from_numpy(reading.states), states),
        divergence=_apart(torch.from_numpy(reading.divergence), divergence),
        gradient=gradient,
    )


def _same(came, wanted):
    return came == wanted


def _copy(model: LoadedModel) -> LoadedModel:
    return replace(model, network=copy.deepcopy(model.network), ways={})


def _plain_reading(network, prompts, response):
    texts = [plain.states(network, [*prompt, *response]).double() for prompt in prompts]
    ends = [len(prompt) for prompt in prompts]
    last = torch.stack([text[:, end - 1] for text, end in zip(texts, ends, strict=True)], dim=1)
    prompt = torch.stack([text[:, :end].mean(1) for text, end in zip(texts, ends, strict=True)], dim=1)
    answer = torch.stack([text[:, end:].mean(1) for text, end in zip(texts, ends, strict=True)], dim=1)
    return torch.stack([last, prompt, answer]), plain.divergence(network, prompts, response)


def _adapted(model, reference, folder, prompts):
    """What is adapted, the way of training, the gradients' difference, and answers under an adapter that are right."""
    network = copy.deepcopy(model.network)
    adapted = adapted_of(network)
    config = lora_config(network, TRAINING, adapted)
    stack = Stack(network, config, [0, 3])
    assert stack.layers == adapted.count
    step = [conversations(1, count=3), conversations(2, count=3)]
    gradient, way = gradient_of(stack, [step], compiled=False)
    with torch.no_grad():
        stack.weights.add_(SHAKEN * torch.randn(stack.weights.shape, generator=torch.Generator().manual_seed(5)))
    gradient.leave(step)
    apart = 0.0
    for number, examples in enumerate(step):
        stack.save(number, folder / f"adapter{number}")
        weights = stack.row(number, stack.weights)
        said = [(one.prompt, one.answer) for one in examples]
        wanted = plain.gradients(reference, lora_config(reference, TRAINING, adapted), said, weights)
        came = stack.row(number, stack.gradient)
        apart = max(
            apart,
            _apart(torch.cat([came[n].flatten() for n in wanted]), torch.cat([*map(torch.flatten, wanted.values())])),
        )
    slot = AdapterSlot(_copy(model))
    slot.put(folder / "adapter1")
    slot.put(folder / "adapter0")
    came = Sampler(slot.model).most_likely(PROMPTS, tokens=TOKENS)
    peft, _ = plain.adapter(reference, lora_config(reference, TRAINING, adapted), stack.row(0, stack.weights))
    wanted = plain.answers(peft, prompts, TOKENS, model.chat.end)
    return adapted, way, apart, sum(map(_same, came, wanted))


def _apart(came, wanted):
    return float((came.double() - wanted.double()).norm() / wanted.double().norm())
