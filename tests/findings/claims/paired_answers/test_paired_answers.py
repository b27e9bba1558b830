from pytest_claims import claim, mcnemar, swapped


@claim("tuning-helps", source="made up", null=swapped("system", within="question"))
def test_tuning_helps(table):
    """The tuned system answers more questions right than the plain one."""
    estimate = mcnemar(table["tuned"], table["plain"])
    assert estimate.value > 0
    assert estimate.p < 0.05
