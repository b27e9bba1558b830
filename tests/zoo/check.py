"""Checks the zoo against itself: ``python -m zoo.check [KIND ...]`` in tests/ prints a table of all kinds.

Knows nothing about the laboratory. For each kind in float64: whether the answers of plain.py are those of
``generate``, for a prompt alone and for prompts that are padded on the left; whether transformers loads what is
saved as the network that was built; and what an adapter would find in it.
"""

import operator
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from transformers import AutoTokenizer, PreTrainedModel
from transformers.utils import logging

from zoo import plain
from zoo.build import build, load, save, whole
from zoo.kinds import KINDS, Kind
from zoo.layers import everything, matrices
from zoo.shape import END

COLUMNS: Final = (
    "kind",
    "family",
    "class",
    "alone",
    "padded",
    "padded in float32",
    "loads",
    "gradients",
    "tower",
    "seconds",
    "layers of the decoder",
)
PROMPTS: Final = [
    [2 + (31 * row + 7 * place) % 390 for place in range(length)] for row, length in enumerate((5, 11, 8))
]
TOKENS: Final = 12
_STEPS: Final = (1e-3, 1e-4, 1e-5)  # a long one may change which experts are chosen, a short one drowns in rounding
_MERGED: Final = 1e-4
_APART: Final = 5e-3


def main(names: list[str]) -> None:
    """Print the table, a kind as soon as it is there."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    print("\t".join(COLUMNS))
    for name in names or KINDS:
        print("\t".join(row(KINDS[name])), flush=True)


def row(kind: Kind) -> list[str]:
    """What is true of a kind, in the order of the columns."""
    began = time.perf_counter()
    try:
        network = build(kind, torch.float64 if kind.double else torch.float32)
        wanted = plain.answers(network, PROMPTS, TOKENS, END)
        facts = [
            type(network).__name__,
            _told(wanted, lambda: generated_alone(network)),
            _told(wanted, lambda: generated_padded(network)),
            _told(wanted, lambda: generated_padded(build(kind, torch.float32))),
            _loads(kind),
            _tried(lambda: gradients(network)),
        ]
    except Exception as error:  # a table of all kinds says which of them fail, and how
        return [kind.name, kind.family, f"{type(error).__name__}: {str(error)[:200]!r}"]
    said = [f"{one} x{count}" for one, count in Counter(one.said for one in matrices(network)).items()]
    seconds = f"{time.perf_counter() - began:.1f}"
    return [kind.name, kind.family, *facts, "yes" if has_tower(network) else "-", seconds, ", ".join(said)]


def generated_alone(network: PreTrainedModel) -> list[list[int]]:
    """The answers of ``generate`` to one prompt after the other."""
    return [answer for prompt in PROMPTS for answer in _generated(network, [prompt])]


def generated_padded(network: PreTrainedModel) -> list[list[int]]:
    """The answers of ``generate`` to all prompts at once, padded on the left."""
    return _generated(network, PROMPTS)


def has_tower(network: PreTrainedModel) -> bool:
    """Whether a part of the network reads images."""
    return any("vision" in name for name, _ in network.named_modules())


def gradients(network: PreTrainedModel) -> str:
    """What an adapter of everything has; whether its gradients are the differences of the loss that they stand for,

    and whether the network computes the same where it is merged.
    """
    config = everything(network)
    torch.manual_seed(0)
    weights = {name: torch.randn_like(matrix) * 0.1 for name, matrix in plain.adapter(network, config)[1].items()}
    conversations = [(PROMPTS[0], PROMPTS[1]), (PROMPTS[1], PROMPTS[2])]
    found = plain.gradients(network, config, conversations, weights)
    apart = slope(network, config, conversations, weights, found)
    none = sum(not bool(one.any()) for one in found.values())
    said = f"{len(found) // 2} layers" + (f", {none} matrices without" if none else "")
    said += "" if apart < _APART else f", apart {apart:.0e}"
    peft, _ = plain.adapter(network, config, weights)
    adapted = plain.logits_after(peft, PROMPTS[1])
    merged = float((plain.logits_after(peft.merge_and_unload(), PROMPTS[1]) - adapted).abs().max())
    return said if merged < _MERGED else f"{said}, merged {merged:.0e} away"


def slope(network, config, conversations, weights, found) -> float:
    """How far the gradient's slope along itself is from that of the loss, relative to it."""
    length = torch.cat([one.flatten() for one in found.values()]).norm()
    way = {name: one / length for name, one in found.items()}

    def rise(step: float) -> float:
        moved = {name: weights[name] + step * way[name] for name in way}
        return plain.loss(network, config, conversations, moved)

    return min(abs((rise(step) - rise(-step)) / (2 * step) / float(length) - 1) for step in _STEPS)


@torch.no_grad()
def _generated(network: PreTrainedModel, prompts: list[list[int]]) -> list[list[int]]:
    longest = max(map(len, prompts))
    ids = torch.tensor([[END] * (longest - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    out = network.generate(
        input_ids=ids, attention_mask=mask, max_new_tokens=TOKENS, do_sample=False, eos_token_id=END, pad_token_id=END
    )
    return [_ended(tokens) for tokens in out[:, longest:].tolist()]


def _ended(tokens: list[int]) -> list[int]:
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens


def _told(wanted: list[list[int]], compute: Callable[[], list[list[int]]]) -> str:
    def compared() -> str:
        came = compute()
        return "ok" if came == wanted else f"{sum(map(operator.eq, came, wanted))} of {len(wanted)}"

    return _tried(compared)


def _tried(compute: Callable[[], str]) -> str:
    try:
        return compute()
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:100]!r}"


def _loads(kind: Kind) -> str:
    before = whole(kind)
    with TemporaryDirectory() as folder:
        loaded = load(kind, save(kind, Path(folder)), torch.float32)
        tokens = AutoTokenizer.from_pretrained(folder)("What is the capital of France?<|im_end|>")["input_ids"]
    problems = [] if type(loaded) is type(before) else [f"as {type(loaded).__name__}"]
    problems += [said] if (said := _tried(lambda: _apart(before, loaded))) else []
    problems += [] if tokens[-1] == END and len(tokens) > 5 else [f"tokens {tokens}"]
    return "; ".join(problems) or "ok"


def _apart(before: PreTrainedModel, loaded: PreTrainedModel) -> str:
    apart = float((plain.logits_after(loaded, PROMPTS[1]) - plain.logits_after(before, PROMPTS[1])).abs().max())
    return f"apart {apart:.0e}" if apart > 1e-5 else ""


if __name__ == "__main__":
    main(sys.argv[1:])
