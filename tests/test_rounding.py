"""Recomputation from rounded tables: a true table is always found, a false number never."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import coefficient, pearson_p
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.rounding import PrintedCorrelation, nearest_table, recomputable

# The table and the three correlations of claim #232, as printed.
TABLE = {
    "cosine": np.array([-0.399, -0.379, -0.283, -0.237, -0.226, -0.081, 0.054, 0.170, 0.331, 0.446]),
    "js": np.array([0.018, 0.033, 0.048, 0.032, 0.026, 0.013, 0.013, 0.014, 0.027, 0.012]),
    "rate": np.array([0.41, 0.53, 0.63, 0.57, 0.49, 0.67, 0.32, 0.32, 0.33, 0.32]),
}
HALF_WIDTHS = {"cosine": 0.0005, "js": 0.0005, "rate": 0.005}


def as_printed(x, y, r, p):
    return PrintedCorrelation(x=x, y=y, r=r, p=p, r_half=0.005, p_half=0.0005)


PRINTED = (
    as_printed("cosine", "rate", -0.66, 0.039),
    as_printed("js", "rate", 0.54, 0.105),
    as_printed("cosine", "js", -0.50, 0.138),
)


def true_table(seed, rows):
    """Three correlated columns with a spread of about 0.3, many times their rounding below."""
    random = np.random.default_rng(seed)
    mixed = (random.normal(size=(rows, 3)) @ random.normal(size=(3, 3))).T
    return dict(zip("abc", 0.3 * mixed / mixed.std(axis=1, keepdims=True), strict=True))


def publish(table, digits):
    """What a paper prints of a true table: the rounded table, its half-widths, and the correlations."""
    rounded = {name: np.round(column, digits) for name, column in table.items()}
    printed = []
    for x, y in ("ab", "ac", "bc"):
        r = coefficient(table[x], table[y])
        printed.append(as_printed(x, y, round(r, 2), round(pearson_p(r, len(table[x])), 3)))
    return rounded, dict.fromkeys(table, 0.5 * 10.0**-digits), printed


cases = st.tuples(st.integers(0, 2**32 - 1), st.integers(4, 20))


def test_published_correlations_can_be_recomputed():
    # The rounded table itself gives p = .1070, r = -.5100 and p = .1321 where .105, -.50 and .138
    # are printed, so 3 of the 6 numbers.
    estimate = recomputable(TABLE, HALF_WIDTHS, PRINTED)
    assert estimate.value == 0
    assert (estimate.n, estimate.details["printed"], estimate.details["given_by_the_table"]) == (10, 6, 3)
    assert round(estimate.details["r(cosine, js)"], 2) == -0.50
    assert round(estimate.details["p(cosine, js)"], 3) == 0.138
    assert round(estimate.details["r(js, rate)"], 2) == 0.54
    assert round(estimate.details["p(js, rate)"], 3) == 0.105
    assert round(estimate.details["r(cosine, rate)"], 2) == -0.66
    assert round(estimate.details["p(cosine, rate)"], 3) == 0.039


def test_witness_rounds_to_the_published_table():
    # Checked with nothing of the module but its answer.
    from scipy import stats

    witness = nearest_table(TABLE, HALF_WIDTHS, PRINTED)
    for name, digits in (("cosine", 3), ("js", 3), ("rate", 2)):
        assert np.round(witness[name], digits) == pytest.approx(TABLE[name], abs=1e-12)
    for one in PRINTED:
        r, p = stats.pearsonr(witness[one.x], witness[one.y])
        assert (round(r, 2), round(p, 3)) == (one.r, one.p)


def test_rounding_of_the_divergence_is_what_the_published_correlations_need():
    # With the rates exact, as counts of 100 are, they can be recomputed; with the divergence
    # exact they cannot.
    assert recomputable(TABLE, {**HALF_WIDTHS, "rate": 0.0}, PRINTED).value == 0
    assert recomputable(TABLE, {"js": 0.0005}, PRINTED).value == 0
    assert recomputable(TABLE, {**HALF_WIDTHS, "js": 0.0}, PRINTED).value > 1


@pytest.mark.parametrize("changed", range(3))
@pytest.mark.parametrize("by", [-0.2, 0.2])
def test_a_changed_correlation_cannot_be_recomputed(changed, by):
    printed = list(PRINTED)
    one = printed[changed]
    r = one.r + by
    printed[changed] = as_printed(one.x, one.y, r, round(pearson_p(r, 10), 3))
    assert recomputable(TABLE, HALF_WIDTHS, printed).value > 5


def test_a_p_that_contradicts_its_r_cannot_be_recomputed():
    estimate = recomputable(TABLE, HALF_WIDTHS, [as_printed("js", "rate", 0.54, 0.305)])
    assert estimate.value > 100
    assert estimate.details["r(js, rate)"] == pytest.approx(0.54, abs=0.005)


@given(cases, st.integers(2, 3))
def test_what_was_rounded_from_a_true_table_can_be_recomputed(case, digits):
    table, half_widths, printed = publish(true_table(*case), digits)
    estimate = recomputable(table, half_widths, printed)
    assert estimate.value == 0
    witness = nearest_table(table, half_widths, printed)
    for name, column in witness.items():
        assert np.all(np.abs(column - table[name]) <= half_widths[name] * (1 + 1e-9))


@given(cases, st.integers(0, 2), st.sampled_from([-0.2, 0.2]))
@settings(max_examples=settings.default.max_examples // 4)
def test_a_false_number_cannot_be_recomputed(case, changed, by):
    seed, rows = case
    table, half_widths, printed = publish(true_table(seed, rows + 4), digits=3)
    one = printed[changed]
    printed[changed] = as_printed(one.x, one.y, one.r - math.copysign(by, one.r), one.p)
    estimate = recomputable(table, half_widths, printed)
    assert estimate.value > 0
    assert all(math.isfinite(value) for value in estimate.details.values())


def test_exact_columns_that_give_the_numbers_need_no_search():
    table = true_table(seed=1, rows=8)
    _, _, printed = publish(table, digits=3)
    estimate = recomputable(table, {}, printed)
    assert (estimate.value, estimate.details["given_by_the_table"]) == (0, 6)
    witness = nearest_table(table, {}, printed)
    assert all(np.array_equal(witness[name], table[name]) for name in table)


def test_a_correlation_of_nearly_zero_may_have_either_sign():
    for sign in (-1, 1):
        x = np.arange(8.0)
        y = np.array([1.0, -1, -1, 1, 1, -1, -1, 1]) + sign * 0.0012 * x
        p = pearson_p(coefficient(x, y), 8)
        estimate = recomputable({"x": x, "y": y}, {"y": 0.01}, [as_printed("x", "y", 0.0, round(p, 3))])
        assert estimate.value == 0


def test_no_value_passes_its_limits():
    rate = {"a": np.array([0.0, 0.2, 0.5, 1.0, 0.9]), "b": np.array([0.1, 0.3, 0.2, 0.8, 0.9])}
    r = coefficient(rate["a"], rate["b"]) + 0.01
    printed = [PrintedCorrelation(x="a", y="b", r=r, p=pearson_p(r, 5), r_half=1e-4, p_half=1e-4)]
    witness = nearest_table(rate, {"a": 0.05, "b": 0.05}, printed, limits={"a": (0, 1), "b": (0, 1)})
    assert all(column.min() >= 0 and column.max() <= 1 for column in witness.values())
    with pytest.raises(InputError, match="beyond its limits"):
        recomputable(rate, {"a": 0.05}, printed, limits={"a": (0.2, 1)})


def test_a_column_that_rounding_can_make_constant_is_no_witness():
    x, y = np.array([0.01, 0.02, 0.01, 0.02, 0.01]), np.array([0.1, 0.5, 0.3, 0.2, 0.9])
    estimate = recomputable({"x": x, "y": y}, {"x": 0.005}, [as_printed("x", "y", 0.0, 1.0)])
    assert math.isfinite(estimate.value)


@pytest.mark.parametrize(
    ("half_widths", "printed", "words"),
    [
        ({}, [as_printed("cosine", "divergence", 0.5, 0.1)], "no column divergence"),
        ({"rates": 0.005}, PRINTED, "no column rates"),
        ({"rate": -0.005}, PRINTED, "half-widths"),
        ({}, [PrintedCorrelation(x="js", y="rate", r=0.5, p=0.1, r_half=0.0, p_half=0.1)], "half-widths"),
        ({}, [], "no printed correlations"),
    ],
)
def test_bad_input_is_refused(half_widths, printed, words):
    with pytest.raises(InputError, match=words):
        recomputable(TABLE, half_widths, printed)


def test_columns_of_different_lengths_are_bad_input():
    with pytest.raises(InputError, match="shapes"):
        recomputable({**TABLE, "js": TABLE["js"][:9]}, HALF_WIDTHS, PRINTED)


def test_undecided_for_a_constant_column_or_too_few_rows():
    with pytest.raises(Undecided, match="constant"):
        recomputable({**TABLE, "js": np.full(10, 0.02)}, HALF_WIDTHS, PRINTED)
    with pytest.raises(Undecided, match="3 rows"):
        recomputable({name: column[:3] for name, column in TABLE.items()}, HALF_WIDTHS, PRINTED)


def test_estimate_is_noted():
    with ledger() as estimates:
        estimate = recomputable(TABLE, HALF_WIDTHS, PRINTED)
    assert estimates == [estimate]
