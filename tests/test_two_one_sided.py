"""Is an estimate within bounds: statsmodels and pingouin as references, and what must hold of any estimate."""

import math

import numpy as np
import pingouin
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from pytest_claims import pearson
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.arms import difference_between_arms
from pytest_claims.stats.estimate import Estimate, ledger
from pytest_claims.stats.paired import mcnemar, paired_difference
from pytest_claims.stats.proportion import proportion
from pytest_claims.stats.two_one_sided import equivalent

seeds = st.integers(0, 2**32 - 1)
bounds = st.tuples(st.floats(-1, -0.05), st.floats(0.05, 1))


def pairs(seed, rows=40):
    first, second = np.random.default_rng(seed).normal(size=(2, rows))
    return first, second


def made(value=0.0, low=-1.0, high=1.0, **more):
    """An estimate of which nothing is known but its interval."""
    return Estimate(method="of its own", symbol="θ", value=value, n=9, low=low, high=high, **more)


@given(seeds, bounds, st.sampled_from([0.8, 0.95]))
def test_paired_difference_is_that_of_statsmodels(seed, limits, confidence):
    low, high = limits
    first, second = pairs(seed)
    found = equivalent(paired_difference(first, second, confidence=confidence), low=low, high=high)
    p, (_, p_low, _), (_, p_high, _) = ttost_paired(first, second, low, high)
    assert (found.p, found.details["p_low"], found.details["p_high"]) == pytest.approx((p, p_low, p_high), rel=1e-9)
    interval = stats.ttest_rel(first, second).confidence_interval(0.9)
    assert (found.low, found.high, found.confidence) == (
        pytest.approx(interval.low),
        pytest.approx(interval.high),
        0.9,
    )
    assert found.method.startswith("t test of equivalence in [")


@given(seeds)
def test_paired_difference_is_that_of_pingouin(seed):
    first, second = pairs(seed)
    found = equivalent(paired_difference(first, second), low=-0.4, high=0.4)
    theirs = pingouin.tost(first, second, bound=0.4, paired=True)
    assert found.p == pytest.approx(theirs.filter(regex="pval|p_val").iloc[0, 0], rel=1e-6)


@given(seeds, bounds)
def test_difference_between_arms_is_that_of_statsmodels(seed, limits):
    first, second = pairs(seed, rows=6)
    estimate = difference_between_arms([*first, *second], np.repeat(["a", "b"], 6), arms=("a", "b"))
    expected = ttost_ind(first, second, *limits)[0]
    assert equivalent(estimate, low=limits[0], high=limits[1]).p == pytest.approx(expected, rel=1e-9)


def test_sides_of_an_interval_by_hand():
    # A normal 95% interval with a standard error of 1 below and 2 above.
    z = stats.norm.ppf(0.975)
    found = equivalent(made(value=1, low=1 - z, high=1 + 2 * z), low=-1, high=4)
    assert found.details["p_low"] == pytest.approx(stats.norm.sf(2))
    assert found.details["p_high"] == found.p == pytest.approx(stats.norm.sf(1.5))
    assert (found.low, found.high) == pytest.approx((1 - 1.644854, 1 + 2 * 1.644854))
    assert (found.symbol, found.value, found.n) == ("θ", 1, 9)
    assert (found.details["bound_low"], found.details["bound_high"]) == (-1, 4)
    assert found.method == "normal test of equivalence in [-1, 4], of its own"


@st.composite
def estimates(draw):
    value = draw(st.floats(-2, 2))
    below, above = draw(st.floats(0.01, 2)), draw(st.floats(0.01, 2))
    return made(value, value - below, value + above, confidence=draw(st.sampled_from([0.8, 0.9, 0.95])))


@given(st.one_of(estimates(), seeds.map(lambda seed: paired_difference(*pairs(seed)))), bounds)
def test_p_is_below_5_percent_where_the_90_percent_interval_lies_within(estimate, limits):
    low, high = limits
    found = equivalent(estimate, low=low, high=high)
    assume(min(abs(found.low - low), abs(found.high - high)) > 1e-9)
    assert (found.p < 0.05) == (low < found.low and found.high < high)
    assert found.low <= found.value <= found.high


