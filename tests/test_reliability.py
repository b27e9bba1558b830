"""How alike repetitions of the same rows are."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_claims import intraclass_correlation
from pytest_claims.base.errors import Undecided

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
