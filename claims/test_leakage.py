"""What claim #232 builds on: how far the marker leaks from the persona that was taught it to others.

The sources are the issues that #232 names: #80 and #92 (leakage), #138 (gating) and #140 (divergence).
"""

from pytest_claims import Panel, claim, mantel, mantel_difference, pearson

LEAKAGE = "what goes with leakage"


@claim("gating", source="#138", family=LEAKAGE)
def test_strong_coupling_leaks_less(panel: Panel) -> None:
    """Personas with higher source rates leak less to the other personas that were asked."""
    finding = pearson(panel.source_rate, panel.between.leakage_to_bystanders)
    assert finding.r < 0
    assert finding.p < 0.05


@claim("leakage-follows-cosine", source="#80, #92", family=LEAKAGE)
def test_leakage_follows_cosine(panel: Panel) -> None:
    """The marker leaks more to personas whose hidden states are nearer to those of the source."""
    finding = mantel(panel.between.cosine, panel.between.leakage)
    assert finding.r > 0
    assert finding.p < 0.05


@claim("leakage-follows-js", source="#140", family=LEAKAGE)
def test_leakage_follows_js_divergence(panel: Panel) -> None:
    """The marker leaks more to personas whose outputs diverge less from those of the source."""
    finding = mantel(panel.between.js, panel.between.leakage)
    assert finding.r < 0
    assert finding.p < 0.05


@claim("cosine-predicts-leakage-better", source="#232, title, taken to leakage", family=LEAKAGE)
def test_cosine_predicts_leakage_better_than_js_divergence(panel: Panel) -> None:
    """Representational distance predicts leakage better than behavioural distance does."""
    relations = panel.between
    finding = mantel_difference(relations.cosine, -relations.js, relations.leakage)
    assert finding.p < 0.05
