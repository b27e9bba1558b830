"""A column says the same in whatever form it is written, in no more room than a list."""

import json

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from pytest_claims.base.column import values_of, written, written_runs
from pytest_claims.base.errors import InputError

numbers = st.sampled_from([0, 1, 0.0, 1.5, -2.25e-7, 12345]) | st.floats(allow_nan=False, allow_infinity=False)
cells = st.none() | st.booleans() | st.sampled_from(["", "a", "b", "a longer word that comes back", "ü"]) | numbers
values = cells | st.lists(cells, max_size=4)
columns = st.lists(values, max_size=30) | st.lists(st.none() | st.lists(st.lists(cells, max_size=3), max_size=3))


def text(value: object) -> str:
    """As JSON, which tells 1 from 1.0 and from true."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(columns)
@example(["a"] * 9 + [1, 1.0, True, None] * 9)
@example([[1, 2], [1, 2], None, [], [3]] * 9)
def test_a_column_says_what_was_written_in_no_more_room(column):
    found = written(column)
    assert text(values_of(json.loads(text(found)))) == text(column)
    assert len(text(found)) <= len(text(column))


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=5), max_size=20))
def test_so_does_one_whose_lists_come_back(several):
    flat = [value for values in several for value in values]
    found = written(flat, list(map(len, several)))
    assert values_of(json.loads(text(found))) == flat
    assert len(text(found)) <= len(text(flat))


@given(st.lists(st.integers(0, 5), max_size=40))
def test_runs_of_places(counts):
    wanted = [place for place, count in enumerate(counts) for _ in range(count)]
    assert values_of(json.loads(text(written_runs(counts)))) == wanted


levels = ["an apple", "a plum", "a pear", "a cherry"]


@pytest.mark.parametrize(
    ("column", "form"),
    [
        (["held"] * 20 + ["failed"] * 5, {"of": ["held", "failed"], "runs": [20, 5]}),
        (levels[:2] * 3, {"of": levels[:2], "at": [0, 1, 0, 1, 0, 1]}),
        ([0.5, 0.25, 0.125], [0.5, 0.25, 0.125]),
        ([levels] * 7, {"of": [levels], "runs": [7]}),
    ],
)
def test_the_shortest_form_is_taken(column, form):
    assert written(column) == form


def test_lists_that_come_back_are_written_once():
    assert written(levels * 9, [4] * 9) == {"lists": {"of": [levels], "runs": [9]}}


@pytest.mark.parametrize(
    "column",
    [
        None, 3, "abc", {}, {"of": [1]}, {"at": [0]}, {"of": ["a"], "at": [1]}, {"of": ["a"], "at": [-1]},
        {"of": ["a"], "at": [True]}, {"of": ["a"], "runs": [1, 2]}, {"of": ["a"], "runs": [-1]},
        {"of": ["a"], "runs": [10**12]}, {"each": [2], "items": ["a"]}, {"each": [1], "items": ["a", "b"]},
        {"each": ["a"], "items": []}, {"lists": [1]}, {"lists": {}}, {"runs": {"runs": 4}},
    ],
)  # fmt: skip
def test_what_is_no_column_is_refused(column):
    with pytest.raises(InputError, match="a column that cannot be read"):
        values_of(column)
