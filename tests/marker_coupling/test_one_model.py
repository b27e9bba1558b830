"""The one model of what is recorded of marker coupling is that of R, with all effects that it has.

Reference values: R 4.2.2 with lme4 1.1.31 and glmmTMB 1.1.5 (Debian 12, 2026-11-29), of the counts that the five
subjects bring, summed over questions: a line for each adapter, with ``cz`` and ``jz``, cosine and JS divergence
standardised in each subject. ``mp`` is persona in model, ``sp`` persona in subject, ``fm`` family in model:

    f <- cbind(k, n - k) ~ 0 + subject + cz + jz + (1 | persona) + (1 | mp) + (1 | sp) + (1 | family) + (1 | fm) +
        (1 | adapter)
    glmer(f, a, family = binomial, nAGQ = 0)
    h <- glmmTMB(update(f, . ~ . + (0 + cz | model) + (0 + jz | model)), a, family = binomial, REML = TRUE)
    # the slopes of these very models, at the spreads of h
    glmmTMB(update(f, . ~ . - cz - jz + cz:model + jz:model), a, family = binomial, REML = TRUE,
        start = list(theta = h$fit$par[names(h$fit$par) == "theta"][1:6]), map = list(theta = factor(rep(NA, 6))))

Of the last ``mean(fixef(.)$cond[i])`` and ``sqrt(mean(vcov(.)$cond[i, i]))`` of the three slopes of each predictor.
"""

from dataclasses import replace

import numpy as np
import pytest
from marker import table_of
from marker_record import FINDING, RECORDED

from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.stats.mixed_model import MixedModel, of_groups, of_slopes
from pytest_claims.verdicts.counted import counted_of
from pytest_claims.verdicts.multilevel import multilevel_models
from pytest_claims.verdicts.random_effects import stack

NAMES = (
    "gemma3-270m-base@full",
    "qwen2.5-coder-0.5b@full",
    "qwen2.5-coder-0.5b@full-hundred",
    "smollm2-135m@full",
    "smollm2-135m@full-hundred",
)


@pytest.fixture(scope="module")
def brought():
    tables = {name: table_of(read_measurement(RECORDED / f"{name}.nc.gz")) for name in NAMES}
    return {name: counted_of(table) for name, table in tables.items()}


@pytest.fixture(scope="module")
def found(brought):
    (model,) = multilevel_models([(FINDING.name, name, one) for name, one in brought.items()])
    return model


@pytest.fixture(scope="module")
def made(brought):
    """The mixed model of both predictors, with slopes of models."""
    stacked = stack(brought)
    studies = stacked.studies
    repetitions = studies.trials.shape[1]
    slopes = {name: of_slopes(studies.model, values) for name, values in studies.predictors.items()}
    intercepts = studies.study[:, None] == np.arange(len(NAMES))
    return MixedModel(
        successes=studies.successes.sum(axis=2).ravel(),
        trials=studies.trials.sum(axis=2).ravel(),
        row=np.repeat(np.arange(len(studies.level)), repetitions),
        fixed=np.column_stack([intercepts, *studies.predictors.values()]).astype(float),
        random={name: of_groups(groups) for name, groups in stacked.effects.items()} | slopes,
        repeated=stacked.repeated,
    )


def test_what_is_in_it(found):
    assert (found.levels, found.rows, found.repetitions, found.trials) == (100, 230, 730, 73_000)
    assert found.models == ("gemma3-270m-base", "qwen2.5-coder-0.5b", "smollm2-135m")
    assert (found.clusters, found.clustered, found.dropped) == ("question", 20, {})


def test_without_slopes_of_models_it_is_that_of_lme4(made):
    plain = replace(made, random={name: one for name, one in made.random.items() if name not in ("cosine", "js")})
    at = {
        "persona": 0.1237838876, "persona × model": 0.1964602578, "persona × subject": 0.1021696832,
        "family": 0.0829908857, "family × model": 0.0516978463, "seed": 0.0501633725,
    }  # fmt: skip
    fit = plain.at(at)
    expected = [0.1981855, -0.0558866, -0.0601704, -0.0980795, -0.1907670, 0.0074022, 0.1067124]
    assert fit.coefficients == pytest.approx(expected, abs=1e-5)
    errors = [0.0985990, 0.0735859, 0.0419823, 0.0738004, 0.0420058, 0.0207877, 0.0224474]
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(errors, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(-2418.882646, abs=1e-3)


def test_with_slopes_of_models_it_is_that_of_glmmtmb(made):
    fit = made.fit()
    expected = [0.2011577, -0.0654195, -0.0592923, -0.0812273, -0.1908610, 0.0003172, 0.1211587]
    assert fit.coefficients == pytest.approx(expected, abs=1e-4)
    assert fit.restricted == pytest.approx(-2430.543535, abs=1e-4)


def test_its_spreads_are_those_of_glmmtmb(found):
    expected = {
        "persona": 0.1169838, "persona × model": 0.1872051, "persona × subject": 0.1141346, "family": 0.0716459,
        "family × model": 0.0664494, "seed": 0.0501473, "slope of cosine": 0.0788409, "slope of js": 0.0000212,
    }  # fmt: skip
    assert found.spreads == pytest.approx(expected, abs=2e-4)


def test_slopes_of_these_models_are_those_of_glmmtmb(found):
    """With their standard errors, before what questions add to these."""
    cosine, js = found.effects[2:]
    assert cosine.slopes == pytest.approx([-0.0379173, -0.0613746, 0.0835941], abs=1e-4)
    assert js.slopes == pytest.approx([0.2150153, 0.1174207, 0.1213919], abs=1e-4)
    assert (cosine.these.value, js.these.value) == pytest.approx((-0.0052326, 0.1512760), abs=1e-4)
    without = [np.sqrt(one.se**2 - one.clusters_se**2) for one in (cosine, js)]
    assert without == pytest.approx([0.0333309, 0.0367719], abs=1e-4)
