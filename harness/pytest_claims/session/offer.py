"""What a session offers to claims: its subjects, each loaded when a claim first asks for it.

Knows nothing about judging, or about how a subject is had. What it needs to read one is imported then: it is made in
every run of pytest, and most have no claims.
"""

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.base.heard import heard
from pytest_claims.base.option import usage, value
from pytest_claims.data.subject import Subject, select

if TYPE_CHECKING:
    from pytest_claims.data.gap import Gap
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.table import Table
    from pytest_claims.verdicts.record import SubjectRecord

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """A subject that was read: its measurement, the table that claims see, and what the record keeps."""

    measurement: "Measurement"
    table: "Table"
    record: "SubjectRecord"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How the claims of one place see a measurement; ``place`` tells readers that see it otherwise from each other."""

    place: Hashable
    table_of: "Callable[[Measurement], object]"


class Offer:
    """The subjects of a session; ``subjects`` are those that are judged, of all that there are."""

    def __init__(self, offered: Sequence[Subject], patterns: Sequence[str]) -> None:
        self._all = select(offered, [])
        self.subjects = select(offered, patterns)
        self._measurements: dict[str, Measurement | Exception] = {}
        self._loaded: dict[tuple[Hashable, str], Loaded | Exception] = {}

    def of_all(self, judged: int) -> int:
        """How many claims there would be on all subjects, where there are ``judged`` on those that are chosen."""
        return judged * len(self._all) // len(self.subjects) if self.subjects else judged

    def load(self, subject: Subject, reader: Reader) -> Loaded:
        """The subject with its data. It is tried once: what it raises if it cannot be had, it raises each time."""
        place = (reader.place, subject.name)
        if place not in self._loaded:
            had = self._measurement(subject)
            self._loaded[place] = had if isinstance(had, Exception) else _load(subject, had, reader)
        found = self._loaded[place]
        if isinstance(found, Exception):
            raise found
        return found

    def is_lacking(self, name: str) -> bool:
        """Whether a subject was asked for and could not be had."""
        return any(isinstance(found, Exception) for (_, subject), found in self._loaded.items() if subject == name)

    def refuse_unknown(self, gap: "Gap", reader: Reader) -> None:
        """Raise InputError for a name that no subject has; what a live one has is known once it is measured."""
        from pytest_claims.base.schema import unknown_name

        known: dict[str, None] = {}
        for table in self._tables(reader):
            known |= dict.fromkeys(_known(table, gap.what))
            if gap.missing in known:
                return
        raise InputError(f"{unknown_name(gap.what, gap.missing, known)}; correct it, for no subject has it")

    def _tables(self, reader: Reader) -> "Iterator[Table]":
        for subject in self._all:
            if subject.recorded or subject.name in self._measurements:
                try:
                    yield self.load(subject, reader).table
                except Exception:  # noqa: S112  told where the subject itself is judged
                    continue

    def _measurement(self, subject: Subject) -> "Measurement | Exception":
        if subject.name not in self._measurements:
            self._measurements[subject.name] = _tried(subject.measurement)
        return self._measurements[subject.name]


_OFFER: Final = pytest.StashKey[Offer]()
_IN_TIME: Final = pytest.StashKey[list[str]]()


def offer_of(config: pytest.Config) -> Offer:
    """The offer of a session, made when it is first asked for; what is wrong with it is a usage error."""
    if _OFFER not in config.stash:
        with usage(), heard():
            offered = [
                one for several in config.hook.pytest_claims_subjects(config=config) for one in _checked(several)
            ]
            config.stash[_OFFER] = Offer([*offered, *_files(config)], value(config, "claims_subject"))
    return config.stash[_OFFER]


def begin(config: pytest.Config) -> None:
    """Remember who may offer subjects, and find them at once; in a worker when a claim asks for them."""
    config.stash[_IN_TIME] = _offering(config)
    if not hasattr(config, "workerinput"):
        offer_of(config)


def too_late(config: pytest.Config) -> list[str]:
    """What offers subjects and was loaded after they were asked for: a conftest.py below the folders of the run."""
    return [name for name in _offering(config) if name not in config.stash[_IN_TIME]]


def _offering(config: pytest.Config) -> list[str]:
    return [one.plugin_name for one in config.hook.pytest_claims_subjects.get_hookimpls()]


def lacking(subject: Subject) -> str:
    """What is said of a subject that was asked for and could not be had."""
    return f"{subject.name} could not be {'read' if subject.recorded else 'measured'}"


def _checked(offered: object) -> list[Subject]:
    """What a hook gave, if it is what it should be."""
    if isinstance(offered, list | tuple) and all(isinstance(one, Subject) for one in offered):
        return list(offered)
    from pytest_claims.base.schema import shown

    raise InputError(
        f"pytest_claims_subjects of a conftest.py or plugin returns {shown(offered)}; wanted a list of "
        "pytest_claims.Subject"
    )


def _files(config: pytest.Config) -> Iterator[Subject]:
    for file in value(config, "claims_measurement"):
        from pytest_claims.data.measurement_file import read_measurement

        measurement = read_measurement(Path(file))
        load = functools.partial(_same, measurement)
        yield Subject(name=measurement.name, load=load, recorded=True, origin=f"--claims-measurement {file}")


def _same(measurement: "Measurement") -> "Measurement":
    return measurement


def _known(table: "Table", what: str) -> Iterable[str]:
    """The names of this kind that a table has, or may have by its design."""
    if what == "array":
        return table.arrays
    # Each finding calls its rows as it likes, and none says what those of another are.
    return (*table.columns, *table.design.columns) if what == "column" else table.rows


def _load(subject: Subject, measurement: "Measurement", reader: Reader) -> Loaded | Exception:
    from pytest_claims.base.schema import shown
    from pytest_claims.data.table import Table
    from pytest_claims.data.table_check import check_table
    from pytest_claims.verdicts.record import subject_record

    table = _tried(lambda: reader.table_of(measurement))
    if isinstance(table, Exception):
        return table
    if not isinstance(table, Table):
        return InputError(f"pytest_claims_table gives {shown(table)} of {subject.name}, wanted a pytest_claims.Table")
    if (wrong := _tried(lambda: check_table(table))) is not None:
        return wrong
    record = subject_record(measurement, table, recorded=subject.recorded)
    return Loaded(measurement=measurement, table=table, record=record)


def _tried(make: Callable[[], T]) -> T | Exception:
    try:
        with heard():
            return make()
    except SystemExit as error:  # pytest keeps none of these for the tests that follow
        return InputError(f"it called sys.exit({error.code!r}); raise an error there that says what is wrong")
    except Exception as error:  # of hours of measuring, too: they are not begun again for every claim
        return error
