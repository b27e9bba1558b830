"""The columns of a file that a declaration names. Knows nothing about whether they are there."""

from collections.abc import Iterable, Iterator
from typing import Final

from pytest_claims.data.declaration import Declaration, DropEntry

_COLUMNS: Final = ("column", "standard_error", "successes", "trials")


def wanted_columns(declared: Declaration) -> frozenset[str]:
    """The names of all columns that its tables are made from; the others need not be read."""
    return frozenset(_named(declared))


def _named(declared: Declaration) -> Iterator[str]:
    for name, unit in declared.units.items():
        yield unit.column or name
        if isinstance(unit.families, str):
            yield unit.families
    for name, factor in declared.factors.items():
        yield factor.column or name
    for name, entry in declared.measured.items():
        yield from (entry.column or name, entry.standard_error, entry.successes, entry.trials)
    for one in declared.cut.values():
        yield one.from_
    yield from _dropping(declared.drops)
    for other in declared.several:
        yield from _dropping(other.drop)
        yield from (str(changes[key]) for changes in other.measured.values() for key in _COLUMNS if key in changes)


def _dropping(drops: Iterable[DropEntry]) -> Iterator[str]:
    for drop in drops:
        yield from (*drop.where, *drop.missing)
