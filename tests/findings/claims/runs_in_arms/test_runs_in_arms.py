from pytest_claims import claim, dealt, difference_between_arms


@claim("auxiliary-data-matter", source="made up", null=dealt("arm", across="run"))
def test_auxiliary_data_matter(table):
    """Runs with auxiliary data answer yes more often than control runs."""
    estimate = difference_between_arms(table["verdict"], table["arm"], arms=("aux", "ctl"), clusters=table["run"])
    assert estimate.value > 0
    assert estimate.p < 0.05
