"""Subjects on offer: named measurements that are read, or made, when a claim first asks for them.

Knows nothing about how a measurement is made. What it needs to read one is imported then: a plugin that offers
subjects is loaded in every run of pytest.
"""

import functools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_claims.base.errors import InputError
from pytest_claims.base.nearest import nearest
from pytest_claims.reading.formats import is_table

if TYPE_CHECKING:
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.registration import Registration
    from pytest_claims.reading.cells import Cells


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A name and how to get its data: a measurement, or the cells of a table; ``recorded`` is False for a live one.

    ``origin`` says where it comes from: a file, or the option that asked for it. ``finding`` is the name of the one
    whose claims are judged on it, empty for all. ``cells`` gives the same data as the text of a table, of the columns
    that are wanted, for findings that declare what its columns are. ``beside`` gives the folder in which the data of a
    live one lie, and what else was kept with them; None before they are made. ``register`` keeps what claims say before
    a live one is measured, and nothing once that began.
    """

    name: str
    load: "Callable[[], Measurement | Cells]"
    recorded: bool
    origin: str = ""
    finding: str = ""
    cells: "Callable[[Collection[str] | None], Cells] | None" = None
    beside: "Callable[[], Path | None] | None" = None
    register: "Callable[[Sequence[Registration]], object] | None" = None

    def __post_init__(self) -> None:
        is_name = isinstance(self.name, str) and self.name.strip() and len(self.name.splitlines()) == 1
        if not (is_name and callable(self.load)):
            raise InputError(
                f"a subject of name {self.name!r} and load {self.load!r}; wanted a name in one line, and a function "
                "that gives its measurement"
            )

    def measurement(self) -> "Measurement | Cells":
        """The data. Raises InputError for those that go by another name, under which nobody would find them."""
        from pytest_claims.data.measurement import Measurement
        from pytest_claims.reading.cells import Cells

        measurement = self.load()
        if not isinstance(measurement, Measurement | Cells):
            raise InputError(
                f"{self.origin or self.name} gives {type(measurement).__name__}, wanted a "
                "pytest_claims.Measurement; return one from its load"
            )
        if measurement.name != self.name:
            raise InputError(
                f"{self.origin or self.name} holds {measurement.name!r}, wanted {self.name!r}; "
                "give the file the name that is written in it, or measure again"
            )
        return measurement


def recorded_in(folder: Path, *, finding: str = "") -> list[Subject]:
    """Every measurement that lies in a folder, by the name of its file; for the claims of one finding, or of all."""
    from pytest_claims.data.measurement_file import measurement_name, read_measurement

    return [
        Subject(
            name=name,
            load=functools.partial(read_measurement, path),
            recorded=True,
            origin=str(path),
            finding=finding,
            cells=cells_in(path, name),
        )
        for path in sorted(folder.iterdir())
        if (name := measurement_name(path))
    ]


def cells_in(path: Path, name: str) -> "Callable[[Collection[str] | None], Cells] | None":
    """How a table's columns of some names are read, under the name of its subject; None for a file that is no table."""
    if not is_table(path):
        return None
    from pytest_claims.reading.formats import read_cells

    return functools.partial(read_cells, path, name)


def refuse_vain(patterns: Sequence[str], names: Collection[str]) -> None:
    """Raise InputError for every pattern that matches none of the names of subjects."""
    vain = [pattern for pattern in patterns if names and not any(fnmatchcase(name, pattern) for name in names)]
    if vain:
        meant = " and ".join(f"{pattern} (did you mean {nearest(pattern, names)!r}?)" for pattern in vain)
        raise InputError(f"no subject matches {meant}: have {', '.join(names)}")


def select(subjects: Sequence[Subject], patterns: Sequence[str]) -> list[Subject]:
    """The subjects whose name matches any of the patterns (all, if there are none).

    A live subject takes the place of a recorded one of the same name.

    Raises:
        InputError: if two recorded or two live subjects have one name.
    """
    by_name = {**_by_name(subjects, recorded=True), **_by_name(subjects, recorded=False)}
    return [
        subject
        for name, subject in by_name.items()
        if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
    ]


def _by_name(subjects: Sequence[Subject], *, recorded: bool) -> dict[str, Subject]:
    by_name: dict[str, Subject] = {}
    for subject in subjects:
        if subject.recorded is not recorded:
            continue
        first = by_name.setdefault(subject.name, subject)
        if first is not subject:
            raise InputError(
                f"two subjects are named {subject.name!r}: {first.origin or 'one'} and {subject.origin or 'another'}; "
                "leave one out, or give one another name"
            )
    return by_name
