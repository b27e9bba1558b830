"""The record of a run: every verdict with its evidence, and the data that it rests on, as JSON.

In a file it is tables of columns, as ``record.schema.json`` describes them, which is generated from these classes.
Knows nothing about pytest or about how the record is shown.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pydantic

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text, json_in
from pytest_claims.base.schema import shown
from pytest_claims.base.tables import content_of, tables_of
from pytest_claims.base.tables_schema import tables_schema
from pytest_claims.data.design import Words
from pytest_claims.data.dropped import Dropped
from pytest_claims.data.gap import Gap
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.pitfall import Pitfall
from pytest_claims.data.registration import PROVENANCE
from pytest_claims.data.table import Table
from pytest_claims.reading.cells import STACKED, Cells
from pytest_claims.verdicts.counted import Counted, counted_of
from pytest_claims.verdicts.differing import NO_PURPOSE, several_differences
from pytest_claims.verdicts.digits import rounded
from pytest_claims.verdicts.multilevel import MultilevelModel, multilevel_models
from pytest_claims.verdicts.multiplicity import Correction, corrections
from pytest_claims.verdicts.pitfalls import pitfalls_of_table
from pytest_claims.verdicts.record_parts import EVIDENCE, joined, texts_of
from pytest_claims.verdicts.replications import SubjectReplication, replications
from pytest_claims.verdicts.syntheses import Place, Synthesis, syntheses
from pytest_claims.verdicts.unit_record import MOST_NAMES, UnitRecord, unit_records
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.verdicts.written import Written

SCHEMA_VERSION: Final = 10
_READING: Final = (
    "One run: what stands here describes it, and its tables hold its verdicts by columns. A row of a table within "
    "another says by 'in' which row of that it belongs to. A column in which every value is the default is left out, "
    "and so is a table without rows. A column is the list of its values, or says the same in less room: {of, runs} "
    "each value as often as its run is long (without 'of' 0, 1, 2, ...); {of, at} the value of 'of' at each place, "
    "counted from 0; {each, items} lists, with their lengths, and the items of all; {lists} the items of lists, one "
    "after the other. Each of these is such a column again. Of a mapping there are two columns, of lists of its keys "
    "and of its values. Columns of compared, histogram, analyses, replicates and counted are in "
    "claims.evidence.json.gz. Numbers of perturbed copies have five digits, unless a verdict would say something else "
    "then; all others have every digit."
)
_MOST_ROWS: Final = MOST_NAMES  # every verdict of a worker carries its subject's


@dataclass(frozen=True, kw_only=True)
class SubjectRecord:
    """The columns a subject was judged by, in the order of ``rows``, and where they came from.

    Attributes:
        finding: the name of the one whose claims were judged on it.
        name: the subject's.
        sha256: of its data.
        recorded: whether these are recorded, and were not measured by this run.
        words: what sentences call things.
        count: how many rows there are.
        levels: how many levels each unit has.
        units: which these are.
        rows: their names, and ``columns`` their numbers, None where one is missing; neither of more than 2,000 rows.
        rounding: within what the numbers of a column are rounded.
        provenance: what is known of where they come from.
        nothing: why nothing could be judged on it, if that is so.
        dropped: what its finding leaves out of its files.
        declared: the sha256 of what that declares.
        study: the subject of whose study these are more data, so that beside it they count nowhere.
        pitfalls: what commonly goes wrong and was looked for: when it was measured, in its table, and beside others.
        counted: what it brings to the one model of several subjects, where its finding makes one.
        on_purpose: settings that differ between models by a rule, and that rule, as its finding declares.
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
    study: str = ""
    pitfalls: tuple[Pitfall, ...] = ()
    counted: Counted | None = None
    on_purpose: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One run: its subjects and verdicts, and what follows from several verdicts together.

    Attributes:
        schema_version: of the form of the file.
        created: when, and ``version`` of what version of the harness.
        asked: how many verdicts the run would have if every claim that it found were judged on every subject.
        left_out: what kept it from that, such as an option; empty for a whole run.
        subjects: the data.
        matrix: the words of each verdict, by claim and subject.
        verdicts: what was said of each claim on each subject.
        corrections: of p that belong together.
        replications: what was held against an original.
        syntheses: what several subjects say together.
        multilevel: of each finding that makes one, the one model of several subjects.
        written: where each claim stands.
        versions: of Python, and of the libraries that judged.
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
    multilevel: tuple[MultilevelModel, ...] = ()
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

    def model_of(self, claim: str) -> MultilevelModel | None:
        """The one model of several subjects that says something of a claim, if there is one."""
        return next((model for model in self.multilevel if claim in model.claims), None)

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
            multilevel=[model for model in self.multilevel if model.finding == finding],
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
    multilevel: Sequence[MultilevelModel] | None = None,
) -> Record:
    """The record of these verdicts, with all that follows from them; of a whole run unless told otherwise.

    Models of several subjects take seconds to make, and are not made again where they are given.

    Of where claims are ``written`` it keeps those that were judged, and of numbers of copies five digits.
    """
    verdicts = tuple(map(rounded, verdicts))
    matrix: dict[str, dict[str, str]] = {}
    for verdict in verdicts:
        matrix.setdefault(verdict.claim.id, {})[verdict.subject] = str(verdict)
    return Record(
        schema_version=SCHEMA_VERSION,
        created=created,
        version=version,
        asked=asked or len(verdicts),
        left_out=tuple(left_out),
        subjects=_beside_others(subjects),
        matrix=matrix,
        verdicts=verdicts,
        corrections=corrections(verdicts),
        replications=replications(verdicts, studies_of(subjects)),
        syntheses=put_together(verdicts, subjects),
        multilevel=_models_of(subjects) if multilevel is None else tuple(multilevel),
        written=tuple(one for one in written if one.claim in matrix),
        versions=dict(versions or {}),
    )


