"""Replication criteria and pooled correlations: published values, calibration, and what must hold of any numbers."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ssrp import SSRP

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.design import Words
from pytest_claims.stats.coefficients import fisher_interval, pearson_p
from pytest_claims.stats.pooling import pool_correlations, pool_resampled
from pytest_claims.stats.power import detectable_r
from pytest_claims.stats.replication import (
    bayes_factor,
    directed_bayes_factor,
    prediction_interval,
    replicate,
    smaller_p,
)
from pytest_claims.words import replication as words
from pytest_claims.words.replication import criterion

correlations = st.floats(-0.99, 0.99)
directed = correlations.filter(lambda r: abs(r) > 1e-6)
rows = st.integers(4, 2000)
studies = st.lists(st.tuples(correlations, rows), min_size=2, max_size=12)


def test_counts_of_the_social_sciences_replication_project():
    # Camerer et al. (2018): 13 of 21 significant in the same direction (abstract), 14 within the 95%
    # prediction interval, 12 by small telescopes (supplementary figure 2).
    found = [replicate(original_r=ro, original_n=no, r=r, n=n) for ro, no, r, n in SSRP]
    assert len(found) == 21
    assert sum(one.significance.satisfied for one in found) == 13
    assert sum(one.in_prediction_interval.satisfied for one in found) == 14
    assert sum(one.small_telescopes.satisfied for one in found) == 12


# Cohen (1992), A power primer, Psychol. Bull. 112, 155-159, table 2: rows for power .80 at two-sided .05.
@pytest.mark.parametrize(("n", "r"), [(783, 0.10), (85, 0.30), (28, 0.50)])
def test_detectable_effects_of_cohen(n, r):
    assert detectable_r(n, 0.80) == pytest.approx(r, abs=0.002)


# The documentation of pingouin.power_corr, which is R's pwr.r.test: r = 0.5822 for power .80 on 20 rows. It
# approximates on Fisher's z what is exact here; they differ by 0.003.
def test_detectable_effect_is_close_to_pwr():
    assert detectable_r(20, 0.80) == pytest.approx(0.5822, abs=0.004)


@pytest.mark.parametrize("n", [4, 10, 40])
def test_a_third_of_simulated_studies_detects_r_33(n):
    # Independent of the density that is integrated: 100,000 samples of n rows; bounds of 4 standard errors.
    random = np.random.default_rng(1)
    rho = detectable_r(n)
    x, noise = random.normal(size=(2, 100_000, n))
    y = rho * x + math.sqrt(1 - rho**2) * noise
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    t = np.abs(r) * np.sqrt((n - 2) / (1 - r**2))
    critical = {4: 4.302653, 10: 2.306004, 40: 2.024394}[n]  # of t with n - 2 degrees of freedom, from tables
    assert np.mean(t > critical) == pytest.approx(1 / 3, abs=4 * math.sqrt(2 / 9 / 100_000))


def test_two_and_a_half_times_the_rows_are_enough_for_small_telescopes():
    # Simonsohn (2015): with 2.5 times the original's rows, about 80% of replications of no effect reject.
    random = np.random.default_rng(1)
    replications = np.tanh(random.normal(size=4000) / math.sqrt(247))
    rejected = [smaller_p(r, 250, than=detectable_r(100)) < 0.05 for r in replications]
    assert np.mean(rejected) == pytest.approx(0.80, abs=0.03)


# (r, n): BF10, BF+0, BF-0, by JASP and R's BayesFactor: the first from the tests of pingouin, the second
# from the documentation of pingouin.bayesfactor_pearson.
@pytest.mark.parametrize(
    ("r", "n", "either", "positive", "negative"), [(0.1, 83, 0.204, 0.332, 0.076), (0.6, 20, 10.634, 21.185, 0.082)]
)
def test_bayes_factors_of_jasp(r, n, either, positive, negative):
    assert bayes_factor(r, n) == pytest.approx(either, abs=5e-4)
    assert directed_bayes_factor(r, n) == pytest.approx(positive, abs=5e-4)
    assert directed_bayes_factor(-r, n) == pytest.approx(negative, abs=5e-4)


@given(st.floats(-0.9, 0.9), st.integers(4, 150))
def test_bayes_factor_is_that_of_pingouin(r, n):
    from pingouin.bayesian import bayesfactor_pearson

    assert bayes_factor(r, n) == pytest.approx(bayesfactor_pearson(r, n), rel=1e-5)


def test_bayes_factors_where_closed_forms_fail():
    # Against the direction the factor tends to 1 / (n |r|), the integral of exp(-n |r| rho) at 0.
    assert directed_bayes_factor(-0.9, 1_000_000) == pytest.approx(1 / 900_000, rel=1e-3)
    assert directed_bayes_factor(0.9, 5000) == bayes_factor(0.9, 5000) == math.inf


def test_prediction_interval_is_calibrated():
    # 20,000 pairs of Fisher's z of one and the same correlation: 95% within, bounds of 4 standard errors.
    random = np.random.default_rng(1)
    original = np.tanh(math.atanh(0.5) + random.normal(size=20_000) / math.sqrt(9))
    new = np.tanh(math.atanh(0.5) + random.normal(size=20_000) / math.sqrt(97))
    low, high = np.transpose([prediction_interval(r, 12, 100) for r in original])
    assert np.mean((low <= new) & (new <= high)) == pytest.approx(0.95, abs=0.0062)


def test_every_sentence_has_its_numbers():
    found = replicate(original_r=-0.66, original_n=10, r=-0.42, n=100)
    assert [one.satisfied for one in found.criteria] == [True, False, True, True, True]
    quoted = [("-0.42", "100", "p = 1.36e-05"), ("-0.66", "[-0.57, -0.24]"), ("[-0.92, -0.03]", "n = 10")]
    for one, numbers in zip(found.criteria, [*quoted, ("-0.50", "p = 0.144"), ("2.8e+03", "1.4e+03")], strict=True):
        assert all(number in criterion(one, found, Words()) for number in numbers)


def test_significant_in_the_other_direction_is_no_replication():
    found = replicate(original_r=-0.66, original_n=10, r=0.4, n=100)
    assert found.p < 0.05
    assert not any(one.satisfied for one in found.criteria)
    assert "does not point in the direction" in criterion(found.significance, found, Words())
    assert "against" in criterion(found.bayes_factor, found, Words())


@given(directed, rows, correlations, rows)
def test_negating_both_changes_only_signs(original_r, original_n, r, n):
    one = replicate(original_r=original_r, original_n=original_n, r=r, n=n)
    other = replicate(original_r=-original_r, original_n=original_n, r=-r, n=n)
    assert [c.satisfied for c in other.criteria] == [c.satisfied for c in one.criteria]
    assert (other.p, other.p_smaller, other.r_33) == pytest.approx((one.p, one.p_smaller, -one.r_33))
    assert (other.bf10, other.bf_directed) == pytest.approx((one.bf10, one.bf_directed))
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert (other.prediction_low, other.prediction_high) == pytest.approx((-one.prediction_high, -one.prediction_low))


@given(directed, rows)
def test_the_original_replicates_itself(r, n):
    found = replicate(original_r=r, original_n=n, r=r, n=n)
    assert found.original_in_interval.satisfied
    assert found.in_prediction_interval.satisfied
    assert found.small_telescopes.satisfied
    assert found.significance.satisfied == (pearson_p(r, n) < 0.05)


@given(correlations, rows, rows)
def test_prediction_interval_is_wider_than_the_confidence_interval(r, original_n, n):
    low, high = fisher_interval(r, original_n)
    wide_low, wide_high = prediction_interval(r, original_n, n)
    narrower_low, narrower_high = prediction_interval(r, original_n, 10 * n)
    assert wide_low < narrower_low < low <= r <= high < narrower_high < wide_high


@given(directed, rows, correlations, rows)
def test_evidence_is_in_its_range(original_r, original_n, r, n):
    found = replicate(original_r=original_r, original_n=original_n, r=r, n=n)
    assert 0 <= found.p <= 1
    assert 0 <= found.p_smaller <= 1
    assert 0 < found.r_33 * math.copysign(1, original_r) < 1
    assert 0 < found.bf_directed <= 2 * found.bf10


@given(correlations, correlations, rows)
def test_a_stronger_correlation_is_more_evidence(one, other, n):
    weaker, stronger = sorted((one, other))
    assume(stronger - weaker > 1e-3)
    more, less = directed_bayes_factor(stronger, n), directed_bayes_factor(weaker, n)
    assert more > less or more == less == math.inf
    assert smaller_p(stronger, n, than=0.3) >= smaller_p(weaker, n, than=0.3)


@given(rows)
def test_more_rows_detect_less(n):
    assert 0 < detectable_r(n + 1) < detectable_r(n) < detectable_r(n, 0.8) < 1


@pytest.mark.parametrize("bad", [-1.0, 1.0, 1.2, math.nan])
def test_what_is_no_correlation_is_bad_input(bad):
    with pytest.raises(InputError, match="between -1 and 1"):
        replicate(original_r=bad, original_n=10, r=0.3, n=100)
    with pytest.raises(InputError, match="between -1 and 1"):
        replicate(original_r=0.3, original_n=10, r=bad, n=100)
    with pytest.raises(InputError, match="between -1 and 1"):
        pool_correlations([0.3, bad], [10, 10])


def test_too_few_rows_no_direction_or_no_power_are_bad_input():
    with pytest.raises(InputError, match="at least 4"):
        replicate(original_r=0.3, original_n=3, r=0.3, n=100)
    with pytest.raises(InputError, match="at least 4"):
        replicate(original_r=0.3, original_n=10, r=0.3, n=3)
    with pytest.raises(InputError, match="direction"):
        replicate(original_r=0.0, original_n=10, r=0.3, n=100)
    with pytest.raises(InputError, match="power"):
        detectable_r(10, 0.04)


def test_values_of_metafor_on_kackers_data():
    # R's metafor, rma(method="PM"), on Kacker (2004), Metrologia 41, 132-136, table 1, as kept by statsmodels
    # in stats/tests/results/results_meta.py (exk1_metafor); I2 = 1 - df / Q is that of DerSimonian and Laird's
    # method there (exk1_dl). Shifted by 62 and divided by 4, the data are Fisher's z of correlations.
    y = np.array([61.00, 61.40, 62.21, 62.30, 62.34, 62.60, 62.70, 62.84, 65.90])
    v = np.array([0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225])
    pooled = pool_correlations(np.tanh((y - 62) / 4), 3 + 16 / v)
    assert 62 + 4 * pooled.mean == pytest.approx(62.4076199113286, abs=1e-6)
    assert 4 * pooled.se == pytest.approx(0.338030602684471, rel=1e-5)
    assert 16 * pooled.tau2 == pytest.approx(0.705395309224248, rel=1e-5)
    assert (pooled.q, pooled.df, pooled.p) == pytest.approx((24.801897741835, 8, 0.00167935146372742))
    assert pooled.i2 == pytest.approx(0.67744403741711)
    assert math.atanh(pooled.high) - pooled.mean == pytest.approx(2.306004 * pooled.se, rel=1e-6)  # t(8), from tables


def test_values_of_metafor_with_a_prediction_interval():
    # R's metafor, rma(yi, vi, method="PM", test="knha"): mu = 0.22957, tau2 = 0.05930, and by predict the
    # interval (-0.70650, 1.16564), as quoted in the end-to-end test of a public forest plot. It is that of
    # t with k - 1 degrees of freedom, 3.182446; with k - 2, as here, t is 4.302653 (from tables).
    y, v = np.array([0.40, -0.20, 0.55, 0.10]), np.array([0.05, 0.06, 0.04, 0.05])
    pooled = pool_correlations(np.tanh(y), 3 + 1 / v)
    assert (pooled.mean, pooled.tau2) == pytest.approx((0.22957, 0.05930), abs=1e-5)
    half = (1.16564 + 0.70650) / 2 * 4.302653 / 3.182446
    assert np.arctanh(pooled.prediction) == pytest.approx((0.22957 - half, 0.22957 + half), abs=3e-5)


def test_conscientiousness_and_medication_adherence():
    # Molloy et al. (2014), Ann. Behav. Med. 47, 92-101, R's dat.molloy2014: Q(15) = 38.1595, p = .0009 by
    # metafor; r = 0.15 in the abstract, and 0.1499 by restricted maximum likelihood.
    r = [0.187, 0.162, 0.34, 0.32, 0.27, 0, 0.175, 0.05, 0.26, 0.01, -0.09, 0.37, 0, 0.15, 0.24, 0.04]
    n = [109, 749, 55, 107, 72, 65, 174, 326, 58, 771, 56, 91, 116, 537, 158, 65]
    pooled = pool_correlations(r, n)
    assert pooled.q == pytest.approx(38.1595, abs=5e-5)
    assert pooled.p == pytest.approx(0.0009, abs=5e-5)
    assert pooled.estimate == pytest.approx(0.15, abs=0.005)
    assert "k = 16" in words.pooled(pooled)


@settings(max_examples=300)
@given(studies)
def test_tau2_is_the_root_that_defines_it(pairs):
    # Paule and Mandel's equation, written anew: the weighted sum of squares at tau2 is k - 1, or less at 0.
    r, n = np.array(pairs).T
    pooled, z = pool_correlations(r, n), np.arctanh(r)
    weight = 1 / (1 / (n - 3) + pooled.tau2)
    spread = weight @ (z - weight @ z / weight.sum()) ** 2
    assert spread == pytest.approx(pooled.df, abs=1e-4) if pooled.tau2 > 0 else spread <= pooled.df + 1e-4


@given(studies, st.randoms())
def test_pooled_in_any_order_and_with_any_sign(pairs, random):
    pooled = pool_correlations(*zip(*pairs, strict=True))
    shuffled = pool_correlations(*zip(*random.sample(pairs, len(pairs)), strict=True))
    mirrored = pool_correlations([-r for r, _ in pairs], [n for _, n in pairs])
    close = {"rel": 1e-6, "abs": 1e-9}
    assert (shuffled.estimate, shuffled.low, shuffled.q) == pytest.approx(
        (pooled.estimate, pooled.low, pooled.q), **close
    )
    assert (mirrored.estimate, mirrored.low, mirrored.q) == pytest.approx(
        (-pooled.estimate, -pooled.high, pooled.q), **close
    )


@given(studies)
def test_pooled_lies_among_the_studies_and_its_intervals_around_it(pairs):
    r, n = zip(*pairs, strict=True)
    pooled = pool_correlations(r, n)
    assert min(r) - 1e-9 <= pooled.estimate <= max(r) + 1e-9
    assert pooled.low <= pooled.estimate <= pooled.high
    assert pooled.se >= 1 / math.sqrt(sum(n) - 3 * len(n)) - 1e-12  # never surer than one large study
    assert 0 <= pooled.p <= 1
    assert 0 <= pooled.i2 < 1
    if len(pairs) == 2:
        assert pooled.prediction is None
        assert "at least 3" in pooled.no_prediction
    else:
        assert pooled.prediction[0] <= pooled.low <= pooled.high <= pooled.prediction[1]
        assert pooled.no_prediction is None


@given(correlations, st.lists(rows, min_size=2, max_size=12))
def test_equal_correlations_are_homogeneous(r, n):
    pooled = pool_correlations([r] * len(n), n)
    assert pooled.q == pytest.approx(0, abs=1e-9)
    assert (pooled.tau2, pooled.i2) == (0, 0)
    assert (pooled.p, pooled.estimate) == pytest.approx((1, r))


def test_pooling_warns_of_nothing_and_imports_late():
    # In a process of its own: there alone are its imports the first.
    check = (
        "import sys\n"
        "import pytest_claims.stats.replication; from pytest_claims.stats.pooling import pool_correlations\n"
        "late = {'statsmodels', 'pingouin', 'scipy.optimize', 'scipy.integrate'} & set(sys.modules)\n"
        "pool_correlations([0.3, 0.3], [10, 10]), pool_correlations([0.3, -0.5, 0.9], [10, 20, 4])\n"
        "sys.exit(f'imported {late}' if late else 0)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", check], capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stderr


def test_nothing_to_pool():
    for few, what in (([], "^no study"), ([0.3], "^a single study")):
        with pytest.raises(Undecided, match=f"{what}: there is nothing to pool"):
            pool_correlations(few, [10] * len(few))
        with pytest.raises(Undecided, match="nothing to pool"):
            pool_resampled(np.full((200, len(few)), 0.3), symbol="r")
    with pytest.raises(InputError, match="shape"):
        pool_correlations([0.3, 0.4], [10])
    with pytest.raises(InputError, match="at least 4"):
        pool_correlations([0.3, 0.4], [10, 3])


@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(0, 50))
def test_studies_that_repeat_one_another_add_nothing(seed, number, undecided):
    # Were the resamples of the studies mixed, the interval of their mean would be narrower by sqrt(number).
    column = np.random.default_rng(seed).uniform(-0.99, 0.99, 150)
    table = np.repeat(column[:, None], number, axis=1)
    table[:undecided, -1] = np.nan
    expected = np.tanh(np.quantile(np.arctanh(column[undecided:]), [0.025, 0.975]))
    assert pool_resampled(table, symbol="r") == pytest.approx(expected)


def test_resampled_mean_is_that_of_fishers_z():
    # By hand: z of 0.9 and 0.1 is 1.4722 and 0.1003 (Fisher's table), and exp(1.5725) = 4.8189 for their sum.
    expected = 3.8189 / 5.8189
    assert pool_resampled(np.tile([0.9, 0.1], (100, 1)), symbol="r") == pytest.approx((expected, expected), abs=1e-4)


def test_resamples_that_cannot_be_pooled():
    table = np.full((120, 3), 0.5)
    table[:21, 1] = np.nan
    with pytest.raises(Undecided, match="99 of 120"):
        pool_resampled(table, symbol="r")
    assert pool_resampled(table[1:].repeat(2, axis=0), symbol="r") == pytest.approx((0.5, 0.5))
    with pytest.raises(InputError, match="shape"):
        pool_resampled(table[:, 0], symbol="r")
    with pytest.raises(InputError, match=r"of 1\.5"):
        pool_resampled(np.full((120, 2), 1.5), symbol="r")
