"""Text in lines of a width, in which no name is broken. Knows nothing about what the text says."""

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len

from pytest_claims.base.visible import visible

COLUMNS: Final = 80
_HELD_TOGETHER: Final = "\0"  # in place of a blank of a name; no text that is visible has it


def filled(text: str, names: Iterable[str] = (), *, indent: int = 0, hang: int = 2) -> list[str]:
    """``text`` in lines of at most :data:`COLUMNS`, but for a word, or one of the ``names``, that is longer than that.

    The first line is indented by ``indent``, all others by ``hang`` more, unless a name needs that room. What would act
    on a terminal is written out.
    """
    shown = visible(text)
    for name in sorted({visible(one) for one in names if " " in one}, key=len, reverse=True):
        shown = shown.replace(name, name.replace(" ", _HELD_TOGETHER))
    words = [word.replace(_HELD_TOGETHER, " ") for word in shown.split(" ") if word]
    lines: list[str] = []
    line = ""
    for word in words:
        if line and cell_len(line) + 1 + cell_len(word) > COLUMNS:
            lines.append(line)
            line = ""
        before = " " * min(indent + (hang if lines else 0), max(0, COLUMNS - cell_len(word)))
        line = f"{line} {word}" if line else f"{before}{word}"
    return [*lines, line] if line else lines
