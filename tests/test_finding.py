"""A finding of one's own: what its conftest.py makes of a measurement is checked before a claim sees it."""

import court  # noqa: F401  what it imports, runs within this process would forget
import pytest

CSV = "tree,height,fruits\nash,0.1,0.5\nbirch,0.2,0.1\ncedar,0.3,0.4\ndate,0.4,0.3\nelm,0.5,0.6\n"
CLAIM = '''
from pytest_claims import claim, pearson

@claim("taller", source="nowhere")
def test_it(table):
    """Taller trees have more fruits."""
    assert pearson({x}, table["fruits"]).p < 2
'''
CONFTEST = """
import numpy as np
from pytest_claims import Design, InputError, Table

def pytest_claims_table(measurement):
    data = measurement.data
    columns = dict(height=data["height"].values, fruits=data["fruits"].values)
    return {table}
"""
TABLE = "Table(subject=measurement.name, rows=measurement.labels('tree'), columns=columns, design=Design({design}))"


def judged(pytester: pytest.Pytester, table: str = "", x: str = "table['height']") -> pytest.RunResult:
    (pytester.path / "made.csv").write_text(CSV)
    if table:
        pytester.makeconftest(CONFTEST.replace("{table}", table))
    pytester.makepyfile(CLAIM.replace("{x}", x))
    return pytester.runpytest_inprocess("--claims-measurement=made.csv", "--claims-robustness=none")


def test_without_a_conftest_the_columns_are_the_table(pytester):
    judged(pytester).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ("table['hieght']", "unknown column 'hieght'; did you mean 'height'? known are height, fruits; correct it"),
        (
            "table.without('esh')['height']",
            "unknown tree 'esh'; did you mean 'ash'? known are ash, birch, cedar",
        ),
        ("table.array('height')", "unknown array 'height'; known are none; correct it, for no subject has it"),
    ],
)
def test_name_that_no_subject_has_is_told_with_the_nearest(pytester, x, message):
    result = judged(pytester, x=x)
    result.assert_outcomes(errors=1)
    assert any(message in line for line in result.outlines)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLE.format(design=""), ""),
        (TABLE.format(design="columns=('hight', 'fruits')"), "unknown column 'height'; did you mean 'hight'?"),
        (
            TABLE.format(design="").replace("columns=columns", "columns={'height': np.zeros(3)}"),
            "made: column 'height' has the shape (3,), wanted (5,), a number for each row; correct",
        ),
        (
            TABLE.format(design="").replace("measurement.labels('tree')", "('ash',) * 5"),
            "made: row ash appears more than once; give each one row",
        ),
        ("None or 3", "pytest_claims_table gives 3 of made, wanted a pytest_claims.Table"),
        ("[][0]", "IndexError"),
    ],
)  # fmt: skip
def test_table_of_a_finding_is_checked(pytester, table, message):
    result = judged(pytester, table)
    if message:
        result.assert_outcomes(errors=1)
        assert any(message in line for line in result.outlines)
    else:
        result.assert_outcomes(passed=1)


GROVE = """
from pathlib import Path
from pytest_claims import Design, Table, Words, recorded_in

def pytest_claims_subjects():
    return recorded_in(Path(__file__).parent)

def pytest_claims_table(measurement):
    if "tree" in measurement.data:
        return Table(
            subject=measurement.name,
            rows=measurement.labels("tree"),
            columns={name: array.values for name, array in measurement.data.items()},
            design=Design(words=Words(unit="oak")),
        )
"""


def test_row_that_a_subject_of_another_finding_has_is_a_gap_and_no_error(pytester):
    """Where two findings call their rows differently, it was an error, and columns were said to be rows."""
    (pytester.path / "harbour.csv").write_text("port,height,fruits\na,1,2\nb,2,1\nc,3,5\nd,4,3\n")
    pytester.makeconftest(GROVE)
    pytester.makepyfile(CLAIM.replace('pearson({x}, table["fruits"]).p < 2', "table.value('height', 'ash') < 2"))
    (pytester.path / "made.csv").write_text(CSV)
    pytester.runpytest_inprocess("--claims-robustness=none").assert_outcomes(passed=1, skipped=1)
    pytester.makepyfile(CLAIM.replace('pearson({x}, table["fruits"]).p < 2', "table.value('height', 'esh') < 2"))
    result = pytester.runpytest_inprocess("--claims-robustness=none")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*'esh'; did you mean 'ash'? known are a, b, c, d, ash, birch, *; correct*"])
