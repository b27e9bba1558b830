"""A column of cells: the different texts that stand in it, and which of them each row has.

Knows nothing about files, or what the texts mean. Most columns hold few different texts, and what is made of a text,
such as its number, is made once for each of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pytest_claims.base.arrays import BoolArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """Text in rows. ``texts`` are the different ones, ``codes`` (N,) the place of each row's among them.

    What is missing is the empty text. A text may be among ``texts`` that no row has.
    """

    texts: Sequence[str]
    codes: IntArray

    @classmethod
    def of(cls, cells: Iterable[str]) -> "Column":
        """The column of these cells."""
        place: dict[str, int] = {}
        codes = np.fromiter((place.setdefault(cell, len(place)) for cell in cells), dtype=np.intp)
        return cls(texts=tuple(place), codes=codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.texts[int(self.codes[row])]

    def __iter__(self) -> Iterator[str]:
        return map(self.texts.__getitem__, self.codes.tolist())

    @property
    def used(self) -> list[str]:
        """The different texts that some row has."""
        return [self.texts[code] for code in np.unique(self.codes).tolist()]

    def levels(self) -> tuple[tuple[str, ...], IntArray]:
        """The different texts that some row has, in the order in which they come first, and of each row which (N,)."""
        used, first, codes = np.unique(self.codes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        place = np.empty(len(used), dtype=np.intp)
        place[order] = np.arange(len(used))
        return tuple([self.texts[code] for code in used[order].tolist()]), place[codes]

    def take(self, places: IntArray) -> "Column":
        """The cells of these rows."""
        return Column(texts=self.texts, codes=self.codes[places])

    def made(self, make: Callable[[str], Any], dtype: Any = float) -> np.ndarray:
        """What ``make`` gives for each row's text, shape (N,); it is called once for each text that some row has."""
        used = np.unique(self.codes)
        values = np.empty(len(self.texts), dtype=dtype)
        values[used] = [make(self.texts[code]) for code in used.tolist()]
        found: np.ndarray = values[self.codes]
        return found

    def is_one_of(self, texts: Iterable[str]) -> BoolArray:
        """Whether each row's text is one of these, shape (N,)."""
        wanted = set(texts)
        found: BoolArray = np.array([text in wanted for text in self.texts], dtype=bool)[self.codes]
        return found

    def mapped(self, change: Callable[[str], str]) -> "Column":
        """The column with every text changed."""
        changed = Column.of(map(change, self.texts))
        return Column(texts=changed.texts, codes=changed.codes[self.codes])


def joined(parts: Sequence[Column]) -> Column:
    """The cells of several columns under one another."""
    place: dict[str, int] = {}
    codes = [
        np.array([place.setdefault(text, len(place)) for text in part.texts], dtype=np.intp)[part.codes]
        for part in parts
    ]
    return Column(texts=tuple(place), codes=np.concatenate(codes))


def alike(columns: Sequence[Column]) -> tuple[IntArray, IntArray]:
    """Which rows have the same text in all of these columns.

    Returns:
        The place of the first row of each kind, in no order, and the kind that each row is of, shape (N,).
    """
    first, kinds = np.zeros(1, dtype=np.intp), np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:  # one by one: the number of all that could be may be more than an integer holds
        _, first, kinds = np.unique(kinds * len(column.texts) + column.codes, return_index=True, return_inverse=True)
    return first, kinds
