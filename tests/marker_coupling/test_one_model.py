"""The one model of what is recorded of marker coupling is that of R, with all effects that it has.

Reference values: R 4.2.2 with lme4 1.1.31 and glmmTMB 1.1.5 (Debian 12, 2026-11-28), of the counts that the five
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
    assert (found.levels, found.rows, found.repetitions, found.trials) == (100, 230, 530, 53_000)
    assert found.models == ("gemma3-270m-base", "qwen2.5-coder-0.5b", "smollm2-135m")
    assert (found.clusters, found.clustered, found.dropped) == ("question", 20, {})


def test_without_slopes_of_models_it_is_that_of_lme4(made):
    plain = replace(made, random={name: one for name, one in made.random.items() if name not in ("cosine", "js")})
    at = {
        "persona": 0.0947020920, "persona × model": 0.2073210134, "persona × subject": 0.1088781963,
        "family": 0.1032145958, "family × model": 0.0424046877, "seed": 0.0327911347,
    }  # fmt: skip
    fit = plain.at(at)
    expected = [0.2008282, -0.0642599, -0.0748091, -0.0990102, -0.1915418, 0.0054320, 0.1011102]
    assert fit.coefficients == pytest.approx(expected, abs=1e-5)
    errors = [0.1008104, 0.0825189, 0.0481696, 0.0768070, 0.0452100, 0.0221329, 0.0240497]
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(errors, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(-1767.017192, abs=1e-3)


def test_with_slopes_of_models_it_is_that_of_glmmtmb(made):
    fit = made.fit()
    expected = [0.2035072, -0.0812633, -0.0728749, -0.0725239, -0.1920903, -0.0118555, 0.1193596]
    assert fit.coefficients == pytest.approx(expected, abs=1e-4)
    assert fit.restricted == pytest.approx(-1777.053177, abs=1e-4)


def test_its_spreads_are_those_of_glmmtmb(found):
    expected = {
        "persona": 0.0946165, "persona × model": 0.1866035, "persona × subject": 0.1264724, "family": 0.0818415,
        "family × model": 0.0770520, "seed": 0.0312498, "slope of cosine": 0.0946259, "slope of js": 0.0000733,
    }  # fmt: skip
    assert found.spreads == pytest.approx(expected, abs=2e-4)


def test_slopes_of_these_models_are_those_of_glmmtmb(found):
    """With their standard errors, before what questions add to these."""
    cosine, js = found.effects[2:]
    assert cosine.slopes == pytest.approx([-0.0510124, -0.0874321, 0.0881069], abs=1e-4)
    assert js.slopes == pytest.approx([0.2266813, 0.1131497, 0.1189050], abs=1e-4)
    assert (cosine.these.value, js.these.value) == pytest.approx((-0.0167792, 0.1529120), abs=1e-4)
    without = [np.sqrt(one.se**2 - one.clusters_se**2) for one in (cosine, js)]
    assert without == pytest.approx([0.0339803, 0.0378308], abs=1e-4)
