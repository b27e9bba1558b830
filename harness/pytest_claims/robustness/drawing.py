"""Draws of a unit: which of its levels are drawn again, and what stays.

Knows nothing about claims.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pytest_claims.asking.leaving import levels_of
from pytest_claims.base.arrays import IntArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table

FEW_LEVELS: Final = 20  # with fewer, intervals of draws cover less than they say: 81% with 5, 90% with 10 (calibration)


@dataclass(frozen=True, kw_only=True, eq=False)
class Strata:
    """The levels of a unit, by their codes, in the strata ``within`` which they are drawn: units or factors that stay.

    There is one stratum of all levels, or one for each combination of levels of what stays.
    """

    unit: str
    levels: tuple[IntArray, ...]
    within: tuple[str, ...] = ()

    @classmethod
    def nested(cls, table: Table, unit: str) -> "Strata":
        """Those of the units that this one is nested in.

        Raises:
            Undecided: where no stratum has two levels: whatever is drawn is the same again.
        """
        within = [name for name in table.design.unit[unit].within if name in table.levels]
        strata = cls._of(table, unit, within)
        if all(len(levels) < 2 for levels in strata.levels):
            each = f" in each {' and '.join(strata.within)}" if strata.within else ""
            raise Undecided(f"there is one {unit}{each}: no other {table.design.words.several(unit)} can be drawn")
        return strata

    @classmethod
    def between(cls, table: Table, unit: str) -> "Strata":
        """Those of the factors of which each level of the unit has one label, such as the arm of a run."""
        factors = [factor.name for factor in table.design.factors if factor.name in table.levels]
        return cls._of(table, unit, [name for name in factors if _is_between(table, unit, name)])

    @classmethod
    def _of(cls, table: Table, unit: str, within: Sequence[str]) -> "Strata":
        codes = np.array(list(levels_of(table, unit)), dtype=np.intp)
        if not within or unit not in table.levels:
            return cls(unit=unit, levels=(codes,))
        return cls(unit=unit, levels=tuple(_split(table, unit, codes, within)), within=tuple(within))

    def __len__(self) -> int:
        return sum(map(len, self.levels))

    def draws(self, random: np.random.Generator, count: int, size: int = 0) -> Iterator[IntArray]:
        """As many draws with replacement, of as many levels as there are, or about ``size``: one of each stratum."""
        if len(self.levels) == 1:
            (levels,) = self.levels
            yield from levels[random.integers(len(levels), size=(count, size or len(levels)))]
            return
        there = np.array([len(levels) for levels in self.levels])
        drawn = np.maximum(1, np.round(there * (size or len(self)) / len(self))).astype(np.intp)
        every, first = np.concatenate(self.levels), np.repeat(np.cumsum(there) - there, drawn)
        most = np.repeat(there, drawn)
        for _ in range(count):
            yield every[first + random.integers(most)]


def main_unit(table: Table) -> str:
    """The first unit of the design of which the table has levels."""
    return next(unit.name for unit in table.design.units if levels_of(table, unit.name))


def _is_between(table: Table, unit: str, factor: str) -> bool:
    if unit not in table.levels:
        return False
    order, starts = table.levels[unit].rows
    codes = table.levels[factor].codes
    return bool((codes == codes[order[starts[table.levels[unit].codes]]]).all())


def _split(table: Table, unit: str, codes: IntArray, within: Sequence[str]) -> Iterator[IntArray]:
    """The levels of a unit by those of what each lies in."""
    order, starts = table.levels[unit].rows
    first = order[starts[codes]]  # a row of each level; all of its rows lie in the same
    key = np.zeros(len(codes), dtype=np.intp)
    for name in within:
        key = key * len(table.levels[name].names) + table.levels[name].codes[first]
    by = np.argsort(key, kind="stable")
    yield from np.split(codes[by], np.flatnonzero(np.diff(key[by])) + 1)
