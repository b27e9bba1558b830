from pytest_claims import claim, paired_difference, swapped


@claim("new-solves-more", source="made up", null=swapped("model", within="id"))
def test_new_model_solves_more(table):
    """The new model solves more samples than the old one, over epochs."""
    solved = table.cells("score", "id", "model", mean=True)
    new, old = (solved[:, table.names("model").index(model)] for model in ("new", "old"))
    estimate = paired_difference(new, old)
    assert estimate.value > 0
    assert estimate.p < 0.05
