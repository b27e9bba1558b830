"""Copies of a table that all claims of a subject share: they are made once, and not once for every claim.

Knows nothing about what a copy is for. Which copies a check asks depends on its table, its random numbers, and on
what the claim calls a world without its effect.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final

from pytest_claims.data.columns import Columns, Together
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Check

MOST_ROWS: Final = 2_000_000  # of all copies that are kept; the sets that nobody asked for longest go first
# A copy knows its table, so that weak keys would never let one go.
_kept: "OrderedDict[tuple[Table, Hashable], tuple[Table, ...]]" = OrderedDict()


def shared(table: Table, check: Check, make: Callable[[], Iterable[Table]], *, of: Hashable = None) -> Iterator[Table]:
    """The copies that ``make`` gives; the same are given again for the same table, check and ``of``."""
    if len(table) * check.draws > MOST_ROWS:
        yield from make()
        return
    key = (table, (check.name, check.unit, check.main, check.draws, of))
    if key not in _kept:
        _kept[key] = _together(tuple(make()))
        _let_go()
    _kept.move_to_end(key)
    yield from _kept[key]


def _together(copies: tuple[Table, ...]) -> tuple[Table, ...]:
    """The same copies, with what all claims ask of a column computed once for all of them."""
    columns = [copy.columns for copy in copies]
    own = [one for one in columns if isinstance(one, Columns)]
    if len(own) == len(copies) > 1 and len({id(one) for one in own}) == len(own):
        Together(own)
    return copies


def _let_go() -> None:
    while sum(len(table) * len(copies) for (table, _), copies in _kept.items()) > MOST_ROWS:
        _kept.popitem(last=False)
