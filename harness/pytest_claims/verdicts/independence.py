"""Which subjects are independent of each other: of different base models, and with no level of a unit in common.

Knows nothing about claims: it compares the levels that a record keeps of each subject.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pytest_claims.verdicts.unit_record import UnitRecord

_MOST_SHOWN: Final = 3  # names of levels in common that are kept: a sentence has room for no more

Units = Sequence[UnitRecord]


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What subjects have in common of a ``unit``: ``count`` levels, of which ``levels`` are the first names.

    ``count`` is 0 where it is not known whether they have any: names do not say it, or were not kept.
    """

    unit: str
    levels: tuple[str, ...] = ()
    count: int


def share(one: Units, other: Units) -> bool:
    """Whether two subjects have a level in common, or it is not known that they have none."""
    return any(_in_common(u, v) is not None for u, v in _alike(one, other))


def shared_by(subjects: Iterable[Units]) -> tuple[Shared, ...]:
    """What any two of these subjects have in common, of each unit."""
    found: dict[str, list[Shared]] = {}
    for one, other in combinations(subjects, 2):
        for u, v in _alike(one, other):
            if (common := _in_common(u, v)) is not None:
                found.setdefault(u.unit, []).append(common)
    return tuple(_together(unit, several) for unit, several in found.items())


def groups(subjects: Mapping[str, Units]) -> tuple[tuple[str, ...], ...]:
    """The names of subjects in groups, of which no two have a level in common; in their order."""
    found: list[list[str]] = []
    for name, units in subjects.items():
        near = [group for group in found if any(share(units, subjects[other]) for other in group)]
        merged = [*(other for group in near for other in group), name]
        found = [group for group in found if group not in near] + [merged]
    order = list(subjects)
    ordered = (tuple(sorted(group, key=order.index)) for group in found)
    return tuple(sorted(ordered, key=lambda group: order.index(group[0])))


def _alike(one: Units, other: Units) -> Iterable[tuple[UnitRecord, UnitRecord]]:
    """The units that both have."""
    by_name = {unit.unit: unit for unit in other}
    return ((unit, by_name[unit.unit]) for unit in one if unit.unit in by_name)


def _in_common(one: UnitRecord, other: UnitRecord) -> Shared | None:
    """The levels of a unit that two subjects have in common; all their names, where they are known."""
    if one.shared is False or other.shared is False:
        return None
    if one.sha256 and one.sha256 == other.sha256:
        return Shared(unit=one.unit, levels=one.names, count=one.count)
    if not one.names or not other.names:
        return Shared(unit=one.unit, count=0)
    also = set(other.names)
    both = tuple(name for name in one.names if name in also)
    return Shared(unit=one.unit, levels=both, count=len(both)) if both else None


def _together(unit: str, several: Sequence[Shared]) -> Shared:
    names = tuple(dict.fromkeys(name for one in several for name in one.levels))
    return Shared(unit=unit, levels=names[:_MOST_SHOWN], count=max(len(names), *(one.count for one in several), 0))
