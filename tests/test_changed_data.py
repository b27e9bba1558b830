"""What else differs from the record: cells of data, and what they came of, as far as that is known."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_known import entry, subject, verdict

from pytest_claims.verdicts.changed_data import changed_data
from pytest_claims.verdicts.known import Baseline, Known, KnownSubject, known_of, known_subject
from pytest_claims.verdicts.record import record_of
from pytest_claims.verdicts.since import since
from pytest_claims.verdicts.trace import trace
from pytest_claims.words.changed_data import how
from pytest_claims.words.trace import traced

CELLS = st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3).map(tuple)


@given(st.fixed_dictionaries({"x": CELLS, "y": CELLS}), st.fixed_dictionaries({"x": CELLS, "y": CELLS}))
def test_changed_cells_are_those_and_no_others(before, after):
    rows = ("a", "b", "b")
    was = known_subject(subject(rows=rows, columns=before), {})
    found = changed_data(was, subject(rows=rows, columns=after, sha256="1" * 64))
    pairs = [
        (row, name, old, new) for name in before for row, old, new in zip(rows, before[name], after[name], strict=True)
    ]
    told = [(cell.row, cell.column, cell.was, cell.now) for cell in found.cells]
    assert sorted(told, key=repr) == sorted([one for one in pairs if one[2] != one[3]], key=repr)
    assert bool(how(found))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"columns": {"x": (0.85, 1.0), "y": (1.0, None)}}, "a: x 0.5, now 0.85; 1 of 2 in x"),
        ({"columns": {"x": (0.5, 1.0), "y": (1.0, 3.0)}}, "b: y none, now 3; 1 of 2 in y"),
        ({"rows": ("a", "c")}, "gone b; new c"),
        ({"rows": ("a",), "columns": {"x": (0.5,), "y": (1.0,)}}, "gone b"),
        ({"columns": {"x": (0.5, 1.0), "z": (1.0, None)}}, "gone: column y; new: column z"),
        (
            {},
            f"sha256 was {'0' * 12}, is {'1' * 12}; no number of its table is another, *",
        ),
    ],
)
def test_what_changed_in_the_data_is_told_by_cell(changes, says):
    found = changed_data(known_subject(subject(), {}), subject(sha256="1" * 64, **changes))
    assert fnmatchcase(how(found), says)


def test_of_a_large_table_the_columns_that_differ_are_told():
    rows, many = tuple(map(str, range(2_000))), dict.fromkeys("xyz", (0.5,) * 2000)
    was = known_subject(subject(rows=rows, columns=many), {})
    assert not was.rows
    found = changed_data(was, subject(rows=rows, columns={**many, "y": (0.5,) * 1_999 + (0.6,)}, sha256="1" * 64))
    assert how(found) == "other values in y"


@pytest.mark.parametrize("changes", [{}, {"recorded": False, "sha256": "1" * 64}])
def test_same_data_and_those_of_a_live_measurement_are_no_change(changes):
    assert changed_data(known_subject(subject(), {}), subject(**changes)) is None


BEFORE = {"model sha256": "m", "recipe sha256": "r", "libraries": "torch 2.11", "date": "1", "of note": "x" * 200}


@pytest.mark.parametrize(
    ("provenance", "changes", "claims", "says"),
    [
        ({}, {}, (), "nothing that is on record differs: neither data, code nor versions"),
        ({}, {"sha256": "1" * 64}, (), "one thing differs: the data"),
        ({"recipe sha256": "q", "date": "2"}, {"sha256": "1" * 64}, (), "one thing differs: the recipe"),
        ({"model sha256": "n"}, {"sha256": "1" * 64}, ("a",), "2 things differ: the weights and the code of a"),
        ({"libraries": "torch 2.13"}, {}, (), "one thing differs: the libraries (torch 2.11, now torch 2.13)"),
        ({"of note": "y"}, {}, (), "one thing differs: of note"),
        ({}, {"declared": "d"}, (), "one thing differs: what finding.toml declares"),
    ],
)
def test_what_else_differs_is_one_thing_or_more(provenance, changes, claims, says):
    was = known_subject(subject(provenance=BEFORE), {"numpy": "2"})
    now = subject(provenance=BEFORE | provenance, **changes)
    assert traced(trace(was, now, claims=claims, versions={"numpy": "2"})) == says


def test_version_of_what_judged_is_one_of_these_things():
    was = known_subject(subject(), {"numpy": "2", "scipy": "1"})
    found = trace(was, subject(), versions={"numpy": "3", "scipy": "1"})
    assert traced(found) == "one thing differs: numpy (2, now 3)"


def test_what_an_older_record_does_not_keep_is_said():
    assert traced(trace(None, subject(), claims=("a",), versions={})).startswith("the code of a differs; the record is")


def made(ruling="held", **changes):
    return record_of(created="2026-11-26T10:00:00", version="0", subjects=[subject(**changes)], verdicts=[verdict()])


def test_record_differs_from_itself_in_nothing():
    assert since(made(), known_of(made())).nothing


@pytest.mark.parametrize(
    ("older", "others", "was"),
    [
        (False, {}, None),
        (True, {}, None),
        (True, {("a", "made"): "1"}, "1"),
        (True, {("b", "made"): "1"}, None),  # a claim of another finding
        (True, {("a", "other"): "1"}, None),  # another subject
        (False, {("", "made"): "1"}, "1"),
        (False, {("other", "made"): "1"}, None),
    ],
)
def test_data_are_held_against_those_of_the_same_subject_and_finding(older, others, was):
    subjects, verdicts = {}, {("a", "made"): entry()}
    for place, data in others.items():
        if older:
            verdicts[place] = entry(data=data * 64)
        else:
            subjects[place] = KnownSubject(sha256=data * 64, recorded=True)
            verdicts |= {("a", "made"): entry(data=data * 64)} if place[0] == "" else {}
    found = since(made(), Baseline(verdicts=verdicts, subjects=subjects or {}))
    assert [one.was for one in found.data] == ([was * 64] if was else [])
    assert isinstance(entry(), Known)


def test_data_of_a_finding_that_has_another_name_now_are_found():
    was = known_of(made())
    moved = Baseline(verdicts=was.verdicts, subjects={("before", "made"): was.subjects["", "made"]})
    (found,) = since(made(columns={"x": (0.5, 2.0), "y": (1.0, None)}, sha256="1" * 64), moved).data
    assert how(found) == "b: x 1, now 2; 1 of 2 in x"


def test_verdict_that_a_run_of_part_did_not_save_is_of_other_data():
    """It was said that nothing differs."""
    was = known_of(made(columns={"x": (0.5, 2.0), "y": (1.0, None)}, sha256="1" * 64))
    before = Baseline(verdicts={("a", "made"): entry(ruling="failed")}, subjects=was.subjects)
    now = made(columns={"x": (0.5, 2.0), "y": (1.0, None)}, sha256="1" * 64)
    assert traced(since(now, before).traces["", "made"]) == "one thing differs: the data"
