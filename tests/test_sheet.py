"""CSV: every cell is the text that stands there, in the column that it stands under."""

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.reading.sheet import read_table

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: name == name.strip())


def written(folder: Path, text: str) -> Path:
    path = folder / "made.csv"
    path.write_bytes(text.encode())
    return path


@given(st.lists(NAMES, min_size=1, max_size=9, unique=True))
@example(["00", "1.10", "NA", "10#0"])
@example(["#a", "null", '"', "a,b"])
@example(["1e5", "True", "'", "-"])
def test_any_name_stays_as_it_is(names):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["tree", "height"], *([name, 0.5] for name in names)])
        assert [row.cells["tree"] for row in read_table(path, trim=True).rows] == names
        assert list(read_measurement(path).labels("tree")) == names


@pytest.mark.parametrize("names", ["00 01 02 03", "1.10 1.20 1.30 1.40", "NA b c d", "10#0 b c d", "True False b c"])
def test_names_that_look_like_something_else_stay(tmp_path, names):
    rows = "".join(f"{name},0.5\n" for name in names.split())
    assert " ".join(read_measurement(written(tmp_path, f"tree,height\n{rows}")).labels("tree")) == names


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "a,0.1,0.2,0.3\nb,0.1,0.2,0.3\n",
            r"made.csv, line 2: 4 cells \(a, 0.1, 0.2, 0.3\), wanted 3 \(tree, height, age\)",
        ),
        ("a,0.1,0.2\n\nb,0.1\n", r"made.csv, line 4: 2 cells \(b, 0.1\), wanted 3"),
        (
            "a,0.1,0.2\n# note\n",
            r"made.csv, line 3: 1 cells \(# note\), wanted 3 .*, and put comments above the header",
        ),
        ("a,0.1,0.2\n,,\n", "made.csv, line 3: a row without tree; name it or remove it"),
        ("a,0.1,0.2 # note\n  # note\n", r"made.csv, line 3: 1 cells \(# note\), wanted 3"),
        ('"a,0.1,0.2\n', "made.csv, line 2 cannot be read as a table .*; wanted cells with commas between"),
        ('"a"b,0.1,0.2\n', "made.csv, line 2 cannot be read as a table"),
    ],
)
def test_row_that_does_not_fit_its_header_is_refused(tmp_path, rows, message):
    with pytest.raises(InputError, match=message):
        read_measurement(written(tmp_path, f"tree,height,age\n{rows}"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("tree,age,age\n", "made.csv, line 1: column 'age' appears more than once; rename or remove one"),
        ("", "made.csv cannot be read as a table: it has no rows; wanted CSV with a header row"),
        ("tree,,age\n", r"made.csv, line 1: column 2 has no name \(tree, , age\); name it or remove it"),
        ("# only\n\n", "it has no rows"),
        ("tree;age\na;0,5\n", r"made.csv, line 1: columns with ';' between \('tree;age'\), wanted commas; save it"),
        ("# note\ntree\tage\na\t0.5\n", r"made.csv, line 2: columns with '\\t' between .*, wanted commas"),
    ],
)
def test_headers_that_are_none(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_table(written(tmp_path, content))


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "made.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"made.csv cannot be read as a table"):
        read_table(tmp_path / "made.csv")


def test_mark_at_the_beginning_line_ends_and_blanks_are_no_part_of_a_cell(tmp_path):
    path = written(tmp_path, '\ufeff# note\r\na, b\r\n x ,"1, 2"\r\n y, "3"\r\n')
    table = read_table(path, trim=True)
    assert table.columns == ("a", "b")
    assert [(row.where, dict(row.cells)) for row in table.rows] == [
        ("made.csv, line 3", {"a": "x", "b": "1, 2"}),
        ("made.csv, line 4", {"a": "y", "b": "3"}),
    ]
    assert read_table(written(tmp_path, "a\n x \n")).rows[0].cells == {"a": " x "}


def test_name_that_begins_like_a_comment_stays(tmp_path):
    """Its row was taken for a comment, and gone."""
    path = written(tmp_path, "# note\n# another\ntree,height\n#a,0.1\nb,0.2\nc,0.3\nd,0.4\n")
    assert read_measurement(path).labels("tree") == ("#a", "b", "c", "d")
