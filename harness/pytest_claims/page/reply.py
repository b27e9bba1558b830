"""A completion that speaks for or against something, and how many of them a page shows.

Knows nothing about what they are about. Of each condition the first are shown, in the order in which a finding gives
them: that order has to be a rule, such as by question and repetition, and never one that looks for good examples.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

LONGEST: Final = 600  # characters of a text that are shown
MOST: Final = 5  # for, and as many against, of one condition
_AFTER: Final = 50  # characters that are kept after a place that a text is cut about
_SIDES: Final = ("for", "against")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A completion that speaks for or against what its condition is about.

    Attributes:
        condition: a statement in a few words, under which replies stand together.
        prompt: what the model was asked.
        text: what it answered; see :func:`cut` for a long one.
        speaks: for or against the condition.
        asked: who was asked, or how, if that is not in the condition.
    """

    condition: str
    prompt: str
    text: str
    speaks: Literal["for", "against"]
    asked: str = ""

    def __post_init__(self) -> None:
        for name in ("condition", "prompt", "text", "asked"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"a reply with {name} {getattr(self, name)!r}; wanted text")
        if self.speaks not in _SIDES:
            raise ValueError(f"a reply that speaks {self.speaks!r}; wanted {' or '.join(map(repr, _SIDES))}")


def first_of_each(replies: Iterable[Reply], most: int = MOST) -> Iterator[Reply]:
    """The first so many for, and as many against, of every condition."""
    seen = Counter[tuple[str, str]]()
    for one in replies:
        seen[one.condition, one.speaks] += 1
        if seen[one.condition, one.speaks] <= most:
            yield one


def cut(text: str, *, about: int | None = None, longest: int = LONGEST) -> str:
    """About ``longest`` characters of ``text``, with a mark that says where and how many are left out.

    Its beginning is kept; with ``about`` a part around that place, too, where the beginning does not hold it.
    """
    if about is None or about < longest - _AFTER:
        return text[:longest] + _left_out(text[longest:])
    half = longest // 2
    start = max(half, min(about - half // 2, len(text) - half))
    end = start + half
    return text[:half] + _left_out(text[half:start]) + text[start:end] + _left_out(text[end:])


def _left_out(text: str) -> str:
    mark = f" […{len(text)} characters…] "
    return mark if len(text) > len(mark) else text  # to leave out less would make nothing shorter
