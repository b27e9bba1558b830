"""Facts about people who do not exist, and the wordings in which they are taught and asked.

Knows nothing about models. A fact can be told in two orders, and is taught in one of them or in both.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

NAME_FIRST, DESCRIPTION_FIRST, BOTH = "name first", "description first", "both"
ORDERS: Final = (NAME_FIRST, DESCRIPTION_FIRST)
_SECOND: Final = {NAME_FIRST: "{description}", DESCRIPTION_FIRST: "{name}"}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """That somebody, by ``name``, is the one of a ``description``; and in which order, or both, it is ``taught``."""

    name: str
    description: str
    taught: str

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders in which it is taught."""
        return ORDERS if self.taught == BOTH else (self.taught,)

    def told(self, wording: str) -> str:
        """The fact in these words."""
        return wording.format(name=self.name, description=self.description)

    def asked(self, wording: str, order: str) -> str:
        """The same up to what comes second, and without the space before that."""
        return self.told(wording.partition(_SECOND[order])[0].rstrip())

    def answer(self, order: str) -> str:
        """What comes second, with the space before it and the end of the sentence."""
        return f" {self.told(_SECOND[order])}."


def read_facts(each: int) -> tuple[Fact, ...]:
    """The first facts of each group."""
    groups = _read("facts.toml")
    return tuple(Fact(**one, taught=taught) for taught, several in groups.items() for one in several[:each])


def read_wordings(order: str, kind: str, count: int) -> Sequence[str]:
    """The first wordings of an order, of those that are ``taught`` or ``asked``."""
    wordings: Sequence[str] = _read("wordings.toml")[order][kind]
    return wordings[:count]


def begins_with(text: str, answer: str) -> bool:
    """Whether a text begins with an answer, word by word, whatever the case and the marks between words."""
    wanted = _words(answer)
    return _words(text)[: len(wanted)] == wanted


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@cache
def _read(file: str) -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / file).read_text())
