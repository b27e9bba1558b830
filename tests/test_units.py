"""Tables of several units: levels that are drawn, left out, and dealt anew, and cells by them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims import Design, Factor, InputError, Table, Undecided, Unit
from pytest_claims.data.levels import Levels
from pytest_claims.data.table_check import check_table

SETS, MODELS = "xyz", "mn"
DESIGN = Design(
    units=(Unit(name="set"), Unit(name="item", within=("set",)), Unit(name="model")),
    factors=(Factor(name="arm"),),
    columns=("score",),
)
# Each row is told by the item, its model, and its arm; of what set it is, the item says: "x1" is of x.
rows = st.lists(
    st.tuples(st.sampled_from(["x1", "x2", "y1", "y2", "y3", "z1"]), st.sampled_from(MODELS), st.sampled_from("ab")),
    min_size=1,
    max_size=10,
    unique=True,
)


def table_of(told: list[tuple[str, str, str]]) -> Table:
    """The table of these rows; each has its place for a score."""
    item, model, arm = zip(*told, strict=True)
    labels = {"set": [one[0] for one in item], "item": item, "model": model, "arm": arm}
    return Table(
        subject="made",
        rows=tuple(" / ".join(row) for row in told),
        columns={"score": np.arange(len(told), dtype=float)},
        levels={name: Levels.of(list(several)) for name, several in labels.items()},
        design=DESIGN,
    )


tables = rows.map(table_of)
units = st.sampled_from(["set", "item", "model"])


def draws(table: Table, unit: str) -> st.SearchStrategy[np.ndarray]:
    return st.lists(st.integers(0, len(table.names(unit)) - 1), min_size=1, max_size=6).map(np.array)


def scores_of(table: Table, unit: str) -> dict[str, list[float]]:
    """The scores of each level, in the order of the rows."""
    return {name: table["score"][table[unit] == name].tolist() for name in table.names(unit)}


@given(tables)
def test_made_tables_are_sound(table):
    check_table(table)


@given(tables, units, st.data())
def test_drawn_level_comes_whole_and_once_for_each_draw(table, unit, data):
    codes = data.draw(draws(table, unit))
    before, drawn = scores_of(table, unit), table.resampled(codes, unit)
    after = scores_of(drawn, unit)
    assert len(drawn.names(unit)) == len(set(drawn.names(unit))) == len(codes)
    assert [after[name] for name in drawn.names(unit)] == [before[table.names(unit)[code]] for code in codes]


@given(tables, units, st.data())
def test_rows_keep_what_else_is_known_of_them_when_a_unit_is_drawn(table, unit, data):
    drawn = table.resampled(data.draw(draws(table, unit)), unit)
    for place, score in enumerate(drawn["score"].astype(int).tolist()):
        assert drawn.rows[place] == table.rows[score]
        for name in table.levels:
            assert drawn[name][place].partition("#")[0] == table[name][score]


@given(tables, st.data())
def test_levels_nested_in_one_that_is_drawn_twice_are_told_apart_and_crossed_ones_are_not(table, data):
    codes = data.draw(draws(table, "set"))
    drawn = table.resampled(codes, "set")
    items = {name: len(set(table["item"][table["set"] == name])) for name in table.names("set")}
    assert len(drawn.names("item")) == sum(items[table.names("set")[code]] for code in codes)
    lies_in = {}
    for item, over in zip(drawn["item"], drawn["set"], strict=True):
        assert lies_in.setdefault(item, over) == over
    assert set(drawn.names("model")) <= set(table.names("model"))
    assert set(drawn.names("arm")) <= set(table.names("arm"))


@given(tables, st.data())
def test_draw_of_a_nested_unit_leaves_those_that_it_lies_in(table, data):
    drawn = table.resampled(data.draw(draws(table, "item")), "item")
    assert set(drawn.names("set")) <= set(table.names("set"))


@given(tables, units)
def test_each_level_drawn_once_gives_the_same_rows(table, unit):
    drawn = table.resampled(np.arange(len(table.names(unit))), unit)
    assert sorted(drawn["score"]) == table["score"].tolist()
    assert drawn.names(unit) == table.names(unit)


@given(tables, st.data())
def test_draw_of_a_draw_is_a_draw(table, data):
    once = table.resampled(data.draw(draws(table, "set")), "set")
    codes = data.draw(draws(once, "item"))
    twice = once.resampled(codes, "item")
    before, after = scores_of(once, "item"), scores_of(twice, "item")
    assert [after[name] for name in twice.names("item")] == [before[once.names("item")[code]] for code in codes]


@given(tables, units, st.data())
def test_leaving_out_levels_removes_exactly_their_rows(table, unit, data):
    names = table.names(unit)
    gone = data.draw(st.lists(st.sampled_from(names), unique=True))
    left = table.leave_out(unit, table.codes(unit, gone))
    assert left["score"].tolist() == [
        s for s, name in zip(table["score"], table[unit], strict=True) if name not in gone
    ]
    assert left.names(unit) == tuple(name for name in names if name not in gone)
    again = table.without(**{unit: gone})
    assert (again.rows, again["score"].tolist()) == (left.rows, left["score"].tolist())


@given(tables, units, st.data())
def test_only_is_all_without_the_others(table, unit, data):
    some = data.draw(st.lists(st.sampled_from(table.names(unit)), unique=True, min_size=1))
    others = [name for name in table.names(unit) if name not in some]
    assert table.only(**{unit: some}).rows == table.without(**{unit: others}).rows


@given(tables, st.data())
def test_only_of_several_units_is_what_is_of_all_of_them(table, data):
    place = data.draw(st.integers(0, len(table) - 1))
    item, model, arm = (str(table[name][place]) for name in ("item", "model", "arm"))
    assert table.only(item=item, model=[model], arm=arm).rows == (table.rows[place],)


@given(tables, st.data())
def test_order_of_rows_does_not_matter_to_cells(table, data):
    told = [tuple(row.split(" / ")) for row in table.rows]
    order = data.draw(st.permutations(range(len(told))))
    again = table_of([told[place] for place in order]).changed(score=table["score"][list(order)])
    dims = ("item", "model", "arm")
    sort = np.ix_(*(np.argsort(table.names(dim)) for dim in dims))
    sort_again = np.ix_(*(np.argsort(again.names(dim)) for dim in dims))
    np.testing.assert_array_equal(table.cells("score", *dims)[sort], again.cells("score", *dims)[sort_again])


@given(tables, st.permutations(["item", "model", "arm"]))
def test_cells_hold_each_row_at_its_levels_and_nothing_elsewhere(table, dims):
    cells = table.cells("score", *dims)
    assert cells.shape == tuple(len(table.names(dim)) for dim in dims)
    for place in range(len(table)):
        at = tuple(table.names(dim).index(table[dim][place]) for dim in dims)
        assert cells[at] == table["score"][place]
    assert np.isfinite(cells).sum() == len(table)


@given(tables)
def test_cells_are_means_only_where_this_is_asked_for(table):
    means = table.cells("score", "set", mean=True)
    assert means.tolist() == pytest.approx([np.mean(scores) for scores in scores_of(table, "set").values()])
    counts = [len(scores) for scores in scores_of(table, "set").values()]
    if max(counts) > 1:
        first = table.names("set")[int(np.argmax(counts))]
        with pytest.raises(
            InputError, match=f"^{max(counts)} rows at set {first}; name what tells them apart, or aver"
        ):
            table.cells("score", "set")


@given(tables, st.data())
def test_cells_of_a_copy_have_its_levels_alone(table, data):
    codes = data.draw(draws(table, "set"))
    for copy in (table.resampled(codes, "set"), table.only(set=table.names("set")[codes[0]])):
        cells = copy.cells("score", "item", "model", "arm")
        assert cells.shape == tuple(len(copy.names(dim)) for dim in ("item", "model", "arm"))
        assert np.isfinite(cells).sum() == len(copy)
        assert np.isfinite(cells).any(axis=(1, 2)).all()


@given(tables, st.data())
def test_new_labels_change_that_unit_and_nothing_else(table, data):
    order = np.array(data.draw(st.permutations(range(len(table)))))
    dealt = table.relabelled("arm", table.levels["arm"].codes[order])
    assert dealt["arm"].tolist() == table["arm"][order].tolist()
    for name in ("set", "item", "model", "score"):
        assert dealt[name].tolist() == table[name].tolist()
    np.testing.assert_array_equal(
        dealt.cells("score", "arm", mean=True),
        [np.mean(table["score"][table["arm"][order] == arm]) for arm in dealt.names("arm")],
    )


@given(tables, units, st.data())
def test_codes_are_places_among_names(table, unit, data):
    some = data.draw(st.lists(st.sampled_from(table.names(unit)), unique=True))
    codes = table.codes(unit, some)
    assert sorted(some) == sorted(table.names(unit)[code] for code in codes)
    assert codes.tolist() == sorted(codes)


SMALL = table_of([("x1", "m", "a"), ("x2", "m", "b"), ("y1", "n", "a")])


@pytest.mark.parametrize(
    ("ask", "kind", "message"),
    [
        (lambda t: t.codes("set", "w"), Undecided, "no set 'w': have x, y"),
        (lambda t: t.only(set="w"), Undecided, "no set 'w': have x, y"),
        (lambda t: t.only(set=["x", "w"]), Undecided, "no set 'w': have x, y"),
        (lambda t: t.without(item="w"), Undecided, "no item 'w': have x1, x2, y1"),
        (lambda t: t.without("w"), Undecided, "no row 'w': have x1 / m / a"),
        (lambda t: t.names("sets"), InputError, "made: unknown unit or factor 'sets'; did you mean 'set'?"),
        (lambda t: t.only(sets="x"), InputError, "made: unknown unit or factor 'sets'; did you mean 'set'?"),
        (lambda t: t.without(sets="x"), InputError, "made: unknown unit or factor 'sets'; did you mean 'set'?"),
        (lambda t: t.cells("score", "sets"), InputError, "made: unknown unit or factor 'sets'; did you mean 'set'?"),
        (lambda t: t.cells("scores", "set"), InputError, "unknown column 'scores'; did you mean 'score'?"),
    ],
)  # fmt: skip
def test_name_that_is_none_is_refused_or_undecided(ask, kind, message):
    with pytest.raises(kind, match=message.replace("?", r"\?")):
        ask(SMALL)


def test_copies_leave_the_table_as_it_was():
    before = (SMALL.rows, SMALL["score"].tolist(), SMALL.names("item"))
    SMALL.resampled(np.array([0, 0]), "set").names("item")
    SMALL.relabelled("arm", np.array([1, 1, 1])).without(set="x").names("arm")
    assert (SMALL.rows, SMALL["score"].tolist(), SMALL.names("item")) == before
    with pytest.raises(ValueError, match="read-only"):
        SMALL.resampled(np.array([0]), "set").levels["item"].codes[0] = 1