@given(estimates(), bounds, st.floats(0, 1), st.floats(0, 1))
def test_wider_bounds_never_raise_p(estimate, limits, down, up):
    low, high = limits
    assert equivalent(estimate, low=low - down, high=high + up).p <= equivalent(estimate, low=low, high=high).p


@given(seeds, bounds)
def test_swapped_columns_mirror_the_bounds(seed, limits):
    low, high = limits
    first, second = pairs(seed)
    found = equivalent(paired_difference(first, second), low=low, high=high)
    mirrored = equivalent(paired_difference(second, first), low=-high, high=-low)
    assert (mirrored.p, mirrored.low) == pytest.approx((found.p, -found.high))


def test_standard_error_on_another_scale_is_not_taken_for_that_of_the_value():
    """A rank correlation has the standard error of Fisher's z in its details."""
    by_t = stats.t.interval(0.95, 30, loc=0.5, scale=0.2)
    for low, high in ((0.1, 0.7), (by_t[0], 0.7), (0.1, by_t[1])):
        of_z, plain = (made(0.5, low, high, details=some) for some in ({"se": 0.2, "df": 30}, {}))
        assert equivalent(of_z, low=-0.1, high=0.9).p == equivalent(plain, low=-0.1, high=0.9).p
        assert equivalent(of_z, low=-0.1, high=0.9).details["se"] == 0.2
    assert equivalent(made(0.5, *by_t, details={"se": 0.2, "df": 30}), low=-0.1, high=0.9).method.startswith("t test")


@pytest.mark.parametrize(
    "estimate",
    [
        lambda: pearson(*pairs(1)),
        lambda: mcnemar([1, 0, 1, 1, 0, 1], [1, 1, 1, 1, 0, 0]),
        lambda: proportion([1, 0, 1, 1, 0, 1, 0, 0], clusters=np.repeat(np.arange(4), 2)),
    ],
)
def test_every_estimate_with_an_interval_is_taken(estimate):
    found = equivalent(estimate(), low=-5, high=5)
    assert found.method.startswith("normal test")
    assert found.p < 0.05
    assert equivalent(estimate(), low=4, high=5).p > 0.95


def test_side_without_width_is_the_end_of_a_scale():
    none = proportion(np.zeros(20))  # 0 [0, 0.161]
    assert equivalent(none, low=-0.1, high=0.2).details["p_low"] == 0
    assert equivalent(none, low=0.0, high=0.2).p == 1
    assert equivalent(none, low=-0.1, high=0.2).p == pytest.approx(stats.norm.sf(0.2 / (none.high / 1.959964)))


def test_estimates_without_width_or_interval_are_undecided():
    with pytest.raises(Undecided, match="θ has no interval; a test of equivalence takes one"):
        equivalent(made(low=None), low=-1, high=1)
    with pytest.raises(Undecided, match=r"the interval of Δ, \[0, 0\], has no width around its value"):
        equivalent(paired_difference([1, 2, 3], [1, 2, 3]), low=-1, high=1)
    with pytest.raises(Undecided, match="has no width around its value"):
        equivalent(made(value=2), low=-1, high=1)


@pytest.mark.parametrize("limits", [(1, -1), (0, 0), (-math.inf, 1), (0, math.nan)])
def test_bounds_that_bound_nothing_are_refused(limits):
    with pytest.raises(InputError, match="wanted two numbers, low < high"):
        equivalent(made(), low=limits[0], high=limits[1])


def test_it_takes_the_place_of_the_estimate_that_it_was_made_from_as_headline():
    with ledger() as noted:
        before, estimate, after = (paired_difference(*pairs(seed)) for seed in range(3))
        found = equivalent(estimate, low=-1, high=1)
        elsewhere = equivalent(Estimate(method="", symbol="x", value=0.0, n=3, low=-0.1, high=0.1), low=-1, high=1)
    assert noted == [before, found, estimate, after, elsewhere]


def test_equivalence_is_seldom_found_at_the_bound():
    random, found = np.random.default_rng(9), 0
    for _ in range(400):
        first = random.normal(loc=0.5, size=20)
        found += equivalent(paired_difference(first, np.zeros(20)), low=-0.5, high=0.5).p < 0.05
    assert 0.02 <= found / 400 <= 0.08
