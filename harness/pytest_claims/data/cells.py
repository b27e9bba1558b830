"""Cells: the text of a table by columns, of a CSV file, a data frame, or any mapping of columns.

Knows nothing about what the columns mean. Each row knows where it stands, so that an error can say it.
"""

import csv
import hashlib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_bytes, text_in
from pytest_claims.data.sheet import read_table

_MISSING: Final = ("NAType", "NaTType")  # what a data frame has where nothing is
_WANTED: Final = "wanted CSV with a header row, in UTF-8"


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Columns of text, each with a cell for every row.

    Attributes:
        name: what the subject goes by; what comes before an @ is the model.
        columns: by name, in the order of the file.
        places: where each row stands, as an error says it.
        sha256: of what was read.
        provenance: where it comes from.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    places: Sequence[str]
    sha256: str
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def base_model(self) -> str:
        """The model that was measured."""
        return self.name.partition("@")[0]

    def __len__(self) -> int:
        return len(self.places)


def read_cells(path: Path, name: str = "") -> Cells:
    """Read a CSV file; the subject is named after it unless told. Raises InputError for what is no CSV."""
    content = given_bytes(path, remedy=_WANTED, kind="a table", name=path.name)
    text = text_in(content, file=path.name, remedy=_WANTED, kind="a table")
    columns, numbers = _quickly(text) or _slowly(path)
    return Cells(
        name=name or path.stem,
        columns=columns,
        places=[f"{path.name}, line {number}" for number in numbers],
        sha256=hashlib.sha256(content).hexdigest(),
        provenance={"file": path.name},
    )


def cells_of(data: Any, name: str) -> Cells:
    """The cells of a pandas DataFrame, or of a mapping of columns to values of one length.

    Raises:
        InputError: for columns of several lengths, and for what is neither.
    """
    if not hasattr(data, "keys") or not hasattr(data, "__getitem__"):
        raise InputError(f"a table of type {type(data).__name__}; wanted a data frame, or a mapping of columns")
    columns: dict[str, list[str]] = {}
    for key in data.keys():  # noqa: SIM118  a frame's
        if (column := str(key)) in columns:
            raise InputError(f"{name}: column {column!r} appears more than once; rename or remove one")
        columns[column] = _column(data[key], f"{name}: column {column!r}")
    lengths = {column: len(values) for column, values in columns.items()}
    if len(set(lengths.values())) != 1:
        told = ", ".join(f"{column} {length}" for column, length in lengths.items()) or "none"
        raise InputError(f"{name}: columns of different lengths ({told}); wanted at least one, all of one length")
    count = next(iter(lengths.values()))
    digest = hashlib.sha256(repr(columns).encode()).hexdigest()
    return Cells(name=name, columns=columns, places=[f"{name}, row {row + 1}" for row in range(count)], sha256=digest)


def stacked(parts: Sequence[Cells], *, name: str, unit: str) -> Cells:
    """The rows of several tables under one another, with the model of each in a new column.

    Columns that one of them lacks are left out. Raises InputError where ``unit`` is a column already.
    """
    shared = [column for column in parts[0].columns if all(column in part.columns for part in parts)]
    if taken := [part.name for part in parts if unit in part.columns]:
        raise InputError(f"stack = {unit!r} is a column of {taken[0]} already; give it another name")
    models = [part.base_model for part in parts]
    called = models if len(set(models)) == len(models) else [part.name for part in parts]
    columns: dict[str, list[str]] = {column: [] for column in (*shared, unit)}
    for part, model in zip(parts, called, strict=True):
        for column in shared:
            columns[column] += part.columns[column]
        columns[unit] += [model] * len(part)
    places = [place for part in parts for place in part.places]
    digest = hashlib.sha256("".join(f"{part.name} {part.sha256} " for part in parts).encode()).hexdigest()
    files = ", ".join(part.name for part in parts)
    return Cells(name=name, columns=columns, places=places, sha256=digest, provenance={"stacked": files})


def _quickly(text: str) -> tuple[dict[str, list[str]], list[int]] | None:
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
    columns = dict(zip(header, map(list, zip(*rows[1:], strict=True)), strict=True))
    return columns, [number for number, _ in numbered[1:]]


def _slowly(path: Path) -> tuple[dict[str, list[str]], list[int]]:
    """Line by line: raises InputError for the first that is not as it should be."""
    sheet = read_table(path)
    columns = {name: [row.cells[name] for row in sheet.rows] for name in sheet.columns}
    return columns, [int(row.where.rpartition(" ")[2]) for row in sheet.rows]


def _column(values: Any, where: str) -> list[str]:
    """The text of one column. Raises InputError for what is no list of single values."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable) or getattr(values, "ndim", 1) != 1:
        raise InputError(f"{where} is {type(values).__name__}, wanted a list with one value for each row; correct it")
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    """What stands in a cell: of a number its digits, nothing of one that is missing."""
    if isinstance(value, str):
        return str(value)  # of numpy's text the plain one, which is written in the same way by all its versions
    if value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ in _MISSING:
        return ""
    if hasattr(value, "item"):
        return _text(value.item())
    return repr(value) if isinstance(value, float) and not value.is_integer() else str(_whole(value))


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and math.isfinite(value) else value
