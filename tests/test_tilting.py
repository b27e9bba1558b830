"""Exponential tilting, and the power that it gives where there is no formula.

Reference: of two values, the weights that give a mean are known; of Pearson's r the power is, by `power_of_r`.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from worlds import world

from pytest_claims import claim, dealt, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.robustness.battery import checks_of
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.stats.power import power_of_r
from pytest_claims.stats.tilting import LEAST_EFFECTIVE, effective, tilted
from pytest_claims.verdicts.claimed import Claimed, Smallest
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.power import simulated_effect
from pytest_claims.words.power import prospects


@given(st.floats(0.2, 0.8), st.floats(-5, 5), st.floats(0.01, 100))
def test_weights_of_two_values_are_those_that_give_the_mean(share, where, apart):
    values = np.repeat([where, where + apart], 50)
    weights = tilted(values, where + share * apart)
    assert weights[50:].sum() == pytest.approx(share, abs=1e-6)
    assert np.ptp(weights[:50]) == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 2**31), st.floats(-1.2, 1.2))
def test_weights_have_the_mean_and_grow_along_the_values(seed, mean):
    values = np.random.default_rng(seed).normal(size=400)
    weights = tilted(values, mean)
    assert weights.sum() == pytest.approx(1)
    assert weights @ values == pytest.approx(mean, abs=1e-6)
    in_order = weights[np.argsort(values)] * (1 if mean > values.mean() else -1)
    assert (np.diff(in_order) >= -1e-15).all()
    assert LEAST_EFFECTIVE <= effective(weights) <= 400 * (1 + 1e-9)


def test_mean_of_the_values_weighs_all_alike():
    values = np.arange(40.0)
    assert tilted(values, values.mean()) == pytest.approx(np.full(40, 1 / 40))


@pytest.mark.parametrize("mean", [1.0, -1.0, 0.99, 7.0])
def test_mean_that_hardly_any_value_reaches_is_refused(mean):
    with pytest.raises(Undecided, match=r"no value lies beyond|too few values lie around"):
        tilted(np.linspace(-1, 1, 100), mean)


@pytest.mark.parametrize("values", [[], [2.0] * 50])
def test_values_without_spread_are_refused(values):
    with pytest.raises(Undecided, match="no value lies beyond 2"):
        tilted(np.array(values), 2.0)


@pytest.mark.parametrize(("values", "mean"), [([0.0, np.nan], 0.5), ([0.0, 1.0], np.inf)])
def test_what_is_not_finite_is_refused(values, mean):
    with pytest.raises(InputError, match="not finite"):
        tilted(np.array(values), mean)


def without_interval(table):
    """Pearson's r as an author may compute it: no formula knows its error."""
    found = stats.pearsonr(table["score"], table["rate"])
    return note(Estimate(method="own", symbol="r", value=float(found.statistic), n=len(table), p=float(found.pvalue)))


@claim("no-formula", source="test", smallest=0.5, null=dealt("score", across="item"))
def no_formula(table):
    """The rate rises."""
    found = without_interval(table)
    assert found.value > 0
    assert found.p < 0.05


def test_simulated_power_of_a_correlation_is_that_of_the_formula():
    shares = []
    for seed in range(4):
        table = world(0.5, 12, seed)
        verdict = judge(claim_of(no_formula), no_formula, table, checks=checks_of("permutation"))
        assert verdict.power.value == 0.5
        assert verdict.power.worlds == 2000
        shares.append(verdict.power.share)
    assert np.mean(shares) == pytest.approx(power_of_r(0.5, 12), abs=0.06)


def test_power_of_which_there_is_a_formula_is_not_simulated():
    @claim("formula", source="test", smallest=0.5, null=dealt("score", across="item"))
    def formula(table):
        """The rate rises."""
        found = pearson(table["score"], table["rate"])
        assert found.value > 0
        assert found.p < 0.05

    verdict = judge(claim_of(formula), formula, world(0.5, 12, 0), checks=checks_of("permutation"))
    assert verdict.power.worlds is None
    assert "share_at_effect" not in verdict.result("permutation").numbers


def test_simulated_power_says_from_how_many_worlds():
    verdict = judge(claim_of(no_formula), no_formula, world(0.5, 12, 1), checks=checks_of("permutation"))
    (said,) = [one for one in prospects(verdict) if one.startswith("Power")]
    assert "r = +0.50, the smallest effect that counts (as the claim says)" in said
    assert ", simulated from 2,000 worlds without the effect" in said


def test_effect_that_no_world_comes_near_has_no_power():
    verdict = judge(claim_of(no_formula), no_formula, world(0.9, 100, 1), checks=checks_of("permutation"))
    assert verdict.power is None
    assert "share_at_effect" not in verdict.result("permutation").numbers
    assert any(one.startswith("Power for r ≥ +0.50, as the claim says: not known") for one in prospects(verdict))


def test_strongest_of_several_places_has_no_simulated_power():
    """Where nothing is, the strongest of many is already larger than what counts at one."""
    found = Estimate(method="made", symbol="r", value=0.4, n=10, details={"places": 31.0})
    claimed = Claimed(about=0, kind="presence", null=0, low=0.3, high=None, smallest=Smallest(size=0.3, basis="claim"))
    assert simulated_effect(claimed, [found]) is None
    assert simulated_effect(claimed, [replace(found, details={})]).value == 0.3
