import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from fences import blocks
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
from pytest_claims.verdicts.record_parts import OF_EVIDENCE


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
    beside = json.loads(gzip.decompress((tmp_path / "claims.evidence.json.gz").read_bytes()))
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(content)
    validator.validate({**content, **beside})
    told: list[str] = []
    assert to_json(read_record(tmp_path / "claims.json", say=told.append)) == to_json(record)
    assert not told


def test_page_of_a_record_that_was_read_is_that_of_the_run(record, tmp_path):
    write_reports(record, tmp_path)
    assert Page(record=read_record(tmp_path / "claims.json")).html() == (tmp_path / "index.html").read_text()


def test_without_what_lies_beside_it_a_record_has_all_but_that(record, tmp_path):
    write_reports(record, tmp_path)
    beside = tmp_path / "claims.evidence.json.gz"
    told: list[str] = []
    for content, why in (
        (None, "is missing"),
        (b"broken", "cannot be read"),
        (gzip.compress(b"{}"), "is of another run"),
    ):
        beside.unlink()
        if content is not None:
            beside.write_bytes(content)
        read = read_record(tmp_path / "claims.json", say=told.append)
        assert f"{beside} {why}: what only charts rest on is left out; write it anew with pytest" in told.pop()
        beside.touch()
        assert read.matrix == record.matrix
        assert [to_json(one)["left_out"] for one in read.verdicts] == [
            to_json(one)["left_out"] for one in record.verdicts
        ]
        assert {one.compared for one in read.verdicts} == {None}
        assert not any(check.analyses or check.histogram for one in read.verdicts for check in one.checks)


def test_every_table_and_column_is_described():
    found = schema()["$defs"]["tables"]["properties"]
    nameless = [f"{name}.{column}" for name, table in found.items() for column in table["properties"]
                if not table["properties"][column]["description"]]  # fmt: skip
    assert not nameless + [name for name, table in found.items() if not table["description"]]
    assert len(found) > 10


def test_what_a_file_has_of_each_field_is_known_of_fields_alone():
    """A field that is renamed would move from what lies beside a record into it."""
    names = {
        f"{name}.{column}".removesuffix(".key").removesuffix(".value")
        for name, table in schema()["$defs"]["tables"]["properties"].items()
        for column in table["properties"]
    }
    assert all(any(name == one or name.startswith(f"{one}.") for name in names) for one in OF_EVIDENCE)


def test_a_record_takes_a_tenth_of_what_its_objects_would(root):
    path = root / "reports" / "example" / "claims.json"
    assert len(json.dumps(to_json(read_record(path)))) > 10 * path.stat().st_size


def test_the_example_of_the_documentation_reads_what_we_read(root, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(root)
    monkeypatch.syspath_prepend(tmp_path)
    library, example = (one for one in blocks(root / "docs" / "record.md") if one.language == "python")
    (tmp_path / library.title).write_text(library.text)
    names: dict[str, Any] = {}
    exec(example.text, names)  # noqa: S102
    assert "subject" in capsys.readouterr().out
    record = read_record(root / "reports" / "example" / "claims.json")
    copies = [
        (one.subject, some.unit, some.families, copy.level, copy.answer.outcome, copy.answer.estimate.value)
        for one in record.verdicts
        if one.claim.id == "cosine-predicts-coupling"
        for some in one.left_out
        for copy in some.deletions
        if copy.answer.estimate is not None
    ]
    columns = ["subject", "unit", "families", "level", "answer.outcome", "value"]
    assert list(names["found"].dropna(subset="value")[columns].itertuples(index=False, name=None)) == copies


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as a record"),
        ('{"schema_version": 4}', "has schema version 4, wanted 10"),
        ("[]", "has schema version None, wanted 10"),
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
