"""Sheets: text in rows under a header, read from CSV; every row has a cell for every column, and no more.

Knows nothing about what the columns mean: a cell is the text that stands there.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_claims.base.boundary import reading
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text

_WANTED: Final = "wanted CSV with a header row, in UTF-8"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: where it stands, as an error says it, and its cells by column."""

    where: str
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The columns in the order of the header, and the rows under it."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, *, trim: bool = False) -> Sheet:
    """Read a CSV file. Empty lines are passed over, and lines above the header that start with ``#``: comments.

    Below the header such a line is a row like any other: a row may be called ``#a``.

    Args:
        trim: whether blanks around a cell are no part of it.

    Raises:
        InputError: for a file that is no CSV, and for rows that do not fit its header.
    """
    lines = _lines(path, trim=trim)
    where, header = next(lines, (path.name, []))
    if not header:
        raise InputError(f"{path.name} cannot be read as a table: it has no rows; wanted CSV with a header row")
    _refuse_other_separators(header, where)
    if "" in header:
        have = ", ".join(header)
        raise InputError(f"{where}: column {header.index('') + 1} has no name ({have}); name it or remove it")
    if repeated := [name for name in dict.fromkeys(header) if header.count(name) > 1]:
        raise InputError(f"{where}: column {repeated[0]!r} appears more than once; rename or remove one")
    return Sheet(columns=tuple(header), rows=tuple(_row(header, cells, where) for where, cells in lines))


def _refuse_other_separators(header: list[str], where: str) -> None:
    """A header in one cell is most often one of several columns, with something else than commas between."""
    found = next((mark for mark in ";\t|" if len(header) == 1 and mark in header[0]), None)
    if found is not None:
        raise InputError(f"{where}: columns with {found!r} between ({header[0]!r}), wanted commas; save it with those")


def _row(header: list[str], cells: list[str], where: str) -> Row:
    if len(cells) != len(header):
        raise InputError(
            f"{where}: {len(cells)} cells ({', '.join(cells)}), wanted {len(header)} ({', '.join(header)}); "
            "give each column one cell, quote a cell that holds a comma, and put comments above the header"
        )
    return Row(where=where, cells=dict(zip(header, cells, strict=True)))


def _lines(path: Path, *, trim: bool) -> Iterator[tuple[str, list[str]]]:
    """Each line by itself, so that where an error is can be said: a cell with a line break in it is refused."""
    text = given_text(path, remedy=_WANTED, kind="a table", name=path.name)
    above = True
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or (above and line.startswith("#")):
            continue
        above = False
        where = f"{path.name}, line {number}"
        with reading(where, kind="a table", remedy="wanted cells with commas between"):
            (cells,) = csv.reader([line], strict=True, skipinitialspace=trim)
        yield where, [cell.strip() for cell in cells] if trim else cells
