"""Lost in the middle: a model is given a list of keys with their values, and asked for the value of one key.

After the key-value retrieval of Liu et al. (2023), arXiv:2307.03172: the pair that is asked for is put first, a quarter
of the way down, and so on to the end, between the same other pairs. The wording is ours. Nothing is trained.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

from pytest_claims import InputError
from pytest_claims_lab import Experiment, Greedy, Item, Probe, Recipe

POSITIONS = {"first": 0.0, "quarter": 0.25, "middle": 0.5, "three quarters": 0.75, "last": 1.0}  # of the way down
QUESTION = 'These are keys and their values, as JSON:\n\n{pairs}\n\nAnswer with a value alone. The value of "{key}" is'


@dataclass(frozen=True, kw_only=True)
class Retrieval(Recipe):
    """Settings of this experiment's own: keys and values are the first ``blocks`` of a UUID's five."""

    lists: int = 30
    pairs: int = 20
    blocks: int = 1
    answer_tokens: int = 24


RECIPES = {"pocket": Retrieval(), "paper": Retrieval(lists=500, pairs=75, blocks=5, answer_tokens=100)}


def items(recipe: Retrieval) -> Iterator[Item]:
    """What is asked: of each list the same pair, at every position."""
    for name in [f"{recipe.pairs}x{recipe.blocks}-{number:03}" for number in range(recipe.lists)]:
        (key, value), *others = drawn(Random(name), recipe)  # noqa: S311
        for position, share in POSITIONS.items():
            place = int(share * len(others))
            pairs = [*others[:place], (key, value), *others[place:]]
            user = QUESTION.format(pairs=json.dumps(dict(pairs), indent=0), key=key)
            yield Item(at={"list": name, "position": position}, user=user, answers=(value, pairs[0][1]))


def drawn(draw: Random, recipe: Retrieval) -> list[tuple[str, str]]:
    """The pairs of a list, in which no two texts are alike."""
    texts: dict[str, None] = {}
    while len(texts) < 2 * recipe.pairs:
        texts["-".join(str(UUID(int=draw.getrandbits(128), version=4)).split("-")[: recipe.blocks])] = None
    return list(zip([*texts][::2], [*texts][1::2], strict=True))


def experiment(recipe: Retrieval) -> Experiment:
    """Two scores of the same answers: the value that was asked for is in it; the one that stands first is in it."""
    if recipe.pairs < len(POSITIONS):
        raise InputError(f"{recipe.pairs} pairs; wanted {len(POSITIONS)} or more, one for each position")
    asked, how = list(items(recipe)), Greedy(tokens=recipe.answer_tokens)
    found = Probe(name="found", items=asked, how=how, score=lambda item, text: item.answers[0] in text.lower())
    first = Probe(name="named_first", items=asked, how=how, score=lambda item, text: item.answers[1] in text.lower())
    return Experiment(probes=[found, first])
