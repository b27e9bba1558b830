"""Correlation with something else held constant."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_claims import equivalence, partial_correlation, pearson
from pytest_claims.base.errors import InputError, Undecided

seeds = st.integers(0, 2**32 - 1)


@given(seeds)
@settings(max_examples=10)
def test_partial_correlation_is_that_of_pingouin(seed):

    x, y, z = np.random.default_rng(seed).normal(size=(3, 12))
    table = pd.DataFrame({"x": x + z, "y": y - z, "z": z})
    theirs = pingouin.partial_corr(table, x="x", y="y", covar="z").iloc[0]
    found = partial_correlation(x + z, y - z, z)
    assert found.value == pytest.approx(theirs["r"], abs=1e-6)
    assert found.p == pytest.approx(theirs.filter(regex="p[-_]val").iloc[0], abs=1e-6)


def test_partial_correlation_of_the_control_itself_is_undecided():
    x, y = np.random.default_rng(0).normal(size=(2, 8))
    with pytest.raises(Undecided, match="follows from the control"):
        partial_correlation(2 * x + 1, y, x)


@pytest.mark.parametrize("missing", [np.nan, np.inf])
def test_missing_value_is_refused(missing):
    lacking, whole = np.array([1.0, missing, 3.0, 2.0, 5.0, 4.0]), np.array([2.0, 1.0, 4.0, 3.0, 6.0, 5.0])
    for columns in ((lacking, whole), (whole, lacking)):
        with pytest.raises(InputError, match=f"^a column is {missing} in row 1; select the rows"):
            pearson(*columns)
        with pytest.raises(InputError, match="in row 1"):
            partial_correlation(*columns, whole[::-1])


def test_arrays_that_are_no_columns_are_refused():
    square = np.random.default_rng(0).normal(size=(6, 6))
    for columns in ((square, square), (square[0], square[0, :5]), (np.array(1.0), np.array(2.0))):
        with pytest.raises(InputError, match="wanted columns of one table"):
            pearson(*columns)


@given(seeds, st.floats(0.05, 0.95), st.sampled_from([-1.0, 0.0, 1.0]))
def test_equivalence_is_the_larger_p_of_two_tests_of_fishers_z(seed, bound, slope):
    x, noise = np.random.default_rng(seed).normal(size=(2, 15))
    y = slope * x + noise
    z, limit, error = np.arctanh(stats.pearsonr(x, y).statistic), np.arctanh(bound), 1 / np.sqrt(12)
    found = equivalence(x, y, bound=bound)
    assert found.p == pytest.approx(max(stats.norm.cdf(z, limit, error), stats.norm.sf(z, -limit, error)), rel=1e-9)
    half = stats.norm.ppf(0.95) * error
    assert (found.low, found.high) == pytest.approx((np.tanh(z - half), np.tanh(z + half)))
