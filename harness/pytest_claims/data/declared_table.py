"""The table that a declaration makes of the cells of a subject: levels of units and factors, columns, and rows.

Knows nothing about files, or what claims ask.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown, validated
from pytest_claims.data.cells import Cells
from pytest_claims.data.declaration import AlternativeEntry, Declaration, MeasuredEntry, UnitEntry
from pytest_claims.data.design import Design
from pytest_claims.data.levels import Levels
from pytest_claims.data.prepared import Prepared, prepared
from pytest_claims.data.table import Table
from pytest_claims.data.table_check import check_table

_MOST_VARIANTS: Final = 500


def declared_table(cells: Cells, declared: Declaration, design: Design) -> Table:
    """The table of a subject, with a variant for each combination of the finding's alternatives.

    Raises:
        InputError: for cells that do not fit the declaration: with file, line, and what to do.
    """
    table = _table(cells, declared, design)
    variants = {}
    for name, other in _others(declared).items():
        try:
            variants[name] = _table(cells, other, design)
        except InputError as error:
            raise InputError(f"alternative {name!r}: {error}") from error
    return replace(table, variants=variants) if variants else table


def _table(cells: Cells, declared: Declaration, design: Design) -> Table:
    ready = prepared(cells, declared)
    levels = _levels(ready.cells, declared)
    table = Table(
        subject=cells.name,
        base_model=cells.base_model,
        rows=_rows(ready.cells, levels, declared),
        columns={**ready.numbers, **_rates(ready, declared)},
        levels=levels,
        rounding=ready.rounding,
        families=_families(ready.cells, levels, declared),
        design=design,
        dropped=ready.dropped,
    ).fresh()
    check_table(table)
    return table


def _levels(cells: Cells, declared: Declaration) -> dict[str, Levels]:
    labels = dict[str, Sequence[str]]()
    standing = {name: one.column or name for name, one in declared.units.items()}
    standing |= {name: one.column or name for name, one in declared.factors.items() if not one.columns}
    for name, column in standing.items():
        refuse_unknown([column], list(cells.columns), what="column", where=f"{cells.name}, {name}")
        labels[name] = cells.columns[column]
        if "" in labels[name]:
            row = labels[name].index("")
            raise InputError(f"{cells.places[row]}: no {name}; name it, or leave the row out with [[drop]]")
    for name, entry in declared.units.items():
        if entry.within:
            labels[name] = _nested(cells, name, labels, entry)
    return {name: Levels.of(list(several)) for name, several in labels.items()}


def _nested(cells: Cells, name: str, labels: Mapping[str, Sequence[str]], entry: UnitEntry) -> list[str]:
    """Names of a nested unit's levels: with those that they lie in before them, where one is used in several."""
    outer = list(zip(*(labels[other] for other in entry.within), strict=True))
    lies_in: dict[str, tuple[str, ...]] = {}
    if all(lies_in.setdefault(own, over) == over for own, over in zip(labels[name], outer, strict=True)):
        return list(labels[name])
    return ["/".join((*over, own)) for own, over in zip(labels[name], outer, strict=True)]


def _rows(cells: Cells, levels: Mapping[str, Levels], declared: Declaration) -> tuple[str, ...]:
    """A name for each row: the level of a unit that has each once, or of all of them, or else a number."""
    count = len(cells)
    for name in declared.units:
        if len(levels[name].names) == count:
            return levels[name].names
    apart = [one.labels.tolist() for one in levels.values()]
    names = [" / ".join(several) for several in zip(*apart, strict=True)] if apart else []
    if names and len(set(names)) == count:
        return tuple(names)
    if names and not declared.row:
        first = dict[str, int]()
        twice = next(row for row, name in enumerate(names) if first.setdefault(name, row) != row)
        raise InputError(
            f"{cells.places[twice]}: {names[twice]} is there already, at {cells.places[first[names[twice]]]}; leave "
            "one out, declare what tells them apart as a unit, or say in row what a row is"
        )
    return tuple(f"{declared.row or 'row'} {number}" for number in range(1, count + 1))


def _rates(ready: Prepared, declared: Declaration) -> dict[str, FloatArray]:
    """Rates that no column holds, from their counts."""
    found = {}
    for name, entry in declared.measured.items():
        if name not in ready.numbers and entry.successes in ready.numbers and entry.trials in ready.numbers:
            trials = ready.numbers[entry.trials]
            if not trials.all():
                place = ready.cells.places[int(np.argmin(trials))]
                raise InputError(f"{place}: {entry.trials} is 0, and {name} a rate of them; leave the row out")
            found[name] = ready.numbers[entry.successes] / trials
    return found


def _families(cells: Cells, levels: Mapping[str, Levels], declared: Declaration) -> dict[str, str]:
    families: dict[str, str] = {}
    for name, entry in declared.units.items():
        if not isinstance(entry.families, str):
            given = dict(entry.families)
        elif entry.families:
            given = _of_column(cells, name, levels[name], entry.families)
        else:
            continue
        refuse_unknown(given, levels[name].names, what=name, where=f"{cells.name}, families of {name}")
        for level, family in given.items():
            if families.setdefault(level, family) != family:
                raise InputError(f"{cells.name}: {level} is a level of two units with families; rename one")
    return families


def _of_column(cells: Cells, name: str, levels: Levels, column: str) -> dict[str, str]:
    refuse_unknown([column], list(cells.columns), what="column", where=f"{cells.name}, families of {name}")
    families: dict[str, str] = {}
    for row, (code, family) in enumerate(zip(levels.codes.tolist(), cells.columns[column], strict=True)):
        level = levels.names[code]
        if family and families.setdefault(level, family) != family:
            raise InputError(
                f"{cells.places[row]}: {name} {level} is {family!r} and {families[level]!r}; wanted one {column} for it"
            )
    return families


def _others(declared: Declaration) -> dict[str, Declaration]:
    """The declarations of all combinations of alternatives, by the names of what was chosen otherwise."""
    by_choice: dict[str, list[AlternativeEntry]] = {}
    for one in declared.several:
        by_choice.setdefault(one.choice, []).append(one)
    combinations = itertools.product(*([None, *several] for several in by_choice.values()))
    found = {}
    for combination in combinations:
        chosen = [one for one in combination if one is not None]
        names = [one.name for one in chosen]
        if chosen and all(not one.only_with or set(one.only_with) & set(names) for one in chosen):
            found[" + ".join(names)] = _changed(declared, chosen)
    if len(found) > _MOST_VARIANTS:
        raise InputError(
            f"{len(found)} combinations of alternatives; wanted at most {_MOST_VARIANTS}: say with only_with which "
            "others one is combined"
        )
    return found


def _changed(declared: Declaration, chosen: Sequence[AlternativeEntry]) -> Declaration:
    measured = dict(declared.measured)
    drops = declared.drops
    for one in chosen:
        where = f"alternative {one.name!r}"
        refuse_unknown(one.measured, list(measured), what="measured column", where=where)
        for name, changes in one.measured.items():
            before: Mapping[str, Any] = measured[name].model_dump(exclude_unset=True)
            measured[name] = validated(MeasuredEntry, {**before, **changes}, where=f"{where}, {name}")
        drops = (*drops, *one.drop)
    return declared.model_copy(update={"measured": measured, "drops": drops})
