"""The finding: what ``finding.toml`` in a folder of claims declares, its subjects, and the tables of them.

Knows nothing about claims. What needs numpy is imported when a table is made: a run that only collects reads this.
"""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_claims.base.schema import read_toml
from pytest_claims.data.array_file import arrays_name
from pytest_claims.data.declaration import Declaration
from pytest_claims.data.declaration_check import check_declaration
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.declared_data import subjects_of
from pytest_claims.data.design import Design, Factor, Multilevel, Parts, Rate, Unit, Words
from pytest_claims.data.subject import Subject

if TYPE_CHECKING:
    from pytest_claims.data.table import Table
    from pytest_claims.reading.cells import Cells


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A finding by the name of its folder; ``declared`` is what its ``finding.toml`` holds."""

    name: str
    folder: Path
    declared: Declaration

    @functools.cached_property
    def sha256(self) -> str:
        """Of what is declared; a key that came later, and is not given, changes nothing."""
        return hashlib.sha256(self.declared.model_dump_json(exclude_defaults=True).encode()).hexdigest()

    @functools.cached_property
    def decides(self) -> str:
        """Of what is declared that which tables, and which effects count, hang on: no files, words or questions."""
        return self.declared.model_dump_json(
            include={"units", "factors", "measured", "smallest", "cut", "drops"},
            exclude={
                "units": {"__all__": {"plural"}},
                "measured": {"__all__": {"parts"}},
                "drops": {"__all__": {"because"}},
            },
            exclude_defaults=True,
        )

    def collected(self, subject: str) -> str:
        """When the data of a subject were collected, if it is declared."""
        dates = self.declared.collected
        return dates if isinstance(dates, str) else dates.get(subject, "")

    def study(self, subject: str) -> str:
        """The first subject of the finding's own data, where this one is another of them; or else empty."""
        first, *more = self.declared.own or ("",)
        return first if subject in more else ""

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
    def names_arrays(self) -> bool:
        """Whether some of the files that it names hold labelled arrays."""
        data = self.declared.data
        files = [data] if isinstance(data, str) else list(data.values() if isinstance(data, Mapping) else data)
        return any(map(arrays_name, (*files, *(file for one in self.declared.tables.values() for file in one.files))))

    @functools.cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """The subjects whose files it names, and the stack of them, if it wants one.

        Raises:
            InputError: for a file that is not there.
        """
        return subjects_of(self.folder, self.declared)

    def table(self, data: Any, *, name: str = "") -> "Table":
        """The table of cells that were read, of a measurement, or of a pandas DataFrame or another mapping of columns.

        Raises:
            InputError: for data that do not fit the declaration.
        """
        from pytest_claims.data.declared_table import declared_table

        declared, cells = self.declared, self._cells(data, name or self.name)
        stacked = bool(declared.stack) and declared.stack in cells.columns
        return declared_table(cells, _with_stack(declared) if stacked else declared, self._design(stacked=stacked))

    def _cells(self, data: Any, name: str) -> "Cells":
        from pytest_claims.reading.cells import Cells, cells_of

        if isinstance(data, Cells):
            return data
        if hasattr(data, "keys"):  # a frame, or a mapping: it needs nothing of what arrays need
            return cells_of(data, name)
        from pytest_claims.data.array_cells import array_cells
        from pytest_claims.data.measurement import Measurement

        return array_cells(data, self.declared) if isinstance(data, Measurement) else cells_of(data, name)

    def _design(self, *, stacked: bool) -> Design:
        return design_of(_with_stack(self.declared)) if stacked else self.design


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
    words = _words(declared)
    return Design(
        words=words,
        units=_units(declared) or (Unit(name=words.unit, plural=words.units, shared=None),),  # rows have numbers alone
        factors=tuple(
            Factor(name=name, columns=one.columns, reference=one.reference) for name, one in declared.factors.items()
        ),
        rates=tuple(rates),
        errors={name: one.standard_error for name, one in declared.measured.items() if one.standard_error},
        smallest=declared.smallest,
        parts={
            name: Parts(array=array, called=called)
            for name, one in declared.measured.items()
            for called, array in one.parts.items()
        },
        gaps=frozenset(name for name, one in declared.measured.items() if one.gaps),
        limits={name: one.range for name, one in declared.measured.items() if one.range},
        controls=declared.partialled_out,
        residuals=declared.residuals,
        columns=tuple(dict.fromkeys([*declared.measured, *counts, *([declared.stack] if declared.stack else [])])),
        remedy=declared.remedy,
        multilevel=_multilevel(declared),
    )


def _multilevel(declared: Declaration) -> Multilevel | None:
    if (one := declared.multilevel) is None:
        return None
    called = {name: declared.columns[name] for name in one.predictors if name in declared.columns}
    return Multilevel(**dict(one), called=called)


def _units(declared: Declaration) -> tuple[Unit, ...]:
    return tuple(
        Unit(
            name=name,
            plural=one.plural or f"{name}s",
            within=_all_within(declared, name),
            reference=one.reference,
            shared=one.shared,
        )
        for name, one in declared.units.items()
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
