"""How alike repetitions of the same rows are, and what of a measure is not noise."""

import math

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_claims import intraclass_correlation
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.reliability import (
    Reliability,
    disattenuated,
    reliability_of_counts,
    reliability_of_errors,
    reliability_of_parts,
    reliability_of_replicates,
)

seeds = st.integers(0, 2**32 - 1)


# Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(1,1) = .17 (table 4), F = 1.79 on 5 and 18
# degrees of freedom. The interval is that of R's psych::ICC for the same data, -.13 to .72.
RATINGS = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]], dtype=float)


def test_intraclass_correlation_of_shrout_and_fleiss():
    found = intraclass_correlation(RATINGS)
    assert found.value == pytest.approx(0.17, abs=0.005)
    assert found.details["F"] == pytest.approx(1.79, abs=0.005)
    assert (found.low, found.high) == pytest.approx((-0.13, 0.72), abs=0.005)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pingouin's, of pandas
@given(seeds)
@settings(max_examples=10)
def test_intraclass_correlation_is_that_of_pingouin(seed):
    ratings = np.random.default_rng(seed).normal(size=(3, 7)) + np.arange(7)
    judge, target = np.indices(ratings.shape)

    table = pd.DataFrame({"target": target.ravel(), "judge": judge.ravel(), "rating": ratings.ravel()})
    theirs = pingouin.intraclass_corr(table, targets="target", raters="judge", ratings="rating").iloc[0]
    found = intraclass_correlation(ratings)
    assert found.value == pytest.approx(theirs["ICC"], abs=1e-6)
    assert found.p == pytest.approx(theirs.filter(regex="pval|p_val").iloc[0], rel=1e-6)


def test_one_seed_is_undecided():
    with pytest.raises(Undecided, match="1 repetitions of 6 targets"):
        intraclass_correlation(RATINGS[:1])
    with pytest.raises(Undecided, match="do not vary"):
        intraclass_correlation(np.ones((3, 5)))


def known(value):
    return Reliability(value=value, how="by hand")


def test_mean_of_judges_of_shrout_and_fleiss():
    # Table 4: ICC(1,4) = .44. R's psych::ICC has -.88 to .91, here from 0 on.
    found = reliability_of_replicates(RATINGS)
    assert (found.value, found.high) == pytest.approx((0.44, 0.91), abs=0.005)
    assert (found.low, found.replicates, found.how) == (0, 4, "intraclass correlation ICC(1,4)")


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pingouin's, of pandas
@given(seeds)
@settings(max_examples=10)
def test_reliability_of_replicates_is_that_of_pingouin(seed):
    ratings = np.random.default_rng(seed).normal(size=(3, 7)) + np.arange(7)
    judge, target = np.indices(ratings.shape)
    table = pd.DataFrame({"target": target.ravel(), "judge": judge.ravel(), "rating": ratings.ravel()})
    theirs = pingouin.intraclass_corr(table, targets="target", raters="judge", ratings="rating").iloc[3]
    found = reliability_of_replicates(ratings)
    assert found.value == pytest.approx(max(0, theirs["ICC"]), abs=1e-6)
    low, high = theirs.filter(regex="CI95").iloc[0]
    assert (found.low, found.high) == pytest.approx((max(0, low), max(0, high)), abs=0.006)  # it rounds


@given(seeds, st.integers(2, 6))
def test_mean_of_repetitions_follows_spearman_and_brown(seed, k):
    random = np.random.default_rng(seed)
    ratings = random.normal(size=(k, 8)) + 2 * random.normal(size=8)
    single, mean = intraclass_correlation(ratings), reliability_of_replicates(ratings)
    for one, several in ((single.value, mean.value), (single.low, mean.low), (single.high, mean.high)):
        assert several == pytest.approx(max(0.0, k * one / (1 + (k - 1) * one)), abs=1e-9)


