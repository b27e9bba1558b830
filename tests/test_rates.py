"""Rates of marked completions: scipy and statsmodels as references, and what must hold of any counts."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.rates import heterogeneity, pooled_rate, rate_equivalence, share

PUBLISHED = np.array([41, 53, 63, 57, 49, 67, 32, 32, 33, 32], dtype=float)


def counts(*values):
    return np.array(values, dtype=float)


@st.composite
def tables(draw, most=200):
    """Marked and completions of a few rates, each of shape (k,)."""
    totals = draw(st.lists(st.integers(1, most), min_size=2, max_size=8))
    marked = [draw(st.integers(0, total)) for total in totals]
    return counts(*marked), counts(*totals)


def test_published_rates_differ_by_far_more_than_noise():
    # scipy.stats.chi2_contingency of the ten published rates of 100 completions each.
    estimate = heterogeneity(PUBLISHED, np.full(10, 100.0))
    assert estimate.details["chi2"] == pytest.approx(68.09, abs=0.005)
    assert estimate.p == pytest.approx(3.6e-11, rel=0.02)
    assert estimate.value == pytest.approx(68.09 / 9, abs=0.001)
    assert (estimate.symbol, estimate.n, estimate.details["df"], estimate.details["trials"]) == (
        "χ²/df",
        10,
        9,
        1000,
    )
    assert "random" not in estimate.method


@given(tables())
@settings(max_examples=60)
def test_heterogeneity_is_that_of_scipy(table):
    from scipy import stats

    marked, completions = table
    assume(0 < marked.sum() < completions.sum())
    estimate = heterogeneity(marked, completions)
    chi2, p, df, expected = stats.chi2_contingency([marked, completions - marked], correction=False)
    assert estimate.details["chi2"] == pytest.approx(chi2, abs=1e-9)
    assert estimate.details["df"] == df
    assert ("random" in estimate.method) == (expected.min() < 5 - 1e-9)
    if "random" not in estimate.method:
        assert estimate.p == pytest.approx(p, rel=1e-9)


def test_interval_holds_the_noncentralities_under_which_the_estimate_is_extreme():
    from scipy import stats

    estimate = heterogeneity(PUBLISHED, np.full(10, 100.0))
    chi2, low, high = estimate.details["chi2"], 9 * (estimate.low - 1), 9 * (estimate.high - 1)
    assert stats.ncx2.sf(chi2, 9, low) == pytest.approx(0.025, rel=1e-6)
    assert stats.ncx2.cdf(chi2, 9, high) == pytest.approx(0.025, rel=1e-6)


def test_interval_starts_at_one_where_noise_may_explain_the_differences():
    estimate = heterogeneity(counts(50, 60, 47), np.full(3, 100.0))
    assert estimate.low == 1 < estimate.value < estimate.high
    assert estimate.p > 0.05


def test_rates_that_differ_less_than_noise_would_have_it_have_no_interval():
    estimate = heterogeneity(counts(50, 52, 47), np.full(3, 100.0))
    assert (estimate.low, estimate.high) == (None, None)
    assert estimate.p > 0.5


def test_identical_rates_have_no_dispersion():
    estimate = heterogeneity(np.full(5, 40.0), np.full(5, 100.0))
    assert (estimate.value, estimate.p, estimate.low, estimate.high) == (0, 1, None, None)


@pytest.mark.parametrize("table", [((1, 4), (6, 7)), ((0, 3), (9, 8)), ((2, 2), (4, 9)), ((0, 1), (3, 3))])
def test_small_counts_have_the_p_of_random_tables(table):
    # The exact sum over all 2 x 2 tables with these margins; 4 standard errors of 10000 tables.
    from scipy import stats

    marked, completions = counts(*table[0]), counts(*table[1])
    total, drawn, first = int(completions.sum()), int(marked.sum()), int(completions[0])
    distribution = stats.hypergeom(total, first, drawn)
    center = drawn * first / total
    ways = np.arange(max(0, drawn - total + first), min(first, drawn) + 1)
    extreme = np.abs(ways - center) >= abs(marked[0] - center) - 1e-9
    exact = distribution.pmf(ways)[extreme].sum()
    estimate = heterogeneity(marked, completions)
    assert "random tables" in estimate.method
    assert estimate.p == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - min(exact, 1)) / 10_000) + 2e-4)


def test_random_tables_agree_with_the_chi_square_distribution_near_its_border():
    from scipy import stats

    marked, completions = counts(9, 3, 5, 2), np.full(4, 100.0)  # 4.75 expected of each
    estimate = heterogeneity(marked, completions)
    assert "random tables" in estimate.method
    assert estimate.p == pytest.approx(stats.chi2_contingency([marked, completions - marked]).pvalue, abs=0.02)


def test_the_same_small_counts_have_the_same_p():
    small = counts(1, 4, 0), counts(6, 7, 5)
    assert heterogeneity(*small) == heterogeneity(*small)


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_of_the_rates_does_not_matter(table, random):
    marked, completions = table
    assume(0 < marked.sum() < completions.sum())
    order = list(range(len(marked)))
    random.shuffle(order)
    plain, shuffled = heterogeneity(marked, completions), heterogeneity(marked[order], completions[order])
    assert shuffled.value == pytest.approx(plain.value, abs=1e-9)
    if plain.low is not None:
        assert (shuffled.low, shuffled.high) == pytest.approx((plain.low, plain.high), rel=1e-6)
    # Random tables are drawn column after column: their p moves by its own noise.
    assert shuffled.p == pytest.approx(plain.p, abs=0.03 if "random" in plain.method else 1e-9)


@given(tables(most=10**6))
@settings(max_examples=40)
def test_any_counts_give_finite_estimates_or_are_undecided(table):
    marked, completions = table
    equal = rate_equivalence(marked, completions, margin=0.1)
    assert all(math.isfinite(value) for value in (equal.p, equal.low, equal.high, equal.value))
    try:
        estimate = heterogeneity(marked, completions)
    except Undecided:
        assert marked.sum() in (0, completions.sum())
        return
    assert math.isfinite(estimate.value)
    assert 0 <= estimate.p <= 1
    assert estimate.low is None or 1 <= estimate.low <= estimate.high < math.inf


@pytest.mark.parametrize(("marked", "words"), [((0, 0), "all rates are 0"), ((9, 8), "all rates are 1")])
def test_undecided_where_none_or_all_are_marked(marked, words):
    with pytest.raises(Undecided, match=words):
        heterogeneity(counts(*marked), counts(9, 8))


@pytest.mark.parametrize("statistic", [heterogeneity, lambda m, c: rate_equivalence(m, c, margin=0.1)])
@pytest.mark.parametrize(
    ("marked", "completions", "error", "words"),
    [
        ((1, 2), (9, 8, 7), InputError, "shapes"),
        ((0.4, 0.5), (100, 100), InputError, "not rates"),
        ((1, math.nan), (9, 8), InputError, "whole counts"),
        ((1, 2), (9, math.inf), InputError, "whole counts"),
        ((10, 2), (9, 8), InputError, "successes <= trials"),
        ((-1, 2), (9, 8), InputError, "0 <= successes"),
        ((0, 2), (0, 8), InputError, "trials > 0"),
        ((1,), (9,), Undecided, "at least 2"),
    ],
)
def test_what_are_no_counts_is_refused(statistic, marked, completions, error, words):
    with pytest.raises(error, match=words):
        statistic(counts(*marked), counts(*completions))


def test_equivalence_of_two_rates_is_that_of_the_adjusted_wald_interval():
    # Agresti and Caffo's adjustment is to add one marked and one unmarked completion to each rate
    # and take Wald's interval; statsmodels has it as "agresti-caffo".
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    estimate = rate_equivalence(counts(45, 52), counts(100, 90), margin=0.2)
    expected = proportion.confint_proportions_2indep(52, 90, 45, 100, method="agresti-caffo", alpha=0.1)
    assert (estimate.low, estimate.high) == pytest.approx(expected, rel=1e-9)
    assert estimate.value == pytest.approx(52 / 90 - 45 / 100)
    assert (estimate.symbol, estimate.n, estimate.confidence) == ("max Δrate", 2, 0.90)


@given(st.integers(0, 100), st.integers(0, 100), st.floats(0.02, 0.9))
def test_two_rates_are_equivalent_just_where_the_interval_is_within_the_margin(one, other, margin):
    estimate = rate_equivalence(counts(one, other), counts(100, 100), margin=margin)
    widest = max(-estimate.low, estimate.high)
    assume(abs(widest - margin) > 1e-9)
    assert (estimate.p < 0.05) == (widest < margin)


@given(tables(), st.floats(0.02, 0.9))
def test_all_are_equivalent_only_if_each_pair_is(table, margin):
    marked, completions = table
    pairs = [
        rate_equivalence(marked[[i, j]], completions[[i, j]], margin=margin).p
        for i in range(len(marked))
        for j in range(i)
    ]
    estimate = rate_equivalence(marked, completions, margin=margin)
    assert estimate.p == pytest.approx(max(pairs))
    assert estimate.value == pytest.approx(np.ptp(marked / completions))


def test_no_rate_is_compared_with_itself():
    """Of 50/100 and twice 1500/3000 the least certain pair is of a small and a large one.

    By hand: with one marked and one unmarked more each (Agresti and Caffo) all three rates are 1/2, their
    variances .25/102 and .25/3002, the error of that pair's difference .05034, and z = -.1/.05034 = -1.986.
    """
    estimate = rate_equivalence(counts(50, 1500, 1500), counts(100, 3000, 3000), margin=0.1)
    by_hand = math.erfc(0.1 / math.sqrt(0.25 / 102 + 0.25 / 3002) / math.sqrt(2)) / 2
    assert by_hand == pytest.approx(0.0235, abs=5e-5)
    assert estimate.p == pytest.approx(by_hand, rel=1e-9)


@given(tables(), st.floats(0.02, 0.9))
def test_p_is_the_largest_of_pairs_of_two_different_rates(table, margin):
    """By the formula of one pair after another, with nothing of the module."""

    def one_pair(i, j):
        a, b = ((marked[row] + 1) / (completions[row] + 2) for row in (i, j))
        variance = a * (1 - a) / (completions[i] + 2) + b * (1 - b) / (completions[j] + 2)
        return math.erfc((margin - abs(a - b)) / math.sqrt(2 * variance)) / 2

    marked, completions = table
    ps = [one_pair(i, j) for i in range(len(marked)) for j in range(i)]
    assert rate_equivalence(marked, completions, margin=margin).p == pytest.approx(max(ps), rel=1e-9, abs=1e-15)


def test_published_rates_are_not_equivalent_and_many_equal_ones_are():
    assert rate_equivalence(PUBLISHED, np.full(10, 100.0), margin=0.1).p > 0.99
    assert rate_equivalence(np.full(5, 300.0), np.full(5, 1000.0), margin=0.1).p < 1e-5
    assert rate_equivalence(np.zeros(5), np.full(5, 100.0), margin=0.1).p < 1e-5


def test_equivalence_keeps_its_level():
    # Two rates of .3 and .4 on 100 completions each, just at the margin: at most 5% are called
    # equivalent within ±.1; the bound is 4 standard errors of 4000 above it.
    random = np.random.default_rng(1)
    marked = random.binomial(100, [0.3, 0.4], size=(4000, 2)).astype(float)
    p = [rate_equivalence(row, np.full(2, 100.0), margin=0.1).p for row in marked]
    assert np.mean(np.array(p) < 0.05) < 0.05 + 0.014


@pytest.mark.parametrize("margin", [0, -0.1, 1, math.nan])
def test_margin_that_is_none_is_refused(margin):
    with pytest.raises(InputError, match="margin"):
        rate_equivalence(counts(1, 2), counts(9, 8), margin=margin)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_share_has_the_p_of_fishers_exact_test(rows):
    from scipy import stats

    has, chosen = np.array(rows).T
    assume(chosen.any())
    estimate = share(has, chosen)
    table = [[(has & chosen).sum(), (~has & chosen).sum()], [(has & ~chosen).sum(), (~has & ~chosen).sum()]]
    assert estimate.p == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue, rel=1e-9)
    assert estimate.value == pytest.approx(has[chosen].mean())


def test_share_of_the_five_of_ten_that_all_have_what_five_have():
    # One of the 252 ways to choose five of ten.
    has = np.arange(10) < 5
    estimate = share(has, has)
    assert (estimate.value, estimate.n, estimate.p) == (1, 5, pytest.approx(1 / 252))
    assert dict(estimate.details) == {"chosen_with_property": 5, "with_property": 5, "N": 10}


def test_share_of_many_rows_is_finite():
    has = np.arange(5000) % 2 == 0
    assert 0 <= share(has, has).p < 1e-300


def test_share_of_none_is_undecided_and_bad_input_is_refused():
    has = np.array([True, False])
    with pytest.raises(Undecided, match="none of 2 rows"):
        share(has, np.zeros(2, dtype=bool))
    with pytest.raises(InputError, match="shapes"):
        share(has, np.ones(3, dtype=bool))
    with pytest.raises(InputError, match="shapes"):
        share(np.ones(3, dtype=bool), has)
    with pytest.raises(InputError, match="truth values"):
        share(has, np.ones(2))  # type: ignore[arg-type]


def test_estimates_are_noted():
    marked, completions = counts(40, 60), counts(100, 100)
    with ledger() as estimates:
        made = [
            heterogeneity(marked, completions),
            rate_equivalence(marked, completions, margin=0.1),
            share(marked > 50, completions > 50),
        ]
    assert estimates == made


@given(k=st.integers(0, 30), n=st.integers(30, 60))
def test_pooled_rate_has_the_interval_of_statsmodels(k, n):
    found = pooled_rate(np.array([0.0, float(k)]), np.array([10.0, float(n)]))
    expected = proportion_confint(k, n + 10, method="beta")
    assert (found.low, found.high) == pytest.approx(np.nan_to_num(expected, nan=0.0), abs=1e-9)
    assert found.value == k / (n + 10)


@pytest.mark.parametrize("counts_of", [(3, 6), (400, 1000)])
def test_rates_that_are_equal_have_a_p_of_1(counts_of):
    marked, completions = counts_of
    assert heterogeneity(counts(*[marked] * 3), counts(*[completions] * 3)).p == 1
