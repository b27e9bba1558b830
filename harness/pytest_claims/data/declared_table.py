"""The table that a declaration makes of the cells of a subject: levels of units and factors, columns, and rows.

Knows nothing about files, or what claims ask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown, unknown_name
from pytest_claims.data.alternatives import others
from pytest_claims.data.declaration import Declaration, MeasuredEntry, UnitEntry
from pytest_claims.data.declaration_check import nested_order
from pytest_claims.data.design import Design
from pytest_claims.data.entries import column_of
from pytest_claims.data.levels import Levels
from pytest_claims.data.prepared import Prepared, half_width, prepared
from pytest_claims.data.table import Table
from pytest_claims.data.table_check import check_table
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.column import Column, alike


def declared_table(cells: Cells, declared: Declaration, design: Design) -> Table:
    """The table of a subject, with a variant for each combination of the finding's alternatives.

    Raises:
        InputError: for cells that do not fit the declaration: with file, line, and what to do.
    """
    table = _table(cells, declared, design)
    variants = {}
    for name, other in others(declared).items():
        try:
            variants[name] = _table(cells, other, design, whole=table)
        except InputError as error:
            raise InputError(f"alternative {name!r}: {error}") from error
    return replace(table, variants=variants) if variants else table


def _table(cells: Cells, declared: Declaration, design: Design, whole: Table | None = None) -> Table:
    """One of them; ``whole`` is the table that this is an alternative to: of its levels some may be left out."""
    ready = prepared(cells, declared)
    _check_counts(ready, declared)
    levels = _levels(ready.cells, declared)
    rows = _rows(ready.cells, levels, declared)
    if not declared.units:
        levels = {design.units[0].name: Levels.of(rows), **levels}
    table = Table(
        subject=cells.name,
        base_model=cells.base_model,
        rows=rows,
        columns={**ready.numbers, **_rates(ready, declared)},
        levels=levels,
        rounding=ready.rounding,
        families=_families(ready.cells, levels, declared, whole.levels if whole else levels),
        design=design,
        dropped=ready.dropped,
        otherwise=ready.otherwise,
    ).fresh()
    check_table(table)
    return table


def _levels(cells: Cells, declared: Declaration) -> dict[str, Levels]:
    labels = dict[str, Column]()
    standing = {name: one.column or name for name, one in declared.units.items()}
    standing |= {name: one.column or name for name, one in declared.factors.items() if not one.columns}
    for name, column in standing.items():
        _refuse_lacking(cells, name, column, declared)
        labels[name] = cells.columns[column]
        blank = labels[name].made(lambda label: not label.strip(), dtype=bool)
        if blank.any():
            row = int(np.argmax(blank))
            raise InputError(f"{cells.places[row]}: no {name}; name it, or leave the row out with [[drop]]")
    for name in nested_order(declared.units):
        if declared.units[name].within:
            labels[name] = _nested(cells, name, labels, declared.units[name])
    return {name: _levels_of(one) for name, one in labels.items()}


def _refuse_lacking(cells: Cells, name: str, column: str, declared: Declaration) -> None:
    """Raise InputError for a unit or factor whose column the file has not."""
    if column not in cells.known:
        role = "units" if name in declared.units else "factors"
        unknown = unknown_name("column", column, cells.known)
        raise InputError(f"{cells.name}, {name}: {unknown}; correct [{role}], or say in it with column where it stands")


def _levels_of(column: Column) -> Levels:
    names, codes = column.levels()
    return Levels(names=names, codes=codes)


def _nested(cells: Cells, name: str, labels: Mapping[str, Column], entry: UnitEntry) -> Column:
    """Names of a nested unit's levels: with those that they lie in before them, where one is used in several."""
    columns = [labels[other] for other in (*entry.within, name)]
    first, kinds = alike(columns)
    paths = [tuple(column[row] for column in columns) for row in first.tolist()]
    lies_in: dict[str, tuple[str, ...]] = {}
    if all(lies_in.setdefault(path[-1], path) == path for path in paths):
        return labels[name]
    joined = ["/".join(path) for path in paths]
    stands_for: dict[str, tuple[str, ...]] = {}
    for kind in np.argsort(first).tolist():
        label, path = joined[kind], paths[kind]
        if stands_for.setdefault(label, path) != path:
            raise InputError(
                f"{cells.places[first[kind]]}: {name} {label!r} could be {' in '.join(reversed(path))}, and "
                f"{' in '.join(reversed(stands_for[label]))}; rename one"
            )
    return Column(texts=joined, codes=kinds)


def _rows(cells: Cells, levels: Mapping[str, Levels], declared: Declaration) -> tuple[str, ...]:
    """A name for each row: the level of a unit that has each once, or of all of them, or else a number."""
    count = len(cells)
    for name in declared.units:
        if len(levels[name].names) == count:
            return levels[name].names
    apart = [Column(texts=one.names, codes=one.codes) for one in levels.values()]
    if apart and not declared.row:
        _refuse_twice(cells, apart)
    names = tuple(map(" / ".join, zip(*apart, strict=True)))
    if names and len(set(names)) == count:
        return names
    return tuple(f"{declared.row or 'row'} {number}" for number in range(1, count + 1))


