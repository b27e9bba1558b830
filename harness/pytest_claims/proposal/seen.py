"""What can be seen of a column without knowing what it means: its levels, and its numbers if it holds numbers alone.

Knows nothing about roles.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.schema import number_in
from pytest_claims.reading.column import Column

_TRUTHS: Final = {"True": 1.0, "False": 0.0}
_LONG: Final = 60  # characters: a name is shorter


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """One column of N rows.

    Attributes:
        name: what it is called in the file.
        levels: the different texts, in the order in which they come.
        codes: which of them each row has, shape (N,).
        numbers: shape (N,), NaN where a cell is empty; None where some cell is no number.
        odd: of a column that is mostly numbers, the texts that are none; else empty.
    """

    name: str
    levels: tuple[str, ...]
    codes: IntArray
    numbers: FloatArray | None
    odd: tuple[str, ...]

    @property
    def empty(self) -> int:
        """How many rows have nothing there, blanks included."""
        blank = [code for code, level in enumerate(self.levels) if not level.strip()]
        return int(np.isin(self.codes, blank).sum())

    @property
    def said(self) -> tuple[str, ...]:
        """The levels that are not empty."""
        return tuple(level for level in self.levels if level.strip())

    @property
    def each_once(self) -> bool:
        """Whether no two rows have the same."""
        return len(self.levels) == len(self.codes)

    @property
    def long(self) -> bool:
        """Whether it holds sentences rather than names."""
        return max(map(len, self.levels), default=0) > _LONG

    @property
    def whole(self) -> bool:
        """Whether all numbers are whole."""
        return self.numbers is not None and bool(np.all(_there(self.numbers) % 1 == 0))

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most of its numbers, of which it has some."""
        there = _there(self.numbers) if self.numbers is not None else np.zeros(1)
        return float(there.min()), float(there.max())


def seen(name: str, column: Column) -> Seen:
    """What is seen of a column."""
    levels, codes = column.levels()
    numbers = np.array([_number(level) for level in levels])[codes]
    filled = np.array([bool(level) for level in levels])[codes]
    strange = np.isnan(numbers) & filled
    if not strange.any() and filled.any():
        return Seen(name=name, levels=levels, codes=codes, numbers=numbers, odd=())
    mostly = 2 * int(strange.sum()) < int(filled.sum())
    odd = tuple(levels[code] for code in np.unique(codes[strange]).tolist()) if mostly else ()
    return Seen(name=name, levels=levels, codes=codes, numbers=None, odd=odd)


def lies_in(inner: Seen, outer: Seen) -> bool:
    """Whether each level of one lies in one level of the other, which has fewer."""
    if not 1 < len(outer.levels) < len(inner.levels):
        return False
    return len(np.unique(inner.codes * len(outer.levels) + outer.codes)) == len(inner.levels)


def same_as(one: Seen, other: Seen) -> bool:
    """Whether two columns tell the same rows apart."""
    if len(one.levels) != len(other.levels):
        return False
    return len(np.unique(one.codes * len(other.levels) + other.codes)) == len(one.levels)


def told_apart(columns: Sequence[Seen]) -> bool:
    """Whether no two rows have the same in all of these columns."""
    if not columns:
        return False
    kinds = np.zeros(len(columns[0].codes), dtype=np.intp)
    for column in columns:
        _, kinds = np.unique(kinds * len(column.levels) + column.codes, return_inverse=True)
    return len(np.unique(kinds)) == len(kinds)


def _number(level: str) -> float:
    number = _TRUTHS.get(level, number_in(level))
    return math.nan if number is None or not math.isfinite(number) else number


def _there(numbers: FloatArray) -> FloatArray:
    return numbers[~np.isnan(numbers)]
