"""Draws of a unit: which of its levels are drawn again, and what stays.

Knows nothing about claims.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pytest_claims.asking.leaving import levels_of
from pytest_claims.base.arrays import IntArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table


@dataclass(frozen=True, kw_only=True, eq=False)
class Strata:
    """The levels of a unit, by their codes, in the strata within which they are drawn; and the units that stay."""

    unit: str
    levels: tuple[IntArray, ...]
    within: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: Table, unit: str) -> "Strata":
        """The strata of a unit: one, or one for each combination of levels of the units that it is nested in.

        Raises:
            Undecided: where no stratum has two levels: whatever is drawn is the same again.
        """
        codes = np.array(list(levels_of(table, unit)), dtype=np.intp)
        within = tuple(name for name in table.design.unit[unit].within if name in table.levels)
        strata: tuple[IntArray, ...] = (codes,)
        if within and unit in table.levels:
            strata = tuple(_split(table, unit, codes, within))
        if all(len(levels) < 2 for levels in strata):
            words = table.design.words
            each = f" in each {' and '.join(within)}" if within else ""
            raise Undecided(f"there is one {unit}{each}: no other {words.several(unit)} can be drawn")
        return cls(unit=unit, levels=strata, within=within)

    def draws(self, random: np.random.Generator, count: int) -> Iterator[IntArray]:
        """As many draws with replacement, of as many levels as there are."""
        if len(self.levels) == 1:
            (levels,) = self.levels
            yield from levels[random.integers(len(levels), size=(count, len(levels)))]
            return
        sizes = np.array([len(levels) for levels in self.levels])
        every, size = np.concatenate(self.levels), np.repeat(sizes, sizes)
        start = np.repeat(np.cumsum(sizes) - sizes, sizes)
        for _ in range(count):
            yield every[start + random.integers(size)]


def _split(table: Table, unit: str, codes: IntArray, within: tuple[str, ...]) -> Iterator[IntArray]:
    """The levels of a unit by those of the units that each lies in."""
    levels = table.levels[unit]
    order, starts = levels.rows
    first = order[starts[codes]]  # a row of each level; all of its rows lie in the same
    key = np.zeros(len(codes), dtype=np.intp)
    for name in within:
        key = key * len(table.levels[name].names) + table.levels[name].codes[first]
    by = np.argsort(key, kind="stable")
    yield from np.split(codes[by], np.flatnonzero(np.diff(key[by])) + 1)
