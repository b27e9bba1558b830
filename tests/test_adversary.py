"""Changes of single values: the smallest that flips, and those within the printed rounding."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import DESIGN, counted, examine, outcome, said, table_with, world

from pytest_claims import Design, Rate, Words, share
from pytest_claims.data.design import Factor, Unit
from pytest_claims.data.levels import Levels
from pytest_claims.robustness.change import changed, standard_errors
from pytest_claims.robustness.result import Move
from pytest_claims.robustness.rounding import shifted
from pytest_claims.robustness.search import smaller_change
from pytest_claims.stats.estimate import Estimate, note


def most_above_half(table):
    assert share(table["rate"] > 0.5, np.ones(len(table), dtype=bool)).value > 0.5


def test_the_smallest_change_is_found_and_quoted():
    """Five rates, three above one half: the nearest one to it decides, by 3 of 100 tries."""
    table = counted([0.9, 0.8, 0.53, 0.2, 0.1])
    found = examine("adversary", table, most_above_half)
    assert said(found, table).startswith("item_2 (0.53 → 0.50) alone overturns it")
    assert found.names == ("item_2",)
    assert found.moves == (Move(row="item_2", before=0.53, after=0.5),)


@given(seed=st.integers(0, 1000))
@settings(max_examples=settings.default.max_examples // 20, suppress_health_check=[HealthCheck.nested_given])
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


def mean_above_half(table):
    assert table["rate"].mean() > 0.5


def test_several_rates_flip_what_none_does_alone():
    """The mean of four is one half when 30 of 400 tries fail that did not: of one rate within 4 errors 19 can."""
    table = counted([0.57, 0.58, 0.57, 0.58])
    found = examine("adversary", table, mean_above_half, draws=60)
    assert found.flips
    assert 2 <= len(found.moves) <= 3
    assert sum(move.before - move.after for move in found.moves) >= 0.3 - 1e-9


def test_no_change_flips_what_nothing_can():
    table = counted([0.9, 0.95, 0.92, 0.91])
    found = examine("adversary", table, most_above_half)
    assert not found.flips
    assert said(found, table).startswith("No change of up to 3 rates")


def test_standard_error_of_a_rate_of_0_or_1_is_not_0():
    assert (standard_errors(counted([0.0, 1.0, 0.5, 0.2])) > 1).all()


def two_rates(first, second):
    rates = (
        Rate(name="rate", successes="hits", trials="tries"),
        Rate(name="other", successes="length", trials="depth"),
    )
    table = counted(first)
    more = {"other": second, "length": 1000 * np.array(second), "depth": [1000.0] * len(second)}
    return table_with({**table.columns, **more}, design=replace(DESIGN, rates=rates))


def test_rate_that_is_nearer_is_the_one_that_is_changed():
    def other_above_half(table):
        assert share(table["other"] > 0.5, np.ones(len(table), dtype=bool)).value > 0.5

    table = two_rates([0.9, 0.2, 0.3], [0.9, 0.51, 0.2])
    found = examine("adversary", table, other_above_half)
    assert found.moves == (Move(row="item_1, other", before=0.51, after=0.5),)
    assert found.numbers["standard_errors"] == pytest.approx(10 / np.sqrt(1000 * 0.51 * 0.49), rel=0.01)


def more_right(table):
    a, b = float(table["a"].mean()), float(table["b"].mean())
    note(Estimate(method="difference of means", symbol="Δ", value=a - b, n=len(table)))
    assert a - b > 1e-12


@given(marks=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=4, max_size=12))
def test_fewest_answers_are_the_lead_in_answers(marks):
    """A lead of k answers is lost with k others, and one behind is made up for with k + 1 in favour, if there are."""
    a, b = np.array(marks, dtype=float).T
    table = marked(a, b)
    lead, room = int(a.sum() - b.sum()), max((a == 0).sum(), (b == 1).sum())
    found = examine("adversary", table, more_right)
    if lead > 0:
        assert found.numbers["answers"] == lead
    elif room > -lead:
        assert found.numbers["answers"] == 1 - lead
        assert found.names in (("a",), ("b",))
    else:
        assert not found.applies


def marked(a, b):
    design = Design(words=Words(unit="item", units="items"), factors=(Factor(name="model", columns=("a", "b")),))
    return table_with({"a": a, "b": b}, design=design)


def test_answers_that_weigh_more_are_changed_first():
    """In a mean over two clusters one answer of the small one weighs as much as four of the large one."""
    a = np.array([1.0] * 9 + [0.0] * 7 + [1.0] * 3 + [0.0])
    of = Levels(names=("large", "small"), codes=np.array([0] * 16 + [1] * 4))
    design = Design(units=(Unit(name="cluster"), Unit(name="item", within=("cluster",))))
    names = tuple(f"item_{row}" for row in range(20))
    levels = {"cluster": of, "item": Levels(names=names, codes=np.arange(20))}
    table = table_with({"a": a}, design=design, levels=levels)

    def above(some):
        value = float(np.mean([some["a"][some["cluster"] == name].mean() for name in ("large", "small")]))
        note(Estimate(method="mean over clusters", symbol="m", value=value, n=2))
        assert value > 0.55

    assert examine("adversary", table, above).numbers["answers"] == 1
    assert said(examine("adversary", table, above), table) == "Changing 1 answer of a overturns it."


def test_no_change_of_answers_that_flips_it_is_told():
    def always(table):
        assert table["a"].mean() >= 0

    table = marked(np.array([0.0, 1.0, 1.0]), np.array([1.0, 0.0, 1.0]))
    assert said(examine("adversary", table, always), table) == (
        "Does not apply: no change of answers in one column, all in one direction, was found that overturns it."
    )


def printed(rates, half):
    return counted(rates, rounding={"rate": half, "score": 0.0})


def test_rounding_that_decides_is_found():
    assert examine("rounding", printed([0.9, 0.8, 0.502, 0.2, 0.1], half=0.005), most_above_half).flips
    table = printed([0.9, 0.8, 0.6, 0.2, 0.1], half=0.005)
    safe = examine("rounding", table, most_above_half)
    assert not safe.flips
    assert said(safe, table).startswith("Values within the printed rounding overturn it in none of 202 tables")


def test_what_is_not_declared_to_be_rounded_is_not_said_to_be_exact():
    table = counted([0.1, 0.2, 0.3, 0.4])
    found = examine("rounding", table, most_above_half)
    assert said(found, table) == "Does not apply: no rounding is declared of any column."


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


def test_random_tables_lie_on_both_sides_of_what_is_printed():
    table, rates = printed([0.3, 0.4, 0.5, 0.6, 0.7], half=0.005), []

    def body(some):
        rates.append(some["rate"])
        most_above_half(some)

    examine("rounding", table, body, draws=400)
    shifts = [rate - table["rate"] for rate in rates if len(rate) == len(table)]
    random = np.array([shift for shift in shifts if shift.any()][-400:])
    assert np.abs(random).max() <= 0.005 + 1e-12
    assert abs(np.mean(random < 0) - 0.5) < 0.05
    inner = np.abs(random) < 0.005 - 1e-9
    assert abs(inner.mean() - 0.5) < 0.05  # half of the tables are corners
    assert abs(np.abs(random[inner]).mean() - 0.0025) < 0.0002


@pytest.mark.parametrize(
    ("high", "movable"), [([0, 0, 0, 0], 0), ([4, 0, 0, 0], 1), ([4, 4, 0, 0], 2), ([4, 4, 4, 0], 3), ([4, 4, 4, 4], 4)]
)
def test_several_rates_are_changed_where_at_least_two_can_move(high, movable):
    found = smaller_change([0, 0, 0, 0], high, lambda change: sum(change.values()) >= 5, examples=200)
    assert (found is not None) == (movable >= 2)
    if found is not None:
        assert 2 <= len(found) <= 3
        assert all(0 < step <= high[row] for row, step in found.items())
