"""Standard errors from what is left without each cluster."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.jackknife import clustered, jackknife

seeds = st.integers(0, 2**32 - 1)


def means_without_each(values, labels):
    return np.array([values[labels != label].mean() for label in np.unique(labels)])


@given(seeds, st.integers(2, 30))
def test_of_a_mean_it_is_students_t(seed, n):
    values = np.random.default_rng(seed).normal(0.3, size=n)
    found, expected = jackknife(values.mean(), means_without_each(values, np.arange(n))), stats.ttest_1samp(values, 0)
    assert found.se == pytest.approx(stats.sem(values))
    assert found.df == n - 1
    assert found.p == pytest.approx(expected.pvalue)
    assert found.interval == pytest.approx(tuple(expected.confidence_interval(0.95)))
    assert found.p_above == pytest.approx(stats.ttest_1samp(values, 0, alternative="greater").pvalue)


@given(seeds)
def test_of_clusters_of_one_size_it_is_that_of_statsmodels(seed):
    """The sandwich of a constant; its other correction, (N - 1) / (N - 1), is none."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(6), 4)
    values = random.normal(size=6)[labels] + random.normal(size=24)
    fit = sm.OLS(values, np.ones(24)).fit(cov_type="cluster", cov_kwds={"groups": labels}, use_t=True)
    assert jackknife(values.mean(), means_without_each(values, labels)).se == pytest.approx(fit.bse[0])


@given(seeds, st.integers(1, 3), st.sampled_from(["U5", "i8", "f8"]))
def test_sums_without_each_are_those_of_the_other_rows(seed, width, kind):
    random = np.random.default_rng(seed)
    labels, values = random.integers(0, 4, 20).astype(kind), random.normal(size=(20, width))
    groups = clustered(labels, 20)
    names = [labels[rows[0]] for rows in groups.rows]
    assert sorted(set(labels)) == sorted(names)
    expected = [values[labels != name].sum(axis=0) for name in names]
    assert groups.without_each(values) == pytest.approx(np.array([*expected, values.sum(axis=0)]))
    for rows, name in zip(groups.rows, names, strict=True):
        assert set(rows) == set(np.flatnonzero(labels == name))


def test_without_labels_each_row_is_a_cluster():
    assert [list(rows) for rows in clustered(None, 3).rows] == [[0], [1], [2]]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "b"], r"clusters of shape \(2,\) for 3 rows"),
        ([[1, 2, 3]], r"clusters of shape \(1, 3\) for 3 rows"),
        (["a", None, "b"], "a label is missing"),
        ([1.0, np.nan, 2.0], "a label is missing"),
        (([1, 2, 3], [1, 1, 2]), "crossed clusters, a tuple of 2"),
    ],
)
def test_labels_that_are_none(labels, message):
    with pytest.raises(InputError, match=message):
        clustered(labels, 3)


def test_what_has_no_standard_error():
    with pytest.raises(Undecided, match="1 cluster; the jackknife takes at least 2"):
        clustered(["a", "a"], 2)
    with pytest.raises(Undecided, match="1 item; the jackknife takes at least 2"):
        clustered(None, 1, what="item")
    with pytest.raises(Undecided, match="without one of the clusters the statistic is not defined"):
        jackknife(0.5, np.array([0.4, np.nan, 0.5]))
    with pytest.raises(Undecided, match="the same without each of the clusters"):
        jackknife(0.3, np.array([0.1 + 0.2, 0.3, 0.3]))
