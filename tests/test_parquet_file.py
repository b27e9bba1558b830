"""Parquet files as cells, and folders that datasets wrote."""

import datetime
import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from pytest_claims import InputError
from pytest_claims.reading.formats import read_cells
from pytest_claims.reading.value import cell_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
COLUMNS = st.one_of(
    st.lists(st.none() | TEXTS, min_size=5, max_size=5).map(lambda some: pa.array(some, pa.string())),
    st.lists(st.none() | st.booleans(), min_size=5, max_size=5).map(lambda some: pa.array(some, pa.bool_())),
    st.lists(st.none() | st.integers(-(2**62), 2**62), min_size=5, max_size=5).map(lambda s: pa.array(s, pa.int64())),
    st.lists(st.none() | st.floats(), min_size=5, max_size=5).map(lambda some: pa.array(some, pa.float64())),
    st.lists(st.none() | TEXTS, min_size=5, max_size=5).map(
        lambda some: pa.array(some, pa.string()).dictionary_encode()
    ),
)


def written(folder, table: pa.Table, **how):
    parquet.write_table(table, folder / "made.parquet", **how)
    return folder / "made.parquet"


def texts(cells) -> dict[str, list[str]]:
    return {name: list(column) for name, column in cells.columns.items()}


@given(st.dictionaries(TEXTS, COLUMNS, min_size=1, max_size=4), st.sampled_from([1, 2, 5]))
def test_what_is_written_comes_back(tmp_path_factory, columns, group):
    path = written(tmp_path_factory.mktemp("parquet"), pa.table(columns), row_group_size=group)
    cells = read_cells(path)
    wanted = {name: [cell_of(value) for value in values.to_pylist()] for name, values in columns.items()}
    assert texts(cells) == wanted
    assert list(cells.places) == [f"made.parquet, row {row}" for row in range(1, 6)]
    one = next(iter(columns))
    some = read_cells(path, wanted={one, "nowhere"})
    assert (texts(some), {*some.unread}) == ({one: wanted[one]}, {*columns} - {one})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float32(0.3), "0.3"),
        (np.float32(1), "1"),
        (np.float16(0.1), "0.1"),
        (1.0, "1"),
        (np.int8(-3), "-3"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (Decimal("0.10"), "0.10"),
        (datetime.date(2026, 11, 27), "2026-11-27"),
        (True, "True"),
    ],
)
def test_a_value_is_the_shortest_text_that_is_this_value(tmp_path, value, text):
    array = pa.array(np.array([value])) if isinstance(value, np.generic) else pa.array([value])
    assert texts(read_cells(written(tmp_path, pa.table({"a": array})))) == {"a": [text]}


def test_structures_are_flat_and_lists_are_not_read(tmp_path):
    table = pa.table({"a": [{"b": {"c": 1}, "d": "x"}, None], "list": [[1], [2]], "raw": [b"1", b"2"]})
    cells = read_cells(written(tmp_path, table))
    assert (texts(cells), cells.unread) == ({"a.b.c": ["1", ""], "a.d": ["x", ""]}, ("list", "raw"))
    inner = read_cells(written(tmp_path, table), wanted=["a.d"])
    assert (texts(inner), inner.unread) == ({"a.d": ["x", ""]}, ("a.b.c", "list", "raw"))


def test_two_columns_of_one_name_are_refused(tmp_path):
    table = pa.table([pa.array([1]), pa.array([{"b": 2}])], names=["a.b", "a"])
    with pytest.raises(InputError, match=r"^made.parquet: column 'a.b' appears more than once; rename or remove one"):
        read_cells(written(tmp_path, table))


@pytest.mark.parametrize("damage", [lambda whole: whole[:-9], lambda whole: b"a,b\n1,2\n", lambda whole: b""])
def test_what_is_no_such_file_is_refused_in_one_line(tmp_path, damage):
    path = written(tmp_path, pa.table({"a": list(range(100))}))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match=r"^made.parquet cannot be read as Parquet \(.*\); wanted a whole"):
        read_cells(path)


@pytest.mark.parametrize("name", ["made.txt", "made.xlsx", "made"])
def test_other_formats_are_refused_with_those_that_are_read(tmp_path, name):
    (tmp_path / name).write_text("a,b\n")
    with pytest.raises(InputError, match=rf"^{re.escape(name)} holds no table of a format that is read; wanted .csv, "):
        read_cells(tmp_path / name)
