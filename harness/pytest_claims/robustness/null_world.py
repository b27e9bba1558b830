"""The null world: copies of a table in which the effect that a claim is about cannot be, as the claim declares it.

Knows nothing about what a claim tests, or how often it holds there.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pytest_claims.asking.null import Null
from pytest_claims.base.arrays import IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.frozen import sealed
from pytest_claims.base.schema import unknown_name
from pytest_claims.data.table import Table

_Draw = Callable[[np.random.Generator], Table]


@dataclass(frozen=True, kw_only=True, eq=False)
class NullWorld:
    """How copies are made: ``draw`` one at random, and ``every`` of them in turn where there are ``ways``, but few."""

    draw: _Draw
    ways: float
    every: Callable[[], Iterator[Table]]

    def copies(self, random: np.random.Generator, draws: int) -> tuple[Iterator[Table], bool]:
        """As many random ones, or each way once where there are no more; and whether they are all there are."""
        if self.ways <= draws:
            return self.every(), True
        return (self.draw(random) for _ in range(draws)), False


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
    if null.kind == "swapped":
        return _swapped(null, table)
    return _dealt(null, table)


def _dealt(null: Null, table: Table) -> NullWorld:
    names = _known(null, table)
    _refuse_no_unit(null.unit, table)
    for stratum in null.strata:
        _refuse_no_dim(stratum, table)
    blocks = _blocks(null, table, names)
    places = [blocks.rows[code] for code in range(len(blocks.rows))]

    def dealt(order: IntArray) -> Table:
        """Level k gets what level order[k] has."""
        moved = np.arange(len(table))
        for code, other in enumerate(order.tolist()):
            moved[places[code]] = places[other] if blocks.alike else places[other][0]
        return table.dealt(moved, names)

    def draw(random: np.random.Generator) -> Table:
        return dealt(_order(random, blocks.strata))

    kinds = [[blocks.kinds[level] for level in stratum.tolist()] for stratum in blocks.strata]
    ways = math.prod(_arrangements(kind) for kind in kinds)

    def every() -> Iterator[Table]:
        return map(dealt, _all_orders(blocks.strata, kinds, len(blocks.rows)))

    return NullWorld(draw=draw, ways=ways, every=every)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Blocks:
    """What is dealt: ``rows`` of each block, the ``strata`` of blocks among which they are, and ``kinds`` of values.

    ``alike`` says whether blocks have the same rows, one for one; otherwise each has one value in all of its rows.
    """

    rows: list[IntArray]
    strata: list[IntArray]
    kinds: list[bytes]
    alike: bool


def _blocks(null: Null, table: Table, names: tuple[str, ...]) -> _Blocks:
    """Of each level of the unit, within each stratum, the rows; those of one level are dealt together."""
    unit = table.levels[null.unit]
    stratum = np.zeros(len(table), dtype=np.intp)
    for name in null.strata:
        stratum = stratum * len(table.levels[name].names) + table.levels[name].codes
    of = np.unique(np.stack([stratum, unit.codes]), axis=1, return_inverse=True)
    (keys, block) = of[0], np.asarray(of[1]).ravel()
    rows = [np.flatnonzero(block == one) for one in range(keys.shape[1])] if keys.shape[1] < len(table) else None
    if rows is None:  # each row is a block: the usual case, in the order of the table
        rows = [np.array([place]) for place in range(len(table))]
        keys = np.stack([stratum, unit.codes])
    strata = [np.flatnonzero(keys[0] == one) for one in np.unique(keys[0])]
    values = _values(table, names)
    constant = all((values[:, some] == values[:, some[:1]]).all() for some in rows)
    if constant:
        return _Blocks(rows=rows, strata=strata, kinds=[values[:, some[0]].tobytes() for some in rows], alike=False)
    rows = _matched(null, table, rows, strata)
    return _Blocks(rows=rows, strata=strata, kinds=[values[:, some].tobytes() for some in rows], alike=True)


def _values(table: Table, names: tuple[str, ...]) -> np.ndarray:
    """What is dealt, as numbers (column, N)."""
    return np.array([table.levels[name].codes if name in table.levels else table.columns[name] for name in names])


def _matched(null: Null, table: Table, rows: list[IntArray], strata: list[IntArray]) -> list[IntArray]:
    """The rows of each block in one order, that of the levels of the other units: block goes to block, cell by cell."""
    others = [unit.name for unit in table.design.units if unit.name in table.levels and unit.name != null.unit]
    others += [factor.name for factor in table.design.factors if factor.name in table.levels]
    others = [name for name in others if name not in null.strata and name not in null.names]
    key = np.zeros(len(table), dtype=np.intp)
    for name in others:
        key = key * len(table.levels[name].names) + table.levels[name].codes
    ordered = [some[np.argsort(key[some], kind="stable")] for some in rows]
    for stratum in strata:
        first = key[ordered[stratum[0]]]
        if any(not np.array_equal(key[ordered[block]], first) for block in stratum.tolist()):
            several = table.design.words.several(null.unit)
            along = " and ".join(others) or "rows"
            raise Undecided(
                f"{' and '.join(null.names)} cannot be dealt across {several}: they do not have the same {along}",
                remedy=f"deal within={others[0]!r}" if others else "",
            )
    return ordered


def _order(random: np.random.Generator, strata: list[IntArray]) -> IntArray:
    """Which block each block gets its values from: another of its stratum."""
    order = np.concatenate(strata)
    drawn = np.concatenate([stratum[random.permutation(len(stratum))] for stratum in strata])
    found = np.empty(len(order), dtype=np.intp)
    found[order] = drawn
    return sealed(found)


def _arrangements(kinds: list[bytes]) -> float:
    """In how many different ways blocks of these values can be laid out."""
    counts = [kinds.count(kind) for kind in set(kinds)]
    return math.factorial(len(kinds)) / math.prod(map(math.factorial, counts))


def _all_orders(strata: list[IntArray], kinds: list[list[bytes]], size: int) -> Iterator[IntArray]:
    """Each different layout once."""
    for several in itertools.product(*map(_layouts, kinds)):
        order = np.empty(size, dtype=np.intp)
        for stratum, layout in zip(strata, several, strict=True):
            order[stratum] = stratum[layout]
        yield order


def _layouts(kinds: list[bytes]) -> list[list[int]]:
    """Of blocks, some of which are of one kind, each different order."""
    found: dict[tuple[bytes, ...], list[int]] = {}
    for order in _distinct(list(range(len(kinds))), kinds):
        found.setdefault(tuple(kinds[place] for place in order), order)
    return list(found.values())


def _distinct(left: list[int], kinds: list[bytes]) -> Iterator[list[int]]:
    if not left:
        yield []
    seen: set[bytes] = set()
    for place in left:
        if kinds[place] not in seen:
            seen.add(kinds[place])
            for rest in _distinct([other for other in left if other != place], kinds):
                yield [place, *rest]


def _swapped(null: Null, table: Table) -> NullWorld:
    (name,) = null.names
    factor = table.design.factor.get(name)
    if factor is None:
        raise InputError(f"{unknown_name('factor', name, table.design.factor)}; correct null=swapped(...)")
    _refuse_no_unit(null.unit, table)
    if factor.columns:
        return _swapped_columns(table, null.unit, factor.columns)
    return _swapped_labels(table, null.unit, name)


def _swapped_columns(table: Table, unit: str, columns: tuple[str, ...]) -> NullWorld:
    """The columns of each level of the unit in another order."""
    codes = table.levels[unit].codes
    levels, at = np.unique(codes, return_inverse=True)
    values = np.array([table.columns[name] for name in columns])

    def copy(orders: IntArray) -> Table:
        moved = np.take_along_axis(values, orders[at].T, axis=0)
        return table.changed(**dict(zip(columns, moved, strict=True)))

    return _of_orders(copy, len(levels), len(columns))


def _swapped_labels(table: Table, unit: str, factor: str) -> NullWorld:
    """The labels of the factor of each level of the unit in another order; a level that lacks one keeps its own."""
    codes, labels = table.levels[unit].codes, table.levels[factor]
    _, at = np.unique(codes, return_inverse=True)
    size = len(labels.names)
    has = np.zeros((at.max() + 1, size), dtype=bool)
    has[at, labels.codes] = True
    whole = np.flatnonzero(has[:, labels.present].all(axis=1))
    if not len(whole):
        raise Undecided(f"no {unit} has all labels of {factor}, so none can be swapped within one")

    # A row gets the values of the row of the same level that has the label which its own is exchanged for.
    def copy(orders: IntArray) -> Table:
        exchanged = np.tile(np.arange(size), (len(has), 1))
        exchanged[np.ix_(whole, labels.present)] = labels.present[orders]
        return table.relabelled(factor, exchanged[at, labels.codes])

    return _of_orders(copy, len(whole), len(labels.present))


def _of_orders(copy: Callable[[IntArray], Table], levels: int, size: int) -> NullWorld:
    """Worlds in which each of so many levels has one of the orders of so many labels."""
    row = np.tile(np.arange(size), (levels, 1))
    ways = float(math.factorial(size)) ** levels if levels < 200 else math.inf
    orders = list(itertools.permutations(range(size)))

    def every() -> Iterator[Table]:
        return (copy(np.array(several)) for several in itertools.product(orders, repeat=levels))

    return NullWorld(draw=lambda random: copy(random.permuted(row, axis=1)), ways=ways, every=every)


def _known(null: Null, table: Table) -> tuple[str, ...]:
    """The names that are dealt, with those that go with them; as far as the table has them."""
    known = [*table.columns, *table.levels, *table.design.columns]
    for name in null.names:
        if name not in known:
            raise InputError(f"{unknown_name('column', name, dict.fromkeys(known))}; correct null=dealt(...)")
    together = table.design.together(null.names)
    names = tuple(name for name in together if name in table.columns or name in table.levels)
    if not names:
        have, wanted = ", ".join(table.columns), " or ".join(null.names)
        raise Undecided(f"no column {wanted}", have=have, remedy=table.design.remedy)
    return names


def _refuse_no_unit(unit: str, table: Table) -> None:
    if unit not in table.design.unit:
        raise InputError(f"{unknown_name('unit', unit, table.design.unit)}; correct null= of the claim")
    if unit not in table.levels:
        raise Undecided(f"no {unit} in these data", have=", ".join(table.levels))


def _refuse_no_dim(name: str, table: Table) -> None:
    if name not in table.levels:
        raise InputError(f"{unknown_name('unit or factor', name, table.levels)}; correct null= of the claim")
