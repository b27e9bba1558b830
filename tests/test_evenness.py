"""Evenness of what is missing: scipy's tests as reference, and where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.stats.evenness import uneven

cells = st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(any)  # lost and kept of one level
losses = st.lists(cells, min_size=3, max_size=5)


@given(losses)
def test_of_three_levels_it_is_the_chi_squared_test_where_five_are_expected_everywhere(levels):
    lost, kept = np.array(levels).T
    found = uneven(lost.tolist(), (lost + kept).tolist())
    if not lost.any() or not kept.any():
        assert found is None
        return
    expected = np.outer(lost + kept, [lost.sum(), kept.sum()]) / (lost + kept).sum()
    if expected.min() < 5:
        assert found is None
    else:
        assert found == pytest.approx(stats.chi2_contingency(np.stack([lost, kept])).pvalue)


@pytest.mark.parametrize(
    ("lost", "known"), [((5, 5, 5), True), ((5, 6, 5), True), ((4, 5, 5), False), ((9, 1, 1), False)]
)
def test_five_are_enough(lost, known):
    assert (uneven(lost, (20, 20, 20)) is not None) == known


@given(st.integers(1, 20), st.integers(0, 20), st.integers(1, 20), st.integers(0, 20))
def test_of_two_levels_it_is_fishers_test_and_of_the_same_items_a_sign_test(first, second, kept, others):
    counts = (first + kept, second + others)
    table = [[first, second], [kept, others]]
    assert uneven((first, second), counts) == pytest.approx(stats.fisher_exact(table).pvalue)
    assert uneven((first, second), counts, same=True) == pytest.approx(stats.binomtest(first, first + second).pvalue)


def test_nothing_tells():
    assert uneven((3,), (9,)) is None
    assert uneven((0, 0), (9, 9)) is None
    assert uneven((9, 8), (9, 8)) is None
    assert uneven((10, 10, 10), (20, 20, 20), same=True) is None
