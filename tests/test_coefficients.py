import math

import numpy as np
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_claims import pearson
from pytest_claims.base.errors import Undecided
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.coefficients import COEFFICIENTS, partial_kendall_p, partialled_out

seeds = st.integers(0, 2**32 - 1)


def columns(seed, n=12):
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    return x, x + noise


@given(seeds)
def test_pearson_spearman_and_kendall_are_those_of_scipy(seed):
    x, y = columns(seed)
    for name, theirs in (("pearson", stats.pearsonr), ("spearman", stats.spearmanr), ("kendall", stats.kendalltau)):
        found, expected = COEFFICIENTS[name](x, y, len(x)), theirs(x, y)
        assert (found.value, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)


# pingouin's own tests hold these methods to Pernet's Matlab toolbox.
@pytest.mark.parametrize(("name", "method"), [("percentage-bend", "percbend"), ("skipped", "skipped")])
@pytest.mark.filterwarnings("ignore:The skipped correlation relies on")
def test_robust_coefficients_are_those_of_pingouin(name, method):
    x, y = columns(0, n=30)
    found, expected = COEFFICIENTS[name](x, y, len(x)), pingouin.corr(x, y, method=method)
    assert found.value == pytest.approx(float(expected["r"].iloc[0]), abs=5e-4)  # pingouin rounds what it shows
    assert found.p == pytest.approx(float(expected.filter(regex="p[-_]val").iloc[0, 0]), abs=5e-4)


@given(seeds, st.sampled_from(sorted(set(COEFFICIENTS) - {"skipped"})))
def test_coefficients_are_symmetric_and_follow_the_sign(seed, name):
    x, y = columns(seed)
    found = COEFFICIENTS[name](x, y, len(x))
    assert COEFFICIENTS[name](y, x, len(x)).value == pytest.approx(found.value)
    assert COEFFICIENTS[name](x, -y, len(x)).value == pytest.approx(-found.value)
    assert 0 <= found.p <= 1


def test_pearson_is_what_the_analysis_in_force_says():
    x, y = columns(0)
    with analysed(coefficient="kendall"):
        assert pearson(x, y).method == "Kendall's tau-b"
    assert pearson(x, y).method == "Pearson correlation"


def test_p_of_no_correlation_is_not_above_1():
    x = np.tile([-1.0, 1.0], 30)
    y = np.repeat([-1.0, 1.0], 30)
    assert pearson(x, y).p == 1


def test_controls_cost_degrees_of_freedom():
    x, y = columns(0, n=5)
    with analysed(controls=2), pytest.raises(Undecided, match="5 rows less 2 controls"):
        pearson(x, y)


def residuals(seed, n=20):
    """Two columns of which a control was taken out."""
    x, y = columns(seed, n)
    control = np.random.default_rng(seed + 1).normal(size=n)
    return partialled_out(x, control), partialled_out(y, control)


def t_p(r, df):
    """Two-sided p of a correlation by scipy's t distribution."""
    return 2 * stats.t.sf(abs(r) * math.sqrt(df / (1 - r**2)), df)


@given(seeds, st.integers(0, 3))
def test_controls_cost_spearman_and_percentage_bend_degrees_of_freedom(seed, controls):
    x, y = residuals(seed)
    for name, r in (("spearman", stats.spearmanr(x, y).statistic), ("percentage-bend", percentage_bend(x, y))):
        found = COEFFICIENTS[name](x, y, len(x) - controls)
        assert found.value == pytest.approx(r)
        assert found.p == pytest.approx(t_p(r, len(x) - controls - 2), rel=1e-9)


def percentage_bend(x, y):
    from pingouin.correlation import percbend

    return percbend(x, y)[0]


@pytest.mark.filterwarnings("ignore:The skipped correlation relies on")
@pytest.mark.parametrize("controls", [0, 1, 2])
def test_controls_cost_the_skipped_correlation_degrees_of_freedom(controls):
    """p is that of Spearman's on the rows that pingouin keeps, less controls, by scipy's t distribution."""
    from pingouin.correlation import skipped

    x, y = residuals(3)
    x[0], y[0] = 9.0, -9.0
    r, _, outliers = skipped(x, y)
    assert outliers.sum() >= 1
    found = COEFFICIENTS["skipped"](x, y, len(x) - controls)
    assert found.value == pytest.approx(r)
    assert found.p == pytest.approx(t_p(r, int((~outliers).sum()) - controls - 2), rel=1e-9)


@pytest.mark.filterwarnings("ignore:The skipped correlation relies on")
def test_skipped_correlation_of_four_rows_is_defined():
    from pingouin.correlation import skipped

    x, y = residuals(3)
    lost = int(skipped(x, y)[2].sum())
    found = COEFFICIENTS["skipped"](x, y, lost + 4)
    assert found.p == pytest.approx(t_p(found.value, 2), rel=1e-9)
    with pytest.raises(Undecided, match="at least 4"):
        COEFFICIENTS["skipped"](x, y, lost + 3)


def test_skipped_correlation_that_keeps_too_few_rows_is_undecided():
    x, y = residuals(3)
    x[0], y[0] = 9.0, -9.0
    with pytest.raises(Undecided, match=r"keeps 1\d rows, less 16 controls; a correlation needs at least 4"):
        COEFFICIENTS["skipped"](x, y, 4)


@given(seeds, st.integers(1, 3))
def test_controls_cost_kendall_rows_as_in_ppcor(seed, controls):
    """The formula of Kim (2015) written out: statistic = tau / sqrt(2(2(n-g)+5) / (9(n-g)(n-1-g)))."""
    x, y = residuals(seed)
    n, g, tau = len(x), controls, stats.kendalltau(x, y).statistic
    statistic = tau / math.sqrt(2 * (2 * (n - g) + 5) / (9 * (n - g) * (n - 1 - g)))
    found = COEFFICIENTS["kendall"](x, y, n - g)
    assert (found.value, found.p) == pytest.approx((tau, math.erfc(abs(statistic) / math.sqrt(2))), rel=1e-9)


@given(seeds)
def test_normal_approximation_of_kendall_is_that_of_scipy(seed):
    """Where no row is lost and none ties, it is scipy's asymptotic p."""
    x, y = columns(seed, n=30)
    asymptotic = stats.kendalltau(x, y, method="asymptotic")
    assert partial_kendall_p(asymptotic.statistic, 30) == pytest.approx(asymptotic.pvalue, rel=1e-9)


@given(seeds, st.sampled_from(sorted(set(COEFFICIENTS) - {"skipped", "kendall"})))
def test_a_control_never_makes_p_smaller(seed, name):
    x, y = residuals(seed)
    assert COEFFICIENTS[name](x, y, len(x) - 1).p >= COEFFICIENTS[name](x, y, len(x)).p


def test_controls_of_the_analysis_in_force_reach_every_coefficient():
    x, y = residuals(0)
    for name in sorted(COEFFICIENTS):
        with analysed(coefficient=name):
            plain = pearson(x, y)
        with analysed(coefficient=name, controls=1):
            assert pearson(x, y).p != plain.p
