"""The binomial mixed model is that of R, and of statsmodels where nothing is random.

Reference values: R 4.2.2, lme4 1.1.31 and glmmTMB 1.1.5 (Debian 12, 2026-11-28), by the code beside them. ``glmer``
with ``nAGQ=0`` finds fixed and random effects together, as is done here; with ``nAGQ=1``, its default, the fixed
effects of cbpp are -1.3983, -0.9919, -1.1282 and -1.5797, as its manual prints them.
"""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import Undecided
from pytest_claims.stats.mixed_model import MixedModel, of_groups, of_slopes

# lme4's data of contagious bovine pleuropneumonia: herd, cases, animals and period (Lesnoff et al. 2004).
HERD = np.repeat(np.arange(15), [4, 3, 4, 4, 4, 4, 4, 1, 4, 4, 4, 4, 4, 4, 4])
CASES = [2, 3, 4, 0, 3, 1, 1, 8, 2, 0, 2, 2, 0, 2, 0, 5, 0, 0, 1, 3, 0, 0, 1, 8, 1, 3, 0, 12]
CASES += [2, 0, 0, 0, 1, 1, 0, 2, 0, 5, 3, 1, 2, 1, 0, 0, 1, 2, 0, 0, 11, 0, 0, 0, 1, 1, 1, 0]
ANIMALS = [14, 12, 9, 5, 22, 18, 21, 22, 16, 16, 20, 10, 10, 9, 6, 18, 25, 24, 4, 17, 17, 18, 20, 16, 10, 9, 5, 34]
ANIMALS += [9, 6, 8, 6, 22, 22, 18, 22, 25, 27, 22, 22, 10, 8, 6, 5, 21, 24, 19, 23, 19, 2, 3, 2, 19, 15, 15, 15]
PERIOD = np.array([*range(4), *range(3), *[*range(4)] * 5, 0, *[*range(4)] * 7])
# Made in R: 12 items in 3 models, each counted twice in 20 trials; of each item and model, x.
X = [-0.63, 0.18, -0.84, 1.6, 0.33, -0.82, 0.49, 0.74, 0.58, -0.31, 1.51, 0.39]
X += [-0.62, -2.21, 1.12, -0.04, -0.02, 0.94, 0.82, 0.59, 0.92, 0.78, 0.07, -1.99]
X += [0.62, -0.06, -0.16, -1.47, -0.48, 0.42, 1.36, -0.1, 0.39, -0.05, -1.38, -0.41]
HITS = [11, 10, 14, 10, 16, 13, 7, 14, 11, 12, 9, 13, 9, 9, 10, 12, 5, 9, 9, 5, 12, 14, 16, 14, 12, 16, 3, 6]
HITS += [15, 18, 12, 12, 9, 7, 15, 15, 13, 14, 16, 18, 11, 14, 10, 16, 9, 15, 7, 3, 16, 9, 8, 6, 11, 9, 6, 9]
HITS += [7, 12, 8, 11, 11, 16, 17, 12, 6, 9, 12, 9, 10, 9, 8, 12]


LESS = 1e-3  # lme4 ends its search for the mode where the likelihood is still a little lower


def cbpp() -> MixedModel:
    """``cbind(incidence, size - incidence) ~ period + (1 | herd)``."""
    periods = (PERIOD[:, None] == np.arange(4)).astype(float)
    periods[:, 0] = 1
    return MixedModel(
        successes=np.array(CASES, dtype=float),
        trials=np.array(ANIMALS, dtype=float),
        row=np.arange(56),
        fixed=periods,
        random={"herd": of_groups(HERD)},
    )


def crossed() -> MixedModel:
    """``cbind(k, n - k) ~ 0 + model + x + (1 | item) + (1 | item:model) + (1 | count) + (0 + x | model)``."""
    model, item, x = np.repeat(np.arange(3), 12), np.tile(np.arange(12), 3), np.array(X)
    return MixedModel(
        successes=np.array(HITS, dtype=float),
        trials=np.full(72, 20.0),
        row=np.repeat(np.arange(36), 2),
        fixed=np.column_stack([model[:, None] == np.arange(3), x]).astype(float),
        random={"item": of_groups(item), "item in model": np.eye(36), "slope": of_slopes(model, x)},
        repeated="count",
    )


def test_at_lme4s_spread_it_gives_what_lme4_gives():
    """``glmer(..., nAGQ=0)``: fixef, sqrt(diag(vcov)), logLik."""
    found = cbpp().at({"herd": 0.641838555})
    assert found.coefficients == pytest.approx([-1.3604757, -0.9761732, -1.1110728, -1.5596757], abs=2e-6)
    errors = np.sqrt(np.diag(found.covariance))
    assert errors == pytest.approx([0.2275790, 0.3032862, 0.3235104, 0.4244519], abs=2e-4)
    assert found.log_likelihood == pytest.approx(-92.0543465, abs=LESS)


