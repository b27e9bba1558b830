from pytest_claims import claim, dealt, ranks_first


@claim("a-is-first", source="made up", null=dealt("score", across="system", within="task"))
def test_a_is_first(table):
    """system-a is better than every other system on average over tasks."""
    estimate = ranks_first(table.cells("score", "task", "system"), table.names("system"), who="system-a")
    assert estimate.p < 0.05
