from pytest_claims import claim, dealt, fitted_curve


def loss(n, a, b, c):
    return c + a * n**-b


@claim("exponent-near-a-third", source="made up", null=dealt("loss", across="run"))
def test_exponent_is_near_a_third(table):
    """Loss falls as a power of the number of parameters: its exponent is between 0.30 and 0.38."""
    start = {"a": 3.0, "b": 0.3, "c": 1.5}
    estimate = fitted_curve(loss, table["parameters"], table["loss"], parameter="b", start=start)
    assert estimate.low > 0.30
    assert estimate.high < 0.38
