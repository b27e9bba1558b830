"""The null world: copies of a table in which the effect that a claim is about cannot be, as the claim declares it.

Knows nothing about what a claim tests, or how often it holds there.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pytest_claims.asking.null import Null
from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.schema import unknown_name
from pytest_claims.data.table import Table
from pytest_claims.robustness.blocks import Blocks

_MANY: Final = 64  # levels: each has two orders at least, so that there are more ways than anybody asks


@dataclass(frozen=True, kw_only=True, eq=False)
class NullWorld:
    """How copies are made: ``draw`` one at random, or ``every`` one in turn; ``ways`` is how many different there are.

    The table itself is one of them.
    """

    draw: Callable[[np.random.Generator], Table]
    ways: float
    every: Callable[[], Iterator[Table]]

    def copies(self, random: np.random.Generator, draws: int) -> Iterator[Table]:
        """As many random ones, or each once where there are no more."""
        return self.every() if self.ways <= draws else (self.draw(random) for _ in range(draws))


def null_world(null: Null | None, table: Table) -> NullWorld:
    """The null world of a claim on a table.

    Raises:
        Undecided: where the claim declares none, or one that these data do not have.
        InputError: for a name that the table has not, which is a mistake of the claim.
    """
    if null is None:
        raise Undecided(
            "not declared: the claim does not say what a world without its effect is",
            remedy="say null=dealt(...), null=swapped(...) or null='none' in @claim",
        )
    if null.kind == "none":
        raise Undecided("the claim says that there is no world without its effect")
    _refuse_unknown_unit(null, table)
    world = _swapped(null, table) if null.kind == "swapped" else _dealt(null, table)
    if world.ways < 2:
        raise Undecided(f"{' and '.join(null.names)} can be {null.kind} in one way only, which is as they are")
    return world


def _dealt(null: Null, table: Table) -> NullWorld:
    for name in null.strata:
        if name not in table.levels:
            raise InputError(f"{unknown_name('unit or factor', name, table.levels)}; correct null= of the claim")
    names = _dealt_names(null, table)
    blocks = Blocks.of(table, null, names)

    def dealt(order: IntArray) -> Table:
        return table.dealt(blocks.moved(order), names)

    return NullWorld(
        draw=lambda random: dealt(blocks.drawn(random)), ways=blocks.ways, every=lambda: map(dealt, blocks.orders())
    )


def _dealt_names(null: Null, table: Table) -> tuple[str, ...]:
    """The names that are dealt, with those that go with them; as far as the table has them."""
    known = dict.fromkeys([*table.columns, *table.levels, *table.design.columns])
    for name in null.names:
        if name not in known:
            raise InputError(f"{unknown_name('column', name, known)}; correct null=dealt(...)")
    names = tuple(n for n in table.design.together(null.names) if n in table.columns or n in table.levels)
    if not names:
        have = ", ".join(table.columns)
        raise Undecided(f"no column {' or '.join(null.names)}", have=have, remedy=table.design.remedy)
    return names


def _swapped(null: Null, table: Table) -> NullWorld:
    (name,) = null.names
    factor = table.design.factor.get(name)
    if factor is None:
        raise InputError(f"{unknown_name('factor', name, table.design.factor)}; correct null=swapped(...)")
    if factor.columns:
        return _swapped_columns(table, null.unit, factor.columns)
    return _swapped_labels(table, null.unit, name)


def _swapped_columns(table: Table, unit: str, columns: Sequence[str]) -> NullWorld:
    """The columns of each level of the unit, with what goes with each of them, in another order."""
    _refuse_lacking(columns, table.columns, table)
    levels, at = np.unique(table.levels[unit].codes, return_inverse=True)
    together = zip(*(table.design.together([name]) for name in columns), strict=True)
    several = {names: np.array([table.columns[name] for name in names]) for names in together}

    def copy(orders: IntArray) -> Table:
        order = orders[at.ravel()].T
        return table.changed(**dict(_exchanged(several.items(), order)))

    return _of_orders(copy, len(levels), len(columns))


def _exchanged(
    several: Iterable[tuple[tuple[str, ...], FloatArray]], order: IntArray
) -> Iterator[tuple[str, FloatArray]]:
    for names, values in several:
        yield from zip(names, np.take_along_axis(values, order, axis=0), strict=True)


def _swapped_labels(table: Table, unit: str, factor: str) -> NullWorld:
    """The labels of the factor of each level of the unit in another order; a level that lacks one keeps its own."""
    _refuse_lacking([factor], table.levels, table)
    labels = table.levels[factor]
    levels, at = np.unique(table.levels[unit].codes, return_inverse=True)
    at, size = at.ravel(), len(labels.names)
    has = np.zeros((len(levels), size), dtype=bool)
    has[at, labels.codes] = True
    whole = np.flatnonzero(has[:, labels.present].all(axis=1))
    if not len(whole):
        raise Undecided(f"no {unit} has all labels of {factor}, so none can be swapped within one")

    def copy(orders: IntArray) -> Table:
        exchanged = np.tile(np.arange(size), (len(levels), 1))
        exchanged[np.ix_(whole, labels.present)] = labels.present[orders]
        return table.relabelled(factor, exchanged[at, labels.codes])

    return _of_orders(copy, len(whole), len(labels.present))


def _of_orders(copy: Callable[[IntArray], Table], levels: int, size: int) -> NullWorld:
    """Worlds in which each of so many levels has one of the orders of so many labels."""
    row = np.tile(np.arange(size), (levels, 1))
    ways = math.inf if levels > _MANY and size > 1 else math.factorial(size) ** levels

    def every() -> Iterator[Table]:
        orders = list(itertools.permutations(range(size)))
        return (copy(np.array(several)) for several in itertools.product(orders, repeat=levels))

    return NullWorld(draw=lambda random: copy(random.permuted(row, axis=1)), ways=ways, every=every)


def _refuse_unknown_unit(null: Null, table: Table) -> None:
    if null.unit not in table.design.unit and null.unit == table.design.words.unit:
        raise InputError(
            f"{null.unit!r} is what a row is called, and no unit; known are {', '.join(table.design.unit)}; correct "
            "null= of the claim, or declare it as a unit"
        )
    if null.unit not in table.design.unit:
        raise InputError(f"{unknown_name('unit', null.unit, table.design.unit)}; correct null= of the claim")
    if null.unit not in table.levels:
        raise Undecided(f"no row is of one {null.unit} alone, so nothing can be {null.kind} by it")


def _refuse_lacking(names: Sequence[str], known: Iterable[str], table: Table) -> None:
    if lacking := [name for name in names if name not in known]:
        raise Undecided(f"no column {lacking[0]!r}", have=", ".join(known), remedy=table.design.remedy)
