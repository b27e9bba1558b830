"""What a record keeps of the levels of a unit, so that those of several subjects can be compared.

Knows nothing about what is compared, or why.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from pytest_claims.asking.leaving import levels_of
from pytest_claims.data.design import Unit
from pytest_claims.data.table import Table

MOST_NAMES: Final = 2_000  # of a unit's levels: a record is read by people, too


@dataclass(frozen=True, kw_only=True)
class UnitRecord:
    """The levels that a subject has of a unit.

    Attributes:
        unit: its name, and ``count`` how many levels there are.
        shared: whether a level of another subject that has the same name is the same; None where that is not known.
            False also of a unit that is nested: what its levels lie in then says whether they are the same.
        names: of the levels, where they are shared; none of more than 2,000.
        sha256: of all levels in their order, with those that they lie in. Where it is the same in two subjects, so are
            the levels, and what is drawn of them. Empty where names do not say which levels are the same.
    """

    unit: str
    count: int
    shared: bool | None = True
    names: tuple[str, ...] = ()
    sha256: str = ""


def unit_records(table: Table) -> tuple[UnitRecord, ...]:
    """Those of all units that the table has, in the order of its design."""
    return tuple(
        _of(table, unit, tuple(names.values())) for unit in table.design.units if (names := levels_of(table, unit.name))
    )


def _of(table: Table, unit: Unit, names: tuple[str, ...]) -> UnitRecord:
    outer = [one for one in table.design.units if one.name in unit.within and levels_of(table, one.name)]
    known = all(one.shared for one in (unit, *outer))
    paths = [_around(table, unit.name, one.name) for one in outer]
    named = unit.shared is True and not outer and len(names) <= MOST_NAMES
    return UnitRecord(
        unit=unit.name,
        count=len(names),
        shared=False if outer else unit.shared,
        names=names if named else (),
        sha256=_hash(["\0".join(path) for path in zip(names, *paths, strict=True)]) if known else "",
    )


def _around(table: Table, unit: str, outer: str) -> list[str]:
    """The level of another unit that each level of a unit lies in: that of its first row."""
    if not {unit, outer} <= table.levels.keys():
        return [""] * len(levels_of(table, unit))
    order, starts = table.levels[unit].rows
    first = order[starts[table.levels[unit].present]]
    around = table.levels[outer]
    return [around.names[code] for code in around.codes[first].tolist()]


def _hash(paths: list[str]) -> str:
    return hashlib.sha256("\0\0".join(paths).encode()).hexdigest()
