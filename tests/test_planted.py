"""New tables in which what was seen is true: rows are drawn as columns correlate only where these can be normal."""

import numpy as np

from pytest_claims import Design, Table, claim, judge, pearson
from pytest_claims.data.design import Words
from pytest_claims.data.levels import Levels
from pytest_claims.robustness.planted import is_made_of_rows

SIZES = 1e9 * 2.0 ** np.arange(9)
SCORES = np.array([0.27, 0.33, 0.45, 0.47, 0.55, 0.52, 0.61, 0.68, 0.66])


def models(**limits: tuple[float, float]) -> Table:
    names = tuple(f"model-{place}" for place in range(9))
    return Table(
        subject="made up",
        rows=names,
        columns={"parameters": SIZES, "score": SCORES},
        levels={"model": Levels.of(names)},
        design=Design(words=Words(unit="model", units="models"), limits=limits),
    )


@claim("bigger-is-better", source="nowhere")
def bigger_is_better(table):
    """The score rises with the logarithm of the number of parameters."""
    estimate = pearson(np.log(table["parameters"]), table["score"])
    assert estimate.value > 0
    assert estimate.p < 0.05


def test_number_of_parameters_is_never_drawn_below_zero():
    """Normal rows would have sizes below 0, without a logarithm, and the claim would seem to have no power."""
    assert not is_made_of_rows(models(), "model")
    power = judge(models(), bigger_is_better, robustness="planted-effect").result("planted-effect").numbers
    assert power["levels"] == 9
    assert power["share"] > 0.95


def test_column_with_limits_or_far_from_zero_may_be_normal():
    assert is_made_of_rows(models(parameters=(0.0, 1e12)), "model")
    assert is_made_of_rows(models().changed(parameters=SIZES + 1e12), "model")
