"""Replications of estimates of any kind, and estimates that are pooled: published values, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ssrp import SSRP

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.design import Words
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.pooling import joint_mean, pool, pool_correlations, pool_estimates, pool_resampled
from pytest_claims.stats.replicated_estimate import predicted, replicate_estimate
from pytest_claims.stats.replication import prediction_interval
from pytest_claims.stats.scale import standard_error
from pytest_claims.verdicts.replications import SubjectReplication
from pytest_claims.words.replication import compared, criterion

Z = 1.959963984540054  # qnorm(0.975) of R
NOT_FOR_ALL = (None, None)  # small telescopes and the Bayes factor
values = st.floats(-100, 100)
errors = st.floats(0.01, 10)
coefficients = st.floats(-0.95, 0.95)
rows = st.integers(4, 500)


def with_error(value, error, **more):
    """An estimate with the 95% interval of its standard error."""
    facts = {"method": "made", "symbol": "Δ", "n": 50, "low": value - Z * error, "high": value + Z * error, **more}
    return Estimate(value=value, **facts)


def without_interval(value, **more):
    return Estimate(**{"method": "made", "symbol": "Δ", "value": value, "n": 50, **more})


def of_fishers_z(r, n):
    """Fisher's z with its error, as if z were what was estimated."""
    return with_error(math.atanh(r), (n - 3) ** -0.5)


def satisfied(replication):
    return [one.satisfied for one in replication.criteria]


def test_counts_of_the_social_sciences_replication_project():
    # Camerer et al. (2018): 13 of 21 significant in the same direction, 14 within the 95% prediction interval.
    pairs = [(of_fishers_z(ro, no), of_fishers_z(r, n)) for ro, no, r, n in SSRP]
    found = [replicate_estimate(original, new) for original, new in pairs]
    assert sum(one.significance.satisfied for one in found) == 13
    assert sum(one.in_prediction_interval.satisfied for one in found) == 14


def test_prediction_interval_by_hand():
    # Errors of 3 and 4 make one of 5, as in every triangle of these sides.
    assert predicted(with_error(10, 3), with_error(0, 4)) == pytest.approx((10 - 5 * Z, 10 + 5 * Z))


def test_spearmans_error_is_that_of_statpsych():
    # R's statpsych, the example of ci.spear: 0.8699639 [0.5840951, 0.9638297] of 15 rows.
    z, half = math.atanh(0.8699639), (math.atanh(0.9638297) - math.atanh(0.5840951)) / 2
    for low, high in ((None, None), (0.5840951, 0.9638297)):
        one = Estimate(method="made", symbol="ρ", value=0.8699639, n=15, low=low, high=high)
        assert standard_error(one) == pytest.approx(half / Z, rel=1e-5)
    expected = [math.tanh(z - math.sqrt(2) * half), math.tanh(z + math.sqrt(2) * half)]
    assert predicted(one, one) == pytest.approx(expected, rel=1e-5)


@given(coefficients, rows, coefficients, rows)
def test_of_correlations_the_prediction_is_fishers(original, original_n, r, n):
    def correlation(value, rows):
        z, half = math.atanh(value), Z / math.sqrt(rows - 3)
        return with_error(value, 0, symbol="r", n=rows, low=math.tanh(z - half), high=math.tanh(z + half))

    found = predicted(correlation(original, original_n), correlation(r, n))
    assert found == pytest.approx(prediction_interval(original, original_n, n), rel=1e-4, abs=1e-4)


@given(values, errors, values, errors, st.floats(0.01, 100), values)
def test_another_unit_changes_no_criterion(original, original_error, value, error, unit, zero):
    null = original + 1.5
    one = replicate_estimate(with_error(original, original_error), with_error(value, error), null=null)
    other = replicate_estimate(
        with_error(zero + unit * original, unit * original_error),
        with_error(zero + unit * value, unit * error),
        null=zero + unit * null,
    )
    assert other.prediction_low == pytest.approx(zero + unit * one.prediction_low, rel=1e-6, abs=1e-6)
    edges = (one.low - original, original - one.high, one.prediction_low - value, value - one.prediction_high)
    if min(map(abs, (*edges, one.low - null, one.high - null))) > 1e-6:  # unless rounding decides
        assert satisfied(other) == satisfied(one)


@given(values.filter(lambda value: abs(value) > 0.001), errors, errors)
def test_the_same_value_again_is_within_both_intervals(value, original_error, error):
    found = replicate_estimate(with_error(value, original_error), with_error(value, error))
    assert found.original_in_interval.satisfied
    assert found.in_prediction_interval.satisfied
    assert found.significance.satisfied == (abs(value) > Z * error)
    assert found.prediction_high - found.prediction_low > found.high - found.low


