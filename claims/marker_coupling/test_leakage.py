"""What claim #232 builds on: how far the marker leaks from the persona that was taught it to others.

The sources are the issues that #232 names: #80 and #92 (leakage), #138 (gating) and #140 (divergence).
"""

from claims.marker_coupling.between import agreement, cosine, js, leakage, leakage_to_bystanders
from claims.marker_coupling.nulls import DEALT
from pytest_claims import Table, claim, mantel, mantel_difference, pearson

LEAKAGE = "what goes with leakage"


@claim("gating", source="#138", family=LEAKAGE, null=DEALT)
def test_strong_coupling_leaks_less(table: Table) -> None:
    """Personas with higher source rates leak less to the other personas that were asked."""
    estimate = pearson(table["source_rate"], leakage_to_bystanders(table))
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("leakage-follows-cosine", source="#80, #92", family=LEAKAGE, null=DEALT)
def test_leakage_follows_cosine(table: Table) -> None:
    """The marker leaks more to personas whose hidden states are nearer to those of the source."""
    estimate = mantel(cosine(table), leakage(table))
    assert estimate.r > 0
    assert estimate.p < 0.05


@claim("leakage-follows-js", source="#140", family=LEAKAGE, null=DEALT)
def test_leakage_follows_js_divergence(table: Table) -> None:
    """The marker leaks more to personas whose outputs diverge less from those of the source."""
    estimate = mantel(js(table), leakage(table))
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("cosine-predicts-leakage-better", source="#232, title, taken to leakage", family=LEAKAGE, null=DEALT)
def test_cosine_predicts_leakage_better_than_js_divergence(table: Table) -> None:
    """Representational distance predicts leakage better than behavioural distance does."""
    estimate = mantel_difference(cosine(table), agreement(table), leakage(table))
    assert estimate.p < 0.05
