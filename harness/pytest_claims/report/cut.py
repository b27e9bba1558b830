"""A page of blocks that never exceeds a size: what does not fit is left out by lines, and counted.

Knows nothing about what the lines say.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines that may be cut, below a ``head`` that stands where at least one of them does.

    Attributes:
        head: lines that explain the others, as a heading or the head of a table.
        lines: each is there as a whole or not at all.
        what: what the lines are, in the plural, for whoever reads that some are left out.
        rank: blocks of a lower rank get room first; of equal rank that which stands first.
    """

    head: Sequence[str] = ()
    lines: Sequence[str] = ()
    what: str
    rank: int


def cut(blocks: Sequence[Block], room: int) -> tuple[str, Counter[str]]:
    """The blocks that fit into ``room`` characters, a blank line between two, and how many lines of what do not."""
    texts, left_out = [""] * len(blocks), Counter[str]()
    for place in sorted(range(len(blocks)), key=lambda place: blocks[place].rank):
        block = blocks[place]
        kept = _fitting(block, room)
        if len(kept) < len(block.lines):
            left_out[block.what] += len(block.lines) - len(kept)
        if kept:
            texts[place] = "".join(f"{line}\n" for line in (*block.head, *kept))
            room -= len(texts[place]) + 1
    return "\n".join(text for text in texts if text), left_out


def _fitting(block: Block, room: int) -> list[str]:
    """The lines of a block from its first on, as far as there is room; of a line that is too long none behind it."""
    left = room - 1 - _size(block.head)
    kept = []
    for line in block.lines:
        left -= len(line) + 1
        if left < 0:
            break
        kept.append(line)
    return kept


def _size(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)
