"""Slots: jobs that are done as many at a time as there are copies of the tree.

Knows nothing about what is done.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol, TypeVar

_OFTEN: Final = 0.05  # seconds between two looks


class Job(Protocol):
    """Something that goes on in a copy of the tree."""

    def is_done(self) -> bool: ...

    def end(self) -> None:
        """Stop, whether done or not."""


J = TypeVar("J", bound=Job)


def in_turn(begins: Iterable[Callable[[Path], J]], trees: Sequence[Path]) -> Iterator[J]:
    """Begin each in a copy that is free, and give each when it is done; none goes on after this."""
    waiting, free, running = deque(begins), list(trees), list[tuple[Path, J]]()
    try:
        while waiting or running:
            while free and waiting:
                tree = free.pop()
                running.append((tree, waiting.popleft()(tree)))
            for tree, job in list(running):
                if job.is_done():
                    running.remove((tree, job))
                    job.end()
                    free.append(tree)
                    yield job
            time.sleep(_OFTEN)
    finally:
        for _, job in running:
            job.end()
