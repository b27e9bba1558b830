"""What commonly goes wrong: kept with a measurement, said beside its subject, and never a verdict."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import record_with
from opened import opened
from orchard import measured
from test_measurement_file import NAMES
from worlds import table_with

from pytest_claims.base.errors import InputError
from pytest_claims.data.design import Design, Words
from pytest_claims.data.dropped import Dropped
from pytest_claims.data.measurement_file import read_measurement, write_measurement
from pytest_claims.data.pitfall import LIMITS, Pitfall, looked_for
from pytest_claims.page.document import Page
from pytest_claims.report.context import Context
from pytest_claims.report.part import text_of
from pytest_claims.report.pitfalls import by_title, each, in_a_line, met, on_purpose
from pytest_claims.report.terminal import summary
from pytest_claims.verdicts.pitfalls import pitfalls_beside, pitfalls_of_table
from pytest_claims.verdicts.record import Record, from_json, record_of, subject_record, to_json
from pytest_claims.words.pitfalls import TITLES, looked_at, told

SHARES = {"under": 0.8, "under_of": 1000.0, "before": 0.05, "before_of": 100.0}
LOST = {"value": 0.75, "where": "said", "against": ("x",), "of": 3, "numbers": SHARES}
EACH = {  # of each one that is met, and what its sentence is
    "several-differences": (
        {"value": 2, "against": ("a@full", "b@full"), "names": ("model", "dtype"), "count": 2, "of": 2},
        "From a@full and b@full it differs in more than one thing: model and dtype.",
    ),
    "part-of-outcome": (
        {"value": 1, "where": "gain", "against": ("after",), "names": ("before",)},
        "after follows from gain and before, so the two are related whatever was measured.",
    ),
    "length-explains": (
        {"value": 0.2, "where": "tokens", "against": ("x", "y"), "numbers": {"length": 0.886, "predictor": 0.569}},
        "tokens explains y better than x does: |r| is 0.89, and 0.57.",
    ),
    "optimiser-steps": (
        {"value": 0.5, "names": ("long",), "count": 1, "of": 9, "numbers": {"least": 1000.0, "most": 2000.0}},
        "Adapters were trained in 1,000 to 2,000 optimiser steps; long has others than most.",
    ),
    "rows-dropped": (
        {"value": 0.1, "names": ("no consent", "too old"), "count": 120, "of": 1200},
        "120 of 1,200 items (10%) are left out: no consent; too old.",
    ),
    "known-before": (
        {"value": 0.4, "where": "right", "against": ("base",), "count": 40, "of": 100, "numbers": {"under": 0.955}},
        "What right looks for is in 40.0% of the answers of the model as it comes (40 of 100 answers of base); it is "
        "in 95.5% under the other conditions.",
    ),
    "empty-answers": (
        LOST | {"names": ("a",), "count": 1},
        "Under 1 of 3 conditions more answers of said are empty (a): under a 80% of 1,000, of the model as it comes "
        "5% of 100.",
    ),
    "cut-answers": (
        LOST | {"names": ("a", "b"), "count": 2},
        "Under 2 of 3 conditions more answers of said are cut off at the limit of tokens (a and b): under a 80% of "
        "1,000, of the model as it comes 5% of 100.",
    ),
    "repeated-answers": (
        LOST | {"names": ("a",), "count": 1, "against": ()},
        "Under 1 of 3 conditions answers of said repeat themselves (a): under a 80% of 1,000, and the model as it "
        "comes was not asked the same.",
    ),
}
WORDS = Words(unit="item", units="items")
FINITE = st.floats(allow_nan=False, allow_infinity=False)
PITFALLS = st.builds(
    Pitfall,
    name=st.sampled_from([*LIMITS]),
    where=NAMES,
    against=st.lists(NAMES).map(tuple),
    names=st.lists(NAMES).map(tuple),
    count=st.integers(0, 10**6),
    of=st.integers(0, 10**6),
    value=FINITE,
    limit=FINITE,
    numbers=st.dictionaries(NAMES, FINITE),
)


def one(name, **changes):
    return looked_for(name, **EACH[name][0] | changes)


def record_about(*pitfalls, of_verdicts=()):
    """A record of two subjects, of which the first has these."""
    made = record_with(["first", "second"], ["a", "b"])
    subjects = [replace(made.subjects[0], pitfalls=pitfalls), made.subjects[1]]
    verdicts = [replace(verdict, pitfalls=of_verdicts if verdict.subject == "a" else ()) for verdict in made.verdicts]
    return record_of(created="", version="0", subjects=subjects, verdicts=verdicts)


def test_each_has_a_limit_a_title_and_a_sentence():
    assert LIMITS.keys() == TITLES.keys() == EACH.keys()


@pytest.mark.parametrize("name", EACH)
def test_sentence(name):
    assert one(name).is_met
    assert told(one(name), WORDS) == EACH[name][1]


@pytest.mark.parametrize(
    ("pitfall", "sentence"),
    [
        (one("part-of-outcome", names=()), "after follows from gain, so the two are related whatever was measured."),
        (one("rows-dropped", where="score", names=()), "120 of 1,200 items (10%) have no score."),
        (
            one("rows-dropped", where="said", names=("they never came to an answer",)),
            "120 of 1,200 answers of said (10%) are left out: they never came to an answer.",
        ),
        (
            one("known-before", count=0, of=0),
            "What right looks for is in 40.0% of the answers of the model as it comes (answers of base); it is in "
            "95.5% under the other conditions.",
        ),
        (
            one("empty-answers", of=1),
            "More answers of said are empty: 80% of 1,000, of the model as it comes 5% of 100.",
        ),
    ],
)
def test_sentence_of_what_is_not_counted_as_usual(pitfall, sentence):
    assert told(pitfall, WORDS) == sentence


def test_limits_stand_on_the_page_of_the_documentation(root):
    page = (root / "docs" / "what-goes-wrong.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| ([^|]+) \| [^|]+ \|$", page, re.M)
    limits = {name: 1 - 1e-9 if text == "1 − 10⁻⁹" else float(text) for name, text in rows}
    assert limits == LIMITS


@given(st.lists(PITFALLS, max_size=3).map(tuple))
def test_they_come_back_from_a_file_and_change_no_hash(tmp_path_factory, pitfalls):
    path = tmp_path_factory.mktemp("measurement") / "grove@made-up.nc"
    before = replace(measured(), pitfalls=pitfalls)
    write_measurement(before, path)
    after = read_measurement(path)
    assert after.pitfalls == pitfalls
    assert after.sha256 == measured().sha256


def test_file_without_any_is_as_it_was(tmp_path):
    for name, one in (("a", measured()), ("b", replace(measured(), pitfalls=()))):
        write_measurement(one, tmp_path / f"{name}.nc")
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()
    assert b"pitfalls" not in (tmp_path / "a.nc").read_bytes()


def test_damaged_ones_are_refused(tmp_path):
    write_measurement(replace(measured(), pitfalls=(one("rows-dropped"),)), tmp_path / "a.nc")
    content = (tmp_path / "a.nc").read_bytes()
    (tmp_path / "a.nc").write_bytes(content.replace(b"rows-dropped", b"rows-xxxpped"))
    with pytest.raises(InputError, match=r"a\.nc: pitfalls 1: name is 'rows-xxxpped', wanted"):
        read_measurement(tmp_path / "a.nc")


@pytest.mark.parametrize(("left_out", "met"), [(0, False), (1, False), (2, True)])
def test_rows_that_were_left_out_are_told_from_one_in_twenty_on(left_out, met):
    dropped = (Dropped(because="too old", rows=left_out), Dropped(because="no consent", rows=0))
    (found,) = pitfalls_of_table(table_with({"score": np.arange(19.0)}, dropped=dropped, design=Design()))
    assert found.is_met == met
    assert (found.count, found.of) == (left_out, 19 + left_out)
    assert found.names == ("too old",) * (left_out > 0)


def test_gaps_of_a_column_are_told():
    scores = np.where(np.arange(20) < 2, np.nan, 1.0)
    table = table_with({"score": scores, "other": np.ones(20)}, design=Design(gaps=frozenset({"score", "other", "x"})))
    found = {one.where: one for one in pitfalls_of_table(table)}
    assert found.keys() == {"", "score", "other"}
    assert found["score"].is_met
    assert (found["score"].count, found["score"].of) == (2, 20)
    assert not found["other"].is_met


def test_subject_has_those_of_its_measurement_and_of_its_table():
    carried = one("optimiser-steps")
    table = table_with({"height": np.arange(9.0)}, dropped=(Dropped(because="too old", rows=1),), design=Design())
    found = subject_record(replace(measured(), pitfalls=(carried,)), table, recorded=True).pitfalls
    assert found[0] == carried
    assert [one.name for one in found[1:]] == ["rows-dropped"]


def test_of_one_place_the_gravest_is_said_however_many_claims_look_there():
    mild, grave, other = (
        one("length-explains"),
        one("length-explains", value=0.3),
        one("length-explains", where="words"),
    )
    assert pitfalls_beside((), [(mild,), (grave, other), (mild,)]) == (grave, other)


def test_record_comes_back_with_them():
    record = record_about(one("rows-dropped"), of_verdicts=(one("length-explains"),))
    assert from_json(Record, to_json(record)) == record


def test_several_differences_are_found_between_the_subjects_of_a_record():
    made = record_with(["first"], ["a@full", "a@full-control"])
    recipes = ('{"x": 1, "y": 1}', '{"x": 2, "y": 2}')
    subjects = [replace(one, provenance={"recipe": text}) for one, text in zip(made.subjects, recipes, strict=True)]
    record = record_of(created="", version="0", subjects=subjects, verdicts=made.verdicts)
    again = record_of(created="", version="0", subjects=record.subjects, verdicts=made.verdicts)
    for one_of_them in (record, again):
        assert [len(one.pitfalls) for one in one_of_them.subjects] == [0, 1]
        assert one_of_them.subjects[1].pitfalls[0].names == ("x", "y")


def test_what_differs_on_purpose_is_said_with_its_rule_and_is_no_pitfall():
    made = record_with(["first"], ["a@full", "b@full"])
    recipes = ('{"x": 1, "y": 1}', '{"x": 2, "y": 1}')
    subjects = [
        replace(one, provenance={"recipe": text}, on_purpose={"x": "as many as it takes"})
        for one, text in zip(made.subjects, recipes, strict=True)
    ]
    record = record_of(created="", version="0", subjects=subjects, verdicts=made.verdicts)
    assert met(record) == {}
    differs = "Between models differ on purpose: x (as many as it takes)"
    assert list(on_purpose(record)) == [(differs, ["a@full", "b@full"])]
    assert from_json(Record, to_json(record)) == record
    assert next(looked_at(record.subjects[0].pitfalls)) == f"{differs}."


def said(record, verbose=0):
    return " ".join(text_of(summary(record, Context(), verbose=verbose)).split())


def test_terminal_has_one_line_and_all_sentences_where_they_are_wanted():
    record = record_about(one("rows-dropped"), of_verdicts=(one("length-explains"),))
    line = "what commonly goes wrong shows on 1 of 2 subjects: length-explains, rows-dropped"
    assert f"{line}; -v says more" in said(record)
    assert EACH["length-explains"][1] not in said(record)
    for name in ("length-explains", "rows-dropped"):
        assert f"a: {told(one(name), record.words)}" in said(record, verbose=1)


def test_nothing_is_said_where_nothing_is_above_its_limit():
    clean = [one(name, value=LIMITS[name]) for name in EACH]
    record = record_about(*clean, of_verdicts=tuple(clean))
    assert "goes wrong" not in said(record, verbose=1)
    assert not [*in_a_line(record), *each(record), *by_title(record)]
    assert met(record) == {}
    page = page_of(record)
    assert "Looked for, and not found:" in page
    assert "Not looked for" not in page


def page_of(record):
    parts = opened(Page(record=record).html())
    return next(part["html"] for name, part in parts.items() if name == "subject=a")


def test_page_of_a_subject_has_each_in_a_sentence_and_what_else_was_looked_for():
    record = record_about(one("rows-dropped"), one("known-before", value=0), of_verdicts=(one("length-explains"),))
    page = page_of(record)
    assert f"<li>{told(one('rows-dropped'), record.words)}</li>" in page
    assert f"<li>{EACH['length-explains'][1]}</li>" in page
    assert f"Looked for, and not found: {TITLES['known-before']}." in page
    assert TITLES["empty-answers"] in page.partition("Not looked for")[2]


def test_what_was_looked_for_is_told_of_each_once():
    pitfalls = [one("rows-dropped"), one("rows-dropped", value=0), one("known-before", value=0)]
    clean, unknown = looked_at(pitfalls)
    assert TITLES["rows-dropped"] not in clean + unknown
    assert clean.count(TITLES["known-before"]) == 1
    assert unknown.count(";") == len(TITLES) - 3


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "1 of 2 items (50%) is left out: broken."),
        ({"where": "score", "names": ()}, "1 of 2 items (50%) has no score."),
        ({"where": "said"}, "1 of 2 answers of said (50%) is left out: broken."),
        ({"count": 1, "of": 1, "value": 1.0}, "1 of 1 item (100%) is left out: broken."),
        ({"count": 2, "value": 1.0}, "2 of 2 items (100%) are left out: broken."),
    ],
)
def test_one_is_told_as_one(more, said):
    fields = {"value": 0.5, "count": 1, "of": 2, "names": ("broken",)} | more
    assert told(looked_for("rows-dropped", **fields), Words(unit="item", units="items")) == said


def test_page_of_a_subject_counts_one_as_one():
    made = record_with(["first"], ["a"])
    words = Words(unit="item", units="items", plurals=(("try", "tries"),))
    one = replace(made.subjects[0], count=1, levels={"item": 1, "try": 1}, words=words)
    assert ": 1 item, 1 try. " in page_of(replace(made, subjects=(one,)))
    several = replace(one, count=1_200, levels={"item": 1_200, "try": 3})
    assert ": 1,200 items, 3 tries. " in page_of(replace(made, subjects=(several,)))


def test_findings_name_the_subjects_of_each():
    record = record_about(one("rows-dropped"), of_verdicts=(one("length-explains"),))
    assert list(by_title(record)) == [(TITLES["length-explains"], ["a"]), (TITLES["rows-dropped"], ["a"])]