def _refuse_twice(cells: Cells, levels: Sequence[Column]) -> None:
    """Raise InputError for the first row that has the same levels of all units and factors as one before it."""
    first, kinds = alike(levels)
    if len(first) == len(kinds):
        return
    again = first[kinds] != np.arange(len(kinds))
    row = int(np.argmax(again))
    before = cells.places[int(first[kinds[row]])]
    raise InputError(
        f"{cells.places[row]}: {' / '.join(column[row] for column in levels)} is there already, at {before}; leave one "
        "out, declare what tells them apart as a unit, or say in row what a row is"
    )


def _check_counts(ready: Prepared, declared: Declaration) -> None:
    """That each row was tried, and had no more successes than that."""
    for name, entry in declared.measured.items():
        trials, successes = ready.numbers.get(entry.trials), ready.numbers.get(entry.successes)
        if trials is None:
            continue
        if not trials.all():
            place = ready.cells.places[int(np.argmin(trials))]
            raise InputError(
                f"{place}: {entry.trials} is 0, and {name} a rate of them; leave the row out with [[drop]], "
                f"where = {{ {column_of(entry.trials, declared)} = 0 }}"
            )
        if successes is not None and (successes > trials).any():
            row = int(np.argmax(successes > trials))
            raise InputError(
                f"{ready.cells.places[row]}: {entry.successes} is {successes[row]:g}, of {entry.trials} "
                f"{trials[row]:g}; wanted no more than those: correct it"
            )
        if successes is not None and name in ready.numbers:
            _check_rate(ready, name, entry, successes / trials)


def _check_rate(ready: Prepared, name: str, entry: MeasuredEntry, counted: FloatArray) -> None:
    """That a rate is what its counts say (N,), to the digits that are printed of it."""
    given = ready.numbers[name]
    half = half_width(ready.cells, entry.column or name, entry.model_copy(update={"rounding": "printed"})) or 0.0
    wrong = np.abs(given - counted) > max(half, ready.rounding.get(name, 0.0)) * (1 + 1e-6) + 1e-9
    if wrong.any():
        row = int(np.argmax(wrong))
        successes, trials = (f"{one} {ready.numbers[one][row]:g}" for one in (entry.successes, entry.trials))
        raise InputError(
            f"{ready.cells.places[row]}: {name} is {given[row]:g}, and {successes} of {trials} are {counted[row]:.3g}; "
            f"correct one, or remove successes and trials of [measured] {name}"
        )


def _rates(ready: Prepared, declared: Declaration) -> dict[str, FloatArray]:
    """Rates that no column holds, from their counts."""
    found = {}
    for name, entry in declared.measured.items():
        if name not in ready.numbers and entry.successes in ready.numbers and entry.trials in ready.numbers:
            found[name] = ready.numbers[entry.successes] / ready.numbers[entry.trials]
    return found


def _families(
    cells: Cells, levels: Mapping[str, Levels], declared: Declaration, known: Mapping[str, Levels]
) -> dict[str, str]:
    """The family of each level that is here; one that is declared may be left out, if it is ``known``."""
    families: dict[str, str] = {}
    for name, entry in declared.units.items():
        if not isinstance(entry.families, str):
            given = dict(entry.families)
        elif entry.families:
            given = _of_column(cells, name, levels[name], entry.families)
        else:
            given = _of_data(cells, levels[name], entry.column or name)
        refuse_unknown(given, known[name].names, what=name, where=f"{cells.name}, families of {name}")
        present = set(levels[name].names)
        for level, family in given.items():
            if level in present and families.setdefault(level, family) != family:
                raise InputError(f"{cells.name}: {level} is a level of two units with families; rename one")
    return families


def _of_data(cells: Cells, levels: Levels, column: str) -> dict[str, str]:
    """What the data say themselves, by the labels that stand in them."""
    first = np.unique(levels.codes, return_index=True)[1].tolist()
    labels = [cells.columns[column][row] for row in first] if cells.families else []
    return {
        level: cells.families[label]
        for level, label in zip(levels.names, labels, strict=False)
        if label in cells.families
    }


def _of_column(cells: Cells, name: str, levels: Levels, column: str) -> dict[str, str]:
    refuse_unknown([column], cells.known, what="column", where=f"{cells.name}, families of {name}")
    families: dict[str, str] = {}
    for row, (code, family) in enumerate(zip(levels.codes.tolist(), cells.columns[column], strict=True)):
        level = levels.names[code]
        if family and families.setdefault(level, family) != family:
            raise InputError(
                f"{cells.places[row]}: {name} {level} is {family!r} and {families[level]!r}; wanted one {column} for it"
            )
    return families
