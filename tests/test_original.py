"""What a source reports: any estimate with its symbol; what cannot be is refused in one line."""

import math

import pytest
from worlds import made

from pytest_claims import InputError, Original, claim
from pytest_claims.asking.claim import claim_of
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import from_json, to_json

FACTS = {"subject": "made@elsewhere", "value": 0.6, "n": 10}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": " "}, "an original with subject=' '; wanted words"),
        ({"symbol": None}, "an original with symbol=None; wanted words"),
        ({"value": "0.6"}, "an original with value='0.6'; wanted a finite number"),
        ({"value": math.nan}, "an original with value=nan; wanted a finite number"),
        ({"value": True}, "an original with value=True; wanted a finite number"),
        ({"null": None}, "an original with null=None; wanted a finite number"),
        ({"low": math.inf, "high": 1.0}, "an original with low=inf; wanted a finite number"),
        ({"low": 0.2}, "an original with low=0.2 and high=None; wanted both ends"),
        ({"high": 0.9}, "an original with low=None and high=0.9; wanted both ends"),
        ({"low": 0.7, "high": 0.9}, r"an original of 0.6 in \[0.7, 0.9\]; wanted low <= value <= high"),
        ({"low": 0.1, "high": 0.5}, r"an original of 0.6 in \[0.1, 0.5\]; wanted low <= value <= high"),
        ({"n": 0}, "an original with n=0; wanted a whole number from 1 on"),
        ({"n": 10.0}, r"an original with n=10.0; wanted a whole number"),
        ({"n": True}, "an original with n=True; wanted a whole number"),
        ({"value": 0.0}, "an original of r = 0, which is its null: it has no direction"),
        ({"value": 0.25, "null": 0.25, "symbol": "share"}, "an original of share = 0.25, which is its null"),
        ({"value": 1.2}, "an original of r = 1.2 with the null 0; wanted a correlation from -1 to 1"),
        ({"value": -1.001}, "an original of r = -1.001 with the null 0; wanted a correlation from -1 to 1"),
        ({"null": 0.3}, "an original of r = 0.6 with the null 0.3; wanted a correlation"),
    ],
)
def test_original_that_cannot_be_is_refused(wrong, said):
    with pytest.raises(InputError, match=f"^{said}"):
        Original(**{**FACTS, **wrong})


@pytest.mark.parametrize(
    "more",
    [{}, {"value": -1}, {"symbol": "κ", "low": 0.6, "high": 0.6}, {"symbol": "Δ", "value": -12.5, "n": 1, "null": 3}],
)
def test_original_is_the_same_after_it_was_written(more):
    original = Original(**{**FACTS, **more})
    assert from_json(Original, to_json(original)) == original


def of_symbol(symbol, low, high, original):
    """The verdict of a claim that failed, with an interval."""

    @claim("made-up", source="nowhere", original=original)
    def body(table):
        """The estimate is above 0.9."""
        found = Estimate(method="made", symbol=symbol, value=float(table["rate"].mean()), n=6, low=low, high=high)
        assert note(found).value > 0.9

    return judge(claim_of(body), body, made())


@pytest.mark.parametrize(
    ("symbol", "low", "high", "null", "word"),
    [
        ("share", 0.2, 0.7, 0.25, "underpowered"),
        ("share", 0.25, 0.7, 0.25, "underpowered"),  # the null is its end
        ("share", 0.2, FACTS["value"], 0.25, "underpowered"),  # the original is
        ("share", 0.3, 0.7, 0.25, "clear"),  # the null lies outside
        ("share", 0.2, 0.5, 0.25, "clear"),  # the original lies outside
        ("share", 0.2, 0.7, 0.0, "clear"),  # 0 is not in it, which is the null here
        ("κ", 0.2, 0.7, 0.25, "clear"),  # of another symbol than the original
    ],
)
def test_what_cannot_tell_the_null_from_the_original_is_underpowered(symbol, low, high, null, word):
    original = Original(**FACTS, symbol="share", null=null)
    assert of_symbol(symbol, low, high, original).robustness == word
