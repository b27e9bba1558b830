"""What the source of a table says elsewhere of the same cells: other values for some, and what claims make of them."""

from dataclasses import replace

import numpy as np
import pingouin  # noqa: F401  before pytester, or each of its runs would import it anew, of which pandas warns
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims.data.elsewhere import Elsewhere
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.measurement_file import read_measurement, write_measurement
from pytest_claims.verdicts.record import read_record

TREES, COLUMNS = ("ash", "beech", "cedar", "elm"), ("height", "age")
CELLS = st.dictionaries(st.tuples(st.sampled_from(COLUMNS), st.sampled_from(TREES)), st.floats(10, 1e9), min_size=1)


def table(*elsewhere):
    """Heights and ages of four trees, all below 10."""
    data = xr.Dataset(
        {"height": ("tree", [1.0, 2.0, 3.0, 4.0]), "age": ("tree", [5, 6, 7, 8])}, coords={"tree": [*TREES]}
    )
    return Measurement(name="grove", data=data, rounding={"height": 0.05}, elsewhere=elsewhere)


def said(name, cells):
    """What is said elsewhere, from values by column and tree."""
    columns = dict.fromkeys(column for column, _ in cells)
    values = {of: {tree: value for (column, tree), value in cells.items() if column == of} for of in columns}
    return Elsewhere(name=name, source="a letter", values=values)


ONE = said("one", {("height", "ash"): 11.0})


def cells_of(measurement):
    return {(column, tree): float(measurement.data[column].loc[tree]) for column in COLUMNS for tree in TREES}


@given(CELLS)
def test_these_cells_are_others_and_no_more(cells):
    before = table(said("letter", cells))
    (other,) = before.as_elsewhere().values()
    assert cells_of(other) == {**cells_of(table()), **cells}
    assert cells_of(before) == cells_of(table())
    assert (other.rounding, other.elsewhere, other.name) == ({}, (), "grove")


@given(CELLS, CELLS)
def test_what_goes_together_is_said_together(first, second):
    found = table(said("first", first), said("second", second)).as_elsewhere()
    disjoint = not first.keys() & second.keys()
    assert list(found) == ["first", "second", *(["first + second"] if disjoint else [])]
    if disjoint:
        assert cells_of(found["first + second"]) == {**cells_of(table()), **first, **second}


@pytest.mark.parametrize("suffix", [".nc", ".nc.gz"])
@given(CELLS)
def test_it_comes_back_as_it_was_written(tmp_path_factory, suffix, cells):
    path = tmp_path_factory.mktemp("grove") / f"grove{suffix}"
    before = table(said("letter", cells))
    write_measurement(before, path)
    after = read_measurement(path)
    assert after.elsewhere == before.elsewhere
    assert after.sha256 == before.sha256 != table().sha256


def test_other_values_are_other_data():
    several = [
        table(),
        table(ONE),
        table(said("two", {("height", "ash"): 11.0})),
        table(said("one", {("age", "ash"): 11.0})),
    ]
    assert len({one.sha256 for one in several}) == 4
    assert table(replace(ONE, source="another letter")).sha256 == table(ONE).sha256  # where it stands is no number


@pytest.mark.parametrize(
    ("several", "message"),
    [
        ([said("one", {("width", "ash"): 11.0})], "elsewhere 'one': unknown column 'width'"),
        ([said("one", {("height", "ashes"): 11.0})], "elsewhere 'one': unknown tree 'ashes'"),
        ([said("one", {("height", "ash"): 1.0})], "height of ash is 1; wanted another number than in the table"),
        ([said("one", {("height", "ash"): np.nan})], "height of ash is nan; wanted another number than in the table"),
        ([said("one", {})], r"elsewhere 'one': no values; wanted \[elsewhere.values.COLUMN\]"),
        ([ONE, ONE], "elsewhere 'one' is there more than once; name each otherwise"),
        ([replace(ONE, name=f"{place}") for place in range(7)], "7 times .*, wanted at most 6"),
    ],
)
def test_what_is_no_other_value_of_a_cell_is_refused(several, message):
    with pytest.raises(InputError, match=f"grove.*{message}"):
        table(*several)


def test_arrays_are_no_cells():
    data = xr.Dataset({"height": (("tree", "year"), [[1.0], [2.0]])}, coords={"tree": ["ash", "elm"], "year": [1]})
    with pytest.raises(InputError, match="height is along tree, year; wanted a column of a table, along one dimension"):
        Measurement(name="grove", data=data, elsewhere=(ONE,))


CLAIM = '''
from pytest_claims import claim, dealt, pearson

@claim("older-is-taller", source="a note", null=dealt("height", across="tree"))
def test_older_is_taller(table):
    """Older trees are taller."""
    estimate = pearson(table["age"], table["height"])
    assert estimate.r > 0
    assert estimate.p < 0.05
'''
DECLARED = """
title = "Older trees are taller"
source = "a note"
[units]
tree = {}
[measured]
age = {}
height = {}
"""
HOOK = """
from dataclasses import replace
from pytest_claims.data.plain_table import plain_table

def pytest_claims_table(measurement, design):
    return replace(plain_table(measurement), design=design)
"""
ROWS = "tree,age,height\na,1,1.1\nb,2,2.3\nc,3,2.9\nd,4,4.2\ne,5,5.1\nf,6,5.8\n"
LETTER = """
[[elsewhere]]
name = "the letter"
source = "a letter of 1899"
[elsewhere.values.height]
f = 0.5
"""


@pytest.fixture
def grove(pytester):
    """A project whose conftest.py makes the table; call it with what the .toml of the table says."""
    (pytester.path / "claims").mkdir()
    (pytester.path / "claims" / "test_trees.py").write_text(CLAIM)
    (pytester.path / "claims" / "finding.toml").write_text(DECLARED)
    (pytester.path / "claims" / "conftest.py").write_text(HOOK)

    def judge(about):
        (pytester.path / "grove.csv").write_text(ROWS)
        (pytester.path / "grove.toml").write_text(about)
        options = ["claims", "--claims-measurement=grove.csv", "--claims-robustness=multiverse", "-vv"]
        return pytester.runpytest_inprocess(*options)

    return judge


def test_claim_is_asked_with_what_its_source_says_elsewhere(grove, pytester):
    result = grove(LETTER)
    result.assert_outcomes(passed=1)
    assert "it is overturned with the letter" in " ".join(result.stdout.str().split())
    (subject,) = read_record(pytester.path / "reports" / "claims.json").subjects
    assert subject.provenance == {"elsewhere, the letter": "a letter of 1899"}


def test_without_it_there_is_no_other_table(grove):
    result = grove("")
    result.assert_outcomes(passed=1)
    assert "ways to make the table" not in result.stdout.str()


def test_table_that_cannot_be_made_of_it_says_which(grove, pytester):
    (pytester.path / "claims" / "conftest.py").write_text(
        HOOK + "from pytest_claims import InputError\n\n"
        "made = pytest_claims_table\n\n"
        "def pytest_claims_table(measurement, design):\n"
        "    if float(measurement.data['height'].min()) < 1:\n"
        "        raise InputError('a tree of less than 1')\n"
        "    return made(measurement, design)\n"
    )
    grove(LETTER).stdout.fnmatch_lines(["*elsewhere 'the letter': a tree of less than 1*"])
