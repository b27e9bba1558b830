"""Corrected p-values are those of statsmodels, to the last bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from pytest_claims.verdicts.multiplicity import corrected

PS = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.05, 1.0]), min_size=1, max_size=12)


@given(PS)
def test_they_are_those_of_statsmodels(ps):
    expected = [multipletests(ps, method=method)[1] for method in ("holm", "fdr_bh")]
    np.testing.assert_array_equal(corrected(np.array(ps)), expected)


@given(PS)
def test_no_p_becomes_smaller_and_holm_is_the_larger(ps):
    holm, hochberg = corrected(np.array(ps))
    assert (np.array(ps) <= hochberg + 1e-15).all()
    assert (hochberg <= holm + 1e-15).all()
    assert (holm <= 1).all()
