"""Cells: the same text of a file, a data frame and a mapping; and where each row stands."""

import csv
import io
import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_claims import InputError
from pytest_claims.reading.cells import Cells, cells_of, stacked
from pytest_claims.reading.formats import read_cells

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
# A header of one column with one of these is refused: it is most often that of several.
NAMES = TEXTS.filter(lambda name: name.strip() and not name.startswith(("#", "\ufeff")) and not set(";|") & set(name))


@st.composite
def columns(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.tuples(*([TEXTS] * len(names))), min_size=1, max_size=6))
    return {name: [f"{row[place]}." for row in rows] for place, name in enumerate(names)}


def read(folder, text: str | bytes, name: str = "made.csv") -> Cells:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_cells(path)


def texts(cells: Cells) -> dict[str, list[str]]:
    return {name: list(column) for name, column in cells.columns.items()}


def as_csv(table: dict[str, list[str]], **how) -> str:
    stream = io.StringIO()
    csv.writer(stream, **how).writerows([list(table), *zip(*table.values(), strict=True)])
    return stream.getvalue()


@given(columns())
@example({"a b": ['"', "a,b", "''"], "Größe": ["NA", "nan", "None"]})
@example({"x": ["#a."]})
def test_file_frame_and_mapping_hold_the_same_text(tmp_path_factory, table):
    pandas = pytest.importorskip("pandas")
    folder = tmp_path_factory.mktemp("cells")
    for how in ({}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\n"}):
        assert texts(read(folder, as_csv(table, **how))) == table
    assert texts(cells_of(pandas.DataFrame(table), "made")) == texts(cells_of(table, "made")) == table


@given(columns(), st.lists(st.integers(0, 3), min_size=8, max_size=8), st.booleans(), st.booleans())
def test_marks_comments_above_and_blank_lines_are_no_rows(tmp_path_factory, table, blanks, mark, crlf):
    end = "\r\n" if crlf else "\n"
    lines = as_csv(table, quoting=csv.QUOTE_ALL, lineterminator="\n").rstrip("\n").split("\n")
    text, wanted = ["\ufeff" * mark + "# a note"], []
    for blank, line in zip(blanks, lines, strict=False):
        text += [" "] * blank + [line]
        wanted.append(f"made.csv, line {len(text)}")
    cells = read(tmp_path_factory.mktemp("cells"), end.join(text))
    assert texts(cells) == table
    assert list(cells.places) == wanted[1:]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "made.csv cannot be read as a table: it has no rows; wanted CSV with a header row"),
        ("a,b\n1,2\n1,2,3\n", "made.csv, line 3: 3 cells (1, 2, 3), wanted 2 (a, b)"),
        ("a,b\n1,2\n# note\n", "made.csv, line 3: 1 cells (# note), wanted 2 (a, b)"),
        ("a,a\n1,2\n", "made.csv, line 1: column 'a' appears more than once; rename or remove one"),
        ("a,,b\n1,2,3\n", "made.csv, line 1: column 2 has no name (a, , b); name it or remove it"),
        ("a;b\n1;2\n", "made.csv, line 1: columns with ';' between ('a;b'), wanted commas"),
        ('a,b\n"1\n2",3\n', "made.csv, line 2 cannot be read as a table"),
        ('a,b\n"1"2,3\n', "made.csv, line 2 cannot be read as a table"),
        ("a,b\r1,2\r", "made.csv, line 1 cannot be read as a table"),
        (b"a,b\n\xff,2\n", "made.csv cannot be read as a table"),
        ("a,b\n1,2\n".encode("utf-16"), "made.csv cannot be read as a table (it is UTF-16, wanted UTF-8)"),
        (b"a,b\n\x00,2\n", "made.csv cannot be read as a table (it is not text: it holds NUL bytes, wanted"),
    ],
)
def test_what_is_no_csv_is_refused_with_its_line(tmp_path, text, message):
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        read(tmp_path, text)
    assert "\n" not in str(raised.value)


def test_file_without_rows_has_columns(tmp_path):
    cells = read(tmp_path, "a,b\n")
    assert (texts(cells), len(cells)) == ({"a": [], "b": []}, 0)


def test_subject_is_named_after_its_file_or_as_told(tmp_path):
    cells = read(tmp_path, "a\n1\n", "gpt-4.1@run.csv")
    assert (cells.name, cells.base_model, cells.provenance) == ("gpt-4.1@run", "gpt-4.1", {"file": "gpt-4.1@run.csv"})
    assert read_cells(tmp_path / "gpt-4.1@run.csv", "told").name == "told"


