"""The one model of what is recorded of marker coupling is that of R.

Reference values: R 4.2.2 with lme4 1.1.31 and glmmTMB 1.1.5 (2026-11-28), of the counts of ``gemma3-270m-base@full``,
``qwen2.5-coder-0.5b@full`` and ``smollm2-135m@full`` summed over questions, ``cz`` and ``jz`` standardised in each.
``mp`` is persona in model, ``adapter`` persona in model and seed:

    f <- cbind(marked, n - marked) ~ 0 + subject + cz + jz + (1 | persona) + (1 | mp) + (1 | adapter)
    glmer(f, a, family = binomial, nAGQ = 0)
    glmmTMB(update(f, . ~ . + (0 + cz | model) + (0 + jz | model)), a, family = binomial, REML = TRUE)
"""

import numpy as np
import pytest
from marker import table_of
from marker_record import FINDING, RECORDED

from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.stats.mixed_model import MixedModel, of_groups, of_slopes
from pytest_claims.verdicts.counted import counted_of
from pytest_claims.verdicts.multilevel import multilevel_models
from pytest_claims.verdicts.random_effects import stack

NAMES = ("gemma3-270m-base@full", "qwen2.5-coder-0.5b@full", "smollm2-135m@full")


@pytest.fixture(scope="module")
def brought():
    tables = {name: table_of(read_measurement(RECORDED / f"{name}.nc.gz")) for name in NAMES}
    return {name: counted_of(table) for name, table in tables.items()}


@pytest.fixture(scope="module")
def made(brought):
    """The model of both predictors, without slopes of models and with them."""
    stacked = stack(brought)
    studies, x = stacked.studies, list(stacked.studies.predictors.values())
    plain = {name: of_groups(groups) for name, groups in stacked.effects.items()}
    slopes = {name: of_slopes(studies.model, values) for name, values in studies.predictors.items()}
    rows, repetitions, _ = studies.trials.shape
    several = []
    for random in (plain, plain | slopes):
        counts = [one.sum(axis=2).ravel() for one in (studies.successes, studies.trials)]
        fixed = np.column_stack([studies.study[:, None] == np.arange(3), *x]).astype(float)
        row = np.repeat(np.arange(rows), repetitions)
        several.append(
            MixedModel(
                successes=counts[0], trials=counts[1], row=row, fixed=fixed, random=random, repeated=stacked.repeated
            )
        )
    return several


def test_what_is_in_it(brought):
    (found,) = multilevel_models([(FINDING.name, name, one) for name, one in brought.items()])
    assert (found.levels, found.rows, found.repetitions, found.trials) == (10, 30, 130, 13000)
    assert set(found.spreads) == {
        "persona", "persona × model", "family", "family × model", "seed", "slope of cosine", "slope of js",
    }  # fmt: skip
    assert found.clusters == "question"
    assert found.clustered == 20
    assert found.dropped == {"persona × subject": "no persona is in two subjects of one base model"}


def test_it_is_that_of_lme4(made):
    without_families = {name: one for name, one in made[0].random.items() if "family" not in name}
    plain = MixedModel(**{**vars(made[0]), "random": without_families})
    at = {"persona": 0.024739219, "persona × model": 0.211288800, "seed": 0.049629555}
    found = plain.at(at)
    expected = [0.24632141, 0.06385753, -0.01236110, 0.01735492, 0.39895254]
    assert found.coefficients == pytest.approx(expected, abs=1e-5)
    assert np.sqrt(np.diag(found.covariance))[3:] == pytest.approx([0.04963487, 0.05045606], abs=1e-4)
    assert found.log_likelihood == pytest.approx(-419.978552, abs=1e-4)


def test_with_slopes_of_models_it_is_that_of_glmmtmb(made):
    without_families = {name: one for name, one in made[1].random.items() if "family" not in name}
    found = MixedModel(**{**vars(made[1]), "random": without_families}).fit()
    expected = [0.24560499, 0.06501168, -0.01273172, 0.04292358, 0.42350978]
    assert found.coefficients == pytest.approx(expected, abs=1e-3)
    spreads = {"persona": 0.004, "persona × model": 0.1858721, "cosine": 0.1585882, "js": 0.1182463, "seed": 0.050147}
    assert found.spreads == pytest.approx(spreads, abs=5e-3)
    assert found.restricted == pytest.approx(-426.986577, abs=1e-3)
