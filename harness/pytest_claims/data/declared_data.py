"""The subjects of the files that a finding names: each by itself, several as one table, and the stack of them all.

Knows nothing about what is in the files. What is imported to read one is imported then.
"""

import functools
import glob
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.data.array_file import arrays_name
from pytest_claims.data.declaration import Declaration, TogetherEntry
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.subject import Subject
from pytest_claims.data.wanted import wanted_columns
from pytest_claims.reading.formats import table_name

if TYPE_CHECKING:
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.reading.cells import Cells

_PATTERN: Final = frozenset("*?[")
Read = Callable[[], "Cells | Measurement"]


def subjects_of(folder: Path, declared: Declaration) -> tuple[Subject, ...]:
    """The subjects that a finding declares in ``folder``.

    Raises:
        InputError: for a file that is not there, and for two subjects of one name.
    """
    finding = folder.resolve().name
    reads = {**_single(folder, declared), **_together(folder, declared)}
    origins = {name: str(origin) for name, (_, origin) in reads.items()}
    loads: dict[str, Read] = {name: read for name, (read, _) in reads.items()}
    if declared.stack:
        stack = _stack(finding, declared, loads)
        loads[f"all@{finding}"], origins[f"all@{finding}"] = stack, str(folder / FILE)
    return tuple(
        Subject(name=name, load=read, recorded=True, origin=origins[name], finding=finding)
        for name, read in loads.items()
    )


def _single(folder: Path, declared: Declaration) -> dict[str, tuple[Read, Path]]:
    wanted, named = wanted_columns(declared), isinstance(declared.data, Mapping)
    found: dict[str, tuple[Read, Path]] = {}
    for name, path in _files(folder, declared).items():
        arrays = functools.partial(_read_arrays, path, name if named else "")
        found[name] = (arrays if arrays_name(path.name) else functools.partial(_read, path, name, wanted), path)
    return found


def _together(folder: Path, declared: Declaration) -> dict[str, tuple[Read, Path]]:
    """The tables of several files. Raises InputError for one that has the name of a file."""
    taken = _files(folder, declared)
    found: dict[str, tuple[Read, Path]] = {}
    for name, entry in declared.tables.items():
        if name in taken:
            raise InputError(f"{folder.name}/{FILE}: data and tables have a subject {name!r} each; rename one")
        paths = [path for one in entry.files for path in _paths(folder, one, "files")]
        parts = tuple((path, _cut(folder, path, name, entry)) for path in dict.fromkeys(paths))
        found[name] = (functools.partial(_read_together, parts, name, declared), folder / FILE)
    return found


def _stack(finding: str, declared: Declaration, reads: Mapping[str, Read]) -> Read:
    """All subjects that are no controls, as one."""
    own = [read for name, read in reads.items() if not any(fnmatchcase(name, one) for one in declared.controls)]
    if len(own) < 2:
        raise InputError(
            f"{finding}/{FILE}: stack = {declared.stack!r} and {len(own)} subjects in data that are no "
            "controls; name at least two, or remove the line"
        )
    return functools.partial(_read_stacked, own, f"all@{finding}", declared)


def _files(folder: Path, declared: Declaration) -> dict[str, Path]:
    """The files of the subjects that are declared, by name. Raises InputError where two have one name."""
    if not isinstance(declared.data, str | tuple):
        return {name: _given(folder, file, "data") for name, file in declared.data.items()}
    files: dict[str, Path] = {}
    for file in (declared.data,) if isinstance(declared.data, str) else declared.data:
        for path in _paths(folder, file, "data"):
            name = arrays_name(path.name) or table_name(path)
            if name in files:
                raise InputError(
                    f"{folder.name}/{FILE}: {str(files[name])!r} and {str(path)!r} are both called {name!r}; name one "
                    "of them once, or give names in data: name = file"
                )
            files[name] = path
    return files


def _paths(folder: Path, file: str, key: str) -> list[Path]:
    """The files that match a pattern, in the order of their names, or the one of this name."""
    if is_given(folder / file) or not _PATTERN & set(file):
        return [_given(folder, file, key)]
    paths = [folder / found for found in sorted(glob.glob(file, root_dir=folder))]  # noqa: PTH207  Path.glob refuses /data/*
    if not paths:
        raise InputError(f"{folder.name}/{FILE}: no file matches {file!r}; correct {key}")
    return paths


def _given(folder: Path, file: str, key: str) -> Path:
    if not is_given(path := folder / file):
        raise InputError(f"{folder.name}/{FILE}: no file {str(path)!r}; correct {key}, which is relative to its folder")
    return path


def _cut(folder: Path, path: Path, name: str, entry: TogetherEntry) -> dict[str, str]:
    """What the patterns of a table find in the path of one of its files, by the column that it becomes."""
    where = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
    found = {}
    for column, pattern in entry.cut.items():
        try:
            match = re.search(pattern, where)
        except re.error as error:
            raise InputError(
                f"{folder.name}/{FILE}, {name}: {pattern!r} is no pattern ({error}); correct it"
            ) from error
        if match is None or not (text := match.group(1) if match.re.groups else match.group()):
            raise InputError(f"{folder.name}/{FILE}, {name}: cut {column}: {pattern!r} finds nothing in {where!r}")
        found[column] = text
    return found


def _read(path: Path, name: str, wanted: Collection[str]) -> "Cells":
    from pytest_claims.reading.formats import read_cells

    return read_cells(path, name, wanted)


def _read_arrays(path: Path, name: str) -> "Measurement":
    """The arrays of a file, under the name that the finding gives them, if it does."""
    from pytest_claims.data.measurement_file import read_measurement

    measurement = read_measurement(path)
    return replace(measurement, name=name) if name else measurement


def _as_cells(data: "Cells | Measurement", declared: Declaration, besides: Collection[str] = ()) -> "Cells":
    from pytest_claims.reading.cells import Cells

    if isinstance(data, Cells):
        return data
    from pytest_claims.data.array_cells import array_cells

    return array_cells(data, declared, besides=besides)


def _read_stacked(reads: Sequence[Read], name: str, declared: Declaration) -> "Cells":
    from pytest_claims.reading.cells import stacked

    return stacked([_as_cells(read(), declared) for read in reads], name=name, unit=declared.stack)


def _read_together(parts: Iterable[tuple[Path, Mapping[str, str]]], name: str, declared: Declaration) -> "Cells":
    """The rows of several files as one table, with what was cut from the path of each."""
    from pytest_claims.reading.cells import joined

    several = []
    for path, cut in parts:
        data = _read_arrays(path, "") if arrays_name(path.name) else _read(path, "", wanted_columns(declared))
        cells = _as_cells(data, declared, besides=cut)
        if taken := [column for column in cut if column in cells.known]:
            raise InputError(f"{path.name} has a column {taken[0]!r}; give what {name} cuts another name")
        several.append(cells.with_texts(cut))
    for cells in several[1:]:
        for one, other in ((cells, several[0]), (several[0], cells)):
            if lacking := [column for column in other.columns if column not in one.columns]:
                raise InputError(
                    f"{name}: {other.name} has a column {lacking[0]!r}, and {one.name} has none; wanted it in all files"
                )
    return joined(several, name=name)
