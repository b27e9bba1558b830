"""What a file may hold: anything else is refused, with where it is, what came, and the nearest known name."""

import math
from collections.abc import Mapping
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import (
    Content,
    Count,
    Many,
    Name,
    Number,
    number_in,
    read_toml,
    refuse_unknown,
    validated,
)


class Inner(Content):
    name: Name
    size: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0


class Outer(Content):
    title: str
    inner: Many[Inner] = ()
    sizes: Mapping[str, int] = {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel = 'x'", "a.toml: unknown key 'titel'; did you mean 'title'? known are title, inner, sizes"),
        ("TITLE = 'x'", "a.toml: unknown key 'TITLE'; did you mean 'title'? known are title, inner, sizes"),
        ("title = 'x'\nzebra = 1", "a.toml: unknown key 'zebra'; known are title, inner, sizes"),
        (
            "title = 'x'\n[[inner]]\nname = 'a'\n[[inner]]\nnmae = 'b'",
            "a.toml: inner 2: unknown key 'nmae'; did you mean 'name'? known are name, size",
        ),
        ("[sizes]", "a.toml: no 'title': have sizes; add it"),
        ("title = 'x'\n[[inner]]\n", "a.toml: inner 1: no 'name': have nothing; add it"),
        ("title = 3", "a.toml: title is 3, wanted a string; correct it"),
        ("title = 'x'\nsizes = 3", "a.toml: sizes is 3, wanted a table of key = value; correct it"),
        ("title = 'x'\ninner = 3", "a.toml: inner is 3, wanted a list; correct it"),
        ("title = 'x'\ninner = [3]", "a.toml: inner 1 is 3, wanted a table of key = value; correct it"),
        ("title = 'x'\nsizes = {a = '1'}", "a.toml: sizes: a is '1', wanted a valid integer; correct it"),
        (
            "title = 'x'\ninner = [{name = 'a', size = 0}]",
            "a.toml: inner 1: size is 0, wanted greater than 0; correct it",
        ),
        (
            "title = 'x'\ninner = [{name = ' a'}]",
            "a.toml: inner 1: name is ' a', wanted a name: not empty, in one line, and without blanks around it; "
            "correct it",
        ),
        ("title = ", "a.toml cannot be read as TOML (Invalid value (at end of document)); correct it"),
    ],
)
def test_what_a_schema_does_not_know_is_refused_in_words(tmp_path, text, message):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(InputError) as raised:
        read_toml(Outer, tmp_path / "a.toml")
    assert str(raised.value) == message


def test_what_it_knows_is_read(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbftitle = 'x'\nsizes = {a = 1}\n[[inner]]\nname = 'b c'\nsize = 2")
    content = read_toml(Outer, tmp_path / "a.toml")
    assert content == Outer(title="x", sizes={"a": 1}, inner=(Inner(name="b c", size=2.0),))


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"a.toml cannot be read .*; give the path of a .toml file"):
        read_toml(Outer, tmp_path / "a.toml")


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.integers())), st.text())
def test_no_unknown_key_is_passed_over(content, name):
    known = {"title", "inner", "sizes"}
    content = {"title": "x", **{key: value for key, value in content.items() if key not in known}}
    if set(content) <= known:
        assert validated(Outer, content, where="a") == Outer(title="x")
    else:
        with pytest.raises(InputError, match=r"(?s)^a: unknown key .* known are title, inner, sizes$"):
            validated(Outer, content, where="a")


def test_the_first_unknown_name_is_said():
    refuse_unknown(["js"], ["js", "cosine"], what="column", where="a")
    with pytest.raises(InputError, match=r"^a: unknown column 'cosin'; did you mean 'cosine'\? known are js, cosine$"):
        refuse_unknown(["js", "cosin", "x"], ["js", "cosine"], what="column", where="a")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_as_python_writes_it(number):
    assert number_in(repr(number)) == number


@pytest.mark.parametrize(
    "text", ["", " ", "1_000", "inf", "-Infinity", "nan", "NA", "1e", "0x1", "1,5", "١", "1 2", "."]
)
def test_other_text_is_no_number(text):
    assert number_in(text) is None


class Cells(Content):
    rate: Number
    count: Count


def test_numbers_in_cells():
    assert validated(Cells, {"rate": "1e-3", "count": "12"}, where="a") == Cells(rate="1e-3", count="12")
    assert math.isclose(Cells(rate="1e-3", count="12").rate, 0.001)
    for cells in ({"rate": "few", "count": "1"}, {"rate": "1", "count": "1.0"}, {"rate": "1", "count": "-1"}):
        with pytest.raises(InputError, match=r"(rate is 'few', wanted a valid number|count is .* integer); correct it"):
            validated(Cells, cells, where="a")
