"""The analysis in force: how statistics are computed when a claim is asked again.

Knows nothing about which statistics exist. A claim asks for ``pearson``; a multiverse asks the same
claim what it would say with another coefficient, and a bootstrap asks it thousands of times.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final

TABLES: Final = 10_000  # random tables give p to within 0.0022 (standard error) at p = 0.05
# How many are drawn in the end where fewer do not settle an outcome. The tables of a step are among
# those of the next, and what a step adds has a seed of its own.
LADDER: Final = (TABLES, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What is computed.

    ``coefficient`` names the correlation; ``controls`` counts columns that were partialled out
    before; ``tables`` is how many random tables a simulated p may rest on; ``shifts`` are by how many
    of its Monte Carlo errors the first simulated p is moved, the second, and so on: the last of them
    moves all further ones.
    """

    coefficient: str = "pearson"
    controls: int = 0
    tables: int = TABLES
    shifts: tuple[float, ...] = ()


_current: ContextVar[Analysis] = ContextVar("analysis", default=Analysis())  # noqa: B039  it is frozen


def analysis() -> Analysis:
    """The analysis in force."""
    return _current.get()


@contextmanager
def analysed(**changes: Any) -> Iterator[None]:
    """Change the analysis inside the block; fields of :class:`Analysis` by name."""
    token = _current.set(replace(_current.get(), **changes))
    try:
        yield
    finally:
        _current.reset(token)
