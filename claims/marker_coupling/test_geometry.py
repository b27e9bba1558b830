"""The caveats of claim #232 about its one number for each persona: one layer, one place, one reference.

Its cosine is read at one layer, at the last prompt token, and against the assistant alone. The source
asks whether other layers show other patterns, and whether distances between personas say more.
"""

from claims.marker_coupling.between import (
    cosine_by_layer,
    cosine_by_readout,
    cosine_to_nearest,
    cosine_to_others,
    distance,
    distance_to_others,
    layer,
)
from claims.marker_coupling.nulls import DEALT
from pytest_claims import (
    Table,
    claim,
    difference_of_dependent_correlations,
    pearson,
    stands_out,
    strongest_correlation,
)

WHERE = "where the vectors are read, and against whom"


@claim("others-predict-coupling", source="#232, caveat 4 and next step 3", family=WHERE, null=DEALT)
def test_cosine_to_others_predicts_source_rate(table: Table) -> None:
    """Personas further from all other personas on average couple more strongly."""
    estimate = pearson(cosine_to_others(table), table["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("nearest-predicts-coupling", source="#232, caveat 4 and next step 3", family=WHERE, null=DEALT)
def test_cosine_to_nearest_predicts_source_rate(table: Table) -> None:
    """Personas further from their nearest other persona couple more strongly."""
    estimate = pearson(cosine_to_nearest(table), table["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("others-predict-better", source="#232, caveat 4 and next step 3", family=WHERE, null=DEALT)
def test_cosine_to_others_predicts_better_than_to_the_assistant(table: Table) -> None:
    """The mean cosine to all other personas predicts coupling better than the cosine to the assistant does."""
    estimate = difference_of_dependent_correlations(distance_to_others(table), distance(table), table["source_rate"])
    assert estimate.p < 0.05


@claim("some-layer-predicts", source="#232, caveat 3", family=WHERE, null=DEALT)
def test_cosine_at_some_layer_predicts_source_rate(table: Table) -> None:
    """At some layer personas further from the assistant couple more strongly, all layers being paid for."""
    estimate = strongest_correlation(cosine_by_layer(table), table["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("fixed-layer-special", source="#232, caveat 3", family=WHERE, null=DEALT)
def test_fixed_layer_is_special(table: Table) -> None:
    """At the relative depth of the source's layer 10 the correlation is stronger than at the other layers."""
    layers = cosine_by_layer(table)
    estimate = stands_out(layers, table["source_rate"], place=layer(table))
    assert estimate.p < 0.05


@claim("readout-does-not-matter", source="#232, set-up: it does not say where in the prompt it reads", null=DEALT)
def test_verdict_does_not_depend_on_the_readout(table: Table) -> None:
    """Whether cosine predicts coupling does not depend on where it is read: last prompt token, prompt or response."""
    estimates = [pearson(column, table["source_rate"]) for column in cosine_by_readout(table)]
    verdicts = {estimate.r < 0 and estimate.p < 0.05 for estimate in estimates}
    assert len(verdicts) == 1
