"""Losses: rows, or levels of a unit, that a claim does without because something of them is missing.

Knows nothing about why it is missing. They are noted while a claim is asked about all the data, and nowhere else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Across:
    """How a loss is spread over a ``factor``: of each of its ``levels`` how many are ``lost``, ``of`` how many.

    ``p`` is that of a spread as uneven, if all levels were alike; ``same`` says whether each level had the same
    items, of which it then lacks some.
    """

    factor: str
    levels: tuple[str, ...]
    lost: tuple[int, ...]
    of: tuple[int, ...]
    same: bool = False
    p: float | None = None


@dataclass(frozen=True, kw_only=True)
class Loss:
    """How many are ``lost`` of ``of`` rows, or levels of ``unit``, for want of a value in one of ``columns``.

    ``across`` has an entry for each factor over which it is spread.
    """

    unit: str = ""
    columns: tuple[str, ...]
    lost: int
    of: int
    across: tuple[Across, ...] = ()


_losses: ContextVar[list[Loss] | None] = ContextVar("losses", default=None)


@contextmanager
def losses() -> Iterator[list[Loss]]:
    """Collect every loss noted inside the block, in order."""
    noted: list[Loss] = []
    token = _losses.set(noted)
    try:
        yield noted
    finally:
        _losses.reset(token)


def note_loss(make: Callable[[], Loss]) -> None:
    """Put what ``make`` gives on the open list, if there is one: of thousands of copies nobody wants to know."""
    noted = _losses.get()
    if noted is not None and (loss := make()) not in noted:
        noted.append(loss)
