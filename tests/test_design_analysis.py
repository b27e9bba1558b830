"""What to expect of a significant estimate: published design analyses, simulated studies, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from pytest_claims.base.errors import InputError
from pytest_claims.stats.density import MANY
from pytest_claims.stats.design_analysis import expected, expected_of_r
from pytest_claims.stats.power import power_of_r, power_of_shift

shifts = st.floats(0.01, 6)
freedom = st.none() | st.floats(1, 1e5)


# retrodesign() of Gelman and Carlin (2014): the first two as quoted beside Daniel Klein's Stata command retrodesigni
# of 2017-10-25, the third by the tests of pyretrodesign. Power and type S are exact there; exaggerations come from
# 10,000 simulated estimates, of which a twentieth are significant.
@pytest.mark.parametrize(
    ("effect", "se", "power", "wrong_sign", "exaggeration", "error"),
    [
        (0.1, 3.28, 0.05010648, 0.4644228, 76.82889, 1.5),
        (2, 8.1, 0.05701294, 0.2396177, 9.571811, 0.2),
        (2.8, 1, 0.7995568714356515, 1.2108426227178002e-06, 1.1251599601927242, 0.015),
    ],
)
def test_values_of_retrodesign(effect, se, power, wrong_sign, exaggeration, error):
    found = expected(effect, se)
    assert found.power == pytest.approx(power, rel=1e-6)
    assert found.wrong_sign == pytest.approx(wrong_sign, rel=1e-6)
    assert found.exaggeration == pytest.approx(exaggeration, abs=error)


@pytest.mark.parametrize(("effect", "df"), [(0.5, None), (2.0, None), (0.5, 3), (2.0, 3), (2.0, 20)])
def test_simulated_tests_are_as_wrong(effect, df):
    # Estimates and their standard errors are drawn; bounds of 4 standard errors.
    random, studies = np.random.default_rng(1), 400_000
    estimate = random.normal(effect, size=studies)
    se = 1.0 if df is None else np.sqrt(random.chisquare(df, size=studies) / df)
    critical = stats.norm.ppf(0.975) if df is None else stats.t.ppf(0.975, df)
    significant = estimate[np.abs(estimate) > critical * se]
    check(expected(effect, 1.0, df=df), significant, effect, studies)


@pytest.mark.parametrize(("r", "n"), [(0.3, 5), (0.25, 30), (-0.4, 10)])
def test_simulated_correlations_are_as_wrong(r, n):
    random, studies = np.random.default_rng(2), 200_000
    x, noise = random.normal(size=(2, studies, n))
    y = r * x + math.sqrt(1 - r**2) * noise
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    found = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    t = np.abs(found) * np.sqrt((n - 2) / (1 - found**2))
    check(expected_of_r(r, n), found[t > stats.t.ppf(0.975, n - 2)], r, studies)


def check(found, significant, effect, studies):
    wrong, sizes = significant * effect < 0, np.abs(significant / effect)
    count = len(significant)
    noise = math.sqrt(found.power * (1 - found.power) / studies)
    assert count / studies == pytest.approx(found.power, abs=4 * noise)
    noise = math.sqrt(found.wrong_sign * (1 - found.wrong_sign) / count)
    assert wrong.mean() == pytest.approx(found.wrong_sign, abs=4 * noise)
    assert sizes.mean() == pytest.approx(found.exaggeration, abs=4 * sizes.std() / math.sqrt(count))


def test_correlation_is_that_of_prda():
    # The vignette of R's PRDA, retrospective(effect_size = .25, sample_n1 = 30, test_method = "pearson"), of 10,000
    # simulated studies: power .27, type M 1.826, type S .003. Bounds of 4 standard errors.
    found = expected_of_r(0.25, 30)
    assert found.power == pytest.approx(0.27, abs=0.018)
    assert found.exaggeration == pytest.approx(1.826, abs=0.025)
    assert found.wrong_sign == pytest.approx(0.003, abs=0.004)


@given(shifts, st.floats(0.01, 0.5))
def test_closed_form_is_the_integral(effect, alpha):
    critical = stats.norm.ppf(1 - alpha / 2)
    tails = [(critical, effect + 12), (-critical - 12, -critical)]
    mean = sum(integrate.quad(lambda x: abs(x) * stats.norm.pdf(x - effect), *tail, points=None)[0] for tail in tails)
    found = expected(effect, 1.0, alpha=alpha)
    assert found.exaggeration == pytest.approx(mean / found.power / effect, rel=1e-6)


@given(shifts, freedom, st.floats(0.1, 10))
def test_unit_and_sign_do_not_matter_and_power_splits_by_sign(effect, df, unit):
    found = expected(effect, 1.0, df=df)
    other = expected(-effect * unit, unit, df=df)
    assert (other.power, other.wrong_sign, other.exaggeration) == pytest.approx(
        (found.power, found.wrong_sign, found.exaggeration)
    )
    assert found.power * (1 - found.wrong_sign) == pytest.approx(power_of_shift(effect, 1.0, df=df))
    assert 0 <= found.wrong_sign < 0.5
    assert found.exaggeration > 1 - 1e-9


@given(shifts, st.floats(0.01, 3), freedom)
def test_a_larger_effect_is_less_often_wrong_and_less_exaggerated(effect, more, df):
    small, large = expected(effect, 1.0, df=df), expected(effect + more, 1.0, df=df)
    assert large.power > small.power or large.power == pytest.approx(1)
    assert large.wrong_sign <= small.wrong_sign
    assert large.exaggeration <= small.exaggeration + 1e-9


@given(st.floats(0.01, 0.95), st.integers(4, 300))
@settings(max_examples=30)
def test_correlations_split_by_sign_and_mirror(r, n):
    found = expected_of_r(r, n)
    assert found == expected_of_r(-r, n)
    assert found.power * (1 - found.wrong_sign) == pytest.approx(power_of_r(r, n), abs=1e-6)
    assert 0 <= found.wrong_sign < 0.5
    assert 1 - 1 / n < found.exaggeration < 1 / r + 1e-6  # |r| is at most 1; on average r lies a little below rho


def test_many_rows_make_correlation_and_normal_estimate_alike():
    of_r, normal = expected_of_r(0.05, 2000), expected(math.atanh(0.05), 1 / math.sqrt(1997))
    assert of_r.power == pytest.approx(normal.power, abs=2e-3)
    assert of_r.wrong_sign == pytest.approx(normal.wrong_sign, rel=0.02)
    assert of_r.exaggeration == pytest.approx(normal.exaggeration, rel=2e-3)


@pytest.mark.parametrize("z", [0.3, 2.0, 3.0])
def test_nothing_jumps_where_many_rows_begin(z):
    r = z / math.sqrt(MANY)
    exact, normal = expected_of_r(r, MANY), expected_of_r(r, MANY + 1)
    assert (exact.power, exact.wrong_sign, exact.exaggeration) == pytest.approx(
        (normal.power, normal.wrong_sign, normal.exaggeration), abs=2e-6
    )


def test_no_effect_no_error_and_no_freedom_are_bad_input():
    for call in (lambda: expected(0.0, 1.0), lambda: expected_of_r(0.0, 10)):
        with pytest.raises(InputError, match="no sign that could be wrong"):
            call()
    for effect, se, df in ((1.0, 0.0, None), (math.inf, 1.0, None), (1.0, math.nan, None), (1.0, 1.0, -1)):
        with pytest.raises(InputError, match="wanted a finite number"):
            expected(effect, se, df=df)
    with pytest.raises(InputError, match="between -1 and 1"):
        expected_of_r(1.0, 10)
    with pytest.raises(InputError, match="level of a test"):
        expected(1.0, 1.0, alpha=1.0)
