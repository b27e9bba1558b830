"""Simulated p-values: which tables they rest on, and what they say of it. All orders by itertools are the reference."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_claims import heterogeneity, mantel, stands_out, strongest_correlation
from pytest_claims.base.errors import Undecided
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.permutations import all_orders, random_orders
from pytest_claims.stats.simulation import counts_kept

seeds = st.integers(0, 2**32 - 1)


def scan(seed, rows, places=4):
    random = np.random.default_rng(seed)
    return random.normal(size=(places, rows)), random.normal(size=rows)


def share_of_orders(statistic, y):
    """How many of all orders of ``y`` are at least as extreme, by listing them."""
    observed = statistic(y)
    several = [statistic(y[list(order)]) for order in itertools.permutations(range(len(y)))]
    return np.mean(np.array(several) >= observed - 1e-12)


@pytest.mark.parametrize("rows", range(1, 8))
@pytest.mark.parametrize("at_once", [1, 7, 10**6])
def test_all_orders_are_those_of_itertools(rows, at_once):
    blocks = list(all_orders(rows, at_once))
    assert all(len(block) <= at_once for block in blocks)
    assert {tuple(order) for block in blocks for order in block} == set(itertools.permutations(range(rows)))
    assert sum(map(len, blocks)) == math.factorial(rows)


def test_all_orders_of_nine_are_all_different():
    codes = np.concatenate([block @ 10 ** np.arange(9) for block in all_orders(9, 10_000)])
    assert len(np.unique(codes)) == 362_880


@given(seeds)
@settings(max_examples=10)
def test_few_rows_have_the_p_of_all_their_orders(seed):
    columns, y = scan(seed, rows=6)

    def strengths(y):
        return np.abs(np.corrcoef(np.vstack([columns, y]))[-1, :-1])

    found = strongest_correlation(columns, y)
    assert found.p == pytest.approx(share_of_orders(lambda y: strengths(y).max(), y), abs=1e-12)
    assert found.details["permutations"] == 720
    assert "all orders" in found.method
    assert found.p_error is None
    lead = stands_out(columns, y, place=1)
    expected = share_of_orders(lambda y: strengths(y)[1] - strengths(y)[[0, 2, 3]].mean(), y)
    assert lead.p == pytest.approx(expected, abs=1e-12)
    assert "all orders" in lead.method


def test_more_than_the_first_tables_are_all_orders_of_up_to_ten_rows():
    columns, y = scan(0, rows=9)
    with analysed(tables=100_000):
        every = strongest_correlation(columns, y)
    assert (every.details["permutations"], every.p_error) == (362_880, None)
    some = strongest_correlation(columns, y)
    assert "all orders" not in some.method
    assert abs(some.p - every.p) < 4 * some.p_error


@pytest.mark.parametrize(("tables", "exact"), [(200, False), (100, False), (120, True), (10_000, True)])
def test_all_orders_are_counted_where_they_are_no_more_than_the_tables(tables, exact):
    columns, y = scan(0, rows=5) if tables != 200 else scan(0, rows=6)
    with analysed(tables=tables):
        assert (strongest_correlation(columns, y).p_error is None) == exact


def test_the_first_tables_are_those_of_earlier_versions():
    """So that what was settled stays: the four p-values are of the version before tables were drawn in stages."""
    random = np.random.default_rng(7)
    x, y = random.normal(size=(2, 9, 9))
    columns, target = random.normal(size=(4, 12)), random.normal(size=12)
    assert mantel(x, y).p == pytest.approx(0.7554244575542446, rel=1e-12)
    assert strongest_correlation(columns, target).p == pytest.approx(0.1840815918408159, rel=1e-12)
    assert stands_out(columns, target, place=1).p == pytest.approx(0.19208079192080793, rel=1e-12)
    few = np.array([1.0, 4, 0, 2]), np.array([6.0, 7, 5, 9])
    assert heterogeneity(*few).p == pytest.approx(0.1468853114688531, rel=1e-12)


@pytest.mark.parametrize(("start", "stop", "at_once"), [(0, 30, 7), (20, 50, 30), (30, 90, 11), (90, 91, 5)])
def test_a_stage_has_as_many_orders_as_it_says(start, stop, at_once):
    blocks = list(random_orders(6, start, stop, at_once))
    assert sum(map(len, blocks)) == stop - start
    assert all(len(block) <= at_once for block in blocks)
    assert all(sorted(order) == list(range(6)) for block in blocks for order in block.tolist())


def few_counts(seed):
    marked = np.random.default_rng(seed).integers(0, 4, 4).astype(float)
    marked[0] += 1
    return marked, np.array([6.0, 7, 5, 9])


@pytest.mark.parametrize(
    "statistic",
    [
        lambda seed: mantel(*np.random.default_rng(seed).normal(size=(2, 11, 11))),
        lambda seed: strongest_correlation(*scan(seed, rows=12)),
        lambda seed: stands_out(*scan(seed, rows=12), place=2),
        lambda seed: heterogeneity(*few_counts(seed)),
    ],
)
@given(seed=seeds)
@settings(max_examples=3)
def test_tables_of_one_step_are_among_those_of_the_next(statistic, seed):
    def extreme(tables):
        with analysed(tables=tables):
            found = statistic(seed)
        assert found.p_error == pytest.approx(math.sqrt(found.p * (1 - found.p) / tables))
        return round(found.p * (1 + tables)) - 1

    first, second = extreme(10_000), extreme(30_000)
    assert 0 <= second - first <= 20_000
    with counts_kept():
        assert (extreme(10_000), extreme(30_000)) == (first, second)


def test_what_was_counted_is_not_counted_again():
    columns, y = scan(0, rows=12)
    with counts_kept() as counts:
        first = strongest_correlation(columns, y)
        stages = dict(counts.extreme)
        assert strongest_correlation(columns, y) == first
        assert counts.extreme == stages
        assert strongest_correlation(columns[:2], y) != first  # other data have counts of their own
        assert len(counts.extreme) == 2 * len(stages)


@pytest.mark.parametrize(("shift", "p"), [(-3.0, "lower"), (3.0, "higher")])
def test_a_simulated_p_can_be_moved_by_its_errors_within_0_and_1(shift, p):
    columns, y = scan(0, rows=12)
    plain = strongest_correlation(columns, y)
    with analysed(shifts=(shift,)):
        moved = strongest_correlation(columns, y)
        exact = strongest_correlation(columns[:, :6], y[:6])
    assert moved.p == pytest.approx(plain.p + shift * plain.p_error)
    assert exact == strongest_correlation(columns[:, :6], y[:6])  # it has no error to be moved by
    with analysed(shifts=(1e6 * shift,)):
        assert strongest_correlation(columns, y).p == (0 if p == "lower" else 1)


def test_a_simulated_p_carries_its_error():
    found = strongest_correlation(*scan(0, rows=12))
    assert f"p = {found.p:.3g} ± {found.p_error:.1g}, n = 12" in str(found)
    assert "±" not in str(strongest_correlation(*scan(0, rows=6)))
    assert heterogeneity(*few_counts(0)).p_error > 0
    assert heterogeneity(np.array([40.0, 60.0]), np.array([100.0, 100.0])).p_error is None


def test_an_order_in_which_nothing_varies_is_not_as_extreme():
    """Where few pairs were measured x is the same at all of them in most orders; without correlation there is no p."""
    x, y = np.zeros((5, 5)), np.full((5, 5), np.nan)
    x[0, 1], y[0, 1:], y[3, 4] = 1.0, [1.0, 0.0, 0.2, 0.3], 0.1
    # Of the 20 places that the one pair can come to, only where it stands now are both as extreme.
    assert mantel(x, y).p == pytest.approx(1 / 20)


def test_a_place_with_nothing_to_compare_is_undecided():
    columns, y = scan(0, rows=6)
    constant = np.zeros(6)
    for several in ([constant, *columns], [columns[0], constant]):
        with pytest.raises(Undecided, match="nothing to compare"):
            stands_out(np.array(several), y, place=0)
    assert stands_out(np.array([columns[0], constant, columns[1]]), y, place=0) is not None
    with pytest.raises(Undecided, match="constant"):
        strongest_correlation(np.stack([np.full(6, 0.1), np.full(6, 0.1 + 1e-16)]), y)
