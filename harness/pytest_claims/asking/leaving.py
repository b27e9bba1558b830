"""What can be left out of a table: of each unit its levels, or fixed groups of many; and families of levels.

Knows nothing about claims, or what they say of what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pytest_claims.asking.deletion import LEAST_LEVELS
from pytest_claims.base.arrays import IntArray
from pytest_claims.data.gap import Gap
from pytest_claims.data.table import Table

MOST_COPIES: Final = 200  # levels of a unit that are left out one by one; more are in so many groups
_MOST_NAMED: Final = 4  # levels of a group that its name lists
_SEED: Final = 0  # puts levels into groups: neighbours in a file are often alike, and one group would have them all


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaving:
    """The parts of a unit that are left out one at a time: ``codes`` of levels by ``names``; or a ``gap`` why not.

    ``count`` is how many levels, or families, there are.
    """

    unit: str
    families: bool = False
    count: int
    names: tuple[str, ...] = ()
    codes: tuple[IntArray, ...] = ()
    gap: Gap | None = None

    def copies(self, table: Table) -> Iterator[tuple[str, Table]]:
        """Each part in turn, with the copy that lacks it. Raises Undecided where nothing of a row would stay."""
        for name, codes in zip(self.names, self.codes, strict=True):
            yield name, table.leave_out(self.unit, codes)


def leavings(table: Table) -> tuple[Leaving, ...]:
    """Of each unit that the table has, in the order of its design, what can be left out; of its families, too."""
    found = []
    for unit in table.design.units:
        if names := levels_of(table, unit.name):
            found.append(_levels(table, unit.name, names))
            found.extend(_families(table, unit.name, names))
    return tuple(found)


def levels_of(table: Table, unit: str) -> dict[int, str]:
    """The levels of a unit that the table has, by their places among its names; none where it lacks the unit."""
    if unit in table.levels:
        levels = table.levels[unit]
        return {int(code): levels.names[code] for code in levels.present}
    return dict(enumerate(map(str, table.labels.get(unit, ()))))


def _levels(table: Table, unit: str, names: dict[int, str]) -> Leaving:
    if unit in table.labels and not any(unit in array.dims for array in table.arrays.values()):
        return Leaving(unit=unit, count=len(names), gap=Gap(reason=f"nothing of the table is kept by {unit}"))
    if len(names) < LEAST_LEVELS:
        return Leaving(unit=unit, count=len(names), gap=_too_few(table, unit, len(names)))
    if len(names) <= MOST_COPIES:
        codes = [np.array([code]) for code in names]
        return Leaving(unit=unit, count=len(names), names=tuple(names.values()), codes=tuple(codes))
    order = np.random.default_rng(_SEED).permutation(np.array(list(names), dtype=np.intp))
    groups = [np.sort(order[start::MOST_COPIES]) for start in range(MOST_COPIES)]
    told = tuple(_told([names[code] for code in group.tolist()]) for group in groups)
    return Leaving(unit=unit, count=len(names), names=told, codes=tuple(groups))


def _families(table: Table, unit: str, names: dict[int, str]) -> Iterator[Leaving]:
    """What there is of families: nothing where none are declared."""
    members: dict[str, list[int]] = {}
    for code, name in names.items():
        if name in table.families:
            members.setdefault(table.families[name], []).append(code)
    if not members:
        return
    gap = None
    if len(members) < LEAST_LEVELS:
        gap = _too_few(table, unit, len(members), what="family", several="families")
        members = {}
    codes = tuple(np.array(some) for some in members.values())
    count = len(members) or len({table.families[name] for name in names.values() if name in table.families})
    yield Leaving(unit=unit, families=True, count=count, names=tuple(members), codes=codes, gap=gap)


def _too_few(table: Table, unit: str, count: int, *, what: str = "", several: str = "") -> Gap:
    words = table.design.words
    called = (what or unit) if count == 1 else several or words.several(unit)
    of = f" of {words.several(unit)}" if what else ""
    return Gap(reason=f"{count} {called}{of} cannot be left out one by one: that takes {LEAST_LEVELS}")


def _told(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return " + ".join(names)
    return f"{' + '.join(names[:_MOST_NAMED])} + {len(names) - _MOST_NAMED} more"
