"""Worlds without an effect: what is dealt or swapped, what stays, and how many such worlds there are."""

import itertools
from collections import Counter
from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import items, runs
from worlds import DEALT, table_with, world

from pytest_claims import Design, InputError, Rate, Table, Undecided, dealt, swapped
from pytest_claims.asking.null import NO_NULL
from pytest_claims.data.design import Factor, Unit
from pytest_claims.data.levels import Levels
from pytest_claims.robustness.null_world import null_world

seeds = st.integers(0, 10_000)


def drawn(null, table, seed=0):
    return null_world(null, table).draw(np.random.default_rng(seed))


def crossed(models=4, cues=6):
    """A number for each cell of models and cues, in a random order of rows."""
    cells = list(itertools.product(range(models), range(cues)))
    np.random.default_rng(0).shuffle(cells)
    return Table(
        subject="made@crossed",
        rows=tuple(f"m{model}/c{cue}" for model, cue in cells),
        columns={"x": np.arange(len(cells), dtype=float), "y": np.array([10.0 * model + cue for model, cue in cells])},
        levels={
            "model": Levels.of([f"m{model}" for model, _ in cells]),
            "cue": Levels.of([f"c{cue}" for _, cue in cells]),
        },
        design=Design(units=(Unit(name="model"), Unit(name="cue"))),
    )


@given(seed=seeds)
def test_dealing_keeps_each_rate_with_its_counts_and_all_else(seed):
    table = world(0.5, 8, seed)
    other = drawn(DEALT, table, seed)
    assert other.rows == table.rows
    assert (other["score"] == table["score"]).all()
    rows = ("rate", "hits", "tries")
    before, after = ({tuple(row) for row in zip(*(p.columns[n] for n in rows), strict=True)} for p in (table, other))
    assert before == after


def test_rows_are_dealt_in_the_order_of_one_permutation():
    """Numbers on record rest on it."""
    table = world(0.5, 8, seed=0)
    order = np.random.default_rng(3).permutation(8)
    assert (drawn(DEALT, table, 3)["rate"] == table["rate"][order]).all()


@given(seed=seeds, arms=st.sampled_from(["xxxyy", "xy", "xxyyzz"]))
def test_arm_is_dealt_to_whole_runs(seed, arms):
    table = runs(arms)
    other = drawn(dealt("arm", across="run"), table, seed)
    of_run = dict(zip(other["run"].tolist(), other["arm"].tolist(), strict=True))
    assert all(of_run[run] == arm for run, arm in zip(other["run"], other["arm"], strict=True))
    assert Counter(of_run.values()) == Counter(arms)
    assert (other["score"] == table["score"]).all()


def test_runs_may_differ_in_size():
    table = runs("xxxyy")
    table = table.without(*table.rows[:3], *table.rows[-1:])
    worlds = list(null_world(dealt("arm", across="run"), table).every())
    assert {tuple(one["arm"][one["run"] == "x0"].tolist()) for one in worlds} == {("x",) * 5, ("y",) * 5}


@pytest.mark.parametrize(("arms", "ways"), [("xxxyy", 10), ("xxyy", 6), ("xyz", 6), ("xxxxxyyyyy", comb(10, 5))])
def test_arms_are_dealt_in_as_many_ways_as_there_are(arms, ways):
    """By the binomial and multinomial coefficients; each is there once, and the data themselves are one of them."""
    table = runs(arms, questions=2, rollouts=1)
    found = null_world(dealt("arm", across="run"), table)
    several = [tuple(one["arm"].tolist()) for one in found.every()]
    assert found.ways == ways == len(several) == len(set(several))
    assert tuple(table["arm"].tolist()) in several


def test_worlds_at_random_come_as_often_as_each_other():
    """All ten of 3 and 2 runs; chi-squared with 9 degrees of freedom is above 27.9 once in a thousand times."""
    table, random = runs("xxxyy", questions=1, rollouts=1), np.random.default_rng(0)
    found = null_world(dealt("arm", across="run"), table)
    counts = Counter(tuple(found.draw(random)["arm"].tolist()) for _ in range(2000))
    assert len(counts) == 10
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 27.9


@given(seed=seeds)
def test_cells_of_crossed_units_move_together(seed):
    """A cue's numbers go to one other cue, the same in every model."""
    table = crossed()
    before, after = (one.cells("y", "cue", "model") for one in (table, drawn(dealt("y", across="cue"), table, seed)))
    assert {tuple(row) for row in before} == {tuple(row) for row in after}


@given(seed=seeds)
def test_cells_are_dealt_among_those_of_one_stratum(seed):
    table = crossed().without("m1/c2", "m3/c0", "m3/c1")
    other = drawn(dealt("y", across="cue", within="model"), table, seed)
    for model in table.names("model"):
        assert sorted(other["y"][other["model"] == model]) == sorted(table["y"][table["model"] == model])
    assert (other["x"] == table["x"]).all()


def test_cells_that_are_missing_need_strata():
    table = crossed().without("m1/c2")
    with pytest.raises(Undecided) as why:
        null_world(dealt("y", across="cue"), table)
    assert str(why.value) == (
        "y cannot be dealt across cues, which do not have the same model; deal them within='model'"
    )


