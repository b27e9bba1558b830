"""What is said of several subjects together: pooled, as the models that they are, or why neither."""

import json

import pytest
from marker import FINDING
from worlds import DESIGN as OF_ITEMS

from pytest_claims.stats.pooling import Joint, Pooled
from pytest_claims.verdicts.independence import Shared
from pytest_claims.verdicts.record import from_json, to_json
from pytest_claims.verdicts.syntheses import Synthesis
from pytest_claims.words.replication import together


def written(one: Synthesis) -> Synthesis:
    """The same after a way through a file, on which whole numbers become floats."""
    return from_json(Synthesis, json.loads(json.dumps(to_json(one))))


def test_several_studies_together():
    pooled = Pooled(
        k=4, symbol="r", estimate=-0.42, low=-0.63, high=-0.15, prediction=None, no_prediction=None, mean=-0.45,
        se=0.1, q=10.304, df=3, p=0.01599, i2=0.709, tau2=0.1,
    )  # fmt: skip
    facts = {"claim": "a", "subjects": ("b", "c", "d", "e"), "independent": 4, "models": 4, "pooled": pooled}
    mean = "pooled: r = -0.42 [-0.63, -0.15], k = 4; Q(3) = 10.3, p = 0.016, I² = 71%"
    items = Shared(unit="item", levels=("x", "y", "z"), count=10)
    for words in (FINDING.design.words, OF_ITEMS.words):
        assert together(written(Synthesis(**facts)), words) == mean
    without = {"g": "no interval"}
    assert together(
        written(Synthesis(**facts, left_out=("f",), shared=(items,), not_pooled=without)), OF_ITEMS.words
    ) == (f"{mean}; without f, as they share 10 items (x, y, z and 7 more); without g (no interval)")


@pytest.mark.parametrize(("levels", "few"), [(10, ", which 10 items make narrower than it should be"), (20, "")])
def test_models_taken_as_they_are(levels, few):
    joint = Joint(k=3, symbol="r", estimate=-0.2129, low=-0.5, high=0.125)
    facts = {"claim": "a", "subjects": ("b", "c", "d"), "independent": 1, "models": 3}
    assert together(written(Synthesis(**facts, joint=joint, unit="item", levels=levels)), OF_ITEMS.words) == (
        f"mean of 3 models, which are taken as they are; items drawn together: r = -0.21 [-0.50, +0.12]{few}"
    )
    others = Synthesis(**facts, joint=joint, unit="item", levels=levels, left_out=("e",))
    assert together(written(others), OF_ITEMS.words).endswith(
        f"[-0.50, +0.12]{few}; without e, of which there are no draws of the same items"
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"independent": 2, "models": 2}, "these are 2"),
        ({"independent": 1, "models": 1}, "these 2 are of one base model"),
        (
            {"independent": 1, "models": 2, "shared": (Shared(unit="item", levels=("x",), count=1),)},
            "these 2 count as 1: they share 1 item (x)",
        ),
        (
            {
                "independent": 1,
                "models": 2,
                "shared": (Shared(unit="item", levels=("x", "y", "z"), count=4), Shared(unit="dataset", count=0)),
            },
            "these 2 count as 1: they share 4 items (x, y, z and 1 more) and datasets, for all that is known",
        ),
        (
            {"independent": 1, "models": 2, "shared": (Shared(unit="item", count=5000),)},
            "these 2 count as 1: they share 5000 items",
        ),
    ],
)
def test_why_nothing_is_pooled(facts, said):
    one = Synthesis(claim="a", subjects=("b", "c"), **facts, not_joint="bootstrap-units was not made")
    mean = "; no mean of these models as they are, for bootstrap-units was not made" if one.models > 1 else ""
    expected = f"not pooled, as that takes 3 independent subjects, and {said}{mean}"
    assert together(written(one), OF_ITEMS.words) == expected
