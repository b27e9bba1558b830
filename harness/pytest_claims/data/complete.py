"""Rows in which nothing is missing, and the items that are there for every level of a factor.

Knows nothing about tables or claims. What is left out is counted, over each factor by itself.
"""

from collections.abc import Mapping, Sequence
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import BoolArray, FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.frozen import sealed
from pytest_claims.data.design import Design
from pytest_claims.data.grid import grid
from pytest_claims.data.levels import Levels
from pytest_claims.data.loss import Across, Loss, note_loss


class Pairs(dict[str, FloatArray]):
    """Values of the same items under each level of a factor: by level, shape (items,), in one order.

    Raises Undecided for a level that is not there.
    """

    def __init__(
        self, values: Mapping[str, FloatArray], *, factor: str, items: str, rows: IntArray, levels: Mapping[str, Levels]
    ):
        """``levels`` are those of a whole table, ``rows`` (M,) the places there of what is paired."""
        super().__init__(values)
        self._factor, self._items, self._rows, self._levels = factor, items, rows, levels

    def __missing__(self, level: str) -> NoReturn:
        raise Undecided(f"no {self._factor} {level!r}", have=", ".join(self), missing=level, what=self._factor)

    def labels(self, unit: str) -> npt.NDArray[np.str_]:
        """The level of another unit that each item lies in, shape (items,), to be given as ``clusters``.

        Raises InputError where an item lies in several.
        """
        if unit not in self._levels:
            raise InputError(f"unknown unit {unit!r}; known are {', '.join(self._levels)}")
        outer, inner = self._levels[unit], self._levels[self._items].take(self._rows)
        codes = outer.codes[self._rows]
        row_of = np.zeros(len(inner.names), dtype=np.intp)
        row_of[inner.codes] = np.arange(len(inner.codes))
        differs = codes != codes[row_of[inner.codes]]
        if differs.any():
            item = inner.names[inner.codes[int(np.argmax(differs))]]
            raise InputError(f"{item} lies in several of {unit}; wanted one")
        return sealed(np.array(outer.apart, dtype=np.str_)[codes[row_of[inner.present]]])


def refuse_gaps(name: str, values: FloatArray) -> FloatArray:
    """The values (N,), all of which are numbers. Raises InputError where one is missing."""
    if count := int(np.isnan(values).sum()):
        raise InputError(
            f"{name} is missing in {count} of {len(values)} rows; compute from table.complete({name!r}), which leaves "
            "them out and says so, or from table.pairs"
        )
    return values


def complete(columns: Mapping[str, FloatArray], levels: Mapping[str, Levels], design: Design) -> BoolArray:
    """Which rows have a number in each of these columns, shape (N,). Raises Undecided if none has."""
    for name, values in columns.items():
        if values.dtype.kind != "f":
            raise InputError(f"{name} is a unit or factor, which every row has; name columns of numbers")
    gaps = {name: np.isnan(values) for name, values in columns.items()}
    gone: BoolArray = np.logical_or.reduce(list(gaps.values()))
    if gone.all():
        raise Undecided(f"no {design.words.unit} has {' and '.join(columns)}")
    note_loss(
        lambda: Loss(
            columns=tuple(columns), lost=int(gone.sum()), of=len(gone), across=_across(gaps, gone, levels, design)
        )
    )
    return ~gone


def _across(
    gaps: Mapping[str, BoolArray], gone: BoolArray, levels: Mapping[str, Levels], design: Design
) -> tuple[Across, ...]:
    found = []
    for factor in design.factors:
        names = tuple(name for name in factor.columns if name in gaps)
        if len(names) > 1:
            lost = tuple(int(gaps[name].sum()) for name in names)
            found.append(Across(factor=factor.name, levels=names, lost=lost, of=(len(gone),) * len(names), same=True))
        elif factor.name in levels:
            found.append(_by_level(factor.name, levels[factor.name], gone))
    return tuple(found)


def _by_level(factor: str, levels: Levels, gone: BoolArray) -> Across:
    count, present = len(levels.names), levels.present
    of, lost = np.bincount(levels.codes, minlength=count), np.bincount(levels.codes[gone], minlength=count)
    return Across(
        factor=factor,
        levels=tuple(levels.names[code] for code in present.tolist()),
        lost=tuple(lost[present].tolist()),
        of=tuple(of[present].tolist()),
    )


def pairs(
    column: str, values: FloatArray, levels: Mapping[str, Levels], *, factor: str, within: str, mean: bool
) -> Pairs:
    """The values of a column for each level of ``factor``, of the levels of ``within`` that have one for all of them.

    Raises:
        Undecided: where no item has all.
        InputError: for several rows of an item at one level, unless they are averaged.
    """
    there = np.flatnonzero(~np.isnan(values))
    known = {name: levels[name].take(there) if len(there) < len(values) else levels[name] for name in (factor, within)}
    by = grid(values[there], {factor: known[factor], within: known[within]}, mean=mean)
    lacks, apart = np.isnan(by), known[factor].apart
    names = tuple(apart[code] for code in known[factor].present.tolist())
    note_loss(lambda: _unpaired(column, names, lacks, len(levels[within].present), factor=factor, within=within))
    whole = ~lacks.any(axis=0)
    if not whole.any():
        raise Undecided(f"no {within} has {column} for each {factor}")
    stays = np.zeros(len(known[within].names), dtype=bool)
    stays[known[within].present[whole]] = True
    paired = {name: sealed(row[whole]) for name, row in zip(names, by, strict=True)}
    return Pairs(paired, factor=factor, items=within, rows=there[stays[known[within].codes]], levels=levels)


def _unpaired(column: str, names: Sequence[str], lacks: BoolArray, count: int, *, factor: str, within: str) -> Loss:
    nowhere = count - lacks.shape[1]  # items that have the column for no level
    lost = tuple(int(one) + nowhere for one in lacks.sum(axis=1))
    across = Across(factor=factor, levels=tuple(names), lost=lost, of=(count,) * len(names), same=True)
    return Loss(unit=within, columns=(column,), lost=int(lacks.any(axis=0).sum()) + nowhere, of=count, across=(across,))
