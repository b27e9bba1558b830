"""Nothing that a claim can reach can be changed, and trying says so."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from orchard import TREES, grove

from pytest_claims import Table
from pytest_claims.base.frozen import frozen, read_only

TABLE = grove()
ROWS = len(TREES)
ARRAYS = {
    "column": lambda table: table["height"],
    "rate": lambda table: table["share_set"],
    "successes": lambda table: table.successes,
    "trials": lambda table: table.trials,
    "columns": lambda table: table.columns["flowers"],
    "base": lambda table: table.columns["flowers"].base,
    "copy": lambda table: table.without("ash")["height"],
    "resampled": lambda table: table.resampled(np.array([0, 0, 1, 2]))["height"],
    "changed": lambda table: table.changed(height=np.zeros(ROWS))["height"],
    "dealt": lambda table: table.dealt(np.arange(ROWS))["share_set"],
    "without a label": lambda table: table.without(year="2025")["set"],
    "array": lambda table: table.array("set"),
    "array between rows": lambda table: table.array("distance"),
    "array of outcomes": lambda table: table.array("stolen"),
    "array of a copy": lambda table: table.without("ash").array("distance"),
    "array behind": lambda table: table.arrays["distance"].values,
    "counts behind": lambda table: table.arrays["set"].values,
    "alternatives": lambda table: table.alternatives.values,
    "ordinary alternatives": lambda table: table.alternatives.ordinary,
    "alternatives of a copy": lambda table: table.without("ash").alternatives.values,
    "places": lambda table: table.places,
    "outcomes of a copy": lambda table: table.without("ash").outcomes_of,
}


def rounded(table: Table) -> np.ndarray:
    """Successes that nobody counted."""
    columns = {name: values for name, values in table.columns.items() if name != "set"}
    return Table(subject="made", rows=table.rows, columns=columns, design=table.design).successes


@pytest.mark.parametrize("read", [*ARRAYS.values(), rounded], ids=[*ARRAYS, "rounded"])
def test_no_array_can_be_written_to(read):
    array = read(TABLE)
    if isinstance(array, bytes):
        return  # whoever owns the memory cannot be written to at all
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        array.sort()


@pytest.mark.parametrize(
    "name",
    ["column", "rate", "columns", "array behind", "counts behind", "alternatives", "ordinary alternatives", "places"],
)
def test_array_of_a_subject_cannot_be_made_writable(name):
    with pytest.raises(ValueError, match="cannot set WRITEABLE flag"):
        ARRAYS[name](TABLE).flags.writeable = True


@pytest.mark.parametrize("name", ["columns", "rounding", "families", "arrays", "labels"])
def test_nothing_can_be_assigned_to_a_mapping(name):
    for table in (TABLE, TABLE.without("ash"), TABLE.without(year="2025")):
        with pytest.raises(TypeError, match="the data of a claim are read-only"):
            getattr(table, name)["height"] = np.zeros(ROWS)
    with pytest.raises(FrozenInstanceError):
        setattr(TABLE, name, {})


def test_nothing_can_be_assigned_to_a_design():
    """All tables of a finding share it."""
    with pytest.raises(TypeError, match="read-only"):
        TABLE.design.limits["height"] = (0.0, 1.0)
    with pytest.raises(FrozenInstanceError):
        TABLE.design.rate = None


def test_table_can_be_copied_and_pickled():
    for other in (copy.copy(TABLE), copy.deepcopy(TABLE), pickle.loads(pickle.dumps(TABLE))):  # noqa: S301
        assert other.rows == TABLE.rows
        assert (other["height"] == TABLE["height"]).all()
        assert other.design == TABLE.design
        with pytest.raises(TypeError, match="read-only"):
            other.columns["height"] = 0


def test_no_two_claims_share_memory():
    """What ignores that an array is read-only, as torch.from_numpy does, reaches one claim alone."""
    for read in ARRAYS.values():
        one, other = read(TABLE.fresh()), read(TABLE.fresh())
        assert one is not other
        assert isinstance(one, bytes) or not np.shares_memory(one, other)


def test_fresh_is_the_same_table():
    fresh = TABLE.fresh()
    for name in TABLE.columns:
        np.testing.assert_array_equal(fresh[name], TABLE[name])
    for name in TABLE.arrays:
        np.testing.assert_array_equal(fresh.array(name), TABLE.array(name))
    np.testing.assert_array_equal(fresh.alternatives.values, TABLE.alternatives.values)
    for name, levels in TABLE.levels.items():
        np.testing.assert_array_equal(fresh[name], levels.labels)
    data = {"columns", "levels", "arrays", "alternatives", "places", "outcomes_of"}
    for field in fields(Table):
        if field.name not in data:
            assert getattr(fresh, field.name) == getattr(TABLE, field.name)


def test_array_that_was_given_stays_writable_for_who_owns_it():
    mine = np.zeros(ROWS)
    TABLE.changed(height=mine)
    mine[0] = 1
    assert frozen(mine).tolist() == read_only(mine).tolist() == mine.tolist()


def test_claim_that_changes_its_data_is_an_error_and_the_next_sees_them_as_they_were(pytester):
    """A claim that is not shown alone was held 10/10 after one that wrote to its data."""
    pytester.path.joinpath("made.csv").write_text(
        "tree,height,fruits\na,0.1,0.5\nb,0.2,0.1\nc,0.3,0.5\nd,0.4,0.1\ne,0.5,0.5\nf,0.6,0.1\n"
    )
    pytester.makepyfile('''
    from pytest_claims import claim, pearson

    @claim("replaces", source="nowhere")
    def test_0(table):
        """Replaces."""
        object.__setattr__(table, "columns", {**table.columns, "fruits": table["height"]})
        assert pearson(table["height"], table["fruits"]).p < 0.05

    @claim("writes", source="nowhere")
    def test_a(table):
        """Writes."""
        table["fruits"][:] = table["height"]
        assert pearson(table["height"], table["fruits"]).p < 0.05

    @claim("reads", source="nowhere")
    def test_b(table):
        """Reads."""
        assert pearson(table["height"], table["fruits"]).p < 0.05
    ''')
    result = pytester.runpytest_subprocess("--claims-measurement=made.csv", "--claims-robustness=none")
    result.assert_outcomes(passed=1, errors=1, skipped=1)  # inconclusive; the first has changed its own table alone
    result.stdout.fnmatch_lines(["E *ValueError: assignment destination is read-only"])
