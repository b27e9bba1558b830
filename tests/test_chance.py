import math

import numpy as np
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import counted, examine, rises, said, table_with, world

from pytest_claims import heterogeneity, pearson
from pytest_claims.robustness.chance import dealt, planted


@given(seed=st.integers(0, 10_000))
def test_dealing_keeps_each_rate_with_its_counts_and_all_else(seed):
    table = world(0.5, 8, seed)
    other = dealt(table, np.random.default_rng(seed))
    assert other.rows == table.rows
    assert (other["score"] == table["score"]).all()
    rows = ("rate", "hits", "tries")
    before, after = ({tuple(row) for row in zip(*(p.columns[n] for n in rows), strict=True)} for p in (table, other))
    assert before == after


def test_claim_at_five_per_cent_of_one_direction_holds_by_chance_in_2_5_per_cent():
    found = examine("permutation", world(0.9, 20, seed=0), draws=2000)
    assert abs(found.numbers["share"] - 0.025) < 3 * math.sqrt(0.025 * 0.975 / 2000)


def test_claim_that_dealing_leaves_alone_has_no_rate_by_chance():
    def differ(table):
        assert heterogeneity(table["hits"], table["tries"]).p < 0.05

    table = counted([0.1, 0.4, 0.6, 0.9])
    found = examine("permutation", table, differ)
    assert said(found, table) == "Does not apply: nothing in it depends on which item has which outcome."


def test_planted_tables_correlate_as_the_observed_one():
    table = world(0.7, 12, seed=4)
    observed = np.corrcoef(table["score"], table["rate"])[0, 1]
    large = planted(table, 20_000, np.random.default_rng(0))
    assert np.corrcoef(large["score"], large["rate"])[0, 1] == pytest.approx(observed, abs=0.02)
    assert ((large["rate"] >= 0) & (large["rate"] <= 1)).all()
    assert (large["hits"] == np.round(large["hits"])).all()


def test_power_is_that_of_theory():
    """pingouin's power of a two-sided test; the claim holds in one direction only, which here is all of it."""
    table = world(0.6, 10, seed=8)
    r = np.corrcoef(table["score"], table["rate"])[0, 1]
    expected = float(pingouin.power_corr(r=r, n=10))
    found = examine("planted-effect", table, draws=2000)
    assert found.numbers["share"] == pytest.approx(expected, abs=0.04)
    needed = float(pingouin.power_corr(r=r, power=0.8))
    assert found.numbers["size_for_80_percent"] == pytest.approx(needed, rel=0.25)  # the ladder's steps are a fifth


def test_claim_about_a_named_item_has_no_planted_effect():
    def named(table):
        rises(table)
        assert table.rank("rate", "item_0") >= 1

    table = world(0.9, 8, seed=0)
    found = examine("planted-effect", table, named)
    assert said(found, table).startswith("Does not apply: it asks about these very items, or else")


def test_world_without_variation_is_undecided_not_an_error():
    def body(table):
        assert heterogeneity(table["hits"], table["tries"]).p > 0

    flat = counted([0.5, 0.5, 0.5, 0.5, 0.5], score=[0.1] * 5)
    for check in ("permutation", "planted-effect", "bootstrap-rows", "bootstrap-both", "adversary"):
        assert said(examine(check, flat), flat) == "Not checked: the claim is undecided."
        assert said(examine(check, flat, body, draws=20), flat)


def test_outcome_that_is_declared_and_not_there_is_not_said_to_be_undeclared():
    table = table_with({"score": [0.1, 0.2, 0.4, 0.3, 0.6], "other": [0.1, 0.3, 0.3, 0.4, 0.5]})

    def body(some):
        assert pearson(some["score"], some["other"]).p < 0.5

    found = examine("permutation", table, body)
    assert said(found, table) == "Does not apply: no outcome rate or hits or tries: have score, other; add it."


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"score": [0, 1, 1, 0]}, "score holds 0 and 1 alone; new items are drawn from a normal distribution"),
        ({"hits": [1, 2, 3, 4], "tries": [9, 9, 9, 9]}, "new items have no counts without a column 'rate'"),
        ({"score": [0.5]}, "new items are drawn as columns correlate, and here nothing does"),
    ],
)
def test_new_rows_that_would_be_unlike_those_at_hand_are_not_drawn(columns, why):
    table = table_with(columns)

    def body(some):
        assert next(iter(some.columns.values())).sum() > -1

    found = examine("planted-effect", table, body, draws=20)
    assert said(found, table) == f"Does not apply: {why}."
