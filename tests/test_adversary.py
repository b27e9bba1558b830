"""Changes of single values: the smallest that flips, and those within the printed rounding."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import counted, examine, outcome, said, table_with, world

from pytest_claims import share
from pytest_claims.robustness.change import changed, standard_errors
from pytest_claims.robustness.result import Move
from pytest_claims.robustness.rounding import shifted


def most_above_half(table):
    assert share(table["rate"] > 0.5, np.ones(len(table), dtype=bool)).value > 0.5


def test_the_smallest_change_is_found_and_quoted():
    """Five rates, three above one half: the nearest one to it decides, by 3 of 100 tries."""
    table = counted([0.9, 0.8, 0.53, 0.2, 0.1])
    found = examine("adversary", table, most_above_half)
    assert said(found, table).startswith("item_2 (0.53 → 0.50) alone flips it")
    assert found.names == ("item_2",)
    assert found.moves == (Move(row="item_2", before=0.53, after=0.5),)


@given(seed=st.integers(0, 1000))
@settings(max_examples=5, suppress_health_check=[HealthCheck.nested_given])
def test_no_change_of_a_single_rate_is_smaller(seed):
    """By trying every count of every item."""
    table = world(0.7, 6, seed)
    found, errors = examine("adversary", table), standard_errors(table)
    singles = [
        abs(by) / errors[row]
        for row in range(len(table))
        for by in range(int(-table["hits"][row]), int(table["tries"][row] - table["hits"][row]) + 1)
        if by and abs(by) / errors[row] <= 4 and outcome(changed(table, {row: by})) != outcome(table)
    ]
    if singles:
        assert found.flips
        assert found.numbers["standard_errors"] <= min(singles) + 1e-9


def test_no_change_flips_what_nothing_can():
    table = counted([0.9, 0.95, 0.92, 0.91])
    found = examine("adversary", table, most_above_half)
    assert not found.flips
    assert said(found, table).startswith("No change of up to 3 rates")


def test_standard_error_of_a_rate_of_0_or_1_is_not_0():
    assert (standard_errors(counted([0.0, 1.0, 0.5, 0.2])) > 1).all()


def printed(rates, half):
    return counted(rates, rounding={"rate": half, "score": 0.0})


def test_rounding_that_decides_is_found():
    assert examine("rounding", printed([0.9, 0.8, 0.502, 0.2, 0.1], half=0.005), most_above_half).flips
    table = printed([0.9, 0.8, 0.6, 0.2, 0.1], half=0.005)
    safe = examine("rounding", table, most_above_half)
    assert not safe.flips
    assert said(safe, table).startswith("Values within the printed rounding flip it in none of 202 tables")


def test_what_was_measured_was_not_rounded():
    table = counted([0.1, 0.2, 0.3, 0.4])
    assert "nothing was rounded" in said(examine("rounding", table, most_above_half), table)


@given(seed=st.integers(0, 1000), half=st.floats(0, 0.2))
def test_shifted_values_stay_within_the_rounding_and_their_bounds(seed, half):
    table, random = world(0.5, 8, seed), np.random.default_rng(seed)
    moved = shifted(table, {name: half * random.uniform(-1, 1, 8) for name in ("score", "rate")})
    for name in ("score", "rate"):
        assert (np.abs(moved.columns[name] - table.columns[name]) <= half + 1e-12).all()
    assert ((moved["rate"] >= 0) & (moved["rate"] <= 1)).all()


def test_extreme_tables_reach_further_than_random_ones():
    table = world(0.6, 10, seed=0)
    tables = []

    def body(some):
        from pytest_claims import pearson

        tables.append(pearson(some["score"], some["rate"]).r)
        assert tables

    rounded = table_with(dict(table.columns), rounding={"rate": 0.01, "score": 0.005})
    examine("rounding", rounded, body)
    extreme, random = tables[-203:-201], tables[-201:-1]
    assert min(extreme) <= min(random)
    assert max(extreme) >= max(random)
