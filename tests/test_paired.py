"""Two columns of the same rows: scipy, statsmodels and published intervals as references, and laws of any pairs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.proportion import proportion_confint

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.paired import mcnemar, paired_difference

seeds = st.integers(0, 2**32 - 1)
counts = st.tuples(*[st.integers(0, 30)] * 4).filter(any)


def pairs(seed, rows=30):
    random = np.random.default_rng(seed)
    items = random.permutation(np.arange(rows) % 8)
    first, second = random.normal(size=(2, rows)) + random.normal(size=8)[items]
    return first + 0.3 * random.normal(size=8)[items], second, items


def marks(both, first_only, second_only, neither):
    sizes = [both, first_only, second_only, neither]
    return np.repeat([1, 1, 0, 0], sizes), np.repeat([1, 0, 1, 0], sizes)


def numbers(estimate):
    return np.array([estimate.value, estimate.low, estimate.high, estimate.p])


@given(seeds, st.sampled_from([0.8, 0.95, 0.99]))
def test_pairs_alone_are_those_of_scipy(seed, confidence):
    first, second, _ = pairs(seed)
    found, theirs = paired_difference(first, second, confidence=confidence), stats.ttest_rel(first, second)
    interval = theirs.confidence_interval(confidence)
    expected = [np.mean(first - second), interval.low, interval.high, theirs.pvalue]
    assert numbers(found) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert (found.symbol, found.n, found.details["df"], found.confidence) == ("Δ", 30, 29, confidence)
    assert found.value / found.details["se"] == pytest.approx(theirs.statistic)
    assert found.method == "paired t test"


@given(seeds)
def test_clusters_of_pairs_are_those_of_statsmodels(seed):
    first, second, items = pairs(seed)
    found = paired_difference(first, second, clusters=items)
    fit = OLS(first - second, np.ones(30)).fit(cov_type="cluster", cov_kwds={"groups": items}, use_t=True)
    expected = [fit.params[0], *fit.conf_int()[0], fit.pvalues[0]]
    assert numbers(found) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert (found.n, found.details["df"], found.details["clusters"]) == (30, 7, 8)
    assert found.details["se"] == pytest.approx(fit.bse[0], rel=1e-9)


def test_crossed_clusters_are_those_of_statsmodels():
    first, second, items = pairs(11)
    models = np.arange(30) % 5
    found = paired_difference(first, second, clusters=(items, models))
    groups = {"groups": np.column_stack([items, models])}
    fit = OLS(first - second, np.ones(30)).fit(cov_type="cluster", cov_kwds=groups, use_t=True)
    assert numbers(found) == pytest.approx([fit.params[0], *fit.conf_int()[0], fit.pvalues[0]], rel=1e-9)
    assert found.details["df"] == 4
    assert found.method == "paired t test over crossed clusters"


@given(seeds)
def test_swapped_columns_change_the_sign(seed):
    first, second, items = pairs(seed)
    value, low, high, p = numbers(paired_difference(first, second, clusters=items))
    assert numbers(paired_difference(second, first, clusters=items)) == pytest.approx([-value, -high, -low, p])


@given(seeds, st.floats(-100, 100), st.floats(0.01, 100))
def test_what_both_columns_share_does_not_matter_and_the_unit_goes_through(seed, shift, unit):
    first, second, items = pairs(seed)
    before = numbers(paired_difference(first, second, clusters=items))
    after = numbers(paired_difference(unit * first + shift, unit * second + shift, clusters=items))
    assert after == pytest.approx(before * [unit, unit, unit, 1], rel=1e-6, abs=1e-9)


@given(seeds)
def test_order_of_pairs_does_not_matter(seed):
    first, second, items = pairs(seed)
    order = np.random.default_rng(seed).permutation(30)
    shuffled = paired_difference(first[order], second[order], clusters=items[order])
    assert numbers(shuffled) == pytest.approx(numbers(paired_difference(first, second, clusters=items)))


@given(seeds, st.integers(2, 5))
def test_copies_of_pairs_within_clusters_tell_nothing_new(seed, copies):
    first, second, _ = pairs(seed)
    again = [np.repeat(column, copies) for column in (first, second)]
    copied = paired_difference(*again, clusters=np.repeat(np.arange(30), copies))
    assert numbers(copied) == pytest.approx(numbers(paired_difference(first, second)))
    assert paired_difference(*again).p < copied.p  # as if each copy had been drawn


@given(st.lists(st.sampled_from([0.0, 0.1, 1.0, 1e6]), min_size=2, max_size=9))
def test_pairs_that_never_differ_have_p_1(column):
    assert numbers(paired_difference(column, column)).tolist() == [0, 0, 0, 1]
    but_for_rounding = (np.array(column) + 0.2) - 0.2
    assert numbers(paired_difference(column, but_for_rounding)).tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("first", "second", "clusters"),
    [
        ([0.3, 0.4, 0.5], [0.1, 0.2, 0.3], None),  # 0.2 but for rounding
        ([1, 0, 1, 0], [0, 1, 0, 1], np.array(["a", "a", "b", "b"])),  # each cluster's difference is 0
        ([1.5, 0.5, 1.5, 0.5], [0, 0, 0, 0], np.array(["a", "a", "b", "b"])),
    ],
)
def test_differences_without_variance_are_undecided(first, second, clusters):
    with pytest.raises(Undecided, match="nothing varies around the difference"):
        paired_difference(first, second, clusters=clusters)


def test_too_few_pairs_are_undecided_and_bad_columns_refused():
    with pytest.raises(Undecided, match="1 pairs; a paired difference takes at least 2"):
        paired_difference([1.0], [0.0])
    with pytest.raises(Undecided, match="1 cluster;"):
        paired_difference([1.0, 2.0], [0.0, 0.0], clusters=np.array(["a", "a"]))
    with pytest.raises(InputError, match=r"first and second of shapes \[\(2,\), \(3,\)\]"):
        paired_difference([1, 2], [1, 2, 3])
    with pytest.raises(InputError, match="second is nan in row 1; select the rows"):
        paired_difference([1, 2, 3], [1, np.nan, 3])
    with pytest.raises(InputError, match="first holds <U1; wanted numbers"):
        paired_difference(["a", "b"], [1, 2])
    with pytest.raises(InputError, match="confidence 95; wanted a level"):
        paired_difference([1, 2], [2, 2], confidence=95)


def test_interval_over_clusters_covers_the_truth_where_that_over_rows_does_not():
    random, items = np.random.default_rng(0), np.repeat(np.arange(10), 20)
    by_item = by_row = 0
    for _ in range(300):
        first = random.normal(size=200) + random.normal(size=10)[items]
        for_items, for_rows = paired_difference(first, 0 * first, clusters=items), paired_difference(first, 0 * first)
        by_item += for_items.low < 0 < for_items.high
        by_row += for_rows.low < 0 < for_rows.high
    assert 0.91 <= by_item / 300 <= 0.985
    assert by_row / 300 < 0.6


def test_published_counts_of_pairs():
    # binom.test(42, 101)$p.value in R.
    found = mcnemar(*marks(300, 59, 42, 200))
    assert found.p == pytest.approx(0.1109, abs=5e-5)
    assert found.value == pytest.approx(17 / 601)
    assert (found.symbol, found.n) == ("Δ", 601)
    assert found.details == {"first_only": 59, "second_only": 42, "both": 300, "neither": 200}


@pytest.mark.parametrize(
    ("table", "interval"),
    [
        # Fagerland, Lydersen and Laake (2014): airway hyper-responsiveness before and after transplantation.
        ((1, 1, 7, 12), (-0.507, -0.026)),
        # The same authors' R package contingencytables, Newcombe_square_and_add_CI_paired_2x2(cavo_2012).
        ((59, 6, 16, 80), (-0.1186, -0.0046)),
    ],
)
def test_newcombe_interval_is_the_published_one(table, interval):
    found = mcnemar(*marks(*table))
    digits = 5 * 10.0 ** -len(str(interval[0]).partition(".")[2]) / 10
    assert (found.low, found.high) == pytest.approx(interval, abs=digits)


@given(counts)
def test_mcnemar_p_is_that_of_statsmodels(table):
    both, first_only, second_only, neither = table
    assume(first_only + second_only)  # without a discordant pair it has p = nan
    theirs = statsmodels_mcnemar([[both, first_only], [second_only, neither]], exact=True)
    assert mcnemar(*marks(*table)).p == pytest.approx(theirs.pvalue, rel=1e-9)


@given(counts)
def test_mcnemar_of_swapped_columns_and_swapped_marks(table):
    first, second = marks(*table)
    found = mcnemar(first, second)
    value, low, high, p = numbers(found)
    assert low <= value <= high
    assert numbers(mcnemar(second, first)) == pytest.approx([-value, -high, -low, p])
    assert numbers(mcnemar(1 - first, 1 - second)) == pytest.approx([-value, -high, -low, p])
    assert mcnemar(first.astype(bool), second.astype(float)) == found


@given(counts)
def test_shares_are_compared_as_paired_differences_are(table):
    first, second = marks(*table)
    assume(len(first) > 1 and np.ptp(first - second) > 0)
    assert mcnemar(first, second).value == pytest.approx(paired_difference(first, second).value)


def test_marks_without_discordant_pairs_have_p_1_and_an_interval():
    found = mcnemar([1, 1, 0], [1, 1, 0])
    assert (found.value, found.p) == (0, 1)
    assert found.low < 0 < found.high
    one_sided = mcnemar([1] * 50, [0] * 50)
    assert (one_sided.value, one_sided.high) == (1, 1)
    assert one_sided.p == pytest.approx(2 * 0.5**50)


def test_interval_of_a_constant_column_adds_the_squares_of_both_sides():
    found = mcnemar([1] * 20, [1] * 12 + [0] * 8)
    (first_low, _), (low, high) = (proportion_confint(count, 20, method="wilson") for count in (20, 12))
    below, above = np.hypot(1 - first_low, high - 0.6), 0.6 - low
    assert (found.low, found.high) == pytest.approx((0.4 - below, 0.4 + above))


def test_bad_marks_are_refused():
    with pytest.raises(Undecided, match="no pairs"):
        mcnemar([], [])
    with pytest.raises(InputError, match="second is 2 in row 1; wanted marks, 0 or 1"):
        mcnemar([1, 1], [0, 2])
    with pytest.raises(InputError, match="first is nan in row 0"):
        mcnemar([np.nan, 1], [0, 1])


def test_newcombe_interval_covers_the_truth():
    random, covered = np.random.default_rng(1), 0
    for _ in range(400):
        first = random.random(40) < 0.9
        second = np.where(random.random(40) < 0.5, first, random.random(40) < 0.6)  # 0.75 on average
        found = mcnemar(first, second)
        covered += found.low <= 0.15 <= found.high
    assert 0.91 <= covered / 400 <= 0.985


def test_both_are_noted():
    with ledger() as estimates:
        found = [paired_difference([1, 2, 4], [1, 1, 1]), mcnemar([1, 0], [0, 0])]
    assert estimates == found
