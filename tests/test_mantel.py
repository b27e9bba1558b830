"""Correlations of what is between pairs, which are not independent."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_claims import mantel, mantel_difference
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.analysis import analysed

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("asked", [5, 2])
def test_mantel_is_that_of_every_permutation(asked):
    """By listing all 120 permutations of five rows, without the module's own permuting."""
    random = np.random.default_rng(3)
    x, y = random.normal(size=(2, 5, 5))
    y[:, asked:] = np.nan
    off = ~np.eye(5, dtype=bool) & ~np.isnan(y)
    observed = np.corrcoef(x[off], y[off])[0, 1]
    orders = [np.array(order) for order in itertools.permutations(range(5))]
    as_strong = [abs(np.corrcoef(x[np.ix_(o, o)][off], y[off])[0, 1]) >= abs(observed) - 1e-12 for o in orders]
    found = mantel(x, y)
    assert found.value == pytest.approx(observed)
    assert found.p == pytest.approx(np.mean(as_strong), abs=1e-12)


def test_mantel_does_not_take_dependent_pairs_for_independent():
    """Where both arrays are of effects of rows alone, a naive p is far too small; that of Mantel is right."""
    random, false, naive = np.random.default_rng(0), 0, 0
    off = ~np.eye(8, dtype=bool)
    with analysed(tables=199):
        for _ in range(300):
            x, y = (np.add.outer(a, a) for a in random.normal(size=(2, 8)))
            false += mantel(x, y).p <= 0.05
            naive += stats.pearsonr(x[off], y[off]).pvalue <= 0.05
    assert abs(false / 300 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 300)
    assert naive / 300 > 0.3


def test_mantel_difference_knows_the_better_predictor():
    random = np.random.default_rng(5)
    target, noise = random.normal(size=(2, 12, 12))
    found = mantel_difference(target + 0.3 * noise, random.normal(size=(12, 12)), target)
    assert found.p < 0.001
    assert found.low < found.value < found.high
    assert mantel_difference(noise, target, target + noise).p > 0.01


@given(seeds)
@settings(max_examples=20)
def test_mantel_difference_is_the_jackknife_that_leaves_out_each_row(seed):
    random = np.random.default_rng(seed)
    better, worse, target = random.normal(size=(3, 7, 7)) + 5
    target[random.random((7, 7)) < 0.1] = np.nan  # not measured

    def difference(kept: list[int]) -> float:
        counted = ~np.isnan(target[np.ix_(kept, kept)]) & ~np.eye(len(kept), dtype=bool)
        one, other, goal = (array[np.ix_(kept, kept)][counted] for array in (better, worse, target))
        return float(np.corrcoef(one, goal)[0, 1] - np.corrcoef(other, goal)[0, 1])

    left_out = [difference([row for row in range(7) if row != gone]) for gone in range(7)]
    error = np.sqrt(6 / 7 * np.square(left_out - np.mean(left_out)).sum())
    found = mantel_difference(better, worse, target)
    assert found.value == pytest.approx(difference(list(range(7))), abs=1e-10)
    assert found.high - found.low == pytest.approx(2 * stats.t.ppf(0.975, 6) * error, abs=1e-9)


def test_mantel_difference_without_the_only_row_that_varies_is_undecided():
    target = np.zeros((6, 6))
    target[0] = np.arange(6)
    with pytest.raises(Undecided, match="without one row"):
        mantel_difference(*np.random.default_rng(0).normal(size=(2, 6, 6)), target)


@pytest.mark.parametrize(("shape", "error"), [((3, 3), Undecided), ((4, 5), InputError)])
def test_mantel_of_too_few_or_no_squares(shape, error):
    x = np.random.default_rng(0).normal(size=shape)
    with pytest.raises(error):
        mantel(x, x)


@pytest.mark.parametrize(("one", "other"), [((5, 5), (6, 6)), ((6, 6), (5, 5)), ((5, 5, 5), (5, 5, 5)), ((5,), (5,))])
def test_mantel_of_arrays_that_do_not_match_is_refused(one, other):
    random = np.random.default_rng(0)
    with pytest.raises(InputError, match="wanted two of one shape"):
        mantel(random.normal(size=one), random.normal(size=other))
