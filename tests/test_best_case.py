"""The best case of an equivalence: simulated tests of what is equal, values by hand, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.arms import difference_between_arms
from pytest_claims.stats.best_case import best_case
from pytest_claims.stats.correlation import equivalence, pearson
from pytest_claims.stats.estimate import Estimate, ledger
from pytest_claims.stats.paired import mcnemar, paired_difference
from pytest_claims.stats.rates import heterogeneity, pooled_rate, rate_equivalence
from pytest_claims.stats.two_one_sided import equivalent

RUNS = 4000


def close(share, power, *, tolerance):
    """Within 3 Monte Carlo errors and a tolerance for what the formula leaves out."""
    return share == pytest.approx(power, abs=3 * math.sqrt(power * (1 - power) / RUNS) + tolerance)


def correlated(n, bound, seed=1):
    x, y = np.random.default_rng(seed).normal(size=(2, n))
    return equivalence(x, y, bound=bound)


def by_t(n, half, seed=1):
    first = np.random.default_rng(seed).normal(size=n)
    return equivalent(paired_difference(first, np.zeros(n)), low=0.1 - half, high=0.1 + half)


def spread_of_one(n, half):
    """A paired difference of n pairs whose standard deviation is 1."""
    first = np.random.default_rng(3).normal(size=n)
    first = (first - first.mean()) / first.std(ddof=1)
    return equivalent(paired_difference(first, np.zeros(n)), low=-half, high=half)


def normal(se, low, high, n=50, value=0.0):
    z = stats.norm.ppf(0.975)
    estimate = Estimate(method="", symbol="θ", value=value, n=n, low=value - z * se, high=value + z * se)
    return equivalent(estimate, low=low, high=high)


def rates(k, trials, margin, rate=0.4):
    count = np.full(k, float(trials))
    return rate_equivalence(np.round(count * rate), count, margin=margin)


@pytest.mark.parametrize(("n", "bound"), [(12, 0.6), (40, 0.3), (100, 0.25)])
def test_simulated_correlations_of_nothing_pass_as_often(n, bound):
    # Fisher's z is normal with 1 / (n - 3) but for terms in 1 / n^2: a tolerance of 0.1 / n.
    random, found = np.random.default_rng(1), 0
    for x, y in random.normal(size=(RUNS, 2, n)):
        found += equivalence(x, y, bound=bound).p < 0.05
    case = best_case(correlated(n, bound))
    assert close(found / RUNS, case.power, tolerance=0.1 / n)
    assert case.of == "rows"


@pytest.mark.parametrize(("n", "half"), [(4, 1.8), (10, 0.8), (40, 0.3)])
def test_simulated_paired_differences_in_the_middle_pass_as_often(n, half):
    # The standard error that is taken for the true one is that of one table; here it is the true one.
    random, found = np.random.default_rng(2), 0
    for first in random.normal(loc=0.1, size=(RUNS, n)):
        found += equivalent(paired_difference(first, np.zeros(n)), low=0.1 - half, high=0.1 + half).p < 0.05
    case = best_case(spread_of_one(n, half))
    assert close(found / RUNS, case.power, tolerance=1e-3)


@pytest.mark.parametrize(("half", "value"), [(1.8, 0.7), (3.0, -0.4)])
def test_simulated_normal_estimates_in_the_middle_pass_as_often(half, value):
    # Wherever the estimate itself lies.
    drawn = np.random.default_rng(4).normal(0.5, size=RUNS)
    found = sum(normal(1.0, 0.5 - half, 0.5 + half, value=one).p < 0.05 for one in drawn)
    case = best_case(normal(1.0, 0.5 - half, 0.5 + half, value=value))
    assert close(found / RUNS, case.power, tolerance=1e-3)


@pytest.mark.parametrize(
    ("k", "trials", "margin", "rate"),
    [(2, 100, 0.2, 0.4), (4, 200, 0.15, 0.3), (10, 500, 0.1, 0.5), (5, 60, 0.2, 0.05), (6, 20, 0.5, 0.5)],
)
def test_simulated_equal_rates_pass_as_often(k, trials, margin, rate):
    # Counts are whole, and standard errors differ from pair to pair: a tolerance of 0.02.
    counts = np.random.default_rng(5).binomial(trials, rate, size=(RUNS, k)).astype(float)
    found = sum(rate_equivalence(row, np.full(k, float(trials)), margin=margin).p < 0.05 for row in counts)
    case = best_case(rates(k, trials, margin, rate))
    assert close(found / RUNS, case.power, tolerance=0.02)
    assert case.of == "trials"


def test_sizes_by_hand():
    # A half: 2 Phi(x - 1.644854) - 1 = 0.5 for x = 2.319344.
    assert best_case(correlated(40, 0.3)).size == math.ceil((2.319344 / math.atanh(0.3)) ** 2 + 3)
    assert best_case(normal(1.0, -1.0, 1.0, n=50)).size == math.ceil(50 * 2.319344**2)
    assert best_case(normal(1.0, -5.0, 5.0, n=50)).size < 50
    # Of two rates: the difference is normal, too, with sqrt(2 * 0.24 / trials) for large numbers of them.
    assert best_case(rates(2, 100, 0.02)).size == pytest.approx(0.48 * (2.319344 / 0.02) ** 2, rel=1e-3)


@pytest.mark.parametrize("n", [3, 5, 40])
def test_as_many_pairs_as_the_size_have_the_power_and_one_less_has_not(n):
    size = best_case(spread_of_one(n, 0.9)).size
    assert best_case(spread_of_one(size, 0.9)).power >= 0.5 > best_case(spread_of_one(size - 1, 0.9)).power


def test_no_chance_at_all():
    assert best_case(correlated(10, 0.3)).power == 0
    assert best_case(normal(1.0, -1.6, 1.6)).power == 0
    assert best_case(rates(4, 20, 0.1)).power == 0


def test_rates_that_are_all_zero_pass_once_the_margin_is_wide_enough():
    zero = np.zeros(4)
    assert best_case(rate_equivalence(zero, np.full(4, 100.0), margin=0.1)).power == 1
    assert best_case(rate_equivalence(zero, np.full(4, 10.0), margin=0.05)).power == 0


def test_unequal_trials_count_by_their_harmonic_mean():
    trials = np.array([50.0, 100.0, 200.0])
    estimate = rate_equivalence(trials * 0.4, trials, margin=0.2)
    assert estimate.details["trials_per_rate"] == pytest.approx(stats.hmean(trials))
    assert estimate.details["pooled_rate"] == pytest.approx(0.4)
    assert rates(3, 100, 0.2).details["trials_per_rate"] == 100


EQUIVALENCES = st.one_of(
    st.builds(correlated, st.integers(5, 300), st.floats(0.05, 0.9)),
    st.builds(by_t, st.integers(3, 60), st.floats(0.1, 3)),
    st.builds(normal, st.floats(0.1, 2), st.floats(-2, -0.1), st.floats(0.1, 2)),
    st.builds(rates, st.integers(2, 12), st.integers(5, 400), st.floats(0.05, 0.5), st.floats(0.1, 0.9)),
)


@given(EQUIVALENCES, st.floats(0.05, 0.9))
@settings(max_examples=40)
def test_size_reaches_what_is_wanted_and_more_takes_more(estimate, wanted):
    case, more = best_case(estimate, wanted=wanted), best_case(estimate, wanted=wanted + 0.05)
    assert 0 <= case.power <= 1
    assert case.power == more.power
    assert 1 <= case.size <= more.size
    now = estimate.details.get("trials_per_rate", estimate.n)
    assert (case.power >= wanted) == (case.size <= now)


@given(st.floats(0.2, 3), st.floats(0.01, 1), st.floats(-2, 2), st.integers(3, 30))
def test_wider_bounds_are_easier_and_their_place_does_not_matter(half, more, middle, n):
    estimate = paired_difference(np.random.default_rng(n).normal(size=n), np.zeros(n))
    narrow = best_case(equivalent(estimate, low=-half, high=half))
    moved = best_case(equivalent(estimate, low=middle - half, high=middle + half))
    wide = best_case(equivalent(estimate, low=-half - more, high=half + more))
    assert moved.power == pytest.approx(narrow.power)
    assert abs(moved.size - narrow.size) <= 1  # by rounding
    assert wide.power >= narrow.power
    assert wide.size <= narrow.size


def test_few_degrees_of_freedom_cost_power():
    by_few, by_many = by_t(4, 1.5), normal(by_t(4, 1.5).details["se"], -1.5, 1.5, n=4)
    assert best_case(by_few).power < best_case(by_many).power
    assert best_case(by_few).size > best_case(by_many).size


@pytest.mark.parametrize(
    "estimate",
    [
        lambda x, y: pearson(x, y),
        lambda x, y: paired_difference(x, y),
        lambda x, y: heterogeneity(np.array([40.0, 60.0]), np.array([100.0, 100.0])),
        lambda x, y: pooled_rate(np.array([40.0, 60.0]), np.array([100.0, 100.0])),
        lambda x, y: mcnemar(x > 0, y > 0),
    ],
)
def test_what_is_no_equivalence_has_no_best_case(estimate):
    x, y = np.random.default_rng(6).normal(size=(2, 30))
    assert best_case(estimate(x, y)) is None


def test_bounds_of_an_equivalence_of_equivalences_are_the_outer_ones():
    inner = correlated(50, 0.3)
    outer = equivalent(inner, low=-0.6, high=0.6)
    assert best_case(outer).power > best_case(inner).power
    assert best_case(equivalent(rates(3, 100, 0.2), low=-0.5, high=0.5)).of == "rows"


def test_arms_count_their_clusters():
    random = np.random.default_rng(7)
    estimate = difference_between_arms(random.normal(size=12), np.repeat(["a", "b"], 6), arms=("a", "b"))
    found = best_case(equivalent(estimate, low=-0.5, high=0.5))
    assert found.size > 12
    assert found.power < 0.5


def test_nothing_is_noted():
    estimate = correlated(40, 0.3)
    with ledger() as noted:
        best_case(estimate)
    assert noted == []


def test_bad_wishes():
    for wanted in (0.0, 1.0, math.nan):
        with pytest.raises(InputError, match="wanted a probability between 0 and 1"):
            best_case(correlated(40, 0.3), wanted=wanted)
    with pytest.raises(Undecided, match="rows are too few"):
        best_case(normal(1.0, -1e-8, 1e-8))