def test_hash_is_of_what_was_read(tmp_path):
    one, same, other = (read(tmp_path, text).sha256 for text in ("a\n1\n", "a\n1\n", "a\n2\n"))
    assert one == same != other
    assert len(one) == 64


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (np.float32("nan"), ""),
        (np.datetime64("NaT"), ""),
        (3, "3"),
        (3.0, "3"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (np.float64(0.1), "0.1"),
        (np.float32(0.5), "0.5"),
        (np.int8(-4), "-4"),
        (True, "True"),
        (np.bool_(False), "False"),
        (1e300, str(int(1e300))),
        (1.5e-7, "1.5e-07"),
        (float("inf"), "inf"),
        (Decimal("0.10"), "0.10"),
        (" a ", " a "),
        ("nan", "nan"),
        ("", ""),
    ],
)
def test_value_stands_in_a_cell_as_a_file_would_have_it(value, text):
    assert texts(cells_of({"a": [value]}, "made")) == {"a": [text]}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_text_of_a_number_is_that_number(numbers):
    for data in (numbers, np.array(numbers)):
        assert [float(cell) for cell in cells_of({"a": data}, "made").columns["a"]] == numbers


@pytest.mark.parametrize("missing", ["NA", "NaT"])
def test_what_a_frame_lacks_is_an_empty_cell(missing):
    pandas = pytest.importorskip("pandas")
    assert texts(cells_of({"a": [getattr(pandas, missing)]}, "made")) == {"a": [""]}


@pytest.mark.parametrize("how", [np.array, tuple, dict.fromkeys])
def test_hash_of_equal_columns_is_equal(how):
    assert cells_of({"a": how(["x", "y"])}, "made").sha256 == cells_of({"a": ["x", "y"]}, "made").sha256


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "made: columns of different lengths (none); wanted at least one, all of one length"),
        ({"a": [1], "b": [1, 2]}, "made: columns of different lengths (a 1, b 2); wanted at least one, all of one"),
        ({"a": "xy"}, "made: column 'a' is str, wanted a list with one value for each row; correct it"),
        ({"a": 1}, "made: column 'a' is int, wanted a list with one value for each row"),
        ({"a": np.ones((2, 2))}, "made: column 'a' is ndarray, wanted a list with one value for each row"),
        ({"a": np.array(1)}, "made: column 'a' is ndarray, wanted a list with one value for each row"),
        ({1: [1], "1": [2]}, "made: column '1' appears more than once; rename or remove one"),
        ([1, 2], "a table of type list; wanted a data frame, or a mapping of columns"),
        ("a,b", "a table of type str; wanted a data frame, or a mapping of columns"),
        (None, "a table of type NoneType; wanted a data frame, or a mapping of columns"),
    ],
)
def test_what_is_no_table_is_refused(data, message):
    with pytest.raises(InputError, match=re.escape(message)):
        cells_of(data, "made")


def test_frame_with_two_columns_of_one_name_is_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(InputError, match="made: column 'a' is DataFrame, wanted a list"):
        cells_of(pandas.DataFrame([[1, 2]], columns=["a", "a"]), "made")


def part(name: str, **more) -> Cells:
    return cells_of({"item": ["a", "b"], "score": [1, 2], **more}, name)


def test_stack_holds_all_rows_and_the_columns_that_all_have():
    whole = stacked([part("m@1"), part("n@1", extra=[0, 0])], name="all", unit="model")
    assert texts(whole) == {"item": ["a", "b"] * 2, "score": ["1", "2"] * 2, "model": ["m", "m", "n", "n"]}
    assert list(whole.places) == ["m@1, row 1", "m@1, row 2", "n@1, row 1", "n@1, row 2"]
    assert (whole.name, whole.provenance) == ("all", {"stacked": "m@1, n@1"})


def test_subjects_of_one_model_are_told_apart_by_their_names():
    whole = stacked([part("m@1"), part("m@2")], name="all", unit="model")
    assert list(whole.columns["model"]) == ["m@1", "m@1", "m@2", "m@2"]


@pytest.mark.parametrize("parts", [[part("m", model=[0, 0]), part("n")], [part("n"), part("m", model=[0, 0])]])
def test_name_that_a_column_of_one_has_is_refused(parts):
    with pytest.raises(InputError, match=r"^stack = 'model' is a column of m already; give it another name$"):
        stacked(parts, name="all", unit="model")
