"""What a session offers to claims: the subjects of each finding, each loaded when a claim first asks for it.

Knows nothing about judging, or about how a subject is had. What it needs to read one is imported then: it is made in
every run of pytest, and most have no claims.
"""

import functools
import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.base.heard import heard
from pytest_claims.base.option import usage, value
from pytest_claims.data.subject import Subject, refuse_vain, select
from pytest_claims.session.reader import Reader

if TYPE_CHECKING:
    from pytest_claims.data.finding import Finding
    from pytest_claims.data.gap import Gap
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.table import Table
    from pytest_claims.reading.cells import Cells
    from pytest_claims.verdicts.record import SubjectRecord

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """A subject that was read: its data, the table that claims see, and what the record keeps."""

    data: "Measurement | Cells"
    table: "Table"
    record: "SubjectRecord"


class Offer:
    """The subjects of a session, by the findings whose claims are judged on them."""

    def __init__(self, offered: Sequence[Subject], patterns: Sequence[str], *, only_given: bool = False) -> None:
        self._offered = [one for one in offered if not only_given or one.origin.startswith(_OPTION)]
        self._only_given = only_given
        self._patterns = list(patterns)
        self._all: dict[str, list[Subject]] = {}
        self._recorded: dict[tuple[str, str], Subject] = {}
        self._data: dict[tuple[str, str, bool, str], Measurement | Cells | Exception] = {}
        self._loaded: dict[tuple[Hashable, str, bool], Loaded | Exception] = {}
        for finding in {one.finding for one in offered}:  # two of one name are refused before anything is asked
            select([one for one in offered if one.finding == finding], [])

    def subjects_of(self, finding: "Finding | None") -> list[Subject]:
        """The subjects on which the claims of a finding are judged: of all that it has those that were asked for.

        Raises:
            InputError: as :meth:`all_of`, and for a table on the command line that is none of numbers, where the
                finding does not say what its text means.
        """
        chosen = select(self.all_of(finding), self._patterns)
        if not (finding and finding.declared.measured):
            for one in chosen:
                if one.cells and one.origin.startswith(_OPTION):
                    one.measurement()
        return chosen

    def all_of(self, finding: "Finding | None") -> list[Subject]:
        """Those that the finding declares, those that are offered to it, and of those offered to all what suits it.

        Raises:
            InputError: if two of them have one name.
        """
        name = finding.name if finding else ""
        if name not in self._all:
            declared = list(finding.subjects) if finding and not self._only_given else []
            offered = [
                one for one in self._offered if one.finding == name or (not one.finding and _suits(one, finding))
            ]
            self._all[name] = select([*declared, *offered], [])
            self._recorded |= {(name, one.name): one for one in (*declared, *offered) if one.recorded}
        return self._all[name]

    def recorded_of(self, subject: Subject, reader: Reader) -> "Table | None":
        """The table of the recorded subject whose name a live one has; None without one, or where it cannot be had."""
        place = (reader.name, subject.name)
        self.all_of(reader.finding)
        if subject.recorded or place not in self._recorded:
            return None
        found = _tried(functools.partial(self.load, self._recorded[place], reader))
        return None if isinstance(found, Exception) else found.table

    def refuse_vain(self, findings: "Sequence[Finding]") -> None:
        """Raise InputError for a pattern that no subject matches, and a subject for a finding that there is not."""
        from pytest_claims.base.schema import unknown_name

        names = [one.name for several in self._all.values() for one in several]
        refuse_vain(self._patterns, list(dict.fromkeys(names)))
        known = [finding.name for finding in findings]
        for one in self._offered:
            if one.finding and one.origin.startswith(_OPTION) and one.finding not in known:
                raise InputError(f"{one.origin}: {unknown_name('finding', one.finding, known)}; correct it")

    def load(self, subject: Subject, reader: Reader) -> Loaded:
        """The subject with its data. It is tried once: what it raises if it cannot be had, it raises each time."""
        place = (reader.place, subject.name, subject.recorded)
        if place not in self._loaded:
            had = self._read(subject, reader)
            self._loaded[place] = had if isinstance(had, Exception) else _load(subject, had, reader)
        found = self._loaded[place]
        if isinstance(found, Exception):
            raise found
        return found

    def is_lacking(self, subject: Subject, reader: Reader) -> bool:
        """Whether a subject was asked for and could not be had."""
        return isinstance(self._loaded.get((reader.place, subject.name, subject.recorded)), Exception)

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
        for subject in self.all_of(reader.finding):
            if subject.recorded or (subject.finding, subject.name, False, "") in self._data:
                try:
                    yield self.load(subject, reader).table
                except Exception:  # noqa: S112  told where the subject itself is judged
                    continue

    def data_of(self, finding: "Finding", name: str) -> "tuple[Subject, Measurement | Cells] | None":
        """A subject of a finding by its name, with its data: as they were read for a claim, or as they are recorded.

        None for one that was measured live, and elsewhere: nothing is measured for this.
        """
        subject = next((one for one in self.all_of(finding) if one.name == name), None)
        if subject is None:
            return None
        known = (data for key, data in self._data.items() if key[:3] == (subject.finding, name, subject.recorded))
        data = next((one for one in known if not isinstance(one, Exception)), None)
        if data is None and subject.recorded:
            data = subject.measurement()
        return None if data is None else (subject, data)

    def _read(self, subject: Subject, reader: Reader) -> "Measurement | Cells | Exception":
        as_cells = subject.cells if reader.declares else None
        key = (subject.finding, subject.name, subject.recorded, reader.name if as_cells else "")
        if key not in self._data:
            read = functools.partial(as_cells, reader.wanted) if as_cells else subject.measurement
            self._data[key] = _tried(read)
        return self._data[key]


