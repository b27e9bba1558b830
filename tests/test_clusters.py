"""Clusters of rows: statsmodels as reference, and what must hold of any labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.sandwich_covariance import cov_cluster, cov_cluster_2groups

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.clusters import cluster_variance, group, intersection

seeds = st.integers(0, 2**32 - 1)


def world(seed, rows=40, kinds=(6, 5)):
    """Influences (N,) with mean 0, and labels (N,) of each kind, all of which occur."""
    random = np.random.default_rng(seed)
    labels = [random.permutation(np.arange(rows) % kind) for kind in kinds]
    values = random.normal(size=rows) + sum(
        random.normal(size=kind)[some] for kind, some in zip(kinds, labels, strict=True)
    )
    return values - values.mean(), labels


def constant_fit(influence):
    from statsmodels.api import OLS

    return OLS(influence, np.ones_like(influence)).fit()


@given(seeds)
def test_one_way_variance_is_that_of_statsmodels(seed):
    influence, (items, _) = world(seed)
    found = cluster_variance(influence, items)
    assert found.variance == pytest.approx(cov_cluster(constant_fit(influence), items)[0, 0], rel=1e-9)
    assert (found.clusters, found.df, found.dimensions, found.over) == (6, 5, 1, " over clusters")


@given(seeds)
def test_crossed_variance_is_that_of_statsmodels_or_the_largest_one_way(seed):
    influence, (items, models) = world(seed)
    theirs, by_item, by_model = cov_cluster_2groups(constant_fit(influence), items, models)
    found = cluster_variance(influence, (items, models))
    replaced = theirs[0, 0] <= 1e-12 * max(by_item[0, 0], by_model[0, 0])
    expected = max(by_item[0, 0], by_model[0, 0]) if replaced else theirs[0, 0]
    assert found.replaced == replaced
    assert found.variance == pytest.approx(expected, rel=1e-6)
    assert (found.clusters, found.df, found.dimensions) == (5, 4, 2)


def test_negative_crossed_variance_is_replaced_and_it_is_said():
    # A 2 by 2 table of 1 and -1: its rows and columns sum to 0, so both one-way variances are 0; that of cells is not.
    influence, items, models = np.array([1.0, -1, -1, 1]), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    found = cluster_variance(influence, (items, models))
    assert (found.variance, found.replaced) == (0, True)
    assert found.over == " over crossed clusters, with the largest one-way variance"
    nearly = cluster_variance(influence + np.array([0.1, 0.1, -0.1, -0.1]), (items, models))
    assert nearly.replaced
    assert nearly.variance == pytest.approx(2 * 2 * 0.2**2 / 16)  # G / (G - 1) = 2, two sums of 0.2, N = 4


def test_three_kinds_of_clusters_are_added_and_taken_off():
    # By hand: one kind +, two together -, all three +, each with G / (G - 1) of its own.
    influence, kinds = world(7, rows=60, kinds=(5, 4, 3))

    def alone(*some):
        names = ["/".join(map(str, row)) for row in zip(*some, strict=True)]
        sums = [sum(value for value, name in zip(influence, names, strict=True) if name == one) for one in set(names)]
        return len(sums) / (len(sums) - 1) * sum(value**2 for value in sums) / 60**2

    a, b, c = kinds
    by_hand = alone(a) + alone(b) + alone(c) - alone(a, b) - alone(a, c) - alone(b, c) + alone(a, b, c)
    assert by_hand > 0
    assert cluster_variance(influence, (a, b, c)).variance == pytest.approx(by_hand)


@given(seeds)
def test_rows_alone_are_clusters_of_one(seed):
    influence, _ = world(seed)
    alone, labelled = cluster_variance(influence), cluster_variance(influence, np.arange(40))
    assert alone.variance == pytest.approx(influence.var(ddof=1) / 40)
    assert (labelled.variance, labelled.df) == (pytest.approx(alone.variance), alone.df)
    assert (alone.over, labelled.over) == ("", " over clusters")


@given(seeds)
def test_names_kinds_and_order_of_labels_do_not_matter(seed):
    influence, (items, models) = world(seed)
    order = np.random.default_rng(seed).permutation(40)
    expected = cluster_variance(influence, (items, models)).variance
    text = np.array([f"item {code}" for code in items])
    for labels in (text, text.astype(object), items * -1.5, items.astype("datetime64[D]")):
        assert cluster_variance(influence, (labels, models)).variance == pytest.approx(expected)
    assert cluster_variance(influence[order], (models[order], items[order])).variance == pytest.approx(expected)


@given(seeds)
def test_nested_clusters_count_as_the_outer_ones(seed):
    influence, (outer, _) = world(seed)
    inner = outer * 100 + np.arange(40) % 2
    assert cluster_variance(influence, (outer, inner)).variance == pytest.approx(
        cluster_variance(influence, outer).variance
    )


@given(st.lists(st.sampled_from(["", "a", "b", "a b", "é"]), min_size=1))
def test_groups_are_those_of_the_labels(labels):
    for given_as in (np.array(labels), np.array(labels, dtype=object)):
        groups = group(given_as, len(labels))
        assert groups.count == len(set(labels))
        assert [labels[row] for row in groups.first_rows[groups.codes]] == labels
        assert [labels.index(labels[row]) for row in groups.first_rows] == groups.first_rows.tolist()
        assert groups.sizes.tolist() == [labels.count(labels[row]) for row in groups.first_rows]


def test_intersection_holds_rows_that_are_together_in_both():
    first, second = group(np.array([0, 0, 1, 1, 0]), 5), group(np.array(["x", "y", "x", "x", "x"]), 5)
    both = intersection(first, second)
    assert both.count == 3
    assert both.codes[0] == both.codes[4] != both.codes[1]
    assert both.codes[2] == both.codes[3]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([1.0, np.nan, 2.0]), "a label is missing"),
        (np.array(["a", None, "b"], dtype=object), "a label is missing"),
        (np.array(["a", float("nan"), "b"], dtype=object), "a label is missing"),
        (np.array(["2020-01-01", "NaT", "2020-01-02"], dtype="datetime64[D]"), "a label is missing"),
        (np.array(["a", "b"]), r"labels of shape \(2,\) for 3 rows"),
        (np.array(["a", "b", "c", "d"]), r"labels of shape \(4,\) for 3 rows"),
        (np.array([["a", "b", "c"]]), r"labels of shape \(1, 3\)"),
        ((), "an empty tuple"),
    ],
)
def test_labels_that_name_no_clusters_are_refused(labels, message):
    with pytest.raises(InputError, match=message):
        cluster_variance(np.array([1.0, 0, -1]), labels)


def test_one_cluster_is_undecided():
    with pytest.raises(Undecided, match="1 cluster; a variance takes at least 2"):
        cluster_variance(np.array([1.0, -1]), np.array(["a", "a"]))
    with pytest.raises(Undecided, match="1 cluster;"):
        cluster_variance(np.array([1.0, -1]), (np.array(["a", "b"]), np.array(["a", "a"])))
    with pytest.raises(Undecided, match="0 rows;"):
        cluster_variance(np.array([]))
