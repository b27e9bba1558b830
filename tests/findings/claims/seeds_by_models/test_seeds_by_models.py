from pytest_claims import claim, dealt, difference_between_arms


@claim("large-are-better", source="made up", null=dealt("size", across="model"))
def test_large_models_are_better(table):
    """Large models are more accurate than small ones."""
    estimate = difference_between_arms(
        table["accuracy"], table["size"], arms=("large", "small"), clusters=table["model"]
    )
    assert estimate.value > 0
    assert estimate.p < 0.05
