import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from marker import table_of

from conftest import make_measurement, make_table
from pytest_claims import claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import InputError
from pytest_claims.base.writing import Writing
from pytest_claims.data.design import Design
from pytest_claims.data.table import Table
from pytest_claims.page.document import Page
from pytest_claims.reading.cells import cells_of
from pytest_claims.report import write_comment, write_record
from pytest_claims.report.context import Context
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import Record, from_json, read_record, record_of, schema, subject_record, to_json


@claim("made-up", source="nowhere", family="made up")
def body(table):
    """Cosine correlates with source rate | and a pipe."""
    assert pearson(table["cosine"], table["source_rate"]).p < 0.3


@pytest.fixture(scope="module")
def record() -> Record:
    return make_record()


def make_record() -> Record:
    measurement = make_measurement()
    table = table_of(measurement)
    verdicts = (
        judge(claim_of(body), body, table, checks=checks_of("full")),
        judge(claim_of(body), body, make_table(5)),
    )
    return record_of(
        created="2026-11-24T00:00:00+00:00",
        version="0",
        subjects=[subject_record(measurement, table, recorded=True)],
        verdicts=verdicts,
    )


def write_reports(record: Record, folder: Path) -> list[Path]:
    writing = Writing()
    write_record(record, folder, writing)
    write_comment(record, Context(), folder, writing)
    writing.write(folder / "index.html", Page(record=record).html)
    assert not writing.failed + writing.notices
    return writing.written


def test_record_file_round_trip_and_schema(record, tmp_path):
    write_reports(record, tmp_path)
    content = json.loads((tmp_path / "claims.json").read_text())
    jsonschema.validate(content, schema())
    assert to_json(read_record(tmp_path / "claims.json")) == to_json(record)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as a record"),
        ('{"schema_version": 4}', "has schema version 4, wanted 9"),
        ("[]", "has schema version None, wanted 9"),
    ],
)
def test_record_of_another_version_is_refused_with_the_command_that_rewrites_it(tmp_path, text, message):
    (tmp_path / "claims.json").write_text(text)
    with pytest.raises(
        InputError, match=f"{message}.*; write it anew with pytest claims/ --claims-report-dir {tmp_path}"
    ):
        read_record(tmp_path / "claims.json")


def test_committed_schema_is_the_one_of_the_code(root):
    assert json.loads((root / "harness" / "pytest_claims" / "verdicts" / "record.schema.json").read_text()) == schema()


def test_same_record_gives_same_reports(record, tmp_path):
    first = write_reports(record, tmp_path / "a")
    second = write_reports(make_record(), tmp_path / "b")
    assert [path.name for path in first] == [path.name for path in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


@pytest.mark.parametrize(("rows", "kept"), [(2000, True), (2001, False)])
def test_rows_of_a_large_table_are_counted_and_not_kept(rows, kept):
    columns = {"height": np.linspace(0, 1, rows)}
    table = Table(subject="made", rows=tuple(map(str, range(rows))), columns=columns, design=Design()).fresh()
    subject = subject_record(cells_of(columns, "made"), table, recorded=True)
    assert (subject.count, dict(subject.levels)) == (rows, {"row": rows})
    assert (len(subject.rows), "height" in subject.columns) == ((rows, True) if kept else (0, False))


@pytest.mark.parametrize(("rows", "kept"), [(6, 6), (1999, 1999), (2000, 2000), (2001, 0)])
def test_rows_are_kept_of_up_to_two_thousand(rows, kept):
    table = make_table(rows)
    subject = subject_record(make_measurement(), table, recorded=True)
    assert subject.count == rows
    assert subject.rows == table.rows[:kept]
    lengths = {name: len(values) for name, values in subject.columns.items()}
    assert lengths == dict.fromkeys(table.columns if kept else (), kept)


def test_a_record_of_two_findings_says_of_each_what_it_is_about():
    """Also after it was read, when equal names are no longer the same object."""
    table = make_table()
    subject = subject_record(make_measurement(), table, recorded=True)
    first, second = (judge(claim_of(body), body, make_table(rows)) for rows in (5, 6))
    both = record_of(
        created="2026-11-24",
        version="0",
        subjects=[replace(subject, finding="one"), replace(subject, name="other", finding="two")],
        verdicts=[replace(first, finding="one"), replace(second, finding="two")],
    )
    read = from_json(Record, json.loads(json.dumps(to_json(both))))
    for name, verdict in (("one", first), ("two", second)):
        part = read.of(name)
        assert part.findings == (name,)
        assert [(one.finding, one.subject) for one in part.verdicts] == [(name, verdict.subject)]
        assert part.asked == 1
