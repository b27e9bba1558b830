"""The terminal: 80 columns, no name broken, what differs and what failed first, and little where nothing changed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_records import KINDS, record_with
from rich.cells import cell_len
from test_explanation import decided_by_the_second

from pytest_claims.base.visible import visible
from pytest_claims.data.declaration import Declaration
from pytest_claims.data.finding import Finding
from pytest_claims.report.context import Context
from pytest_claims.report.filling import COLUMNS, filled
from pytest_claims.report.marks import MARKS, mark_of
from pytest_claims.report.matrix import letter, matrix_of
from pytest_claims.report.part import text_of
from pytest_claims.report.terminal import summary
from pytest_claims.verdicts.known import Baseline, known_of
from pytest_claims.verdicts.since import since

WORD = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), min_size=1, max_size=12)
CLAIMS = st.lists(WORD, min_size=1, max_size=4).map("-".join).filter(lambda one: len(one) <= 40)
NAMES = st.text(st.sampled_from("abc-@._ []*图é\x1b\u202e"), min_size=1, max_size=40).filter(
    lambda one: one == " ".join(one.split()) and cell_len(visible(one)) <= COLUMNS
)
RECORDS = st.builds(
    record_with,
    st.lists(CLAIMS, min_size=1, max_size=4, unique=True),
    st.lists(NAMES, min_size=1, max_size=40, unique=True),
    kinds=st.permutations(KINDS),
)


def said(record, context=None, verbose=0):
    return text_of(summary(record, context or Context(), verbose=verbose))


def on_record(record, without=()):
    """The baseline of a record."""
    known = known_of(record)
    verdicts = {place: one for place, one in known.verdicts.items() if place[0] not in without}
    return replace(known, verdicts=verdicts)


def compared(record, baseline, missing=(), **more):
    return Context(since=since(record, baseline, missing), baseline=Path("reports/baseline.json"), **more)


@given(record=RECORDS, verbose=st.integers(0, 2), new=st.booleans())
@example(record=record_with(["n" * 40], ["n" * 40]), verbose=2, new=True)
@example(record=record_with(["a" * 41], [f"{n}@x" for n in range(30)]), verbose=1, new=False)
def test_no_line_is_wider_than_eighty_columns_and_no_name_is_broken(record, verbose, new):
    context = compared(record, Baseline()) if new else Context()
    lines = said(record, context, verbose).splitlines()
    assert not [line for line in lines if cell_len(line) > COLUMNS]
    for subject in record.subjects:
        assert any(visible(subject.name) in line for line in lines)
    for claim in record.matrix:
        assert any(re.match(rf"(\* |  ){claim}(?= |$)", line) for line in lines)


@pytest.mark.parametrize("claims", [["first", "second"], ["n0" * 21, "m0" * 30]])
def test_every_verdict_has_its_mark_beneath_the_letter_of_its_subject(claims):
    record = record_with(claims, [f"subject-{place}" for place in range(60)])
    letters, found, claim, ends = matrix_of(record, Context()).letters, {}, "", {}
    for line in said(record).partition("\na subject-0")[0].splitlines():
        if re.fullmatch(r" +[a-z]+( +[a-z]+)*", line):
            ends = {one.group(): one.end() for one in re.finditer("[a-z]+", line)}
            continue
        claim = next((one for one in claims if line.startswith(f"  {one}")), claim)
        if line.removeprefix(f"  {claim}").strip():  # else its marks stand beneath it
            found |= {(claim, one): line[end - 1 : end] for one, end in ends.items()}
    assert found == {(one.claim.id, letters[one.subject]): mark_of(one).sign for one in record.verdicts}


def test_marks_differ_by_shape_alone():
    assert len({one.sign for one in MARKS}) == len(MARKS)
    assert {mark_of(one).sign for one in KINDS} == {one.sign for one in MARKS}


@pytest.mark.parametrize(("place", "name"), [(0, "a"), (25, "z"), (26, "aa"), (27, "ab"), (701, "zz"), (702, "aaa")])
def test_letters_go_on_behind_z(place, name):
    assert letter(place) == name


def test_colour_says_nothing_that_the_text_does_not():
    record = record_with([f"claim-{n}" for n in range(len(KINDS))], ["a"])
    parts = [part for line in summary(record, Context()) for part in line if part.colour]
    assert {part.text.strip() for part in parts} == {one.sign for one in MARKS if one.colour}


def test_what_differs_stands_first_then_what_failed_then_the_rest():
    held, failed = (next(one for one in KINDS if mark_of(one).sign == sign) for sign in "HX")
    record = record_with(["a-held", "b-failed", "c-held", "d-new"], ["made"], kinds=[held, failed, held, held])
    context = compared(record, on_record(record, without=["d-new"]))
    assert [line.claim for line in matrix_of(record, context).lines] == ["d-new", "b-failed", "a-held", "c-held"]
    text = said(record, context)
    assert re.search(r"\n\* d-new +H?\S?\n +b-failed", text)
    assert "new claim: d-new: " in text
    assert "; --claims-save accepts it" in " ".join(text.split())


def test_source_stands_first_and_controls_last():
    declared = Declaration.model_validate({"title": "Made up", "source": "x", "own": "z@own", "controls": ["*-none"]})
    record = record_with(["made"], ["a@full", "a@full-none", "b@full", "z@own"], finding="one")
    context = Context(findings={"one": Finding(name="one", folder=Path(), declared=declared)})
    text = said(record, context)
    assert "\na z@own (source)\nb a@full\nc b@full\nd a@full-none (control)\n" in text


def test_new_claims_are_told_in_a_line_each_or_together():
    few, many = record_with(["one", "two"], ["a", "b"]), record_with([f"c{n}" for n in range(9)], ["a", "b"])
    assert said(few, compared(few, Baseline())).count("\nnew claim: ") == 2
    assert said(many, compared(many, Baseline())).count("\nnew: 9 claims: ") == 1
    assert "*" not in said(many, compared(many, Baseline()))  # where all is new, no row is marked


@given(record=RECORDS)
def test_where_nothing_changed_there_are_at_most_ten_lines_and_where_to_read_more(record):
    context = compared(record, on_record(record), page=Path("reports/claims.md"))
    lines = said(record, context).splitlines()
    assert len(lines) <= 10
    assert any(line.startswith("nothing changed: ") for line in lines)
    assert "-v" in " ".join(lines)
    assert lines[-1] == "all of it: reports/claims.md"
    assert len(said(record, context, verbose=1).splitlines()) > len(record.matrix) + len(record.subjects)


def test_number_of_the_estimate_that_decided_is_told():
    """The table showed the p of the first estimate where another one decided."""
    text = " ".join(said(record_with(["made"], ["a"], kinds=[decided_by_the_second()]), verbose=1).split())
    assert "second = +0.1, p = 0.20" in text
    assert "first = " not in text


@given(
    words=st.lists(st.text(st.sampled_from("ab图é-"), min_size=1, max_size=40), max_size=20),
    indent=st.integers(0, 6),
    name=NAMES,
)
def test_filling_keeps_every_word_and_every_name_whole(words, indent, name):
    lines = filled(" ".join([*words, name, *words]), [name], indent=indent)
    assert " ".join(line.strip() for line in lines) == " ".join([*words, visible(name), *words])
    assert not [line for line in lines if cell_len(line) > COLUMNS]
    assert any(visible(name) in line for line in lines)
