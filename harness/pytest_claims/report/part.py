"""A line for the terminal as parts, each of which may have a colour. Knows nothing about what they say."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some of a line; ``colour`` is what pytest calls it, empty for none. The text says the same without."""

    text: str
    colour: str = ""


Parts = tuple[Part, ...]


def plain(lines: Iterable[str], colour: str = "") -> list[Parts]:
    """Lines of one part each."""
    return [(Part(text=line, colour=colour),) for line in lines]


def text_of(lines: Iterable[Parts]) -> str:
    """The lines as text."""
    return "\n".join("".join(part.text for part in line) for line in lines)
