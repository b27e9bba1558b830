from pytest_claims import claim, dealt, paired_difference


@claim("middle-above-last", source="made up", null=dealt("accuracy", across="layer", within="seed"))
def test_middle_layer_is_read_better_than_the_last(table):
    """A probe is more accurate at layer 7 than at layer 11."""
    middle, last = (table.only(layer=layer).cells("accuracy", "seed", mean=True) for layer in ("7", "11"))
    estimate = paired_difference(middle, last)
    assert estimate.value > 0
    assert estimate.p < 0.05