@pytest.mark.parametrize(
    ("value", "p", "null", "expected"),
    [
        (0.5, None, 0.0, True),  # the interval is [0.3, 0.7]
        (0.5, 0.2, 0.0, False),  # p goes before where the null is 0
        (0.5, 0.2, 0.1, True),  # and the interval where it is not
        (0.5, 0.001, 0.4, False),
        (-0.5, 0.001, 0.0, False),  # in the other direction
    ],
)
def test_significance_against_the_null(value, p, null, expected):
    found = replicate_estimate(with_error(0.8, 0.1), with_error(value, 0.2 / Z, p=p), null=null)
    assert found.significance.satisfied is expected


@pytest.mark.parametrize(
    ("value", "p", "said"),
    [
        (0.75, 0.5, "is significant against 0.25 (95% interval [+0.55, +0.95]) and in the direction of the original"),
        (0.3, None, "is not significant against 0.25 (95% interval [+0.1, +0.5]) and in the direction of the original"),
        (
            0.0,
            None,
            "is significant against 0.25 (95% interval [-0.2, +0.2]) and does not point in the direction of the",
        ),
    ],
)
def test_sentence_of_significance_names_the_null(value, p, said):
    found = replicate_estimate(with_error(0.8, 0.1), with_error(value, 0.2 / Z, p=p), null=0.25)
    sentence = criterion(found.significance, found, Words())
    assert sentence.startswith(f"The replication (Δ = {f'{value:+.3g}' if value else 0}, n = 50) {said}")
    assert sentence.endswith("original (original Δ = +0.8, n = 50).")


def test_what_is_said_beside_a_verdict():
    def said(new):
        replication = replicate_estimate(with_error(0.8, 0.1), new)
        return compared(SubjectReplication(claim="a", subject="b", replication=replication))

    assert said(with_error(0.5, 0.1)) == "1 of 3 criteria speak for a replication"  # significant, and too small
    assert said(without_interval(0.5, p=0.01)) == "1 of 1 criteria speak for a replication"
    assert said(without_interval(0.5)) == "no criterion of a replication is defined for it"


def reasons(original, new):
    found = replicate_estimate(original, new)
    assert tuple(one.satisfied for one in found.criteria[3:]) == NOT_FOR_ALL
    assert found.defined == tuple(one for one in found.criteria if not one.undefined)
    said = [criterion(one, found, Words()) for one in found.criteria if one.satisfied is None]
    assert said == [f"It is not defined here: {one.undefined}." for one in found.criteria if one.undefined]
    return [one.undefined for one in found.criteria[:3]]


def test_what_is_not_defined_says_why():
    whole, bare = with_error(0.5, 0.1), without_interval(0.5)
    no_interval = "the replication has no interval"
    assert reasons(whole, whole) == ["", "", ""]
    assert reasons(bare, whole) == ["", "", "the original has no interval"]
    assert reasons(whole, without_interval(0.5, p=0.01)) == ["", no_interval, no_interval]
    assert reasons(whole, bare) == [f"there is no p, and {no_interval}", no_interval, no_interval]
    at_90 = "the interval of the replication is at 0.9, not at 0.95"
    assert reasons(whole, with_error(0.5, 0.1, confidence=0.9, p=0.01)) == ["", at_90, ""]
    flat = "the replication has an interval of no finite width, [0.5, 0.5]"
    assert reasons(whole, with_error(0.5, 0)) == ["", "", flat]
    perfect = without_interval(1.0, symbol="ρ")
    assert reasons(without_interval(0.5, symbol="ρ"), perfect)[2] == "the replication has no Fisher's z of 1"


def test_interval_at_another_level_gives_the_same_error():
    # qnorm(0.95) of R is 1.644854.
    narrow = Estimate(method="made", symbol="Δ", value=0, n=9, low=-1.644854, high=1.644854, confidence=0.9)
    assert standard_error(narrow) == pytest.approx(standard_error(with_error(0, 1)), rel=1e-6)


def test_what_has_no_direction_or_another_symbol_is_bad_input():
    with pytest.raises(InputError, match="no direction"):
        replicate_estimate(with_error(0.5, 1), with_error(0.5, 1), null=0.5)
    with pytest.raises(InputError, match="of Δ and of κ; wanted two of one symbol"):
        replicate_estimate(with_error(0.5, 1), with_error(0.5, 1, symbol="κ"))
    with pytest.raises(InputError, match="of Δ, κ; wanted studies of one symbol"):
        pool_estimates([with_error(0.5, 1), with_error(0.5, 1, symbol="κ")])


def test_pooled_values_of_metafor_on_kackers_data():
    # As in test_replication.py, on their own scale: R's metafor, rma(method="PM"), on Kacker (2004), table 1.
    y = [61.00, 61.40, 62.21, 62.30, 62.34, 62.60, 62.70, 62.84, 65.90]
    v = [0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225]
    found = pool_estimates([with_error(value, math.sqrt(variance)) for value, variance in zip(y, v, strict=True)])
    assert found.estimate == found.mean == pytest.approx(62.4076199113286, abs=1e-6)
    assert found.se == pytest.approx(0.338030602684471, rel=1e-5)
    assert found.tau2 == pytest.approx(0.705395309224248, rel=1e-5)
    assert (found.q, found.df, found.p) == pytest.approx((24.801897741835, 8, 0.00167935146372742))
    assert found.high - found.estimate == pytest.approx(2.306004 * found.se, rel=1e-6)  # t(8), from tables
    assert (found.k, found.symbol) == (9, "Δ")


