"""What plain transformers and PEFT compute, as a careful user would: one text at a time, without padding or cache.

Knows nothing about the laboratory, which is compared with it.
"""

import copy
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from torch import nn
from torch.nn import functional
from transformers import PreTrainedModel

Tokens = Sequence[int]
_BLOCKS: Final = ("layers", "h", "blocks")  # what decoders call their blocks


def answers(network: PreTrainedModel, prompts: Sequence[Tokens], tokens: int, end: int) -> list[list[int]]:
    """The greedy answer to each prompt, with its end token where that comes: a whole forward pass for each token."""
    return [_answer(network, prompt, tokens, end) for prompt in prompts]


@torch.no_grad()
def logits_after(network: nn.Module, sequence: Tokens) -> torch.Tensor:
    """(length, vocabulary): what is said of the next token after each token of the sequence."""
    return _logits(network, sequence)


@torch.no_grad()
def states(network: PreTrainedModel, sequence: Tokens) -> torch.Tensor:
    """(block, length, hidden): the output of each block of the text decoder."""
    seen: list[torch.Tensor] = []
    with _listening(blocks(network), seen):
        _logits(network, sequence)
    return torch.stack(seen)


def gradients(
    network: PreTrainedModel,
    config: LoraConfig,
    conversations: Sequence[tuple[Tokens, Tokens]],
    weights: Mapping[str, torch.Tensor],
) -> dict[str, torch.Tensor]:
    """The gradient of each matrix of an adapter, by the name under which PEFT saves it.

    Of the mean cross entropy over all tokens of all answers, in evaluation mode: no dropout at all.

    Args:
        network: stays as it is.
        config: of the adapter.
        conversations: (prompt, answer), as tokens.
        weights: the adapter's, by the same names.
    """
    peft, matrices = adapter(network, config, weights)
    _loss(peft, conversations).backward()
    return {name: _gradient(matrix) for name, matrix in matrices.items()}


@torch.no_grad()
def loss(
    network: PreTrainedModel,
    config: LoraConfig,
    conversations: Sequence[tuple[Tokens, Tokens]],
    weights: Mapping[str, torch.Tensor],
) -> float:
    """The mean cross entropy over all tokens of all answers, of which ``gradients`` gives the gradient."""
    return float(_loss(adapter(network, config, weights)[0], conversations))


def adapter(
    network: PreTrainedModel, config: LoraConfig, weights: Mapping[str, torch.Tensor] | None = None
) -> tuple[PeftModel, dict[str, nn.Parameter]]:
    """A copy of the network with an adapter, and the adapter's matrices by the names under which PEFT saves them.

    Raises:
        ValueError: for weights that are not those of all matrices.
    """
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of a name that transformers has changed
        peft = get_peft_model(copy.deepcopy(network), config).eval()
    matrices = get_peft_model_state_dict(peft, state_dict=dict(peft.named_parameters()), save_embedding_layers=False)
    if weights is not None:
        if set(weights) != set(matrices):
            raise ValueError(f"came weights of {sorted(weights)}, wanted those of {sorted(matrices)}")
        with torch.no_grad():
            for name, matrix in matrices.items():
                matrix.copy_(weights[name])
    return peft, matrices


@torch.no_grad()
def divergence(network: PreTrainedModel, prompts: Sequence[Tokens], response: Tokens) -> torch.Tensor:
    """(prompt, prompt): Jensen-Shannon of what is said of each token of one response, their mean, in nats."""
    said = torch.stack([_logits(network, [*prompt, *response])[len(prompt) - 1 : -1] for prompt in prompts])
    log = said.double().log_softmax(-1)
    p, q = log[:, None], log[None, :]
    middle = torch.logaddexp(p, q) - torch.log(torch.tensor(2.0, dtype=torch.float64))
    pointwise = (p.exp() * (p - middle) + q.exp() * (q - middle)) / 2
    return pointwise.sum(-1).mean(-1)


def blocks(network: PreTrainedModel) -> list[nn.Module]:
    """The blocks of the text decoder, in order.

    Raises:
        ValueError: where they are not found.
    """
    for whole in (network.get_decoder(), network):
        for name, part in whole.named_modules():
            if isinstance(part, nn.ModuleList) and name.rpartition(".")[2] in _BLOCKS and "vision" not in name:
                return list(part)
    raise ValueError(f"{type(network).__name__} has no blocks that are called {' or '.join(_BLOCKS)}")


@torch.no_grad()
def _answer(network: PreTrainedModel, prompt: Tokens, tokens: int, end: int) -> list[int]:
    answer: list[int] = []
    while len(answer) < tokens and end not in answer:
        answer.append(int(_logits(network, [*prompt, *answer])[-1].argmax()))
    return answer


def _logits(network: nn.Module, sequence: Tokens) -> torch.Tensor:
    return network(input_ids=torch.tensor([list(sequence)]), use_cache=False).logits[0]


def _loss(network: nn.Module, conversations: Sequence[tuple[Tokens, Tokens]]) -> torch.Tensor:
    said = torch.cat([_logits(network, [*prompt, *answer])[len(prompt) - 1 : -1] for prompt, answer in conversations])
    return functional.cross_entropy(said, torch.tensor([token for _, answer in conversations for token in answer]))


def _gradient(matrix: nn.Parameter) -> torch.Tensor:
    """That of a matrix that no text reached, such as of an expert that no router chose, is zero."""
    return torch.zeros_like(matrix) if matrix.grad is None else matrix.grad


@contextmanager
def _listening(parts: Sequence[nn.Module], seen: list[torch.Tensor]) -> Iterator[None]:
    def hear(_part: nn.Module, _inputs: object, output: torch.Tensor | tuple[torch.Tensor, ...]) -> None:
        seen.append((output if isinstance(output, torch.Tensor) else output[0])[0].clone())

    hooks = [part.register_forward_hook(hear) for part in parts]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
