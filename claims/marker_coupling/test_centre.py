"""The caveats of claim #232 about what is subtracted from the vectors before their cosine is taken.

The source subtracts a global mean, and does not vary that. That it decides the sign was seen in the data first, so
all but the first of these claims are exploratory, unless they were registered before their data.
"""

from claims.marker_coupling.between import (
    cosine_by_layer,
    cosine_from_published_centre,
    rate_ranks,
    uncentred_by_layer,
    uncentred_ranks_by_layer,
)
from claims.marker_coupling.nulls import DEALT
from claims.marker_coupling.test_geometry import WHERE
from pytest_claims import Table, claim, pearson, strongest_correlation

SOURCE = "#232, set-up: 'global-mean subtracted', which it does not vary"


@claim("published-centre-predicts", source=SOURCE, family=WHERE, null=DEALT)
def test_cosine_from_the_published_centre_predicts_source_rate(table: Table) -> None:
    """Personas further from the assistant couple more strongly, with the centre of the source's twenty contexts."""
    estimate = pearson(cosine_from_published_centre(table), table["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("uncentred-predicts", source=SOURCE, family=WHERE, null=DEALT, exploratory=True)
def test_uncentred_cosine_at_some_layer_predicts_source_rate(table: Table) -> None:
    """Without a centre, at some layer personas further from the assistant couple more, all layers being paid for."""
    estimate = strongest_correlation(uncentred_by_layer(table), table["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("uncentred-predicts-in-ranks", source=SOURCE, family=WHERE, null=DEALT, exploratory=True)
def test_uncentred_cosine_at_some_layer_predicts_the_order_of_source_rates(table: Table) -> None:
    """Without a centre, at some layer source rates have the order of the distances, all layers being paid for."""
    estimate = strongest_correlation(uncentred_ranks_by_layer(table), rate_ranks(table))
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("centre-decides-the-sign", source=SOURCE, null=DEALT, exploratory=True)
def test_centre_decides_the_sign(table: Table) -> None:
    """Personas further from the assistant couple less at some layer with the panel's centre, and more without one."""
    centred = strongest_correlation(cosine_by_layer(table), table["source_rate"])
    uncentred = strongest_correlation(uncentred_by_layer(table), table["source_rate"])
    assert centred.r > 0
    assert centred.p < 0.05
    assert uncentred.r < 0
    assert uncentred.p < 0.05
