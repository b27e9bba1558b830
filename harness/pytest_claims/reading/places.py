"""Places: where each row of a table stands, as an error says it. Knows nothing about what is in the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_claims.base.arrays import IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Places:
    """For each row a number (N,) in one of ``sources``, such as ``answers.csv, line``, and which of them (N,).

    A source that says more of a row than a number is a function, which gives the place of each.
    """

    sources: tuple[str | Callable[[int], str], ...]
    numbers: IntArray
    source_of: IntArray

    @classmethod
    def of(cls, source: str | Callable[[int], str], numbers: Sequence[int] | IntArray) -> "Places":
        """The places of rows that all stand in one source."""
        count = np.asarray(numbers, dtype=np.intp)
        return cls(sources=(source,), numbers=count, source_of=np.zeros(len(count), dtype=np.intp))

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, row: int) -> str:
        source, number = self.sources[self.source_of[row]], int(self.numbers[row])
        return source(number) if callable(source) else f"{source} {number}"

    def take(self, rows: IntArray) -> "Places":
        """The places of these rows."""
        return Places(sources=self.sources, numbers=self.numbers[rows], source_of=self.source_of[rows])


def joined(parts: Sequence[Places]) -> Places:
    """The places of several tables under one another."""
    starts = np.cumsum([0, *(len(part.sources) for part in parts)])
    return Places(
        sources=tuple(source for part in parts for source in part.sources),
        numbers=np.concatenate([part.numbers for part in parts]),
        source_of=np.concatenate([part.source_of + start for part, start in zip(parts, starts, strict=False)]),
    )
