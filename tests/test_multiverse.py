from dataclasses import replace

import numpy as np
import pandas as pd
import pingouin
import pytest
from worlds import case_of, examine, rises, world

from conftest import between, make_measurement
from pytest_claims import heterogeneity, pearson
from pytest_claims.data.measurement import CENTRINGS, READOUTS, fixed_layer
from pytest_claims.data.panel import panel_of
from pytest_claims.robustness.multiverse import Specification


def measured(layers=5, sources=8, seed=0):
    """A measurement with every geometry, in which the fixed one correlates perfectly and no other does."""
    plain = make_measurement(sources=sources, layers=layers, seed=seed)
    random = np.random.default_rng(seed)
    names = list(plain.data["persona"].values)
    cosine = random.uniform(-1, 1, (len(CENTRINGS), len(READOUTS), layers, len(names), len(names)))
    cosine[0, 0, fixed_layer(layers), names.index("assistant"), 1:] = panel_of(plain).source_rate
    cosine = between(cosine, 1.0)
    dims = ("centring", "readout", "layer", "persona", "other")
    data = plain.data.drop_vars("cosine").assign(cosine=(dims, cosine)).assign_coords(
        centring=list(CENTRINGS), readout=list(READOUTS)
    )  # fmt: skip
    return replace(plain, data=data)


def test_every_geometry_and_coefficient_is_tried_and_skipped_along_the_layers():
    measurement = measured()
    panel = panel_of(measurement)
    found = examine("multiverse", panel, measurement=measurement, draws=19)
    geometries, layers = len(CENTRINGS) * len(READOUTS) * 5, 5
    assert found.numbers["held"] + found.numbers["failed"] + found.numbers["undecided"] == geometries * 4 + layers
    assert found.numbers["held"] >= 4  # the fixed geometry, under every coefficient that can be significant
    assert f"{geometries} geometries, 5 coefficients" in found.sentence


def test_joint_test_pays_for_looking_everywhere():
    """One geometry of 45 correlates, as in a world of nothing one sometimes does: the curve as a whole is no news."""
    measurement = measured(seed=3)
    panel = panel_of(measurement)
    found = examine("multiverse", panel, measurement=measurement, draws=99)
    assert found.numbers["p_joint"] > 0.05
    assert 1 / 100 <= found.numbers["p_joint"] <= 1


def test_published_table_varies_the_coefficient_only():
    found = examine("multiverse", world(0.95, 12, seed=0), draws=19)
    assert found.sentence == "It holds in 5 of 5 analyses (5 coefficients)."
    assert "p_joint" not in found.numbers


def test_claim_that_no_choice_touches_has_no_multiverse():
    def body(panel):
        assert heterogeneity(panel.marked, panel.completions).p > 0

    found = examine("multiverse", world(0.5, 8, seed=0), body, draws=19)
    assert found.sentence == "Does not apply: it depends neither on the geometry nor on a coefficient."


def test_simulated_p_is_not_taken_for_a_choice_that_matters():
    """Its p rests on fewer random tables when it is asked again, and so differs from that of the verdict."""

    def body(panel):
        assert panel.cosine.size
        heterogeneity(np.array([1.0, 2.0, 4.0]), np.array([10.0, 10.0, 10.0]))

    assert not examine("multiverse", world(0.5, 8, seed=0), body, draws=19).applies


def test_control_is_partialled_out_as_pingouin_does():
    panel, random = world(0.5, 15, seed=2), np.random.default_rng(0)
    panel = panel.changed(prompt_tokens=panel.cosine + random.normal(size=15))
    answer = Specification(control="prompt_tokens").answer(case_of(panel), panel)
    table = pd.DataFrame({name: panel.columns[name] for name in ("cosine", "source_rate", "prompt_tokens")})
    expected = pingouin.partial_corr(table, x="cosine", y="source_rate", covar="prompt_tokens")
    assert answer.finding.estimate == pytest.approx(float(expected["r"].iloc[0]), abs=5e-4)
    assert answer.finding.p == pytest.approx(float(expected.filter(regex="p[-_]val").iloc[0, 0]), abs=5e-4)


def test_control_that_varies_is_used_and_one_that_does_not_is_not():
    panel = world(0.9, 10, seed=1)
    varied = panel.changed(prompt_tokens=np.arange(10.0), answer_tokens=np.full(10, 24.0))
    assert "2 sets of controls" in examine("multiverse", varied, draws=19).sentence
    assert "sets of controls" not in examine("multiverse", panel, draws=19).sentence


def test_analysis_in_force_is_the_usual_one_afterwards():
    panel = world(0.9, 10, seed=1)
    examine("multiverse", panel, rises, draws=19)
    assert pearson(panel.cosine, panel.source_rate).method == "Pearson correlation"
