"""Cells as a declaration wants them: columns cut out of others, rows left out with a reason, text made numbers.

Knows nothing about what a unit is: levels come later.
"""

import functools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import number_in, refuse_unknown, unknown_name
from pytest_claims.data.declaration import Declaration, DropEntry, MeasuredEntry
from pytest_claims.data.dropped import Dropped, Otherwise
from pytest_claims.data.entries import entries_of, lacking
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.column import Column

_TRUTHS: Final = {"True": 1.0, "False": 0.0}  # as Python, numpy and pandas write them


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """The cells of rows that stay, numbers of measured columns, half-widths of last digits, and what was left out."""

    cells: Cells
    numbers: Mapping[str, FloatArray]
    rounding: Mapping[str, float]
    dropped: tuple[Dropped, ...]
    otherwise: tuple[Otherwise, ...] = ()


def prepared(cells: Cells, declared: Declaration) -> Prepared:
    """The cells of one subject by its declaration.

    Raises:
        InputError: for a column that is not there, a pattern that is none, and a cell that is no number where one
            is wanted: with file, line, and what to do.
    """
    if not len(cells):
        raise InputError(f"{cells.name}: a header without rows; wanted at least one row under it")
    kept, dropped = _without_dropped(_with_cuts(cells, declared), declared.drops)
    kept, unknown = _without_unknown(kept, declared.measured)
    if not len(kept):
        raise InputError(f"{cells.name}: no row is left of {len(cells)}; leave out fewer in [[drop]] or otherwise")
    for column, wanting in lacking(declared, kept.columns):
        _refuse_unknown(kept, column, wanting)
    numbers, rounding, otherwise = dict[str, FloatArray](), dict[str, float](), list[Otherwise]()
    for name, entry in entries_of(declared).items():
        column = entry.column or name
        if column not in kept.columns:
            continue
        numbers[name] = _numbers(kept, name, column, entry)
        otherwise += _otherwise(kept.columns[column], name, entry)
        if (half := half_width(kept, column, entry)) is not None:
            rounding[name] = half
    left_out = (*dropped, *unknown)
    taken = tuple(otherwise)
    return Prepared(cells=kept, numbers=numbers, rounding=rounding, dropped=left_out, otherwise=taken)


def _with_cuts(cells: Cells, declared: Declaration) -> Cells:
    cut = dict[str, Column]()
    for name, entry in declared.cut.items():
        _refuse_unknown(cells, entry.from_, f"[cut] {name}")
        if name in cells.known:
            raise InputError(f"{cells.name}: [cut] {name}: there is a column of that name; give it another")
        try:
            pattern = re.compile(entry.pattern)
        except re.error as error:
            raise InputError(f"[cut] {name}: {entry.pattern!r} is no pattern ({error}); correct it") from error
        cut[name] = cells.columns[entry.from_].mapped(functools.partial(_found, pattern))
        if not any(cut[name].texts):
            raise InputError(
                f"{cells.name}: [cut] {name}: {entry.pattern!r} finds nothing in {entry.from_}; correct it"
            )
    return cells.with_columns(cut)


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
            goes |= np.logical_and.reduce([cells.columns[name].is_one_of(some) for name, some in drop.where.items()])
        for name, values in drop.where.items():
            _refuse_absent(cells, name, values, drop)
        for name in drop.missing:
            goes |= cells.columns[name].is_one_of(("",))
        dropped.append(Dropped(because=drop.because, rows=int((goes & stays).sum())))
        stays &= ~goes
    return cells.take(np.flatnonzero(stays)), dropped


def _refuse_absent(cells: Cells, name: str, values: Iterable[str], drop: DropEntry) -> None:
    """Raise InputError for a value that no row has: misspelt, it would leave none out, without a word."""
    have = cells.columns[name].used
    for value in values:
        if value not in have and not drop.optional:
            raise InputError(
                f"{cells.name}, [[drop]]: {unknown_name(name, value, have)}; correct it, or say optional = true where "
                "other subjects have it"
            )


