from pytest_claims import claim, cohen_kappa


@claim("raters-agree", source="made up", null="none")
def test_raters_agree(table):
    """The raters agree on which answers are bad: kappa is above 0.6."""
    assert cohen_kappa(table["first"], table["second"], clusters=table["question"]).value > 0.6
