"""Copies of a table that all claims of a subject share: they are made once, and not once for every claim.

Knows nothing about what a copy is for. Which copies a check asks depends on its table and its random numbers alone.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final
from weakref import WeakKeyDictionary

from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Check

_MOST_ROWS: Final = 2_000_000  # of all copies of a set that is kept; a larger one is made anew
_Key = tuple[str, str, int]
_sets: "WeakKeyDictionary[Table, dict[_Key, tuple[Table, ...]]]" = WeakKeyDictionary()


def shared(table: Table, check: Check, make: Callable[[], Iterable[Table]]) -> Iterator[Table]:
    """The copies that ``make`` gives, kept for as long as the table is; it gives the same for the same check."""
    if len(table) * check.draws > _MOST_ROWS:
        yield from make()
        return
    sets, key = _sets.setdefault(table, {}), (check.name, check.unit, check.draws)
    if key not in sets:
        sets[key] = tuple(make())
    yield from sets[key]
