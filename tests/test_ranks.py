"""Rank correlations, of rows drawn one by one and in clusters."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.coefficients import COEFFICIENTS
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.jackknife import jackknife
from pytest_claims.stats.ranks import kendall, spearman

seeds = st.integers(0, 2**32 - 1)
BOTH = pytest.mark.parametrize(("ours", "theirs"), [(spearman, stats.spearmanr), (kendall, stats.kendalltau)])
EACH = pytest.mark.parametrize("statistic", [spearman, kendall])


def columns(seed, n=12, ties=False):
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    y = x + noise
    return (np.round(x), np.round(y)) if ties else (x, y)


def grouped(seed, clusters=8, size=5):
    """Columns that vary in part by cluster, with ties, and labels."""
    random = np.random.default_rng(seed)
    labels = np.repeat([f"c{number}" for number in range(clusters)], size)
    x, y = (np.repeat(random.normal(size=clusters), size) + random.normal(size=len(labels)) for _ in range(2))
    return np.round(x, 1), np.round(x + y, 1), labels


@BOTH
@given(seeds, st.booleans())
def test_value_and_p_are_those_of_scipy(ours, theirs, seed, ties):
    x, y = columns(seed, n=20, ties=ties)
    found, expected = ours(x, y), theirs(x, y)
    assert (found.value, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)
    assert found.n == 20


# Bonett and Wright (2000): tanh(atanh(r) ± 1.959964 sqrt((1 + r²/2) / (n - 3))), of Kendall's sqrt(0.437 / (n - 4)).
# By hand for the ranks 1..10 against 2 1 4 3 6 5 8 7 10 9: rho = 1 - 6·10/990 = 0.939394, and of 45 pairs 5 are in the
# opposite order, tau = 35/45; atanh of these is 1.732868 and 1.039721.
def test_intervals_of_bonett_and_wright():
    x, y = np.arange(1.0, 11), np.array([2.0, 1, 4, 3, 6, 5, 8, 7, 10, 9])
    rho, tau = spearman(x, y), kendall(x, y)
    assert rho.rho == pytest.approx(0.939394, abs=1e-6)
    assert tau.tau == pytest.approx(35 / 45)
    half = 1.959964 * math.sqrt((1 + 0.939394**2 / 2) / 7)
    assert (rho.low, rho.high) == pytest.approx((math.tanh(1.732868 - half), math.tanh(1.732868 + half)), abs=1e-6)
    half = 1.959964 * math.sqrt(0.437 / 6)
    assert (tau.low, tau.high) == pytest.approx((math.tanh(1.039721 - half), math.tanh(1.039721 + half)), abs=1e-6)


@EACH
@given(seeds)
@settings(max_examples=20)
def test_a_monotone_transformation_changes_nothing(statistic, seed):
    x, y, labels = grouped(seed)
    assert statistic(np.exp(x), y**3 + y) == statistic(x, y)
    assert statistic(np.exp(x), y**3 + y, clusters=labels) == statistic(x, y, clusters=labels)


@EACH
@given(seeds)
@settings(max_examples=20)
def test_the_reverse_order_changes_the_sign_alone(statistic, seed):
    x, y, labels = grouped(seed)
    for clusters in (None, labels):
        found, reverse = statistic(x, y, clusters=clusters), statistic(x, -y, clusters=clusters)
        assert reverse.value == pytest.approx(-found.value)
        assert (reverse.low, reverse.high) == pytest.approx((-found.high, -found.low))
        assert reverse.p == pytest.approx(found.p)


@EACH
@given(seeds)
@settings(max_examples=20)
def test_neither_the_order_of_rows_nor_the_names_of_clusters_matter(statistic, seed):
    x, y, labels = grouped(seed)
    order = np.random.default_rng(seed).permutation(len(x))
    found = statistic(x, y, clusters=labels)
    moved = statistic(x[order], y[order], clusters=np.array([int(name[1:]) for name in labels])[order])
    assert (moved.value, moved.p, moved.low, moved.high) == pytest.approx(
        (found.value, found.p, found.low, found.high), rel=1e-9
    )


@BOTH
@given(seeds)
@settings(max_examples=20)
def test_with_clusters_they_are_the_jackknife_of_scipys(ours, theirs, seed):
    """Left out are whole clusters, and scipy computes the correlation of what stays, ties and all."""
    x, y, labels = grouped(seed)
    left_out = [theirs(x[labels != label], y[labels != label]).statistic for label in np.unique(labels)]
    expected = jackknife(math.atanh(theirs(x, y).statistic), np.arctanh(left_out))
    found = ours(x, y, clusters=labels)
    assert found.value == pytest.approx(theirs(x, y).statistic)
    assert (found.low, found.high) == pytest.approx(tuple(np.tanh(expected.interval)))
    assert found.p == pytest.approx(expected.p)
    assert found.details == pytest.approx({"se_z": expected.se, "df": 7, "clusters": 8})


@EACH
def test_rows_that_repeat_each_other_are_no_more_rows(statistic):
    """Each of 12 rows five times: without clusters the interval is far too narrow; with them it is as of 12 rows."""
    x, y = columns(3)
    once, repeated = statistic(x, y, clusters=np.arange(12)), [np.repeat(column, 5) for column in (x, y)]
    clustered = statistic(*repeated, clusters=np.repeat(np.arange(12), 5))
    blind = statistic(*repeated)
    assert blind.high - blind.low < 0.6 * (once.high - once.low)
    assert clustered.high - clustered.low == pytest.approx(once.high - once.low, rel=0.1)


@EACH
def test_clusters_of_one_row_give_about_the_interval_of_rows(statistic):
    x, y = columns(1, n=200)
    alone, each = statistic(x, y), statistic(x, y, clusters=np.arange(200))
    assert (each.low, each.high) == pytest.approx((alone.low, alone.high), abs=0.03)


@EACH
@pytest.mark.parametrize("clusters", [1, 5])
def test_the_interval_holds_the_true_correlation_as_often_as_it_says(statistic, clusters):
    """In 300 worlds of 60 rows: 95%, with a standard error of 1.3%; with clusters there are 12 of them."""
    random, covered = np.random.default_rng(8), 0
    rho = 0.5  # of normal columns: Spearman's is 6/π asin(r/2), Kendall's 2/π asin r (Kruskal 1958)
    true = 6 / math.pi * math.asin(rho / 2) if statistic is spearman else 2 / math.pi * math.asin(rho)
    for _ in range(300):
        shared = random.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=60 // clusters)
        own = random.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=60)
        x, y = (own + np.repeat(shared, clusters, axis=0) * (clusters > 1)).T
        labels = np.repeat(np.arange(60 // clusters), clusters) if clusters > 1 else None
        found = statistic(x, y, clusters=labels)
        covered += found.low <= true <= found.high
    assert 0.91 <= covered / 300 <= 0.985


@EACH
def test_a_multiverse_leaves_them_as_they_are_and_controls_cost_rows(statistic):
    x, y = columns(0)
    found = statistic(x, y)
    for name in COEFFICIENTS:
        with analysed(coefficient=name):
            assert statistic(x, y) == found
    with analysed(controls=1):
        fewer = statistic(x, y)
    assert fewer.value == found.value
    assert fewer.high - fewer.low > found.high - found.low
    with analysed(controls=9), pytest.raises(Undecided, match="12 rows less 9 controls"):
        statistic(x, y)


@EACH
def test_they_are_noted(statistic):
    with ledger() as estimates:
        found = statistic(*columns(0))
    assert estimates == [found]


def test_how_many_rows_they_take():
    x, y = np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 4, 3])
    assert spearman(x, y).rho == pytest.approx(0.8)
    with pytest.raises(Undecided, match="4 rows less 0 controls; this correlation needs at least 5"):
        kendall(x, y)
    with pytest.raises(Undecided, match="3 rows; a correlation needs at least 4"):
        spearman(x[:3], y[:3])


@EACH
def test_what_clusters_cannot_answer(statistic):
    x, y = columns(0)
    with pytest.raises(Undecided, match="1 cluster; the jackknife takes at least 2"):
        statistic(x, y, clusters=["a"] * 12)
    with pytest.raises(Undecided, match="3 rows are left without the largest cluster"):
        statistic(x, y, clusters=["a"] * 9 + ["b"] * 3)
    x = np.array([0.0] * 6 + [1, 2, 3, 4, 5, 6])
    with pytest.raises(Undecided, match="without one of the clusters the statistic is not defined"):
        statistic(x, y, clusters=["a"] * 6 + ["b"] * 6)
    with pytest.raises(Undecided, match="the same without each"):
        statistic(x, 2 * x, clusters=np.tile([0, 1], 6))


@EACH
def test_bad_columns_are_refused(statistic):
    x, y = columns(0)
    with pytest.raises(InputError, match=r"y is nan at \[3\]; select the rows"):
        statistic(x, np.where(np.arange(12) == 3, np.nan, y))
    with pytest.raises(InputError, match="x holds values of type <U1; wanted numbers"):
        statistic(list("abcdefghijkl"), y)
    with pytest.raises(InputError, match="of shapes"):
        statistic(x, y[1:])
    with pytest.raises(InputError, match="crossed clusters, a tuple of 2"):
        statistic(x, y, clusters=(np.arange(12), np.arange(12)))
