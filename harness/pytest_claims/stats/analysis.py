"""The analysis in force: how statistics are computed when a claim is asked again.

Knows nothing about which statistics exist. A claim asks for ``pearson``; a multiverse asks the same
claim what it would say with another coefficient, and a bootstrap asks it thousands of times.
"""

from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
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


class analysed:  # noqa: N801  it is called as a function would be; a generator takes as long as a claim
    """Change the analysis inside the block; fields of :class:`Analysis` by name."""

    __slots__ = ("_changes", "_token")

    def __init__(self, **changes: Any) -> None:
        self._changes = tuple(changes.items())

    def __enter__(self) -> None:
        self._token = _current.set(_changed(_current.get(), self._changes))

    def __exit__(self, *error: object) -> None:
        _current.reset(self._token)


@lru_cache(maxsize=256)
def _changed(before: Analysis, changes: tuple[tuple[str, Any], ...]) -> Analysis:
    return replace(before, **dict(changes))