def _suits(subject: Subject, finding: "Finding | None") -> bool:
    """Whether a subject for all claims is one for those of a finding: arrays are none for one whose data are tables."""
    return subject.cells is not None or not (finding and finding.declared.data) or finding.names_arrays


_OPTION: Final = "--claims-measurement"
_OFFER: Final = pytest.StashKey[Offer]()
_IN_TIME: Final = pytest.StashKey[list[str]]()


def offer_of(config: pytest.Config) -> Offer:
    """The offer of a session, made when it is first asked for; what is wrong with it is a usage error."""
    if _OFFER not in config.stash:
        with usage(), heard():
            offered = [
                one for several in config.hook.pytest_claims_subjects(config=config) for one in _checked(several)
            ]
            only = value(config, "claims_only_given")
            config.stash[_OFFER] = Offer([*offered, *_files(config)], value(config, "claims_subject"), only_given=only)
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
    for given in value(config, "claims_measurement"):
        finding, file = _addressed(given)
        yield _file(Path(file), finding, f"{_OPTION} {given}")


def _addressed(given: str) -> tuple[str, str]:
    """The finding and the file of NAME=FILE; a file of such a name is meant as it is."""
    name, equals, file = given.partition("=")
    if not equals or is_given(Path(given)):
        return "", given
    before = Path(name)  # of an ini file, which is relative to its folder, that folder comes first
    return before.name, str(before.parent / file)


def _file(path: Path, finding: str, origin: str) -> Subject:
    """A table, or arrays, that were given: arrays are read at once, for what is wrong with them is a usage error."""
    from pytest_claims.data.measurement_file import measurement_name, read_measurement
    from pytest_claims.data.subject import cells_in
    from pytest_claims.reading.formats import table_name

    name, load = table_name(path), functools.partial(_text, path)
    if not cells_in(path, name) or measurement_name(path):
        try:
            measurement = read_measurement(path)
        except InputError as error:
            if not cells_in(path, name):
                raise
            load = functools.partial(_had, error)  # how text is read is for a finding to say
        else:
            name, load = measurement.name, functools.partial(_had, measurement)
    return Subject(name=name, load=load, recorded=True, origin=origin, finding=finding, cells=cells_in(path, name))


def _text(path: Path) -> "Measurement":
    name = _new_name(path)
    raise InputError(
        f"{path.name} is a table of text, and no finding.toml says what its columns are; write one, as "
        f"pytest-claims new {name} --from {path} proposes it"
    )


def _new_name(path: Path) -> str:
    """A name of a finding, after a file."""
    return re.sub(r"\W+", "_", path.stem).strip("_").lower() or "finding"


def _had(measurement: "Measurement | InputError") -> "Measurement":
    if isinstance(measurement, InputError):
        raise measurement
    return measurement


def _known(table: "Table", what: str) -> Iterable[str]:
    """The names of this kind that a table has, or may have by its design."""
    if what == "array":
        return table.arrays
    if what == "column":
        return (*table.columns, *table.design.columns)
    if what in table.levels or what in table.labels:
        return table.names(what)
    # Each finding calls its rows as it likes, and none says what those of another are; arms are levels of any factor.
    arms = [name for one in table.design.factors if one.name in table.levels for name in table.names(one.name)]
    return arms if what == "arm" and arms else table.rows


def _load(subject: Subject, data: "Measurement | Cells", reader: Reader) -> Loaded | Exception:
    from pytest_claims.base.schema import shown
    from pytest_claims.data.table import Table
    from pytest_claims.data.table_check import check_table
    from pytest_claims.verdicts.differing import NO_PURPOSE
    from pytest_claims.verdicts.record import subject_record

    table = _tried(lambda: reader.table_of(data))
    if isinstance(table, Exception):
        return table
    if not isinstance(table, Table):
        return InputError(f"pytest_claims_table gives {shown(table)} of {subject.name}, wanted a pytest_claims.Table")
    if (wrong := _tried(functools.partial(check_table, table))) is not None:
        return wrong
    table = table.fresh()  # nobody who made it can change it now
    declared = hashlib.sha256(reader.finding.decides.encode()).hexdigest() if reader.finding else ""
    record = subject_record(
        data,
        table,
        recorded=subject.recorded,
        finding=reader.name,
        declared=declared,
        study=reader.finding.study(data.name) if reader.finding else "",
        on_purpose=reader.finding.declared.differ_on_purpose if reader.finding else NO_PURPOSE,
    )
    return Loaded(data=data, table=table, record=record)


def _tried(make: Callable[[], T]) -> T | Exception:
    try:
        with heard():
            return make()
    except SystemExit as error:  # pytest keeps none of these for the tests that follow
        return InputError(f"it called sys.exit({error.code!r}); raise an error there that says what is wrong")
    except Exception as error:  # of hours of measuring, too: they are not begun again for every claim
        return error
