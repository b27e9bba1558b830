"""Blocks: rows that keep together when something is dealt, those of one level of a unit; and the orders of blocks.

Knows nothing about why something is dealt, or what it is.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pytest_claims.asking.null import Null
from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table


@dataclass(frozen=True, kw_only=True, eq=False)
class Blocks:
    """B blocks of N rows.

    Attributes:
        rows: the places of rows, block by block, (N,); ``starts`` (B,) is where each block begins among them.
        block: of each row, (N,), and ``within`` its place in the block whose values it gets, (N,): 0 where a block
            has one value in all of its rows, so that blocks of several sizes can be dealt.
        strata: the blocks among which each is dealt.
        kinds: what each block holds, (B,): two that hold the same can't be told apart.
    """

    rows: IntArray
    starts: IntArray
    block: IntArray
    within: IntArray
    strata: tuple[IntArray, ...]
    kinds: tuple[bytes, ...]

    @classmethod
    def of(cls, table: Table, null: Null, names: Sequence[str]) -> "Blocks":
        """What is dealt of ``names``: levels of the null's unit, within each of its strata.

        Raises:
            Undecided: where blocks hold several values each, and not in the same cells.
        """
        unit, stratum = table.levels[null.unit], _joint(table, null.strata)
        keys, first, block = _distinct_values(stratum * len(unit.names) + unit.codes)
        values = np.array([_numbers(table, name) for name in names])
        several = not _constant(values, first, block)
        others = _others(table, null, first, block) if several else []
        rows = np.lexsort((_joint(table, others), block))
        starts = np.searchsorted(block[rows], np.arange(len(keys)))
        borders = np.flatnonzero(np.diff(keys // len(unit.names))) + 1
        strata = tuple(np.split(np.arange(len(keys)), borders))
        within = np.zeros(len(rows), dtype=np.intp)
        if several:
            _refuse_unmatched(table, null, others, np.split(rows, starts[1:]), strata)
            _refuse_unordered(table, null, others, names, block)
            within[rows] = np.arange(len(rows)) - starts[block[rows]]
        held = np.split(values[:, rows], starts[1:], axis=1)
        kinds = tuple((one if several else one[:, :1]).tobytes() for one in held)
        return cls(rows=rows, starts=starts, block=block, within=within, strata=strata, kinds=kinds)

    def moved(self, order: IntArray) -> IntArray:
        """Whose values each row gets, (N,), where block k gets those of block ``order[k]``."""
        return np.asarray(self.rows[self.starts[order[self.block]] + self.within])

    @property
    def ways(self) -> int:
        """In how many different ways what blocks hold can be laid out."""
        return math.prod(map(self._ways_of, self.strata))

    def drawn(self, random: np.random.Generator) -> IntArray:
        """A random order, (B,)."""
        order = np.empty(len(self.starts), dtype=np.intp)
        for stratum in self.strata:
            order[stratum] = stratum[random.permutation(len(stratum))]
        return order

    def orders(self) -> Iterator[IntArray]:
        """An order for each of the different ways, (B,) each."""
        for several in itertools.product(*(list(self._orders_of(stratum.tolist())) for stratum in self.strata)):
            order = np.empty(len(self.starts), dtype=np.intp)
            for stratum, placed in zip(self.strata, several, strict=True):
                order[stratum] = placed
            yield order

    def _ways_of(self, stratum: IntArray) -> int:
        ways, left = 1, len(stratum)
        for count in Counter(self.kinds[block] for block in stratum.tolist()).values():
            ways *= math.comb(left, count)
            left -= count
        return ways

    def _orders_of(self, left: list[int]) -> Iterator[list[int]]:
        if not left:
            yield []
        seen: set[bytes] = set()
        for block in left:
            if self.kinds[block] not in seen:
                seen.add(self.kinds[block])
                for rest in self._orders_of([other for other in left if other != block]):
                    yield [block, *rest]


def _distinct_values(key: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """The different values in their order, the first row of each, and of each row which it has."""
    keys, first, which = np.unique(key, return_index=True, return_inverse=True)
    return keys, first, np.asarray(which).ravel()


def _joint(table: Table, dims: Sequence[str]) -> IntArray:
    """One number for each combination of levels, (N,); 0 without any."""
    key = np.zeros(len(table), dtype=np.intp)
    for name in dims:
        key = key * len(table.levels[name].names) + table.levels[name].codes
    return key


def _numbers(table: Table, name: str) -> npt.NDArray[np.generic]:
    """A column, or the codes of a unit's or factor's labels, (N,)."""
    return table.levels[name].codes if name in table.levels else table.columns[name]


def _constant(values: FloatArray | IntArray, first: IntArray, block: IntArray) -> bool:
    """Whether each block has one value in all of its rows; ``values`` are (..., N)."""
    return bool((values == values[..., first[block]]).all())


def _others(table: Table, null: Null, first: IntArray, block: IntArray) -> list[str]:
    """The units and factors cell by cell of which blocks are matched: those that vary within a block.

    Not those that are nested in the unit: their levels are others in each block.
    """
    nested = {unit.name for unit in table.design.units if null.unit in unit.within}
    known = set(table.levels) - nested - {null.unit, *null.strata, *null.names}
    declared = [*table.design.unit, *table.design.factor]
    return [name for name in declared if name in known and not _constant(table.levels[name].codes, first, block)]


def _refuse_unmatched(
    table: Table, null: Null, others: Sequence[str], blocks: Sequence[IntArray], strata: Sequence[IntArray]
) -> None:
    cells = _joint(table, others)
    for stratum in strata:
        wanted = cells[blocks[stratum[0]]]
        if any(not np.array_equal(cells[blocks[block]], wanted) for block in stratum.tolist()):
            several, values = table.design.words.several(null.unit), " and ".join(null.names)
            along = f"the same {' and '.join(others)}" if others else "as many rows each"
            remedy = f"deal them within={others[0]!r}" if others else ""
            raise Undecided(f"{values} cannot be dealt across {several}, which do not have {along}", remedy=remedy)


def _refuse_unordered(table: Table, null: Null, others: Sequence[str], names: Sequence[str], block: IntArray) -> None:
    """Raise Undecided where the order of lines in a file would say whose values a row gets.

    It does where rows of a block that no level tells apart differ in a column that stays.
    """
    _, first, cell = _distinct_values(_joint(table, others) + block * (_joint(table, others).max() + 1))
    if len(first) == len(cell):
        return
    for name, values in table.columns.items():
        if name not in names and not _constant(np.nan_to_num(values), first, cell):
            raise Undecided(
                f"rows of one {null.unit} differ in {name}, and no unit or factor tells them apart",
                remedy=f"declare {name}, or what it goes with, as a unit or factor",
            )
