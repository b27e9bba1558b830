"""Power: published numbers of rows, simulated studies, and what must hold of any effect."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestPower

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.density import MANY
from pytest_claims.stats.power import (
    detectable_r,
    power_of_r,
    power_of_shift,
    rows_for_r,
    rows_for_shift,
    scales,
    smallest,
)

correlations = st.floats(-0.99, 0.99)
directed = st.floats(0.05, 0.95) | st.floats(-0.95, -0.05)
effects = st.floats(-6, 6)
freedom = st.none() | st.floats(1, 1e6)


# Cohen (1992), A power primer, Psychol. Bull. 112, 155-159, table 2: 783, 85 and 28 rows for power .80 at two-sided
# .05, approximated on Fisher's z. Exactly, as in G*Power's bivariate normal model, they differ by one.
@pytest.mark.parametrize(("r", "cohen"), [(0.10, 783), (0.30, 85), (0.50, 28)])
def test_rows_for_medium_effects_are_those_of_cohen(r, cohen):
    assert abs(rows_for_r(r) - cohen) <= 1
    assert rows_for_r(-r) == rows_for_r(r)


def test_power_without_a_correlation_and_at_the_critical_one():
    # Without one alpha / 2 lies on either side; at the critical one r lies beyond it about as often as not.
    assert power_of_r(0.0, 10) == pytest.approx(0.025, rel=1e-6)
    assert power_of_r(0.632, 10) == pytest.approx(0.53, abs=0.03)  # .632: two-sided .05 on 10 rows, from tables


@pytest.mark.parametrize(("r", "n"), [(0.3, 4), (-0.66, 10), (0.2, 60)])
def test_simulated_studies_are_significant_with_the_right_sign_as_often(r, n):
    # Independent of the density that is integrated; bounds of 4 standard errors of 100,000 studies.
    random, studies = np.random.default_rng(1), 100_000
    x, noise = random.normal(size=(2, studies, n))
    y = r * x + math.sqrt(1 - r**2) * noise
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    found = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    significant = 2 * stats.t.sf(np.abs(found) * np.sqrt((n - 2) / (1 - found**2)), n - 2) < 0.05
    power = power_of_r(r, n)
    share = np.mean(significant & (np.sign(found) == np.sign(r)))
    assert share == pytest.approx(power, abs=4 * math.sqrt(power * (1 - power) / studies))


@given(st.integers(4, 500), st.floats(0.3, 0.99))
@settings(max_examples=25)
def test_detectable_correlation_has_the_power_that_was_asked_for_but_for_the_wrong_sign(n, power):
    assert power - 0.025 < power_of_r(detectable_r(n, power), n) < power + 1e-6


@given(correlations, st.integers(4, 2000))
@settings(max_examples=50)
def test_power_of_r_grows_with_r_and_rows_and_ignores_the_sign(r, n):
    power = power_of_r(r, n)
    assert 0.025 - 1e-6 <= power <= 1
    assert power_of_r(-r, n) == power
    assert power_of_r(r, n + 1) >= power - 1e-6
    assert power_of_r(r + math.copysign(0.005, r), n) >= power - 1e-6


@pytest.mark.parametrize("n", [4, 5, 30, 3000, MANY])
def test_power_of_nearly_one_is_one(n):
    assert power_of_r(1 - 1e-12, n) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("z", [0.0, 0.3, 2.0, 3.0])
def test_nothing_jumps_where_many_rows_begin(z):
    r = z / math.sqrt(MANY)
    assert power_of_r(r, MANY) == pytest.approx(power_of_r(r, MANY + 1), abs=1e-6)
    assert power_of_r(0.9, 10**12) == 1


@given(directed, st.floats(0.1, 0.99))
@settings(max_examples=25)
def test_rows_for_r_are_the_fewest(r, power):
    n = rows_for_r(r, power=power)
    assert power_of_r(r, n) >= power
    assert n == 4 or power_of_r(r, n - 1) < power


def test_a_small_correlation_takes_its_rows_as_fisher_says():
    # (1.959964 + 0.841621)^2 / atanh(r)^2 + 3, by hand.
    assert rows_for_r(0.001) == pytest.approx((2.801585 / 0.001) ** 2 + 3, rel=1e-4)


@given(effects, st.floats(0.1, 10), freedom)
def test_power_of_a_shift_is_that_of_scipy(effect, se, df):
    shift = abs(effect) / se
    expected = stats.norm.sf(1.959964 - shift) if df is None else stats.nct.sf(stats.t.ppf(0.975, df), df, shift)
    assert power_of_shift(effect, se, df=df) == pytest.approx(expected, abs=1e-6)


@given(st.floats(0.1, 1.5), st.integers(3, 60))
def test_power_of_a_t_test_is_that_of_statsmodels(d, n):
    # Its two-sided power holds both signs; it is NaN for larger effects.
    assume(d * math.sqrt(n) < 8)
    theirs = TTestPower().power(d, n, 0.05, alternative="two-sided")
    wrong = stats.nct.cdf(stats.t.ppf(0.025, n - 1), n - 1, d * math.sqrt(n))
    assert power_of_shift(d, 1 / math.sqrt(n), df=n - 1) == pytest.approx(theirs - wrong, abs=1e-6)


# G*Power and R's pwr.t.test: 34 pairs for d = 0.5 and power .80. Normal, by hand: (2.801585 / 0.5)^2 = 31.4.
def test_rows_for_a_shift_by_hand():
    assert rows_for_shift(0.5, 1.0, 1) == 32
    assert power_of_shift(0.5, 1 / math.sqrt(34), df=33) >= 0.8 > power_of_shift(0.5, 1 / math.sqrt(33), df=32)


@given(st.floats(0.05, 3), st.floats(0.05, 3), st.integers(1, 1000), st.floats(0.1, 0.99))
def test_rows_for_a_shift_are_the_fewest(effect, se, n, power):
    rows = rows_for_shift(effect, se, n, power=power)
    assert power_of_shift(effect, se * math.sqrt(n / rows)) >= power
    assert rows == 1 or power_of_shift(effect, se * math.sqrt(n / (rows - 1))) < power
    assert rows_for_shift(-effect, se, n, power=power) == rows


@given(st.floats(1, 1e5), st.floats(0.2, 3))
def test_estimated_standard_errors_have_the_moments_of_chi(df, most):
    values, weights = scales(df)
    assert weights.sum() == pytest.approx(1)
    assert weights @ values**2 == pytest.approx(1, rel=1e-6)
    assert weights @ values == pytest.approx(stats.chi.mean(df) / math.sqrt(df), rel=1e-6)
    assert scales(df, most)[1].sum() == pytest.approx(stats.chi2.cdf(df * most**2, df), abs=1e-9)
    assert (scales(df, most)[0] <= most * (1 + 1e-9)).all()


@given(st.integers(1, 10**6), st.integers(1, 100))
def test_smallest_is_the_first_that_reaches(first, least):
    assert smallest(lambda n: n >= first, least=least) == max(first, least)


def test_what_is_no_effect_no_power_or_no_error_is_bad_input():
    for r in (-1.0, 1.0, math.nan):
        with pytest.raises(InputError, match="between -1 and 1"):
            power_of_r(r, 10)
    with pytest.raises(InputError, match="at least 4"):
        power_of_r(0.3, 3)
    with pytest.raises(InputError, match="effect of 0 is found by no number of rows"):
        rows_for_r(0.0)
    with pytest.raises(InputError, match="effect of 0 is found by no number of rows"):
        rows_for_shift(0.0, 1.0, 10)
    with pytest.raises(InputError, match="wanted a probability between 0 and 1"):
        rows_for_r(0.3, power=1.0)
    with pytest.raises(InputError, match="on 0 rows"):
        rows_for_shift(1.0, 1.0, 0)
    with pytest.raises(InputError, match="level of a test"):
        power_of_r(0.3, 10, alpha=0.0)
    for effect, se, df, words in ((math.nan, 1, None, "effect"), (1, 0, None, "error"), (1, 1, 0, "freedom")):
        with pytest.raises(InputError, match=words):
            power_of_shift(effect, se, df=df)


def test_more_rows_than_a_plan_can_have_are_undecided():
    with pytest.raises(Undecided, match="even 1,000,000,000 rows are too few"):
        rows_for_shift(1e-9, 1.0, 1)