def test_with_crossed_effects_and_slopes_too():
    found = crossed().at({"item": 0.25953686, "item in model": 0.13561276, "slope": 0.26481447, "count": 0.29008690})
    assert found.coefficients == pytest.approx([0.17844306, 0.39312264, 0.06353957, 0.35639307], abs=1e-5)
    errors = np.sqrt(np.diag(found.covariance))
    assert errors == pytest.approx([0.1443088, 0.1434308, 0.1398004, 0.1755814], abs=2e-4)
    assert found.log_likelihood == pytest.approx(-176.911747, abs=LESS)


@pytest.mark.parametrize(
    ("model", "coefficients", "spreads", "restricted"),
    [
        (cbpp(), [-1.3670152, -0.9693483, -1.1044541, -1.5518863], {"herd": 0.6818673}, -93.1990671),
        (
            crossed(),
            [0.18664817, 0.39346836, 0.06400255, 0.35430343],
            {"item": 0.2746108, "item in model": 0.1870032, "slope": 0.3428185, "count": 0.2932212},
            -180.749487,
        ),
    ],
    ids=["cbpp", "crossed"],
)
def test_it_finds_the_spreads_of_glmmtmb(model, coefficients, spreads, restricted):
    """``glmmTMB(..., REML=TRUE)``: fixef, sqrt of VarCorr, logLik."""
    found = model.fit()
    assert found.coefficients == pytest.approx(coefficients, abs=1e-3)
    assert found.spreads == pytest.approx(spreads, abs=2e-3)
    assert found.restricted == pytest.approx(restricted, abs=1e-4)


def test_without_random_effects_it_is_the_logistic_regression_of_statsmodels():
    model = replace(cbpp(), random={})
    found = model.fit()
    counts = np.column_stack([model.successes, model.trials - model.successes])
    expected = sm.GLM(counts, model.fixed, family=sm.families.Binomial()).fit()
    np.testing.assert_allclose(found.coefficients, expected.params, atol=1e-7)
    np.testing.assert_allclose(found.covariance, expected.cov_params(), atol=1e-7)
    assert found.log_likelihood == pytest.approx(expected.llf)
    assert found.spreads == {}


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.3, 1.0]))
def test_no_other_spread_of_an_effect_is_more_likely(seed, other):
    """Also where the search came by 0 on its way: a search in standard deviations stays there."""
    random = np.random.default_rng(seed)
    model = crossed()
    odds = 0.3 * model.fixed[:, 3] + random.normal(0, random.choice([0, 0.4]), 36)
    model = replace(model, successes=random.binomial(20, 1 / (1 + np.exp(-odds[model.row]))).astype(float))
    found = model.fit()
    for name in model.names:
        assert model.at(found.spreads | {name: other}).restricted <= found.restricted + 1e-4


SPREADS = st.floats(0, 1.5)


@given(SPREADS, SPREADS, SPREADS, SPREADS)
def test_failures_in_place_of_successes_turn_every_sign(item, inner, slope, count):
    model = crossed()
    at = {"item": item, "item in model": inner, "slope": slope, "count": count}
    found, turned = model.at(at), replace(model, successes=model.trials - model.successes).at(at)
    np.testing.assert_allclose(turned.coefficients, -found.coefficients, atol=1e-7)
    np.testing.assert_allclose(turned.covariance, found.covariance, atol=1e-7)
    assert turned.restricted == pytest.approx(found.restricted)


@given(SPREADS, SPREADS, st.randoms(use_true_random=False))
def test_neither_order_nor_a_count_without_trials_says_anything(item, count, random):
    model = crossed()
    at = {"item": item, "item in model": 0.2, "slope": 0.1, "count": count}
    order = np.array(random.sample(range(72), 72))
    other = replace(
        model,
        successes=np.append(model.successes[order], 0),
        trials=np.append(model.trials[order], 0),
        row=np.append(model.row[order], 5),
    )
    found, same = model.at(at), other.at(at)
    np.testing.assert_allclose(same.coefficients, found.coefficients, atol=1e-6)
    assert same.restricted == pytest.approx(found.restricted, abs=1e-6)


def test_an_effect_that_the_data_do_not_show_has_no_spread():
    """Counts that are as even as they can be: less than chance would make of them."""
    model = replace(crossed(), successes=np.full(72, 10.0))
    assert model.fit().spreads == {"item": 0, "item in model": 0, "slope": 0, "count": 0}


def test_where_all_trials_of_a_fixed_effect_have_one_outcome_it_is_undecided():
    model = cbpp()
    with pytest.raises(Undecided, match="the mixed model does not converge"):
        replace(model, successes=np.where(PERIOD == 0, 0, model.successes)).fit()
