"""Correlation with something else held constant."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_claims import partial_correlation, pearson
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
