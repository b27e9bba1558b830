"""Cells: the text of a table by columns. Knows nothing about files, or what the columns mean.

Each row knows where it stands, so that an error can say it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from pytest_claims.base.arrays import IntArray
from pytest_claims.base.errors import InputError
from pytest_claims.reading import column as columns_
from pytest_claims.reading import places as places_
from pytest_claims.reading.column import Column
from pytest_claims.reading.places import Places
from pytest_claims.reading.value import cell_of

STACKED: Final = "stacked"  # in the provenance of a table that is made of those of other subjects: their names


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Columns of text, each with a cell for every row.

    Attributes:
        name: what the subject goes by; what comes before an @ is the model.
        columns: by name, in the order of the file.
        places: where each row stands, as an error says it.
        sha256: of what was read.
        provenance: where it comes from.
        unread: columns that the file has and nobody asked for.
        rounding: within what the numbers of a column are rounded, where the data say it themselves.
        families: the same of which levels are alike: the family of each.
    """

    name: str
    columns: Mapping[str, Column]
    places: Places
    sha256: str
    provenance: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    rounding: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)

    @property
    def base_model(self) -> str:
        """The model that was measured."""
        return self.provenance.get("base model") or self.name.partition("@")[0]

    @property
    def known(self) -> list[str]:
        """The names of all columns that the file has."""
        return [*self.columns, *self.unread]

    def __len__(self) -> int:
        return len(self.places)

    def take(self, rows: IntArray) -> "Cells":
        """The cells of these rows."""
        if len(rows) == len(self):
            return self
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return replace(self, columns=columns, places=self.places.take(rows))

    def with_columns(self, more: Mapping[str, Column]) -> "Cells":
        """The same rows with more columns."""
        return replace(self, columns={**self.columns, **more})

    def with_texts(self, more: Mapping[str, str]) -> "Cells":
        """The same rows with more columns, in each of which every row has the same text."""
        codes = np.zeros(len(self), dtype=np.intp)
        told = "".join(f" {name}={text}" for name, text in more.items())
        return replace(
            self.with_columns({name: Column(texts=(text,), codes=codes) for name, text in more.items()}),
            sha256=hashlib.sha256(f"{self.sha256}{told}".encode()).hexdigest() if more else self.sha256,
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
    return Cells(
        name=name,
        columns={column: Column.of(values) for column, values in columns.items()},
        places=Places.of(f"{name}, row", np.arange(1, count + 1)),
        sha256=hashlib.sha256(repr(columns).encode()).hexdigest(),
    )


def stacked(parts: Sequence[Cells], *, name: str, unit: str) -> Cells:
    """The rows of several tables under one another, with the model of each in a new column.

    Columns that one of them lacks are left out. Raises InputError where ``unit`` is a column already.
    """
    if taken := [part.name for part in parts if unit in part.known]:
        raise InputError(f"stack = {unit!r} is a column of {taken[0]} already; give it another name")
    models = [part.base_model for part in parts]
    called = models if len(set(models)) == len(models) else [part.name for part in parts]
    apart = [part.with_texts({unit: model}) for part, model in zip(parts, called, strict=True)]
    together = joined(apart, name=name)
    return replace(together, provenance={STACKED: ", ".join(part.name for part in parts)})


def joined(parts: Sequence[Cells], *, name: str) -> Cells:
    """The rows of several tables under one another. Columns that one of them lacks are left out."""
    shared = [column for column in parts[0].columns if all(column in part.columns for part in parts)]
    return Cells(
        name=name,
        columns={column: columns_.joined([part.columns[column] for part in parts]) for column in shared},
        places=places_.joined([part.places for part in parts]),
        sha256=hashlib.sha256("".join(f"{part.name} {part.sha256} " for part in parts).encode()).hexdigest(),
        provenance={"files": ", ".join(part.provenance.get("file", part.name) for part in parts)},
        unread=tuple(dict.fromkeys(name for part in parts for name in part.unread)),
        rounding=_coarsest(parts),
        families=_families(parts),
    )


def _coarsest(parts: Sequence[Cells]) -> dict[str, float]:
    """Within what each column is rounded in the part that has it the least exactly."""
    found: dict[str, float] = {}
    for part in parts:
        for column, half in part.rounding.items():
            found[column] = max(half, found.get(column, half))
    return found


def _families(parts: Sequence[Cells]) -> dict[str, str]:
    """The families of all parts. Raises InputError for a level that is in one of them here, and in another there."""
    found: dict[str, str] = {}
    for part in parts:
        for level, family in part.families.items():
            if found.setdefault(level, family) != family:
                raise InputError(
                    f"{part.name}: {level} is in the family {family!r}, and elsewhere in {found[level]!r}; wanted one "
                    "for it; correct the families of one measurement"
                )
    return found


def _column(values: Any, where: str) -> list[str]:
    """The text of one column. Raises InputError for what is no list of single values."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable) or getattr(values, "ndim", 1) != 1:
        raise InputError(f"{where} is {type(values).__name__}, wanted a list with one value for each row; correct it")
    return [cell_of(value) for value in values]