def _without_unknown(cells: Cells, measured: Mapping[str, MeasuredEntry]) -> tuple[Cells, list[Dropped]]:
    """The rows in which each column that drops all others has a number."""
    dropped = []
    for name, entry in measured.items():
        column = cells.columns.get(entry.column or name)
        if entry.otherwise != "drop" or column is None:
            continue
        unknown = np.isnan(_read(column, entry))
        if entry.gaps:
            unknown &= ~column.is_one_of(("",))
        if unknown.any():
            kinds = f"none of {', '.join(entry.values)}" if entry.values else "no number"
            dropped.append(Dropped(because=f"{name} is {kinds}", rows=int(unknown.sum())))
            cells = cells.take(np.flatnonzero(~unknown))
    return cells, dropped


def _numbers(cells: Cells, name: str, column: str, entry: MeasuredEntry) -> FloatArray:
    """The numbers of a column. Raises InputError for a cell that is none, and for one out of its range."""
    text, numbers = cells.columns[column], _read(cells.columns[column], entry)
    unknown = np.isnan(numbers)
    if entry.gaps:
        unknown &= ~text.is_one_of(("",))
    if unknown.any():
        row = int(np.argmax(unknown))
        raise InputError(f"{cells.places[row]}: {name} is {text[row]!r}, {_wanted(name, entry, text[row])}")
    low, high = entry.range or (-np.inf, np.inf)
    wrong = (numbers < low) | (numbers > high)
    if entry.whole:
        wrong |= (numbers != np.round(numbers)) & ~np.isnan(numbers)
    if wrong.any():
        row = int(np.argmax(wrong))
        came = text[row] if number_in(text[row]) is not None else f"{numbers[row]:g}"  # as it stands: :g would round
        kind = "a whole number" if entry.whole else "a number"
        within = f" in [{low:g}, {high:g}]" if entry.range else ""
        raise InputError(
            f"{cells.places[row]}: {name} is {came}, wanted {kind}{within}; correct it, or what is declared of {name}"
        )
    return numbers


def _read(column: Column, entry: MeasuredEntry) -> FloatArray:
    """The number of each cell, shape (N,), NaN where it is none."""
    numbers: FloatArray = column.made(lambda cell: _number(cell, entry))
    return numbers


def _number(cell: str, entry: MeasuredEntry) -> float:
    if cell in entry.values:
        return entry.values[cell]
    number = None if entry.values else _TRUTHS.get(cell, number_in(cell))
    if number is not None and math.isfinite(number):  # 1e999 is more than a number here can be
        return number
    return entry.otherwise if isinstance(entry.otherwise, float) and cell else math.nan


def _otherwise(column: Column, name: str, entry: MeasuredEntry) -> Iterator[Otherwise]:
    """Text that was taken for the number of all others, the most frequent first."""
    if not isinstance(entry.otherwise, float):
        return
    alone = entry.model_copy(update={"otherwise": None})
    counts = np.bincount(column.codes, minlength=len(column.texts))
    known = {column.texts[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
    others = {text: count for text, count in known.items() if text and math.isnan(_number(text, alone))}
    if others:
        texts = sorted(others.items(), key=lambda one: -one[1])
        yield Otherwise(column=name, number=entry.otherwise, texts=tuple(texts))


def _wanted(name: str, entry: MeasuredEntry, cell: str) -> str:
    wanted = f"wanted one of {', '.join(entry.values)}" if entry.values else "wanted a number"
    remedy = "say what it stands for in values, or what to do with all others in otherwise"
    missing = ", or gaps = true where nothing stands"
    return f"{wanted}; {remedy} of [measured] {name}{missing * (not cell)}, or leave such rows out with [[drop]]"


def half_width(cells: Cells, column: str, entry: MeasuredEntry) -> float | None:
    """Half of the last printed digit: of the cell with the most of them, for zeros at the end are often left out.

    What is declared goes before what the data say of themselves.
    """
    if entry.rounding != "printed":
        return cells.rounding.get(column) if entry.rounding is None else entry.rounding
    printed = [Decimal(cell) for cell in cells.columns[column].used if number_in(cell) is not None]
    last = min((int(number.as_tuple().exponent) for number in printed), default=0)
    return 0.5 * 10.0 ** min(last, 0)


def _refuse_unknown(cells: Cells, column: str, where: str) -> None:
    refuse_unknown([column], cells.known, what="column", where=f"{cells.name}, {where}")
