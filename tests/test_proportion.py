"""A share and its interval: statsmodels and scipy as references, and what must hold of any marks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.clusters import cluster_variance
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.proportion import proportion, proportion_of
from pytest_claims.stats.rates import pooled_rate

seeds = st.integers(0, 2**32 - 1)
intervals = st.sampled_from(["wilson", "clopper-pearson"])
IN_STATSMODELS = {"wilson": "wilson", "clopper-pearson": "beta"}


@st.composite
def counts(draw, most=200):
    """Successes and trials of a few rows, each of shape (k,)."""
    trials = draw(st.lists(st.integers(1, most), min_size=1, max_size=6))
    return np.array([draw(st.integers(0, count)) for count in trials]), np.array(trials)


def clustered(seed, clusters=8, rows=10):
    """Marks (N,) of clusters that differ, and the label of each row's cluster; neither all 0 nor all 1."""
    random = np.random.default_rng(seed)
    label = np.repeat(np.arange(clusters), rows)
    marks = random.random(len(label)) < random.beta(1, 2, size=clusters)[label]
    marks[:2] = [True, False]
    return marks, label


def ends(estimate):
    return np.array([estimate.value, estimate.low, estimate.high])


@given(counts(), intervals, st.sampled_from([0.9, 0.95]))
def test_interval_is_that_of_statsmodels(table, interval, confidence):
    successes, trials = table
    found = proportion_of(successes, trials, interval=interval, confidence=confidence)
    k, n = successes.sum(), trials.sum()
    theirs = proportion_confint(k, n, alpha=1 - confidence, method=IN_STATSMODELS[interval])
    assert ends(found) == pytest.approx([k / n, *theirs], rel=1e-9, abs=1e-12)
    assert found.low <= found.value <= found.high
    assert (found.symbol, found.n, found.p) == ("share", n, None)
    assert found.details == {"successes": k, "trials": n}


@given(counts(), st.sampled_from([0.5, 0.1, 0.25, 0.9]))
def test_p_is_that_of_scipy(table, null):
    successes, trials = table
    theirs = stats.binomtest(int(successes.sum()), int(trials.sum()), null).pvalue
    found = proportion_of(successes, trials, null=null)
    assert found.p == pytest.approx(theirs, rel=1e-8)
    assert found.details["null"] == null


@given(counts().filter(lambda table: len(table[0]) > 1))
def test_clopper_pearson_interval_is_that_of_pooled_rate(table):
    successes, trials = table
    ours = proportion_of(successes, trials, interval="clopper-pearson")
    assert ends(ours) == pytest.approx(ends(pooled_rate(successes.astype(float), trials.astype(float))))


@given(counts(most=20), intervals)
def test_marks_one_by_one_are_their_counts(table, interval):
    successes, trials = table
    marks = np.concatenate([np.arange(n) < k for k, n in zip(successes, trials, strict=True)])
    assert proportion(marks, interval=interval) == proportion_of(successes, trials, interval=interval)
    if len(trials) > 1:
        rows = np.arange(len(trials))
        by_mark = proportion(marks, clusters=np.repeat(rows, trials), interval=interval, null=0.3)
        by_row = proportion_of(successes, trials, clusters=rows, interval=interval, null=0.3)
        assert (*ends(by_mark), by_mark.p) == pytest.approx((*ends(by_row), by_row.p), abs=1e-9)


@given(seeds, intervals)
def test_share_of_what_is_not_marked_mirrors_it(seed, interval):
    marks, label = clustered(seed)
    for clusters in (None, label):
        value, low, high = ends(proportion(marks, clusters=clusters, interval=interval))
        mirrored = ends(proportion(~marks, clusters=clusters, interval=interval))
        assert mirrored == pytest.approx([1 - value, 1 - high, 1 - low])


@given(seeds, intervals)
def test_clusters_of_one_row_each_are_no_clusters(seed, interval):
    marks, _ = clustered(seed)
    alone, labelled = (proportion(marks, clusters=some, interval=interval) for some in (None, np.arange(80)))
    assert ends(labelled) == pytest.approx(ends(alone))
    assert labelled.details["design_effect"] == pytest.approx(1)


@given(seeds, intervals)
def test_clusters_never_narrow_the_interval(seed, interval):
    marks, label = clustered(seed)
    alone, found = (proportion(marks, clusters=some, interval=interval) for some in (None, label))
    assert found.low <= alone.low + 1e-12
    assert found.high >= alone.high - 1e-12
    assert found.value == alone.value


@given(seeds)
def test_order_of_rows_and_names_of_clusters_do_not_matter(seed):
    marks, label = clustered(seed)
    order = np.random.default_rng(seed).permutation(len(marks))
    names = np.array([f"item {code}" for code in label])
    other = proportion(marks[order], clusters=names[order], null=0.5)
    found = proportion(marks, clusters=label, null=0.5)
    assert (*ends(other), other.p) == pytest.approx((*ends(found), found.p))


