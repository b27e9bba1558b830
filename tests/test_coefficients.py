import numpy as np
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness import pearson
from harness.errors import Undecided
from harness.stats.analysis import analysed
from harness.stats.coefficients import COEFFICIENTS

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