studies = st.lists(st.tuples(values, errors), min_size=2, max_size=8)


@given(studies, st.floats(1e-4, 1e4), values)
def test_pooled_in_another_unit(pairs, unit, zero):
    one = pool_estimates([with_error(value, error) for value, error in pairs])
    other = pool_estimates([with_error(unit * (zero + value), unit * error) for value, error in pairs])
    close = {"rel": 1e-4, "abs": 1e-4}
    assert other.tau2 / unit**2 == pytest.approx(one.tau2, rel=1e-4, abs=1e-3)
    assert [other.estimate / unit - zero, other.low / unit - zero, other.i2] == pytest.approx(
        [one.estimate, one.low, one.i2], **close
    )


@given(st.lists(st.tuples(coefficients, rows), min_size=2, max_size=8))
def test_correlations_are_pooled_by_their_rows(pairs):
    r, n = zip(*pairs, strict=True)
    correlations = [without_interval(value, symbol="r", n=rows) for value, rows in pairs]
    assert pool_estimates(correlations) == pool_correlations(r, n)
    assert pool_correlations(r, n) == pool(np.arctanh(r), 1 / (np.array(n) - 3), symbol="r")


def test_spearmans_is_pooled_on_fishers_z():
    found = pool_estimates([without_interval(value, symbol="ρ", n=15) for value in (0.9, 0.9)])
    assert found.estimate == pytest.approx(0.9)
    assert found.mean == pytest.approx(math.atanh(0.9))
    assert found.low == pytest.approx(math.tanh(found.mean - 12.706205 * found.se))  # t(1), from tables


def test_what_cannot_be_pooled():
    with pytest.raises(Undecided, match="no interval"):
        pool_estimates([with_error(0.5, 1), without_interval(0.5)])
    for few in ([], [with_error(0.5, 1)]):
        with pytest.raises(Undecided, match="nothing to pool"):
            pool_estimates(few)
    for variances in ([1.0, 0.0], [1.0, -1.0], [1.0, math.nan], [1.0, math.inf]):
        with pytest.raises(InputError, match="not finite, or a variance"):
            pool([0.5, 0.6], variances, symbol="Δ")
    with pytest.raises(InputError, match="shape"):
        pool([0.5, 0.6], [1.0], symbol="Δ")


def test_resampled_mean_is_on_its_own_scale():
    # By hand: the mean of 4 and 6 is 5; as correlations they would be refused.
    assert pool_resampled(np.tile([4.0, 6.0], (100, 1)), symbol="Δ") == (5.0, 5.0)
    with pytest.raises(InputError, match=r"of 4\.0"):
        pool_resampled(np.tile([4.0, 6.0], (100, 1)), symbol="ρ")


def test_joint_mean_is_that_of_the_studies_and_its_interval_that_of_the_draws():
    few = [with_error(1.0, 1), with_error(4.0, 9)]  # by hand: 2.5, whatever their errors
    found = joint_mean(few, np.tile([4.0, 6.0], (100, 1)))
    assert (found.k, found.symbol, found.estimate, found.low, found.high) == (2, "Δ", 2.5, 5.0, 5.0)
    correlations = [without_interval(value, symbol="r", n=15) for value in (0.0, 0.9)]
    found = joint_mean(correlations, np.tile([0.0, 0.9], (100, 1)))
    assert found.estimate == found.low == pytest.approx(math.tanh(math.atanh(0.9) / 2))


@given(st.lists(coefficients, min_size=3, max_size=3), st.integers(0, 5))
def test_draws_that_go_together_give_a_wider_interval_than_those_that_do_not(means, seed):
    """What the studies share does not average out."""
    random = np.random.default_rng(seed)
    estimates = [without_interval(value, symbol="Δ", n=15) for value in means]
    same, apart = np.repeat(random.normal(size=(400, 1)), 3, axis=1), random.normal(size=(400, 3))
    together, alone = joint_mean(estimates, same), joint_mean(estimates, apart)
    assert together.high - together.low > 1.2 * (alone.high - alone.low)
    assert together.estimate == alone.estimate


def test_what_has_no_joint_mean():
    draws = np.tile([4.0, 6.0], (100, 1))
    with pytest.raises(InputError, match="3 estimates, and replicates of 2 studies"):
        joint_mean([with_error(1.0, 1)] * 3, draws)
    with pytest.raises(InputError, match="of one symbol"):
        joint_mean([with_error(0.5, 1), with_error(0.5, 1, symbol="κ")], draws)
    with pytest.raises(Undecided, match="nothing to pool"):
        joint_mean([with_error(0.5, 1)], draws[:, :1])
    with pytest.raises(Undecided, match="at least 100"):
        joint_mean([with_error(0.5, 1)] * 2, draws[:99])