def test_effective_trials_by_hand():
    # Four runs of 50 trials. Influences over the mean of trials: 10 - 50 * 0.4 = -10, 0, 0, 10, over 50.
    found = proportion_of([10, 20, 20, 30], [50] * 4, clusters=np.arange(4), null=0.2)
    variance = 4 / 3 * (10**2 + 10**2) / 200**2
    effect = variance / (0.4 * 0.6 / 199)
    assert found.details["se"] == pytest.approx(np.sqrt(variance))
    assert found.details["design_effect"] == pytest.approx(effect)
    assert (found.details["df"], found.details["clusters"], found.n) == (3, 4, 200)
    assert found.p == pytest.approx(2 * stats.t.sf(0.2 / np.sqrt(0.2 * 0.8 / (200 / effect)), 3))
    left = 200 / effect * (stats.t.ppf(0.975, 199) / stats.t.ppf(0.975, 3)) ** 2
    assert (found.low, found.high) == pytest.approx(proportion_confint(0.4 * left, left, method="wilson"))


def test_crossed_clusters_take_the_crossed_variance():
    marks, label = clustered(5)
    crossed = (label, np.arange(80) % 5)
    found = proportion(marks, clusters=crossed)
    assert found.details["se"] == pytest.approx(cluster_variance(marks - marks.mean(), crossed).se)
    assert found.method == "share, Wilson interval over crossed clusters"


@pytest.mark.parametrize("interval", ["wilson", "clopper-pearson"])
def test_without_a_success_a_cluster_is_one_trial(interval):
    found = proportion(np.zeros(100), clusters=np.repeat(np.arange(5), 20), interval=interval, null=0.5)
    theirs = proportion_confint(0, 5, method=IN_STATSMODELS[interval])
    assert ends(found) == pytest.approx([0, *theirs])
    assert found.low == 0
    assert found.p == pytest.approx(2 * stats.t.sf(np.sqrt(5), 4))


def test_clusters_with_the_same_share_count_all_their_trials():
    marks = np.tile([1, 0], 20)
    found = proportion(marks, clusters=np.repeat(np.arange(10), 4))
    assert found.details["design_effect"] == 1
    assert found.high > proportion(marks).high  # t of 9 degrees of freedom in place of 39


def test_clusters_more_alike_than_chance_count_no_more_trials_than_there_are():
    found = proportion_of([2, 2, 2, 3], [4] * 4, clusters=np.arange(4))
    assert 0 < found.details["se"] ** 2 < 9 / 16 * 7 / 16 / 15  # that of 16 trials one by one
    assert found.details["design_effect"] == 1


def test_what_is_no_share_is_refused():
    with pytest.raises(Undecided, match="no trials; a share takes at least 1"):
        proportion([])
    with pytest.raises(Undecided, match="1 cluster; a variance takes at least 2"):
        proportion([0, 1], clusters=np.array(["a", "a"]))
    with pytest.raises(InputError, match=r"marks is 0.5 in row 1; wanted marks, 0 or 1"):
        proportion([1, 0.5])
    with pytest.raises(InputError, match="must be whole counts"):
        proportion_of([0.5], [1])
    for successes, trials in (([2], [1]), ([0], [0]), ([-1], [3])):
        with pytest.raises(InputError, match="wanted 0 <= successes <= trials and trials > 0"):
            proportion_of(successes, trials)
    with pytest.raises(InputError, match=r"null 1\.0 is no share to test against"):
        proportion([0, 1], null=1.0)
    with pytest.raises(InputError, match="no interval is called 'wald'; wanted one of wilson, clopper-pearson"):
        proportion([0, 1], interval="wald")
    with pytest.raises(InputError, match="confidence 1; wanted a level"):
        proportion([0, 1], confidence=1)


@pytest.mark.parametrize(("share", "least"), [(0.5, 0.92), (0.1, 0.85)])
def test_interval_over_clusters_covers_the_truth_where_that_over_rows_does_not(share, least):
    random, label = np.random.default_rng(4), np.repeat(np.arange(12), 30)
    over_clusters = over_rows = 0
    for _ in range(300):
        marks = random.random(360) < random.beta(4 * share, 4 * (1 - share), size=12)[label]  # correlation 0.2
        by_cluster, by_row = proportion(marks, clusters=label), proportion(marks)
        over_clusters += by_cluster.low <= share <= by_cluster.high
        over_rows += by_row.low <= share <= by_row.high
    assert least <= over_clusters / 300 <= 0.985
    assert over_rows / 300 < 0.7


def test_both_are_noted():
    with ledger() as estimates:
        found = [proportion([1, 0, 1]), proportion_of([2], [3])]
    assert estimates == found
