"""The caveats of claim #232 about its one number for each persona: one layer, one place, one reference.

Its cosine is read at one layer, at the last prompt token, and against the assistant alone. The source
asks whether other layers show other patterns, and whether distances between personas say more.
"""

from pytest_claims import (
    Panel,
    claim,
    difference_of_dependent_correlations,
    pearson,
    stands_out,
    strongest_correlation,
)

WHERE = "where the vectors are read, and against whom"


@claim("others-predict-coupling", source="#232, caveat 4 and next step 3", family=WHERE)
def test_cosine_to_others_predicts_source_rate(panel: Panel) -> None:
    """Personas further from all other personas on average couple more strongly."""
    finding = pearson(panel.between.cosine_to_others, panel.source_rate)
    assert finding.r < 0
    assert finding.p < 0.05


@claim("nearest-predicts-coupling", source="#232, caveat 4 and next step 3", family=WHERE)
def test_cosine_to_nearest_predicts_source_rate(panel: Panel) -> None:
    """Personas further from their nearest other persona couple more strongly."""
    finding = pearson(panel.between.cosine_to_nearest, panel.source_rate)
    assert finding.r < 0
    assert finding.p < 0.05


@claim("others-predict-better", source="#232, caveat 4 and next step 3", family=WHERE)
def test_cosine_to_others_predicts_better_than_to_the_assistant(panel: Panel) -> None:
    """The mean cosine to all other personas predicts coupling better than the cosine to the assistant does."""
    finding = difference_of_dependent_correlations(-panel.between.cosine_to_others, -panel.cosine, panel.source_rate)
    assert finding.p < 0.05


@claim("some-layer-predicts", source="#232, caveat 3", family=WHERE)
def test_cosine_at_some_layer_predicts_source_rate(panel: Panel) -> None:
    """At some layer personas further from the assistant couple more strongly, all layers being paid for."""
    finding = strongest_correlation(panel.between.cosine_by_layer, panel.source_rate)
    assert finding.r < 0
    assert finding.p < 0.05


@claim("fixed-layer-special", source="#232, caveat 3", family=WHERE)
def test_fixed_layer_is_special(panel: Panel) -> None:
    """At the relative depth of the source's layer 10 the correlation is stronger than at the other layers."""
    layers = panel.between.cosine_by_layer
    finding = stands_out(layers, panel.source_rate, place=panel.between.layer)
    assert finding.p < 0.05


@claim("readout-does-not-matter", source="#232, set-up: it does not say where in the prompt it reads")
def test_verdict_does_not_depend_on_the_readout(panel: Panel) -> None:
    """Whether cosine predicts coupling does not depend on where it is read: last prompt token, prompt or response."""
    findings = [pearson(column, panel.source_rate) for column in panel.between.cosine_by_readout]
    verdicts = {finding.r < 0 and finding.p < 0.05 for finding in findings}
    assert len(verdicts) == 1