def test_arm_of_a_run_does_not_keep_scores_from_being_dealt_across_runs():
    """Scores lie in cells of questions; the arm, and the rollouts of a run, are others in each run."""
    table = runs("xxyy", questions=3, rollouts=1)
    before, after = (
        one.cells("score", "run", "question") for one in (table, drawn(dealt("score", across="run"), table))
    )
    assert (before != after).any()
    assert {tuple(row) for row in before} == {tuple(row) for row in after}


def test_clusters_of_several_values_and_sizes_cannot_be_dealt():
    table = runs("xxyy", questions=1, rollouts=3)
    with pytest.raises(Undecided, match="score cannot be dealt across runs, which do not have as many rows each"):
        null_world(dealt("score", across="run"), table.without(table.rows[0]))


@given(seed=seeds)
def test_columns_are_swapped_within_each_item(seed):
    table = items(12)
    other = drawn(swapped("model", within="item"), table, seed)
    before, after = (np.array([one["a"], one["b"]]) for one in (table, other))
    assert (np.sort(before, axis=0) == np.sort(after, axis=0)).all()


@given(seed=seeds)
def test_columns_are_swapped_in_all_rows_of_a_data_set_alike(seed):
    table = items(12, datasets=3)
    other = drawn(swapped("model", within="dataset"), table, seed)
    for of in table.names("dataset"):
        rows = table["dataset"] == of
        same = (other["a"][rows] == table["a"][rows]).all()
        assert same or (other["a"][rows] == table["b"][rows]).all()


def test_counts_are_swapped_with_their_rates():
    rates = (
        Rate(name="a", successes="a_right", trials="a_asked"),
        Rate(name="b", successes="b_right", trials="b_asked"),
    )
    columns = {
        "a": [0.1, 0.2],
        "a_right": [1, 2],
        "a_asked": [10, 10],
        "b": [1, 0.8],
        "b_right": [5, 4],
        "b_asked": [5, 5],
    }
    design = Design(units=(Unit(name="item"),), factors=(Factor(name="model", columns=("a", "b")),), rates=rates)
    table = table_with(columns, design=design)
    for other in null_world(swapped("model", within="item"), table).every():
        for rate in rates:
            np.testing.assert_allclose(other[rate.name], other[rate.successes] / other[rate.trials])


def long(items_=6):
    """A row for each item and model, but that the last item was not given to b."""
    cells = [(item, model) for item in range(items_) for model in "ab"][:-1]
    return Table(
        subject="made@long",
        rows=tuple(f"i{item}/{model}" for item, model in cells),
        columns={"right": np.arange(len(cells), dtype=float)},
        levels={
            "item": Levels.of([f"i{item}" for item, _ in cells]),
            "model": Levels.of([model for _, model in cells]),
        },
        design=Design(units=(Unit(name="item"),), factors=(Factor(name="model"),)),
    )


def test_labels_are_swapped_within_each_item_that_has_all_of_them():
    table = long()
    found = null_world(swapped("model", within="item"), table)
    worlds = list(found.every())
    assert found.ways == len(worlds) == len({tuple(one["model"].tolist()) for one in worlds}) == 2**5
    for one in worlds:
        assert one["model"][-1] == "a"  # there is nothing to exchange it for
        assert (one["model"][:-1].reshape(-1, 2)[:, 0] != one["model"][:-1].reshape(-1, 2)[:, 1]).all()
        assert (one["right"] == table["right"]).all()


def test_items_of_one_model_each_have_nothing_to_swap():
    whole = long(4)
    table = whole.without(
        *(row for row in whole.rows if (row[1] in "02" and row.endswith("b")) or row in ("i1/a", "i3/a"))
    )
    assert set(table["model"].tolist()) == {"a", "b"}
    with pytest.raises(Undecided, match="no item has all labels of model, so none can be swapped within one"):
        null_world(swapped("model", within="item"), table)


@pytest.mark.parametrize(
    ("null", "message"),
    [
        (None, "not declared: the claim does not say what a world without its effect is; say null=dealt"),
        (NO_NULL, "the claim says that there is no world without its effect"),
        (dealt("rate", across="seed"), "no row is of one seed alone, so nothing can be dealt by it"),
        (dealt("length", across="item"), "no column length: have score, rate, tries, hits; add it"),
    ],
)
def test_what_these_data_have_not_is_a_gap(null, message):
    table = world(0.5, 5, seed=0)
    design = replace(table.design, units=(*table.design.units, Unit(name="seed")))
    with pytest.raises(Undecided) as why:
        null_world(null, replace(table, design=design, labels={"seed": (0, 1)}))
    assert str(why.value).startswith(message)


@pytest.mark.parametrize(
    ("null", "message"),
    [
        (dealt("rat", across="item"), "unknown column 'rat'; did you mean 'rate'"),
        (dealt("rate", across="itm"), "unknown unit 'itm'; did you mean 'item'"),
        (dealt("rate", across="item", within="modl"), "unknown unit or factor 'modl'; known are item; correct null="),
        (swapped("model", within="item"), "unknown factor 'model'; known are none; correct null=swapped"),
    ],
)
def test_name_that_there_is_not_is_a_mistake_of_the_claim(null, message):
    with pytest.raises(InputError) as why:
        null_world(null, world(0.5, 5, seed=0))
    assert str(why.value).startswith(message)


def test_values_that_are_all_the_same_are_dealt_in_one_way_only():
    table = world(0.5, 5, seed=0).changed(other=np.zeros(5))
    with pytest.raises(Undecided, match="other can be dealt in one way only, which is as they are"):
        null_world(dealt("other", across="item"), table)
