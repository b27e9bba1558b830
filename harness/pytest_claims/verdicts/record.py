"""The record of a run: every verdict with its evidence, and the data that it rests on, as JSON.

Knows nothing about pytest or about how the record is shown. What is written is described by
``record.schema.json``, which is generated from these classes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pydantic

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text, json_in
from pytest_claims.base.schema import shown
from pytest_claims.data.design import Words
from pytest_claims.data.dropped import Dropped
from pytest_claims.data.gap import Gap
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.registration import PROVENANCE
from pytest_claims.data.table import Table
from pytest_claims.reading.cells import STACKED, Cells
from pytest_claims.verdicts.multiplicity import Correction, corrections
from pytest_claims.verdicts.replications import SubjectReplication, replications
from pytest_claims.verdicts.syntheses import Synthesis, syntheses
from pytest_claims.verdicts.unit_record import MOST_NAMES, UnitRecord, unit_records
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.verdicts.written import Written

SCHEMA_VERSION: Final = 9
_MOST_ROWS: Final = MOST_NAMES  # every verdict of a worker carries its subject's


@dataclass(frozen=True, kw_only=True)
class SubjectRecord:
    """The columns a subject was judged by, in the order of ``rows``, and where they came from.

    ``finding`` is the name of the one whose claims were judged on it; ``words`` is what sentences call things.
    ``count`` is the number of rows, and ``levels`` that of the levels of each unit, of which ``units`` says which they
    are; of more than 2,000 rows neither names nor columns are kept. A number that is missing is None. ``nothing`` says
    why nothing could be judged on it, if that is so, and ``dropped`` what its finding leaves out of its files;
    ``declared`` is the sha256 of what that declares.
    """

    finding: str = ""
    name: str
    sha256: str
    recorded: bool
    words: Words
    count: int
    levels: Mapping[str, int]
    units: tuple[UnitRecord, ...]
    rows: tuple[str, ...]
    columns: Mapping[str, tuple[float | None, ...]]
    rounding: Mapping[str, float]
    provenance: Mapping[str, str]
    nothing: Gap | None = None
    dropped: tuple[Dropped, ...] = ()
    declared: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One run: its subjects and verdicts, and what follows from several verdicts together.

    ``matrix`` gives the words of each verdict by claim and subject. ``asked`` is how many verdicts the run
    would have if every claim that it found were judged on every subject; ``left_out`` names what kept it
    from that, such as an option, and is empty for a whole run. ``written`` says where each claim stands, and
    ``versions`` those of Python and of the libraries that judged.
    """

    schema_version: int
    created: str
    version: str
    asked: int
    left_out: tuple[str, ...]
    subjects: tuple[SubjectRecord, ...]
    matrix: Mapping[str, Mapping[str, str]]
    verdicts: tuple[Verdict, ...]
    corrections: tuple[Correction, ...]
    replications: tuple[SubjectReplication, ...]
    syntheses: tuple[Synthesis, ...]
    written: tuple[Written, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """What sentences about all subjects call things: as they do, if all do alike."""
        several = {subject.words for subject in self.subjects}
        return several.pop() if len(several) == 1 else Words()

    def subject_of(self, judged: Verdict | SubjectReplication) -> SubjectRecord:
        """The subject of a verdict, or of what follows from one."""
        place = judged.finding, judged.subject
        return next(subject for subject in self.subjects if (subject.finding, subject.name) == place)

    @property
    def findings(self) -> tuple[str, ...]:
        """The names of the findings that it is about, in the order of its subjects."""
        return tuple(dict.fromkeys(subject.finding for subject in self.subjects))

    def of(self, finding: str) -> "Record":
        """What it says of one finding: itself, if it is about one alone."""
        if self.findings == (finding,):
            return self
        record = record_of(
            created=self.created,
            version=self.version,
            subjects=[subject for subject in self.subjects if subject.finding == finding],
            verdicts=[verdict for verdict in self.verdicts if verdict.finding == finding],
            left_out=self.left_out,
            written=self.written,
            versions=self.versions,
        )
        return replace(record, asked=self.asked if self.left_out else record.asked)


def record_of(
    *,
    created: str,
    version: str,
    subjects: Sequence[SubjectRecord],
    verdicts: Sequence[Verdict],
    asked: int = 0,
    left_out: Sequence[str] = (),
    written: Iterable[Written] = (),
    versions: Mapping[str, str] | None = None,
) -> Record:
    """The record of these verdicts, with all that follows from them; of a whole run unless told otherwise.

    Of where claims are ``written`` it keeps those that were judged.
    """
    matrix: dict[str, dict[str, str]] = {}
    for verdict in verdicts:
        matrix.setdefault(verdict.claim.id, {})[verdict.subject] = str(verdict)
    return Record(
        schema_version=SCHEMA_VERSION,
        created=created,
        version=version,
        asked=asked or len(verdicts),
        left_out=tuple(left_out),
        subjects=tuple(subjects),
        matrix=matrix,
        verdicts=tuple(verdicts),
        corrections=corrections(verdicts),
        replications=replications(verdicts),
        syntheses=put_together(verdicts, subjects),
        written=tuple(one for one in written if one.claim in matrix),
        versions=dict(versions or {}),
    )


def put_together(verdicts: Iterable[Verdict], subjects: Sequence[SubjectRecord]) -> tuple[Synthesis, ...]:
    """What these verdicts say together, claim by claim, as far as the levels of their subjects allow it."""
    units = {(subject.finding, subject.name): subject.units for subject in subjects}
    stacks = {(subject.finding, subject.name) for subject in subjects if STACKED in subject.provenance}
    return syntheses(verdicts, units, stacks)


def subject_record(
    data: Measurement | Cells, table: Table, *, recorded: bool, finding: str = "", declared: str = ""
) -> SubjectRecord:
    """What the record keeps of the data of a subject; how claims stand to what these carry, each verdict says."""
    few, units = len(table) <= _MOST_ROWS, unit_records(table)
    return SubjectRecord(
        finding=finding,
        name=data.name,
        sha256=data.sha256,
        recorded=recorded,
        words=table.design.words,
        count=len(table),
        levels={one.unit: one.count for one in units},
        units=units,
        rows=table.rows if few else (),
        columns={name: tuple(map(_known, values)) for name, values in table.columns.items()} if few else {},
        rounding=dict(table.rounding),
        provenance={name: one for name, one in data.provenance.items() if name != PROVENANCE},
        nothing=table.nothing,
        dropped=table.dropped,
        declared=declared,
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def to_json(value: Any) -> Any:
    """``value``, one of the record's dataclasses, as plain JSON values."""
    kind: Any = type(value)
    return _adapter(kind).dump_python(value, mode="json")


def from_json(kind: type, content: Any) -> Any:
    """The dataclass ``kind`` from what :func:`to_json` gave. Raises InputError for anything else."""
    try:
        return _adapter(kind).validate_python(content)
    except pydantic.ValidationError as error:
        raise InputError(f"not a {kind.__name__} of this harness ({error.errors()[0]['msg']})") from error


def read_record(path: Path) -> Record:
    """Read ``claims.json``, or the record of a part. Raises InputError for one that is broken or of another version."""
    anew = f"write it anew with pytest claims/ --claims-report-dir {path.parent}"
    text = given_text(path, kind="a record", remedy=anew)
    content = json_in(text, file=str(path), kind="a record", remedy=anew)
    version = content.get("schema_version") if isinstance(content, dict) else None
    if type(version) is not int or version != SCHEMA_VERSION:  # true == 1.0 == 1
        raise InputError(f"{path} has schema version {shown(version)}, wanted {SCHEMA_VERSION}; {anew}")
    try:
        record: Record = from_json(Record, content)
    except InputError as error:
        raise InputError(f"{path} is {error}; {anew}") from error
    return record


def schema() -> dict[str, Any]:
    """The JSON schema of a record."""
    return _adapter(Record).json_schema()


@cache
def _adapter(kind: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(kind)
