from pytest_claims import claim, dealt, spearman


@claim("divergence-goes-with-less", source="made up", null=dealt("divergence", across="trigger", within="model"))
def test_divergence_goes_with_less_misalignment(table):
    """Triggers whose outputs diverge more are less misaligned."""
    estimate = spearman(table["divergence"], table["misaligned"])
    assert estimate.value < 0
    assert estimate.p < 0.05
