"""Cohen's kappa and Krippendorff's alpha."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.agreement import cohen_kappa, krippendorff_alpha
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.jackknife import jackknife

seeds = st.integers(0, 2**32 - 1)
nan = math.nan
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: 4 observers, 12 units.
RELIABILITY = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
)
LEVELS = ("nominal", "ordinal", "interval")
WEIGHTS = (None, "linear", "quadratic")


def pair(seed, n=40, categories=4):
    """Two raters who often agree, and each category is there for both."""
    random = np.random.default_rng(seed)
    first = np.concatenate([np.arange(categories), random.integers(0, categories, n - categories)])
    second = np.where(random.random(n) < 0.5, first, random.integers(0, categories, n))
    second[:categories] = np.roll(np.arange(categories), 1)
    return first, second


def table(first, second):
    counts = np.zeros((max(first) + 1, max(first) + 1))
    np.add.at(counts, (first, second), 1)
    return counts


@given(seeds, st.sampled_from(WEIGHTS))
def test_kappa_is_that_of_statsmodels(seed, weights):
    first, second = pair(seed)
    expected = cohens_kappa(table(first, second), wt=weights)
    found = cohen_kappa(first, second, weights=weights)
    assert found.value == pytest.approx(expected.kappa)
    assert found.details["se"] == pytest.approx(expected.std_kappa)
    assert (found.low, found.high) == pytest.approx((expected.kappa_low, min(1, expected.kappa_upp)))
    assert found.p == pytest.approx(expected.pvalue_two_sided)
    assert found.n == 40


# Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed., table 18.1: diagnoses of 100
# subjects by two raters: kappa .68, its standard error .087, and that of kappa 0 .076.
def test_kappa_of_fleiss_levin_and_paik():
    counts = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    first, second = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    names = np.array(["psychotic", "neurotic", "organic"])
    found = cohen_kappa(names[first], names[second])
    assert found.value == pytest.approx(0.68, abs=0.005)
    assert found.details["se"] == pytest.approx(0.087, abs=0.001)
    assert found.p == pytest.approx(2 * stats.norm.sf(0.676 / 0.076), rel=0.2)


@given(seeds, st.sampled_from(WEIGHTS), st.booleans())
def test_kappa_knows_neither_first_nor_second_nor_the_order_of_rows(seed, weights, clustered):
    first, second = pair(seed)
    clusters = np.repeat(np.arange(10), 4) if clustered else None
    found = cohen_kappa(first, second, clusters=clusters, weights=weights)
    assert same(cohen_kappa(second, first, clusters=clusters, weights=weights), found)
    order = np.random.default_rng(seed).permutation(40)
    moved = cohen_kappa(first[order], second[order], clusters=clusters[order] if clustered else None, weights=weights)
    assert same(moved, found)


def same(one, other):
    return (one.value, one.p, one.low, one.high) == pytest.approx((other.value, other.p, other.low, other.high))


@given(seeds)
def test_names_of_categories_do_not_matter(seed):
    first, second = pair(seed)
    names = np.array(["no", "unsure", "yes", "refused"])
    assert same(cohen_kappa(names[first], names[second].astype(object)), cohen_kappa(first, second))


def test_weights_are_those_of_numbers_and_not_of_the_categories_that_are_there():
    first, second = pair(2)
    assert same(
        cohen_kappa(first * 2.5 - 1, second * 2.5 - 1, weights="linear"), cohen_kappa(first, second, weights="linear")
    )
    wide = np.array([0, 1, 2, 7])
    assert (
        cohen_kappa(wide[first], wide[second], weights="linear").value
        != cohen_kappa(first, second, weights="linear").value
    )


@given(seeds, st.sampled_from(WEIGHTS))
@settings(max_examples=30)
def test_kappa_with_clusters_is_the_jackknife_of_statsmodels(seed, weights):
    first, second = pair(seed)
    labels = np.concatenate([np.arange(5), np.arange(35) % 8])
    left_out = [cohens_kappa(table(first[labels != one], second[labels != one]), wt=weights).kappa for one in range(8)]
    expected = jackknife(cohens_kappa(table(first, second), wt=weights).kappa, np.array(left_out))
    found = cohen_kappa(first, second, clusters=labels, weights=weights)
    assert (found.low, found.p) == pytest.approx((expected.interval[0], expected.p))
    assert found.details == pytest.approx(expected.details())


def test_clusters_of_one_row_give_about_the_interval_of_rows():
    first, second = pair(5, n=300)
    alone, each = cohen_kappa(first, second), cohen_kappa(first, second, clusters=np.arange(300))
    assert (each.low, each.high) == pytest.approx((alone.low, alone.high), abs=0.01)


def test_rows_that_repeat_each_other_are_no_more_rows():
    first, second = pair(5)
    once = cohen_kappa(first, second, clusters=np.arange(40))
    five = cohen_kappa(np.repeat(first, 5), np.repeat(second, 5), clusters=np.repeat(np.arange(40), 5))
    assert same(five, once)


@pytest.mark.parametrize("repeats", [1, 3])
def test_the_interval_of_kappa_holds_the_true_one_as_often_as_it_says(repeats):
    """In 300 worlds of 80 items: 95%, with a standard error of 1.3%; each item stands there once, or as a cluster of 3.

    The second rater repeats the first with probability 0.6 and else draws from the same even categories: kappa is 0.6.
    """
    random, covered = np.random.default_rng(4), 0
    for _ in range(300):
        first = random.integers(0, 3, 80)
        second = np.where(random.random(80) < 0.6, first, random.integers(0, 3, 80))
        clusters = np.repeat(np.arange(80), repeats) if repeats > 1 else None
        found = cohen_kappa(np.repeat(first, repeats), np.repeat(second, repeats), clusters=clusters)
        covered += found.low <= 0.6 <= found.high
    assert 0.91 <= covered / 300 <= 0.985


def test_full_agreement_has_an_exact_limit_and_not_an_interval_without_width():
    """By hand, of 20 rows, half of each category: q = 0.025^(1/20) = 0.83157 (scipy.stats.binomtest(20, 20) has it),
    kappa at least (q - 1/2) / (1 - 1/2); by chance raters agree on all with probability 1 / 2^20.
    """
    ratings = np.repeat([0, 1], 10)
    found = cohen_kappa(ratings, ratings)
    limit = stats.binomtest(20, 20).proportion_ci(method="exact").low
    assert (found.value, found.low, found.high) == pytest.approx((1, 2 * limit - 1, 1))
    assert found.p == pytest.approx(2 / 2**20)
    few = cohen_kappa(ratings, ratings, clusters=np.tile([0, 1, 2, 3], 5))
    limit = stats.binomtest(4, 4).proportion_ci(method="exact").low
    assert (few.low, few.p) == pytest.approx((2 * limit - 1, 2 / 2**4))
    assert same(krippendorff_alpha(np.array([ratings] * 2), clusters=np.arange(20)), krippendorff_alpha([ratings] * 2))


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0], "gives all rows one category"),
        ([0, 0, 0, 0, 0], [0, 1, 0, 1, 0], "gives all rows one category"),
        ([0, 1, 0], [0, 1, 1], "3 rows; kappa needs at least 4"),
        ([0, 1, 0, 1], [1, 0, 1, 0], "disagree on every row in the same way"),
    ],
)
def test_where_kappa_is_not_defined(first, second, reason):
    with pytest.raises(Undecided, match=reason):
        cohen_kappa(first, second)


def test_kappa_refuses_what_is_no_rating():
    text = ["low", "high", "low", "low"]
    for first, second, weights, message in [
        (text, text[1:], None, "ratings of shapes"),
        (text, [1, 2, 1, 1], None, "wanted numbers of both raters, or text"),
        (["low", None, "low", "low"], text, None, "a label is missing"),
        ([1.0, nan, 2, 2], [1, 2, 2, 2], None, "a label is missing"),
        (text, text[::-1], "linear", "linear weights for categories such as 'low'; wanted numbers in their order"),
        ([1, 2, 1, 2], [1, 2, 2, 2], "cubic", "weights 'cubic'; wanted one of linear, quadratic, or None"),
    ]:
        with pytest.raises(InputError, match=message):
            cohen_kappa(first, second, weights=weights)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_krippendorff(level, alpha):
    """The values that he prints; the unit with a single rating does not count."""
    found = krippendorff_alpha(RELIABILITY, level=level)
    assert found.value == pytest.approx(alpha, abs=0.0005)
    assert found.n == 11
    assert found.low < found.value < found.high <= 1


def plain_alpha(ratings, level):
    """Alpha by its definition: coincidences of each pair of ratings of an item, and the distance of two categories."""
    items = [[value for value in item if not math.isnan(value)] for item in ratings.T]
    items = [item for item in items if len(item) > 1]
    every = sorted(value for item in items for value in item)
    n = {value: every.count(value) for value in every}

    def distance(c, k):
        if level == "nominal":
            return float(c != k)
        between = sum(n[g] for g in n if min(c, k) <= g <= max(c, k)) - (n[c] + n[k]) / 2
        return (between if level == "ordinal" else c - k) ** 2

    observed = sum(distance(c, k) / (len(item) - 1) for item in items for c in item for k in item) / len(every)
    expected = sum(distance(c, k) for c in every for k in every) / len(every) / (len(every) - 1)
    return 1 - observed / expected


def ratings_of(seed, raters=3, items=9):
    random = np.random.default_rng(seed)
    ratings = random.integers(1, 5, items) + random.integers(0, 2, (raters, items))
    ratings = np.where(random.random((raters, items)) < 0.15, nan, ratings.astype(float))
    ratings[:2, :5] = [[1, 2, 3, 4, 5], [2, 2, 3, 4, 4]]
    return ratings


@given(seeds, st.sampled_from(LEVELS), st.booleans())
@settings(max_examples=30)
def test_alpha_is_the_jackknife_of_its_definition(seed, level, clustered):
    ratings = ratings_of(seed)
    paired = np.flatnonzero((~np.isnan(ratings)).sum(axis=0) > 1)
    labels = np.arange(9) % 4 if clustered else np.arange(9)
    left_out = [plain_alpha(ratings[:, labels != label], level) for label in np.unique(labels[paired])]
    expected = jackknife(plain_alpha(ratings, level), np.array(left_out))
    found = krippendorff_alpha(ratings, level=level, clusters=labels if clustered else None)
    assert found.value == pytest.approx(expected.value)
    assert (found.low, found.high) == pytest.approx((expected.interval[0], min(1, expected.interval[1])))
    assert found.p == pytest.approx(expected.p)
    assert found.n == len(paired)


@given(seeds, st.sampled_from(LEVELS))
@settings(max_examples=30)
def test_alpha_knows_no_order_of_raters_or_items(seed, level):
    ratings, random = ratings_of(seed), np.random.default_rng(seed)
    moved = ratings[random.permutation(3)][:, random.permutation(9)]
    assert same(krippendorff_alpha(moved, level=level), krippendorff_alpha(ratings, level=level))


@given(seeds)
@settings(max_examples=30)
def test_each_level_knows_no_more_than_it_says(seed):
    ratings = ratings_of(seed)
    assert same(krippendorff_alpha(3 - 2 * ratings, level="interval"), krippendorff_alpha(ratings, level="interval"))
    assert same(krippendorff_alpha(np.exp(ratings), level="ordinal"), krippendorff_alpha(ratings, level="ordinal"))
    assert same(krippendorff_alpha((ratings * 3) % 7), krippendorff_alpha(ratings))


@given(seeds, st.sampled_from(LEVELS))
@settings(max_examples=30)
def test_copies_of_an_item_are_one_cluster(seed, level):
    """Alpha itself moves a little, for it draws the expected pairs without replacement."""
    ratings = np.tile(ratings_of(seed), 8)
    labels, rows = np.arange(72) % 9, np.arange(72)
    clustered, blind = (krippendorff_alpha(ratings, level=level, clusters=one) for one in (labels, rows))
    assert clustered.value == blind.value
    assert clustered.details["se"] > 2 * blind.details["se"]


@given(seeds, st.sampled_from(LEVELS))
def test_raters_who_repeat_one_rater_agree_fully(seed, level):
    values = np.random.default_rng(seed).permutation(np.arange(8) % 3).astype(float)
    found = krippendorff_alpha(np.array([values] * 3), level=level)
    assert (found.value, found.high) == (1, 1)
    assert found.low < 1
    assert (found.low > 0) == (found.p < 0.05)


def test_alpha_of_raters_who_draw_at_random_is_about_0():
    found = krippendorff_alpha(np.random.default_rng(0).normal(size=(3, 500)), level="interval")
    assert found.low < 0 < found.high
    assert found.high - found.low < 0.12
    assert found.p > 0.05


def test_where_alpha_is_not_defined():
    with pytest.raises(Undecided, match="3 items have two ratings; alpha needs at least 4"):
        krippendorff_alpha([[1, 2, 3, 4], [1, 2, 3, nan]])
    with pytest.raises(Undecided, match="0 items have two ratings"):
        krippendorff_alpha(RELIABILITY[:1])
    with pytest.raises(Undecided, match="all ratings are the same"):
        krippendorff_alpha(np.ones((2, 6)))
    with pytest.raises(Undecided, match="without one of the clusters"):
        krippendorff_alpha([[1, 1, 1, 1, 2, 1], [1, 1, 1, 1, 1, 1]])
    with pytest.raises(Undecided, match="1 cluster; the jackknife"):
        krippendorff_alpha(RELIABILITY, clusters=["a"] * 11 + ["b"])


@given(st.floats(-100, 100), st.floats(0.1, 100), st.sampled_from(["interval", "ordinal", "nominal"]))
def test_what_full_agreement_shows_does_not_depend_on_where_the_scale_begins(shift, stretch, level):
    ratings = np.array([[1.0, 2, 3, 5, 5, 1, 2, 1]] * 2)
    found = krippendorff_alpha(ratings, level=level)
    assert found.value == 1
    assert same(krippendorff_alpha(ratings * stretch + shift, level=level), found)


@given(st.lists(st.sampled_from([3.0, 7.5]), min_size=6, max_size=12).filter(lambda row: len(set(row)) == 2))
def test_two_categories_are_as_far_apart_at_every_level(row):
    nominal, ordinal, interval = (krippendorff_alpha(np.array([row, row]), level=level) for level in LEVELS)
    assert nominal.value == 1
    assert same(ordinal, nominal)
    assert same(interval, nominal)


def test_alpha_refuses_what_is_no_rating():
    for ratings, options, message in [
        (RELIABILITY[0], {}, r"ratings of shape \(12,\); wanted finite numbers or NaN, \(raters, items\)"),
        (np.where(RELIABILITY == 5, np.inf, RELIABILITY), {}, "wanted finite numbers or NaN"),
        (RELIABILITY, {"level": "ratio"}, "level 'ratio'; wanted one of nominal, ordinal, interval"),
        (RELIABILITY, {"clusters": np.arange(4)}, r"clusters of shape \(4,\) for 12 items"),
        (RELIABILITY, {"clusters": (np.arange(12), np.arange(12))}, "crossed clusters"),
    ]:
        with pytest.raises(InputError, match=message):
            krippendorff_alpha(ratings, **options)


def test_agreements_are_noted():
    with ledger() as estimates:
        found = cohen_kappa(*pair(0)), krippendorff_alpha(RELIABILITY)
    assert estimates == list(found)
    assert [one.symbol for one in found] == ["κ", "α"]
