"""JSON lines as cells."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims import InputError
from pytest_claims.reading.formats import read_cells
from pytest_claims.reading.value import cell_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
KEYS = TEXTS.filter(lambda key: key and "." not in key)
VALUES = st.one_of(
    st.lists(st.none() | TEXTS),
    st.lists(st.none() | st.booleans()),
    st.lists(st.none() | st.integers(-(2**70), 2**70) | st.floats(allow_infinity=True, allow_nan=True)),
)


def read(folder, text: str | bytes, name: str = "made.jsonl", wanted=None):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_cells(folder / name, wanted=wanted)


def texts(cells) -> dict[str, list[str]]:
    return {name: list(column) for name, column in cells.columns.items()}


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_what_is_written_comes_back(tmp_path_factory, columns):
    columns = {"row": list(range(6)), **{key: (values + [None] * 6)[:6] for key, values in columns.items()}}
    rows = [{key: values[row] for key, values in columns.items()} for row in range(6)]
    wanted = {key: [cell_of(value) for value in values] for key, values in columns.items()}
    folder = tmp_path_factory.mktemp("json")
    assert texts(read(folder, "\n".join(map(json.dumps, rows)))) == wanted
    assert texts(read(folder, "\ufeff" + "\r\n\n".join(map(json.dumps, rows)) + "\n")) == wanted
    assert texts(read(folder, json.dumps(rows), "made.json")) == wanted


def test_inner_objects_lists_and_keys_that_a_line_lacks(tmp_path):
    lines = [{"a": {"b": {"c": 1}}, "list": [1]}, {"a": {"b": {}}, "more": "x"}, {"a": {"b": {"c": 3}, "d": None}}]
    cells = read(tmp_path, "\n".join(map(json.dumps, lines)))
    assert texts(cells) == {"a.b.c": ["1", "", "3"], "more": ["", "x", ""], "a.d": ["", "", ""]}
    assert cells.unread == ("list",)
    some = read(tmp_path, "\n".join(map(json.dumps, lines)), wanted={"more"})
    assert (texts(some), some.unread) == ({"more": ["", "x", ""]}, ("a.b.c", "list", "a.d"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a": 2', "made.jsonl, line 2 cannot be read as JSON (Expecting ',' delimiter: line 1 column 8"),
        ('{"a": 1}\n\n[1]\n', "made.jsonl, line 3 is [1], wanted an object with keys; correct or remove the line"),
        ("{}\n", "made.jsonl, line 1 is {}, wanted an object with keys; correct or remove the line"),
        ('{"a": 1, "a": 2}\n', "made.jsonl, line 1 cannot be read as JSON ('a' appears more than once); wanted"),
        ('{"a": {"b": 1, "b": 2}}\n', "made.jsonl, line 1 cannot be read as JSON ('b' appears more than once)"),
        ('{"a": {"b": 1}, "a.b": 2}\n', "made.jsonl, line 1: 'a.b' appears more than once, by itself and as"),
        (
            '{"a": 1}\n{"b": 1}\n{"a": "1"}\n',
            "made.jsonl, line 3: a is text, and a number at made.jsonl, line 1",
        ),
        ('{"a": true}\n{"a": 1}\n', "made.jsonl, line 2: a is a number, and true or false at made.jsonl, line 1"),
        ('{"a": 1}\n{"a": "\\ud800"}\n', "made.jsonl, line 2 cannot be read as JSON ("),
        (b'{"a": "\xff"}\n', "made.jsonl cannot be read as JSON ('utf-8' codec can't decode byte 0xff"),
    ],
)
def test_what_is_none_is_refused_in_one_line_with_its_place(tmp_path, text, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}") as raised:
        read(tmp_path, text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}', "made.json cannot be read as a table (it holds {'a': 1}); wanted a list of objects"),
        ('[{"a": 1}, 2]', "made.json, object 2 is 2, wanted an object with keys; correct or remove it"),
        ('[{"a": 1}', "made.json cannot be read as JSON ("),
    ],
)
def test_a_list_of_objects_is_wanted_of_a_json_file(tmp_path, text, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}"):
        read(tmp_path, text, "made.json")
