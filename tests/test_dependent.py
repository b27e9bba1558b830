"""Comparison of dependent correlations: published values, calibration, and what must hold of any data."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.dependent import (
    difference_of_dependent_correlations,
    meng_z,
    steiger_z,
    williams_t,
    zou_interval,
)
from pytest_claims.stats.estimate import ledger

seeds = st.integers(0, 2**32 - 1)


def columns(seed, n=10):
    """Three correlated columns of shape (n,), anew for each seed."""
    random = np.random.default_rng(seed)
    return (random.normal(size=(n, 3)) @ random.normal(size=(3, 3))).T


# Silver, Hittner and May (2006), Appl. Psychol. Meas. 30, 152-153 (depcor): r = .3, .4, .5 on n = 100.
# The tests of R's cocor 1.1-4 (Diedenhofen and Musch 2015) hold it to the same numbers.
@pytest.mark.parametrize(
    ("statistic", "value"),
    [(williams_t, -1.0767), (meng_z, -1.0707), (steiger_z, -1.0718)],
)
def test_values_of_silver_hittner_and_may(statistic, value):
    assert statistic(0.3, 0.4, 0.5, 100) == pytest.approx(value, abs=5e-5)


# May and Hittner (1997), Psychol. Rep. 80, 475-480, as in the tests of cocor; n = 50. Where r_kh is
# .5 below .5 and .2, they print 2.24, and their formula gives 2.245: left out.
@pytest.mark.parametrize(
    ("r_jk", "r_jh", "r_kh", "z"),
    [
        (0.5, 0.2, 0.0, 1.62),
        (0.5, 0.2, 0.3, 1.91),
        (0.5, 0.2, 0.8, 3.50),
        (0.7, 0.4, 0.0, 2.03),
        (0.7, 0.4, 0.4, 2.47),
        (0.7, 0.4, 0.8, 4.05),
    ],
)
def test_meng_values_of_may_and_hittner(r_jk, r_jh, r_kh, z):
    assert meng_z(r_jk, r_jh, r_kh, 50) == pytest.approx(z, abs=0.005)


def test_meng_example_of_its_paper():
    # Meng, Rosenthal and Rubin (1992), Psychol. Bull. 111, 172-175: z = 1.68.
    assert meng_z(0.63, -0.03, -0.19, 15) == pytest.approx(1.68, abs=0.005)


def test_steiger_example_of_its_paper():
    # Steiger (1980), page 249, case A: -.8913 in print, from a covariance rounded to .0042, which
    # gives -.8904; unrounded, cocor's tests have -.8887185.
    assert steiger_z(0.4, 0.5, 0.1, 103) == pytest.approx(-0.8887185, abs=5e-8)
    assert steiger_z(0.4, 0.5, 0.1, 103) == pytest.approx(-0.8913, abs=0.003)


def test_steiger_is_close_to_dunn_and_clark():
    # Dunn and Clark's z, without pooling: -1.5838851123 (stat-help.com, as in the tests of cocor).
    assert steiger_z(0.5, 0.6, 0.7, 100) == pytest.approx(-1.5838851123, abs=0.005)


def test_zou_example_of_its_paper():
    # Zou (2007), Psychol. Methods 12, 399-413: (-.093, .517).
    assert zou_interval(0.396, 0.179, 0.088, 66) == pytest.approx((-0.093, 0.517), abs=5e-4)


def test_a_lower_confidence_gives_a_narrower_interval():
    low, high = zou_interval(0.396, 0.179, 0.088, 66, confidence=0.90)
    assert -0.093 < low < high < 0.517


def test_estimate_holds_all_that_is_needed_to_recompute_it():
    better, worse, target = columns(seed=3)
    estimate = difference_of_dependent_correlations(better, worse, target)
    expected = np.corrcoef([better, worse, target])
    rs = estimate.details["r_better"], estimate.details["r_worse"], estimate.details["r_between"]
    assert rs == pytest.approx((expected[0, 2], expected[1, 2], expected[0, 1]))
    assert estimate.value == pytest.approx(rs[0] - rs[1])
    assert estimate.details["t"] == williams_t(*rs, 10)
    assert (estimate.low, estimate.high) == zou_interval(*rs, 10)
    assert (estimate.symbol, estimate.n, estimate.details["df"]) == ("Δr", 10, 7)


def test_p_is_the_tail_of_t():
    from scipy import stats

    estimate = difference_of_dependent_correlations(*columns(seed=5))
    t, df = estimate.details["t"], estimate.details["df"]
    assert estimate.p == pytest.approx(stats.t.sf(t, df))
    assert estimate.details["p_two_sided"] == pytest.approx(2 * stats.t.sf(abs(t), df))
    assert estimate.details["p_meng"] == pytest.approx(stats.norm.sf(estimate.details["z_meng"]))


def test_estimate_is_noted():
    with ledger() as estimates:
        estimate = difference_of_dependent_correlations(*columns(seed=1))
    assert estimates == [estimate]


def test_calibrated_where_both_predict_equally_well():
    # 3000 tables of 10 rows in which both correlations are .5 and the predictors correlate at .3:
    # 5% of the p below .05, and 95% of the intervals around 0; bounds of 4 standard errors, and
    # for the interval, approximate on 10 rows, one percentage point more.
    random = np.random.default_rng(1)
    root = np.linalg.cholesky([[1, 0.3, 0.5], [0.3, 1, 0.5], [0.5, 0.5, 1]])
    found = [difference_of_dependent_correlations(*(root @ random.normal(size=(3, 10)))) for _ in range(3000)]
    assert np.mean([estimate.p < 0.05 for estimate in found]) == pytest.approx(0.05, abs=0.016)
    assert np.mean([estimate.low < 0 < estimate.high for estimate in found]) == pytest.approx(0.95, abs=0.026)


@given(seeds, st.integers(4, 30))
def test_exchange_of_the_predictors_mirrors_the_estimate(seed, n):
    better, worse, target = columns(seed, n)
    one = difference_of_dependent_correlations(better, worse, target)
    other = difference_of_dependent_correlations(worse, better, target)
    assert other.value == pytest.approx(-one.value)
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert one.p + other.p == pytest.approx(1)


@given(seeds, st.floats(0.01, 100), st.floats(-100, 100))
def test_units_do_not_matter(seed, scale, offset):
    better, worse, target = columns(seed)
    plain = difference_of_dependent_correlations(better, worse, target)
    scaled = difference_of_dependent_correlations(scale * better + offset, worse, target)
    assert scaled.p == pytest.approx(plain.p, rel=1e-6, abs=1e-9)
    assert scaled.value == pytest.approx(plain.value, abs=1e-8)


@given(seeds)
def test_order_of_the_rows_does_not_matter(seed):
    data = columns(seed)
    order = np.random.default_rng(seed).permutation(10)
    plain, shuffled = (difference_of_dependent_correlations(*rows) for rows in (data, data[:, order]))
    assert shuffled.p == pytest.approx(plain.p, abs=1e-9)


@given(hnp.arrays(float, st.tuples(st.just(3), st.integers(1, 8)), elements=st.integers(-3, 3).map(float)))
def test_an_answer_is_finite_or_undecided(data):
    try:
        estimate = difference_of_dependent_correlations(*data)
    except Undecided:
        return
    values = [estimate.p, estimate.low, estimate.high, *estimate.details.values()]
    assert all(math.isfinite(value) for value in values)
    assert estimate.low <= estimate.value <= estimate.high
    assert 0 <= estimate.p <= 1


correlations = st.floats(-1, 1)


@given(correlations, correlations, correlations, st.integers(4, 1000))
def test_statistics_of_any_correlations_are_finite_and_agree_on_the_sign(r_jk, r_jh, r_kh, n):
    assume(1 - r_jk**2 - r_jh**2 - r_kh**2 + 2 * r_jk * r_jh * r_kh > 1e-9)
    for statistic in (williams_t, meng_z, steiger_z):
        value = statistic(r_jk, r_jh, r_kh, n)
        assert math.isfinite(value)
        assert value * (r_jk - r_jh) >= 0
    low, high = zou_interval(r_jk, r_jh, r_kh, n)
    assert low <= r_jk - r_jh <= high


@pytest.mark.parametrize("statistic", [williams_t, meng_z, steiger_z, zou_interval])
@pytest.mark.parametrize("rs", [(1.0, 0.5, 0.5), (0.5, 0.5, 1.0), (0.9, -0.9, 0.9), (-1.0, 1.0, -1.0)])
def test_undecided_where_no_two_correlations_can_differ_freely(statistic, rs):
    with pytest.raises(Undecided, match="follows from the others"):
        statistic(*rs, 20)


@pytest.mark.parametrize("statistic", [williams_t, meng_z, steiger_z, zou_interval])
def test_statistics_refuse_what_they_are_not_defined_for(statistic):
    with pytest.raises(InputError, match="not a correlation"):
        statistic(0.1, 1.2, 0.3, 20)
    with pytest.raises(Undecided, match="at least 4"):
        statistic(0.1, 0.2, 0.3, 3)


def test_undecided_for_the_same_predictor_twice():
    better, _, target = columns(seed=1)
    with pytest.raises(Undecided, match="follows from the others"):
        difference_of_dependent_correlations(better, 2 * better, target)


def test_undecided_for_a_constant_column_or_too_few_rows():
    better, worse, target = columns(seed=1)
    with pytest.raises(Undecided, match="constant"):
        difference_of_dependent_correlations(better, np.ones(10), target)
    with pytest.raises(Undecided, match="3 rows"):
        difference_of_dependent_correlations(better[:3], worse[:3], target[:3])


def test_columns_of_different_lengths_are_bad_input():
    better, worse, target = columns(seed=1)
    with pytest.raises(InputError, match="shapes"):
        difference_of_dependent_correlations(better, worse[:9], target)
