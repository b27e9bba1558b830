"""Cells as a declaration wants them: columns cut out of others, rows left out with a reason, text made numbers.

Knows nothing about what a unit is: levels come later.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_claims.base.arrays import BoolArray, FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import number_in, refuse_unknown
from pytest_claims.data.cells import Cells
from pytest_claims.data.declaration import Declaration, DropEntry, MeasuredEntry
from pytest_claims.data.dropped import Dropped


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """The cells of rows that stay, numbers of measured columns, half-widths of last digits, and what was left out."""

    cells: Cells
    numbers: Mapping[str, FloatArray]
    rounding: Mapping[str, float]
    dropped: tuple[Dropped, ...]


def prepared(cells: Cells, declared: Declaration) -> Prepared:
    """The cells of one subject by its declaration.

    Raises:
        InputError: for a column that is not there, a pattern that is none, and a cell that is no number where one
            is wanted: with file, line, and what to do.
    """
    cells = _with_cuts(cells, declared)
    cells, dropped = _without_dropped(cells, declared.drops)
    numbers, rounding = dict[str, FloatArray](), dict[str, float]()
    stays = np.ones(len(cells), dtype=bool)
    for name, entry in declared.measured.items():
        column = entry.column or name
        if column not in cells.columns:
            _refuse_missing(cells, name, column, entry)
            continue
        numbers[name], keep = _numbers(cells, name, column, entry)
        if not keep.all():
            dropped.append(_dropped_by(name, entry, ~keep & stays))
            stays &= keep
        if (half := _half_width(cells, column, entry)) is not None:
            rounding[name] = half
    for name, column in _counts(declared).items():
        if column in cells.columns:
            numbers[name], _ = _numbers(cells, name, column, MeasuredEntry(whole=True, range=(0, np.inf)))
    kept = np.flatnonzero(stays)
    if not len(kept):
        raise InputError(f"{cells.name}: no row is left of {len(cells)}; leave out fewer in [[drop]]")
    numbers = {name: values[kept] for name, values in numbers.items()}
    return Prepared(cells=_at(cells, kept), numbers=numbers, rounding=rounding, dropped=tuple(dropped))


def _with_cuts(cells: Cells, declared: Declaration) -> Cells:
    cut = dict[str, list[str]]()
    for name, entry in declared.cut.items():
        _refuse_unknown(cells, entry.from_, f"[cut] {name}")
        if name in cells.columns:
            raise InputError(f"{cells.name}: [cut] {name}: there is a column of that name; give it another")
        try:
            pattern = re.compile(entry.pattern)
        except re.error as error:
            raise InputError(f"[cut] {name}: {entry.pattern!r} is no pattern ({error}); correct it") from error
        cut[name] = [_found(pattern, cell) for cell in cells.columns[entry.from_]]
        if not any(cut[name]):
            raise InputError(
                f"{cells.name}: [cut] {name}: {entry.pattern!r} finds nothing in {entry.from_}; correct it"
            )
    return _with_columns(cells, cut)


def _found(pattern: re.Pattern[str], cell: str) -> str:
    match = pattern.search(cell)
    if match is None:
        return ""
    return (match.group(1) if pattern.groups else match.group()) or ""


def _without_dropped(cells: Cells, drops: Iterable[DropEntry]) -> tuple[Cells, list[Dropped]]:
    stays, dropped = np.ones(len(cells), dtype=bool), []
    for drop in drops:
        for column in (*drop.where, *drop.missing):
            _refuse_unknown(cells, column, "[[drop]]")
        goes = np.zeros(len(cells), dtype=bool)
        if drop.where:
            goes |= np.logical_and.reduce([_is_one_of(cells.columns[name], some) for name, some in drop.where.items()])
        for name in drop.missing:
            goes |= _is_one_of(cells.columns[name], ("",))
        dropped.append(Dropped(because=drop.because, rows=int((goes & stays).sum())))
        stays &= ~goes
    return _at(cells, np.flatnonzero(stays)), dropped


def _is_one_of(column: Sequence[str], values: Sequence[str]) -> BoolArray:
    wanted = set(values)
    return np.array([cell in wanted for cell in column], dtype=bool)


def _numbers(cells: Cells, name: str, column: str, entry: MeasuredEntry) -> tuple[FloatArray, BoolArray]:
    """The numbers of a column, NaN of rows that are dropped, and which rows stay."""
    known = {cell: _number(cell, entry) for cell in set(cells.columns[column])}
    numbers = np.array([known[cell] for cell in cells.columns[column]], dtype=float)
    drops = entry.otherwise == "drop"
    unknown = np.isnan(numbers)
    if unknown.any() and not drops:
        row = int(np.argmax(unknown))
        raise InputError(f"{cells.places[row]}: {name} is {cells.columns[column][row]!r}, {_wanted(name, entry)}")
    low, high = entry.range or (-np.inf, np.inf)
    wrong = (numbers < low) | (numbers > high)
    if entry.whole:
        wrong |= ~unknown & (numbers != np.round(numbers))
    if wrong.any():
        row = int(np.argmax(wrong))
        kind = "a whole number" if entry.whole else "a number"
        raise InputError(
            f"{cells.places[row]}: {name} is {numbers[row]:g}, wanted {kind} in [{low:g}, {high:g}]; correct it, or "
            f"the range of [measured] {name}"
        )
    return numbers, ~unknown


def _number(cell: str, entry: MeasuredEntry) -> float:
    """The number that a cell stands for; NaN where it is none."""
    if cell in entry.values:
        return entry.values[cell]
    number = None if entry.values else number_in(cell)
    if number is not None:
        return number
    return entry.otherwise if isinstance(entry.otherwise, float) and cell else float("nan")


def _wanted(name: str, entry: MeasuredEntry) -> str:
    wanted = f"wanted one of {', '.join(entry.values)}" if entry.values else "wanted a number"
    remedy = "say what it stands for in values, or what to do with all others in otherwise"
    return f"{wanted}; {remedy} of [measured] {name}, or leave such rows out with [[drop]]"


def _dropped_by(name: str, entry: MeasuredEntry, goes: BoolArray) -> Dropped:
    kinds = f"none of {', '.join(entry.values)}" if entry.values else "no number"
    return Dropped(because=f"{name} is {kinds}", rows=int(goes.sum()))


def _half_width(cells: Cells, column: str, entry: MeasuredEntry) -> float | None:
    """Half of the last printed digit: of the cell with the most of them, for zeros at the end are often left out."""
    if entry.rounding != "printed":
        return entry.rounding
    decimals = max(len(cell.partition(".")[2]) for cell in cells.columns[column])
    return 0.5 * 10.0**-decimals


def _counts(declared: Declaration) -> dict[str, str]:
    """Columns that other entries name: counts of rates, and standard errors, which are given in their own right."""
    named = [one for entry in declared.measured.values() for one in (entry.successes, entry.trials)]
    return {name: name for name in named if name and name not in declared.measured}


def _refuse_missing(cells: Cells, name: str, column: str, entry: MeasuredEntry) -> None:
    counted = entry.successes and {entry.successes, entry.trials} <= set(cells.columns)
    if not entry.optional and not counted:
        _refuse_unknown(cells, column, f"[measured] {name}")


def _refuse_unknown(cells: Cells, column: str, where: str) -> None:
    refuse_unknown([column], list(cells.columns), what="column", where=f"{cells.name}, {where}")


def _with_columns(cells: Cells, more: Mapping[str, Sequence[str]]) -> Cells:
    columns = {**cells.columns, **more}
    return Cells(
        name=cells.name, columns=columns, places=cells.places, sha256=cells.sha256, provenance=cells.provenance
    )


def _at(cells: Cells, places: np.ndarray) -> Cells:
    if len(places) == len(cells):
        return cells
    rows = places.tolist()
    columns = {name: [column[row] for row in rows] for name, column in cells.columns.items()}
    return Cells(
        name=cells.name,
        columns=columns,
        places=[cells.places[row] for row in rows],
        sha256=cells.sha256,
        provenance=cells.provenance,
    )