def test_perfect_and_no_agreement_of_repetitions():
    same = reliability_of_replicates(np.tile(np.arange(5.0), (3, 1)))
    assert (same.value, same.low, same.high) == (1, 1, 1)
    none = reliability_of_replicates(np.array([[0.0] * 5, [1.0] * 5]))
    assert (none.value, none.low, none.high) == (0, 0, 0)
    with pytest.raises(Undecided, match="all values are the same"):
        reliability_of_replicates(np.full((2, 5), 0.1))
    with pytest.raises(Undecided, match="1 repetitions of 6 targets"):
        reliability_of_replicates(RATINGS[:1])
    with pytest.raises(InputError, match="select the rows"):
        reliability_of_replicates(np.where(RATINGS == 9, np.nan, RATINGS))
    with pytest.raises(InputError, match="wanted \\(repetition, target\\)"):
        reliability_of_replicates(RATINGS[0])


@given(seeds, st.integers(2, 6))
@settings(max_examples=10)
def test_reliability_of_parts_is_that_of_pingouin(seed, k):
    random = np.random.default_rng(seed)
    parts = random.normal(size=(k, 9)) + 2 * random.normal(size=9) + random.normal(size=(k, 1))
    theirs, (low, high) = pingouin.cronbach_alpha(data=pd.DataFrame(parts.T))
    found = reliability_of_parts(parts)
    assert found.value == pytest.approx(max(0.0, theirs), abs=1e-9)
    assert (found.low, found.high) == pytest.approx((max(0, low), max(0, high)), abs=6e-4)  # it rounds
    assert (found.how, found.replicates) == ("Cronbach's alpha", k)


@given(seeds, st.floats(-100, 100))
def test_part_that_moves_all_alike_is_no_noise(seed, shift):
    """As a question is to which everybody diverges more; among repetitions it would be."""
    parts = np.random.default_rng(seed).normal(size=(3, 8)) + np.arange(8)
    moved = parts + np.array([[0.0], [shift], [0.0]])
    assert reliability_of_parts(moved).value == pytest.approx(reliability_of_parts(parts).value, abs=1e-6)


def test_two_parts_follow_spearman_and_brown():
    one = np.array([1.0, 2, 3, 4, 5, 6])
    other = one[[1, 0, 3, 2, 5, 4]]  # of the same variance: r is covariance over it
    r = np.corrcoef(one, other)[0, 1]
    assert reliability_of_parts(np.array([one, other])).value == pytest.approx(2 * r / (1 + r))


def test_parts_that_say_the_same_and_that_say_nothing():
    same = reliability_of_parts(np.arange(5.0) + np.array([[0.0], [3.0]]))
    assert (same.value, same.low, same.high) == (1, 1, 1)
    assert reliability_of_parts(np.array([np.arange(5.0), -np.arange(5.0)])).value == 0
    with pytest.raises(Undecided, match="all values are the same"):
        reliability_of_parts(np.array([[1.0] * 5, [2.0] * 5]))
    with pytest.raises(Undecided, match="1 repetitions of 6 targets"):
        reliability_of_parts(RATINGS[:1])
    with pytest.raises(InputError, match="wanted \\(repetition, target\\)"):
        reliability_of_parts(RATINGS[0])


def test_reliability_of_counts_by_hand():
    # Rates .2, .4, .6, .8 of 11 trials each would be no counts; of 10: variance 0.2 / 3, and noise
    # (.16 + .24 + .24 + .16) / 4 / 9 = 0.2 / 9, which is a third of it.
    found = reliability_of_counts(np.array([2.0, 4, 6, 8]), np.full(4, 10.0))
    assert found == Reliability(value=pytest.approx(2 / 3), how="variance beyond binomial sampling")


@pytest.mark.parametrize(("trials", "rates"), [(20, 40), (100, 40)])
def test_simulated_rates_have_the_reliability_of_their_variances(trials, rates):
    # Rates of a beta distribution (2, 3): variance 0.04, mean p (1 - p) 0.2. The mean over 500 worlds; the ratio
    # of two estimates has a bias of about 1 / rates.
    random, values = np.random.default_rng(1), []
    for _ in range(500):
        counts = random.binomial(trials, random.beta(2, 3, size=rates)).astype(float)
        values.append(reliability_of_counts(counts, np.full(rates, float(trials))).value)
    assert np.mean(values) == pytest.approx(0.04 / (0.04 + 0.2 / trials), abs=0.015)


def test_rates_of_one_probability_are_not_reliable():
    random = np.random.default_rng(2)
    found = [reliability_of_counts(row, np.full(200, 30.0)).value for row in random.binomial(30, 0.4, size=(50, 200))]
    assert np.mean(found) < 0.08
    assert min(found) == 0