def _beside_others(subjects: Sequence[SubjectRecord]) -> tuple[SubjectRecord, ...]:
    """The subjects with what they differ in from those of their finding that they are compared with."""
    found = []
    for subject in subjects:
        own = {one.name: one.provenance for one in subjects if one.finding == subject.finding}
        rest = (one for one in subject.pitfalls if one.name != "several-differences")
        found.append(replace(subject, pitfalls=(*rest, *several_differences(subject.name, own, subject.on_purpose))))
    return tuple(found)


def put_together(verdicts: Iterable[Verdict], subjects: Sequence[SubjectRecord]) -> tuple[Synthesis, ...]:
    """What these verdicts say together, claim by claim, as far as the levels of their subjects allow it."""
    units = {(subject.finding, subject.name): subject.units for subject in subjects}
    stacks = {(subject.finding, subject.name) for subject in subjects if STACKED in subject.provenance}
    more = [place for place, study in studies_of(subjects).items() if (place[0], study) in units]
    return syntheses(verdicts, units, stacks.union(more))


def _models_of(subjects: Iterable[SubjectRecord]) -> tuple[MultilevelModel, ...]:
    return multilevel_models([(one.finding, one.name, one.counted) for one in subjects if one.counted])


def studies_of(subjects: Iterable[SubjectRecord]) -> dict[Place, str]:
    """The subject of whose study these are more data, by the names of a finding and of such a subject."""
    return {(subject.finding, subject.name): subject.study for subject in subjects if subject.study}


def subject_record(
    data: Measurement | Cells,
    table: Table,
    *,
    recorded: bool,
    finding: str = "",
    declared: str = "",
    study: str = "",
    on_purpose: Mapping[str, str] = NO_PURPOSE,
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
        provenance={name: one for name, one in data.provenance.items() if name != PROVENANCE} | _elsewhere(data),
        nothing=table.nothing,
        dropped=table.dropped,
        declared=declared,
        study=study,
        pitfalls=(*(data.pitfalls if isinstance(data, Measurement) else ()), *pitfalls_of_table(table)),
        counted=counted_of(table),
        on_purpose=dict(on_purpose),
    )


def _elsewhere(data: Measurement | Cells) -> dict[str, str]:
    """Where the source says otherwise of some cells."""
    several = data.elsewhere if isinstance(data, Measurement) else ()
    return {f"elsewhere, {one.name}": one.source for one in several}


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


def files_of(record: Record) -> tuple[str, bytes]:
    """The text of ``claims.json``, and what lies beside it."""
    return texts_of(tables_of(Record, to_json(record)))


def read_record(path: Path, *, say: Callable[[str], object] = lambda line: None) -> Record:
    """Read ``claims.json``, or the record of a part, and what lies beside it.

    Args:
        path: the file.
        say: is told in a line if what lies beside it is missing, or of another run. The record is then without that.

    Raises:
        InputError: for one that is broken or of another version.
    """
    anew = f"write it anew with pytest claims/ --claims-report-dir {path.parent}"
    text = given_text(path, kind="a record", remedy=anew)
    content = json_in(text, file=str(path), kind="a record", remedy=anew)
    version = content.get("schema_version") if isinstance(content, dict) else None
    if type(version) is not int or version != SCHEMA_VERSION:  # true == 1.0 == 1
        raise InputError(f"{path} has schema version {shown(version)}, wanted {SCHEMA_VERSION}; {anew}")
    try:
        both = joined(content, path, lambda line: say(f"{line}; {anew}"))
        record: Record = from_json(Record, content_of(Record, both))
    except InputError as error:
        raise InputError(f"{path} is broken: {error}; {anew}") from error
    return record


def schema() -> dict[str, Any]:
    """The JSON schema of ``claims.json``, and of what lies beside it."""
    evidence = "The sha256 of what lies beside it, claims.evidence.json.gz, uncompressed: more columns of these tables."
    beside = {EVIDENCE: {"description": evidence, "type": "string"}}
    found = tables_schema(Record, title="A record of pytest-claims", description=_READING, beside=beside)
    found["properties"]["schema_version"]["const"] = SCHEMA_VERSION
    return found


@cache
def _adapter(kind: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(kind)
