"""The table that claims see: its rows and columns, arrays along them, and copies of it; and the plain one."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from orchard import DESIGN, TREES, YEARS, grove, measured

from pytest_claims import ROWS, Alternatives, Array, Design, InputError, Measurement, Rate, Table, Undecided, pooled
from pytest_claims.data.gap import Gap
from pytest_claims.data.levels import Levels
from pytest_claims.data.plain_table import plain_table
from pytest_claims.data.table_check import check_table

orders = st.permutations(range(len(TREES))).map(np.array)
places = st.lists(st.integers(0, len(TREES) - 1), min_size=1, max_size=9).map(np.array)


def test_rates_are_those_of_the_counts():
    table, data = grove(), measured().data
    for row, tree in enumerate(table.rows):
        own = data.sel(tree=tree)
        assert table.successes[row] == table["set"][row] == int(own["set"].sum())
        assert table.trials[row] == table["flowers"][row] == int(own["flowers"].sum())
        assert table["share_set"][row] == int(own["set"].sum()) / int(own["flowers"].sum())


def test_successes_that_nobody_counted_are_those_of_the_rate():
    columns = {"share_set": np.array([0.333, 0.667]), "flowers": np.array([3.0, 3.0])}
    table = Table(subject="made", rows=("a", "b"), columns=columns, design=DESIGN)
    assert table.successes.tolist() == [1, 2]


@pytest.mark.parametrize(
    "ask", [lambda t: t.successes, lambda t: t.trials, lambda t: t.counted(np.ones(2), np.ones(2))]
)
def test_counts_of_a_finding_that_declares_none_are_undecided(ask):
    table = Table(subject="made", rows=("a", "b"), columns={"x": np.zeros(2)})
    with pytest.raises(Undecided, match="the finding does not say what was counted; declare the rate of its design"):
        ask(table)


def test_column_that_a_subject_lacks_is_undecided():
    with pytest.raises(Undecided) as raised:
        grove()["age"]
    gap = Gap.of(raised.value)
    assert str(gap) == str(raised.value) == (
        "no column 'age': have tree, height, share_set, set, flowers; measure it"
    )  # fmt: skip
    assert (gap.missing, gap.what) == ("age", "column")


def test_column_that_no_subject_has_is_a_mistake_of_the_claim():
    with pytest.raises(InputError, match=r"^unknown column 'hieght'; did you mean 'height'\? known are height, age, "):
        grove()["hieght"]


def test_without_declared_columns_any_may_be_lacking():
    table = Table(subject="made", rows=("a",), columns={"x": np.zeros(1)})
    with pytest.raises(Undecided, match=r"^no column 'y': have row, x; add it$"):
        table["y"]


def test_array_that_a_subject_lacks_is_undecided():
    with pytest.raises(Undecided, match=r"^no array 'shade': have set, flowers, ") as raised:
        grove().array("shade")
    assert (raised.value.missing, raised.value.what) == ("shade", "array")


def test_values_and_ranks():
    table = Table(subject="made", rows=("a", "b", "c", "d"), columns={"x": np.array([3.0, 1.0, 3.0, 2.0])})
    assert table.value("x", "d") == 2
    assert [table.rank("x", row) for row in table.rows] == [1, 4, 1, 3]
    with pytest.raises(Undecided, match=r"^no row 'e': have a, b, c, d$") as raised:
        table.value("x", "e")
    assert (raised.value.missing, raised.value.what) == ("e", "row")


def test_highest_and_lowest():
    table = Table(subject="made", rows=("a", "b", "c", "d"), columns={"x": np.array([3.0, 1.0, 3.0, 2.0])})
    assert table.highest(2, "x").rows == ("a", "c")
    assert table.lowest(2, "x").rows == ("b", "d")
    assert table.highest(4, "x").rows == ("a", "c", "d", "b")
    with pytest.raises(Undecided, match="the 1 highest by x are not defined: a and c tie at the border"):
        table.highest(1, "x")
    with pytest.raises(Undecided, match="the 5 lowest of 4 rows are not defined: too few rows"):
        table.lowest(5, "x")


@given(places)
def test_a_copy_has_the_rows_that_were_taken(taken):
    table = grove()
    copy = table.resampled(taken)
    assert copy.rows == tuple(table.rows[place] for place in taken)
    for name in table.columns:
        np.testing.assert_array_equal(copy[name], table[name][taken])
    for name in ("set", "flowers"):
        np.testing.assert_array_equal(copy.array(name), table.array(name)[:, taken])
    same = taken[:, None] == taken[None, :]
    for name in ("distance", "stolen"):
        found = copy.array(name)
        assert np.isnan(found[same]).all()  # a row that was drawn twice is not its own neighbour
        np.testing.assert_array_equal(found[~same], table.array(name)[np.ix_(taken, taken)][~same])


@given(places, st.data())
def test_a_copy_of_a_copy_is_one_of_the_table(taken, data):
    again = np.array(data.draw(st.lists(st.integers(0, len(taken) - 1), min_size=1, max_size=5)))
    twice, once = grove().resampled(taken).resampled(again), grove().resampled(taken[again])
    assert twice.rows == once.rows
    for name in once.columns:
        np.testing.assert_array_equal(twice[name], once[name])
    for name in once.arrays:
        np.testing.assert_array_equal(twice.array(name), once.array(name))


@given(orders)
def test_dealing_moves_outcomes_and_leaves_the_rest(order):
    table = grove()
    other = table.dealt(order)
    assert other.rows == table.rows
    np.testing.assert_array_equal(other["height"], table["height"])
    np.testing.assert_array_equal(other.array("distance"), table.array("distance"))
    for name in DESIGN.together(["share_set"]):
        np.testing.assert_array_equal(other[name], table[name][order])
    for name in ("set", "flowers"):
        np.testing.assert_array_equal(other.array(name), table.array(name)[:, order])
    np.testing.assert_array_equal(other.array("stolen"), table.array("stolen")[np.ix_(order, order)])


@given(orders, places)
def test_rows_are_taken_of_what_was_dealt(order, taken):
    other = grove().dealt(order).resampled(taken)
    np.testing.assert_array_equal(other["share_set"], grove()["share_set"][order][taken])
    np.testing.assert_array_equal(other.array("set"), grove().array("set")[:, order[taken]])
    np.testing.assert_array_equal(other["height"], grove()["height"][taken])


def test_what_was_counted_goes_together():
    design = Design(rates=DESIGN.rates, errors={"height": "height_error"})
    assert design.together(["set"]) == ("set", "share_set", "flowers")
    assert design.together(["height", "age"]) == ("height", "age", "height_error")
    assert Design().together(["y"]) == ("y",)


def test_without_a_row_it_is_gone_among_the_others():
    table = grove()
    left = table.without("ash", "fir")
    assert left.rows == TREES[1:5]
    np.testing.assert_array_equal(left.array("distance"), table.array("distance")[1:5, 1:5])
    with pytest.raises(Undecided, match="no tree 'oak': have ash, birch, "):
        table.without("oak")
    assert len(table.without(*TREES)) == 0


def test_a_row_drawn_twice_goes_with_its_copy():
    assert grove().resampled(np.array([0, 0, 1])).without("ash").rows == ("birch",)


def test_counted_gives_the_rate_that_follows():
    other = grove().counted(np.arange(6.0), np.full(6, 10.0))
    np.testing.assert_array_equal(other.successes, np.arange(6))
    np.testing.assert_array_equal(other["share_set"], np.arange(6) / 10)


def test_rounding_goes_with_the_numbers_that_were_printed():
    table = replace(grove(), rounding={"height": 0.5})
    assert table.without("ash").rounding == table.highest(2, "height").rounding == {"height": 0.5}
    assert table.fresh().rounding == table.without(year="2025").rounding == {"height": 0.5}
    for changed in (table.resampled(np.array([0, 1])), table.changed(height=np.zeros(6)), table.dealt(np.arange(6))):
        assert changed.rounding == {}


@pytest.mark.parametrize("year", YEARS)
def test_without_a_year_is_the_table_of_the_other_years(year):
    measurement = measured()
    left = grove().without(year=str(year))
    wanted = grove(replace(measurement, data=measurement.data.drop_sel(year=year)))
    assert left.labels == wanted.labels
    for name in wanted.columns:
        np.testing.assert_array_equal(left[name], wanted[name])
    for name in wanted.arrays:
        np.testing.assert_array_equal(left.array(name), wanted.array(name))


@given(orders, places)
def test_any_copy_may_lack_a_year(order, taken):
    """Rates of all rows were put into a copy of some."""
    copy = grove().dealt(order).resampled(taken).without(year="2025")
    wanted = grove().without(year="2025").dealt(order).resampled(taken)
    for name in wanted.columns:
        np.testing.assert_array_equal(copy[name], wanted[name])


def test_row_that_was_never_tried_has_no_rate():
    counts = {"set": np.zeros((2, 3)), "flowers": np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 4.0]])}
    arrays = {name: Array(values=values, dims=("year", ROWS)) for name, values in counts.items()}
    with pytest.raises(InputError, match=r"^no flowers of row 2; a rate needs some: measure again$"):
        pooled(DESIGN, arrays)
    with pytest.raises(InputError, match=r"^no flowers of b; a rate needs some: measure again$"):
        pooled(DESIGN, arrays, "abc")
    first = {name: Array(values=values[:1], dims=("year", ROWS)) for name, values in counts.items()}
    with pytest.raises(InputError, match=r"^no flowers of b, c; "):
        pooled(DESIGN, first, "abc")


def test_nothing_is_pooled_where_nothing_was_counted():
    arrays = {"set": Array(values=np.zeros((1, 2)), dims=("year", ROWS))}
    assert pooled(DESIGN, arrays) == pooled(Design(), arrays) == {}


def test_array_without_rows_stays_whole():
    table = replace(grove(), arrays={"rain": Array(values=np.arange(3.0), dims=("year",))})
    np.testing.assert_array_equal(table.without("ash").array("rain"), [0, 1, 2])
    np.testing.assert_array_equal(table.without(year="2025").array("rain"), [0, 2])


def test_rows_may_be_any_two_dimensions_of_an_array():
    values = np.arange(18.0).reshape(3, 2, 3)
    table = Table(
        subject="made",
        rows=("a", "b", "c"),
        columns={},
        arrays={"x": Array(values=values, dims=(ROWS, "way", ROWS))},
    )
    found = table.without("b").array("x")
    assert found.shape == (2, 2, 2)
    np.testing.assert_array_equal(found[0, :, 1], values[0, :, 2])
    assert np.isnan(found[[0, 1], :, [0, 1]]).all()


def broken(**change) -> Table:
    return replace(grove(), **change)


def array(*shape, dims) -> dict[str, Array]:
    return {"x": Array(values=np.zeros(shape), dims=dims)}


def counts(flowers: float, fruits: float = 0.0) -> dict[str, np.ndarray]:
    return {"flowers": np.full(6, flowers), "set": np.full(6, fruits)}


def ways(column="height", choices=2, rows=6, ordinary=2, value=0.0) -> Alternatives:
    return Alternatives(column=column, values=np.full((choices, rows), value), ordinary=np.ones(ordinary, dtype=bool))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": ("ash", "ash", *TREES[2:])}, "tree ash appears more than once; give each one row"),
        ({"rows": ("ash", " ", *TREES[2:])}, "a tree is called ' ', wanted a name; name it or remove it"),
        ({"rows": (1, *TREES[1:])}, "a tree is called 1, wanted a name"),
        ({"columns": {"height": np.zeros(5)}}, r"column 'height' has the shape \(5,\), wanted \(6,\), a number for ea"),
        ({"columns": {"height": np.zeros((6, 1))}}, r"column 'height' has the shape \(6, 1\), wanted \(6,\)"),
        ({"columns": {"height": np.array([1, 2, np.nan, 4, 5, 6])}}, "height of cedar is nan, wanted a number; leave"),
        ({"columns": {"hight": np.zeros(6)}}, r"unknown column 'hight'; did you mean 'height'\? known are height, age"),
        ({"arrays": array(5, 6, dims=(ROWS, ROWS))}, r"array 'x' has the shape \(5, 6\), wanted \(rows 6, rows 6\)"),
        ({"arrays": array(6, 6, dims=(ROWS,))}, r"array 'x' has the shape \(6, 6\), wanted \(rows 6\)"),
        ({"arrays": array(2, 6, dims=("year", ROWS))}, r"the shape \(2, 6\), wanted \(year 3, rows 6\)"),
        (
            {"arrays": array(6, 6, 6, dims=(ROWS,) * 3)},
            r"array 'x' is along rows, rows, rows; wanted rows twice at most",
        ),
        ({"columns": {"height": np.array(list("123456"))}}, "column 'height' holds <U1, wanted numbers; make it float"),
        ({"columns": counts(flowers=0.0)}, "ash has flowers 0, set 0; wanted whole numbers, at least one of flowers"),
        ({"columns": counts(flowers=2.0, fruits=3.0)}, "ash has flowers 2, set 3; wanted whole numbers"),
        ({"columns": counts(flowers=2.0, fruits=0.5)}, "ash has flowers 2, set 0.5; wanted whole numbers"),
        ({"labels": {"year": (2024, 2024, 2026)}}, "a year appears more than once; label each once"),
        ({"rows": (), "places": np.zeros(0, int)}, "the table has no rows, wanted one for each tree"),
        ({"alternatives": ways(value=np.nan)}, "alternatives of height are not all numbers; leave out those not known"),
        ({"alternatives": ways(column="hight")}, r"alternatives: unknown column 'hight'; did you mean 'height'\?"),
        ({"alternatives": ways(choices=3)}, r"alternatives of height have the shape \(3, 6\), wanted \(2, 6\), a num"),
        ({"alternatives": ways(rows=5)}, r"alternatives of height have the shape \(2, 5\), wanted \(2, 6\)"),
    ],
)
def test_tables_that_are_none_are_refused(change, message):
    with pytest.raises(InputError, match=f"^grove@made-up(:|,) .*{message}"):
        check_table(broken(**change))


def test_tables_that_are_as_they_should_be():
    check_table(grove())
    check_table(broken(alternatives=None, arrays=array(7, 6, dims=("way", ROWS))))
    check_table(broken(arrays={"x": Array(values=np.full((3, 6), np.nan), dims=("year", ROWS))}))
    check_table(Table(subject="made", rows=("a",), columns={"any": np.zeros(1)}))


@pytest.mark.parametrize("values", [[1, 0], (True, False), np.array([1, 0]), np.array([True, False])])
def test_whole_numbers_and_truths_are_numbers_on_which_statistics_compute(values):
    table = Table(subject="made", rows=("a", "b"), columns={"right": values})
    check_table(table)
    assert table["right"].dtype == float
    assert table["right"].tolist() == [1.0, 0.0]


def plain(**columns) -> Measurement:
    data = xr.Dataset(columns, coords={"tree": ["ash", "elm"]})
    return Measurement(name="grove@printed", data=data, rounding={}, families={"ash": "x"})


def test_plain_table_is_the_columns_as_they_are():
    measurement = replace(plain(height=("tree", [1, 2]), age=("tree", [3.5, 4])), rounding={"age": 0.5})
    table = plain_table(measurement)
    assert (table.subject, table.base_model, table.rows) == ("grove@printed", "grove", ("ash", "elm"))
    assert {name: values.tolist() for name, values in table.columns.items()} == {
        "height": [1.0, 2.0],
        "age": [3.5, 4.0],
    }
    assert table["height"].dtype == float
    assert (table.rounding, table.families, table.arrays) == ({"age": 0.5}, {"ash": "x"}, {})
    assert table.design.words.unit == "tree"
    check_table(table)
    with pytest.raises(Undecided, match="no column 'hight': have tree, height, age; add it"):
        table["hight"]


def test_claim_about_levels_that_a_copy_lacks_is_undecided():
    wood = Levels.of(["ash", "oak", "ash", "elm"])
    table = Table(subject="made up", rows=tuple("abcd"), columns={"age": np.arange(4)}, levels={"wood": wood})
    without = table.leave_out("wood", np.array([1]))
    assert without.only(wood=["oak", "elm"]).rows == ("d",)
    with pytest.raises(Undecided, match="no row of wood oak"):
        without.only(wood="oak")


@pytest.mark.parametrize("year", [[2025], [2025, 2026]])
def test_plain_table_of_arrays_along_several_dimensions_is_refused(year):
    data = xr.Dataset(
        {"height": (("year", "tree"), np.zeros((len(year), 2)))}, coords={"year": year, "tree": ["a", "b"]}
    )
    message = (
        "^grove holds arrays along year, tree, wanted columns along one dimension; declare units, factors and what was "
        "measured in finding.toml, or say how .* with the hook pytest_claims_table in the conftest.py of the finding$"
    )
    with pytest.raises(InputError, match=message):
        plain_table(Measurement(name="grove", data=data))


def test_plain_table_of_nothing_is_refused():
    with pytest.raises(InputError, match="grove holds arrays along nothing, wanted columns"):
        plain_table(Measurement(name="grove", data=xr.Dataset()))


def test_rate_is_one_of_three_names():
    rate = Rate(name="share", successes="yes", trials="asked")
    assert Design(rates=(rate,)).together(["yes"]) == ("yes", "share", "asked")
