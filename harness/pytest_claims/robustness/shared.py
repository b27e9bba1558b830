"""Copies of a table that all claims of a subject share: they are made once, and not once for every claim.

Knows nothing about what a copy is for. Which copies a check asks depends on its table, its random numbers, and on
what the claim calls a world without its effect.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from pytest_claims.asking.leaving import Leaving
from pytest_claims.base.errors import Undecided
from pytest_claims.data.siblings import Siblings
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Check

MOST_ROWS: Final = 2_000_000  # of all copies that are kept; the sets that nobody asked for longest go first
MOST_TABLES: Final = 3  # of which copies are kept: pytest asks all claims of one subject, and then those of the next
Copy = Table | Undecided  # or why there is none


class _Set:
    """Copies, and what keeps what is derived of them."""

    def __init__(self, copies: Iterable[Copy], rows: int) -> None:
        self.copies, self.rows = tuple(copies), rows
        self.siblings = Siblings([copy for copy in self.copies if isinstance(copy, Table)])


# A copy knows its table, so that weak keys would never let one go.
_kept: "OrderedDict[tuple[Table, Hashable], _Set]" = OrderedDict()


def shared(table: Table, check: Check, make: Callable[[], Iterable[Table]], *, of: Hashable = None) -> Iterator[Table]:
    """The copies that ``make`` gives; the same are given again for the same table, check and ``of``."""
    key = (check.name, check.unit, check.main, check.draws, of)
    return made_once(table, key, len(table) * check.draws, make)


def made_once(table: Table, of: Hashable, rows: int, make: Callable[[], Iterable[Table]]) -> Iterator[Table]:
    """The tables that ``make`` gives, of so many ``rows`` together; the same are given again for a table and ``of``."""
    return (_there(copy) for copy in _same(table, of, rows, make))


def without(table: Table, leaving: Leaving, several: Sequence[tuple[int, ...]]) -> Iterator[Callable[[], Table]]:
    """For each of several combinations of parts how to get the copy that lacks these; the same are given again.

    Getting one raises Undecided where nothing of a row would stay.
    """

    def make() -> Iterator[Copy]:
        for parts in several:
            try:
                yield table.leave_out(leaving.unit, np.concatenate([leaving.codes[part] for part in parts]))
            except Undecided as why:  # a row was tried there alone
                yield why

    key = (leaving.unit, leaving.families, tuple(several))
    return (functools.partial(_there, copy) for copy in _same(table, key, len(table) * len(several), make))


def _there(copy: Copy) -> Table:
    if isinstance(copy, Undecided):
        raise copy.with_traceback(None)
    return copy


def _same(table: Table, of: Hashable, rows: int, make: Callable[[], Iterable[Copy]]) -> Iterator[Copy]:
    if rows > MOST_ROWS:
        yield from make()
        return
    key = (table, of)
    if key not in _kept:
        _kept[key] = _Set(make(), rows)
        _let_go()
    _kept.move_to_end(key)
    kept = _kept[key]  # held here, whoever makes room, for as long as its copies are asked
    yield from kept.copies


def _let_go() -> None:
    while len({id(table) for table, _ in _kept}) > MOST_TABLES or _rows() > MOST_ROWS:
        _kept.popitem(last=False)


def _rows() -> int:
    return sum(one.rows for one in _kept.values())
