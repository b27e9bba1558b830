"""CSV files as cells. Knows nothing about what the columns mean: a cell is the text that stands there."""

import csv
import hashlib
import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from pytest_claims.base.given_file import given_bytes, text_in
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.column import Column
from pytest_claims.reading.places import Places
from pytest_claims.reading.sheet import read_table

_WANTED: Final = "wanted CSV with a header row, in UTF-8"


def is_one(path: Path) -> bool:
    """Whether a file is CSV, by its name."""
    return path.suffix.lower() == ".csv"


def read(path: Path, name: str, wanted: Collection[str] | None = None) -> Cells:
    """The cells of a CSV file, of all columns or of those that are wanted. Raises InputError for what is no CSV."""
    content = given_bytes(path, remedy=_WANTED, kind="a table", name=path.name)
    text = text_in(content, file=path.name, remedy=_WANTED, kind="a table")
    columns, numbers = _quickly(text) or _slowly(path)
    read_ones = [column for column in columns if wanted is None or column in wanted]
    return Cells(
        name=name,
        columns={column: Column.of(columns[column]) for column in read_ones},
        places=Places.of(f"{path.name}, line", numbers),
        sha256=hashlib.sha256(content).hexdigest(),
        provenance={"file": path.name},
        unread=tuple(column for column in columns if column not in read_ones),
    )


def _quickly(text: str) -> tuple[Mapping[str, Sequence[str]], Sequence[int]] | None:
    """All lines at once; None where a line is not as it should be, for which line that is takes longer to find out."""
    lines = text.split("\n")
    above = 0
    while above < len(lines) and (not lines[above].strip() or lines[above].startswith("#")):
        above += 1
    numbered = [(number, line) for number, line in enumerate(lines[above:], start=above + 1) if line.strip()]
    if len(numbered) < 2:
        return None
    try:
        rows = list(csv.reader(io.StringIO("\n".join(line for _, line in numbered)), strict=True))
    except csv.Error:
        return None
    header, width = rows[0], len(rows[0])
    whole = len(rows) == len(numbered) and all(len(row) == width for row in rows)
    if not whole or width < 2 or "" in header or len(set(header)) < width:
        return None
    columns = dict(zip(header, zip(*rows[1:], strict=True), strict=True))
    return columns, [number for number, _ in numbered[1:]]


def _slowly(path: Path) -> tuple[Mapping[str, Sequence[str]], Sequence[int]]:
    """Line by line: raises InputError for the first that is not as it should be."""
    sheet = read_table(path)
    columns = {name: [row.cells[name] for row in sheet.rows] for name in sheet.columns}
    return columns, [int(row.where.rpartition(" ")[2]) for row in sheet.rows]