def test_simulated_errors_are_the_noise():
    # A variance of 1 and standard errors whose squares are 0.25 on average: 0.8.
    random = np.random.default_rng(3)
    se = np.sqrt(random.uniform(0.1, 0.4, size=20_000))
    values = random.normal(size=20_000) + random.normal(scale=se)
    assert reliability_of_errors(values, se).value == pytest.approx(0.8, abs=0.01)


@given(st.lists(st.floats(-10, 10), min_size=4, max_size=12), st.floats(0, 3), st.floats(1e-6, 1e6), st.floats(-5, 5))
def test_unit_and_origin_of_values_do_not_matter(values, noise, unit, origin):
    column = np.array(values)
    assume(np.ptp(column) > 0.1)
    plain = reliability_of_errors(column, np.full(len(column), noise))
    other = reliability_of_errors(unit * (column + origin), np.full(len(column), unit * noise))
    assert other.value == pytest.approx(plain.value, abs=1e-6)
    assert 0 <= plain.value <= 1
    assert reliability_of_errors(column, np.zeros(len(column))).value == 1


def test_what_has_no_reliability():
    four = np.full(4, 10.0)
    with pytest.raises(Undecided, match="all values are the same"):
        reliability_of_counts(np.full(4, 3.0), four)
    with pytest.raises(Undecided, match="3 values; a reliability takes at least 4"):
        reliability_of_counts(np.array([1.0, 2, 3]), four[:3])
    with pytest.raises(Undecided, match="1 trial of a rate"):
        reliability_of_counts(np.array([1.0, 2, 3, 1]), np.array([10.0, 10, 10, 1]))
    with pytest.raises(InputError, match="whole counts"):
        reliability_of_counts(np.array([0.1, 0.2, 0.3, 0.4]), four)
    with pytest.raises(InputError, match="standard error of -1"):
        reliability_of_errors(np.arange(4.0), np.array([1.0, -1, 1, 1]))
    with pytest.raises(InputError, match="all of shape"):
        reliability_of_errors(np.arange(4.0), np.ones(3))
    with pytest.raises(Undecided, match="0 values"):
        reliability_of_errors(np.array([]), np.array([]))


@given(st.floats(-1, 1), st.floats(0.01, 1), st.floats(0.01, 1))
def test_disattenuation_undoes_the_noise_of_both(r, one, other):
    found = disattenuated(r, known(one), known(other))
    assert found * math.sqrt(one) * math.sqrt(other) == pytest.approx(r)
    assert found == pytest.approx(disattenuated(r, known(other), known(one)))
    assert abs(found) >= abs(r) * (1 - 1e-12)


def test_simulated_noise_is_undone():
    # True r = 0.6, with noise of variance 1 and 0.25 beside true variances of 1.
    random, n = np.random.default_rng(4), 40_000
    true, second = random.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=n).T
    x, y = true + random.normal(size=n), second + random.normal(scale=0.5, size=n)
    one, other = reliability_of_errors(x, np.ones(n)), reliability_of_errors(y, np.full(n, 0.5))
    assert np.corrcoef(x, y)[0, 1] < 0.4
    assert disattenuated(float(np.corrcoef(x, y)[0, 1]), one, other) == pytest.approx(0.6, abs=0.02)


def test_disattenuated_correlations_beyond_one_stay_and_nothing_is_undecided():
    assert disattenuated(0.9, known(0.5), known(0.5)) == pytest.approx(1.8)
    with pytest.raises(Undecided, match=r"reliability of 0 \(by hand\)"):
        disattenuated(0.3, known(0.5), known(0.0))
    with pytest.raises(InputError, match="from -1 to 1"):
        disattenuated(1.1, known(0.5), known(0.5))
    with pytest.raises(InputError, match="from 0 to 1"):
        disattenuated(0.3, known(1.5), known(0.5))


def test_reliabilities_are_noted_nowhere():
    with ledger() as noted:
        reliability_of_replicates(RATINGS)
        reliability_of_counts(np.array([2.0, 4, 6, 8]), np.full(4, 10.0))
        reliability_of_errors(np.arange(4.0), np.ones(4))
        disattenuated(0.3, known(0.5), known(0.5))
    assert noted == []
