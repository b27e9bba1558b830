from pytest_claims import claim, dealt, proportion


@claim("best-is-often-not-best", source="made up", null=dealt("accuracy", across="model", within="wording"))
def test_best_on_average_is_often_not_best(table):
    """Under more than a third of the wordings another model is better than the one that is best on average."""
    accuracy = table.cells("accuracy", "wording", "model")
    best = accuracy.mean(axis=0).argmax()
    estimate = proportion(accuracy.max(axis=1) > accuracy[:, best])
    assert estimate.value > 1 / 3
