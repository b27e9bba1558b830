"""The finding: what ``finding.toml`` in a folder of claims declares, its subjects, and the tables of them.

Knows nothing about claims. What needs numpy is imported when a table is made: a run that only collects reads this.
"""

import functools
import glob
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.base.schema import read_toml
from pytest_claims.data.declaration import Declaration
from pytest_claims.data.declaration_check import check_declaration
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.design import Design, Factor, Rate, Unit, Words
from pytest_claims.data.subject import Subject

if TYPE_CHECKING:
    from pytest_claims.data.cells import Cells
    from pytest_claims.data.table import Table

_PATTERN: Final = frozenset("*?[")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A finding by the name of its folder; ``declared`` is what its ``finding.toml`` holds."""

    name: str
    folder: Path
    declared: Declaration

    @functools.cached_property
    def sha256(self) -> str:
        """Of what is declared."""
        return hashlib.sha256(self.declared.model_dump_json().encode()).hexdigest()

    @property
    def title(self) -> str:
        """What is claimed, in one line."""
        return self.declared.title

    @property
    def source(self) -> str:
        """Where it is claimed."""
        return self.declared.source

    @functools.cached_property
    def design(self) -> Design:
        """What its tables' columns are to each other, and what sentences call things."""
        return design_of(self.declared)

    @functools.cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """The subjects whose files it names, and the stack of them, if it wants one.

        Raises:
            InputError: for a file that is not there.
        """
        files = _files(self.folder, self.declared)
        subjects = [
            Subject(
                name=name, load=functools.partial(_read, path, name), recorded=True, origin=str(path), finding=self.name
            )
            for name, path in files.items()
        ]
        if self.declared.stack:
            subjects.append(self._stack(files))
        return tuple(subjects)

    def table(self, data: Any, *, name: str = "") -> "Table":
        """The table of cells that were read, or of a pandas DataFrame or another mapping of columns.

        Raises:
            InputError: for data that do not fit the declaration.
        """
        from pytest_claims.data.cells import Cells, cells_of
        from pytest_claims.data.declared_table import declared_table

        cells = data if isinstance(data, Cells) else cells_of(data, name or self.name)
        declared = self.declared
        stacked = bool(declared.stack) and declared.stack in cells.columns
        return declared_table(cells, _with_stack(declared) if stacked else declared, self._design(stacked=stacked))

    def _design(self, *, stacked: bool) -> Design:
        return design_of(_with_stack(self.declared)) if stacked else self.design

    def _stack(self, files: dict[str, Path]) -> Subject:
        from fnmatch import fnmatchcase

        controls = self.declared.controls
        own = {n: path for n, path in files.items() if not any(fnmatchcase(n, control) for control in controls)}
        if len(own) < 2:
            raise InputError(
                f"{self.name}/{FILE}: stack = {self.declared.stack!r} and {len(own)} subjects in data that are no "
                "controls; name at least two, or remove the line"
            )
        name = f"all@{self.name}"
        load = functools.partial(_read_stacked, own, name, self.declared.stack)
        return Subject(name=name, load=load, recorded=True, origin=str(self.folder / FILE), finding=self.name)


def read_finding(folder: Path | str) -> Finding:
    """The finding that a folder declares in its ``finding.toml``.

    Raises:
        InputError: where there is none, or it cannot be read as one.
    """
    folder = Path(folder)
    name = folder.resolve().name
    declared = read_toml(Declaration, folder / FILE, name=f"{name}/{FILE}")
    check_declaration(declared, f"{name}/{FILE}")
    return Finding(name=name, folder=folder, declared=declared)


def design_of(declared: Declaration) -> Design:
    """The design that a declaration says."""
    rates = [
        Rate(name=name, successes=one.successes, trials=one.trials)
        for name, one in declared.measured.items()
        if one.successes
    ]
    counts = [column for rate in rates for column in (rate.successes, rate.trials)]
    return Design(
        words=_words(declared),
        units=tuple(
            Unit(
                name=name, plural=one.plural or f"{name}s", within=_all_within(declared, name), reference=one.reference
            )
            for name, one in declared.units.items()
        ),
        factors=tuple(
            Factor(name=name, columns=one.columns, reference=one.reference) for name, one in declared.factors.items()
        ),
        rates=tuple(rates),
        errors={name: one.standard_error for name, one in declared.measured.items() if one.standard_error},
        limits={name: one.range for name, one in declared.measured.items() if one.range},
        controls=declared.partialled_out,
        residuals=declared.residuals,
        columns=tuple(dict.fromkeys([*declared.measured, *counts, *([declared.stack] if declared.stack else [])])),
        remedy=declared.remedy,
    )


def _all_within(declared: Declaration, name: str) -> tuple[str, ...]:
    """The units that one is nested in, and those that these are nested in: a try of an item of a set lies in both."""
    found = dict.fromkeys(declared.units[name].within)
    for outer in declared.units[name].within:
        found.update(dict.fromkeys(_all_within(declared, outer)))
    return tuple(found)


def _words(declared: Declaration) -> Words:
    row = declared.row or next(
        (n for n, one in declared.units.items() if len(declared.units) == 1 or one.within), "row"
    )
    plurals = {name: one.plural or f"{name}s" for name, one in declared.units.items()}
    return Words(
        unit=row,
        units=declared.row_plural or plurals.get(row, f"{row}s"),
        outcomes=declared.outcomes,
        trials=declared.trials,
        alternatives=declared.alternatives,
        plurals=tuple((name, plural) for name, plural in plurals.items() if name != row),
    )


def _with_stack(declared: Declaration) -> Declaration:
    """The declaration with the model as one more unit."""
    from pytest_claims.data.declaration import UnitEntry

    return declared.model_copy(update={"units": {**declared.units, declared.stack: UnitEntry()}})


def _files(folder: Path, declared: Declaration) -> dict[str, Path]:
    """The files of the subjects that are declared, by name. Raises InputError where two have one name."""
    if not isinstance(declared.data, str | tuple):
        return {name: _given(folder, file) for name, file in declared.data.items()}
    files: dict[str, Path] = {}
    for file in (declared.data,) if isinstance(declared.data, str) else declared.data:
        for path in _paths(folder, file):
            name = path.name.removesuffix(".csv")
            if name in files:
                raise InputError(
                    f"{folder.name}/{FILE}: {str(files[name])!r} and {str(path)!r} are both called {name!r}; name one "
                    "of them once, or give names in data: name = file"
                )
            files[name] = path
    return files


def _paths(folder: Path, file: str) -> list[Path]:
    """The files that match a pattern, in the order of their names, or the one of this name."""
    if is_given(folder / file) or not _PATTERN & set(file):
        return [_given(folder, file)]
    paths = [folder / found for found in sorted(glob.glob(file, root_dir=folder))]  # noqa: PTH207  Path.glob refuses /data/*
    if not paths:
        raise InputError(f"{folder.name}/{FILE}: no file matches {file!r}; correct data")
    return paths


def _given(folder: Path, file: str) -> Path:
    if not is_given(path := folder / file):
        raise InputError(f"{folder.name}/{FILE}: no file {str(path)!r}; correct data, which is relative to its folder")
    return path


def _read(path: Path, name: str) -> "Cells":
    from pytest_claims.data.cells import read_cells

    return read_cells(path, name)


def _read_stacked(files: dict[str, Path], name: str, unit: str) -> "Cells":
    from pytest_claims.data.cells import stacked

    return stacked([_read(path, own) for own, path in files.items()], name=name, unit=unit)
