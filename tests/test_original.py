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


def of_symbol(symbol, low, high, original, null=0.0):
    """The verdict of a claim that failed for its p, with an interval: which sign counts, the original says alone."""

    @claim("made-up", source="nowhere", original=original)
    def body(table):
        """The estimate is significant."""
        middle = table["rate"].mean() * 0 + (low + high) / 2
        found = Estimate(method="made", symbol=symbol, value=middle, n=6, low=low, high=high, null=null, p=0.3)
        assert note(found).p < 0.05

    return judge(claim_of(body), body, made())


@pytest.mark.parametrize(
    ("symbol", "low", "high", "ruling"),
    [
        ("share", 0.2, 0.7, "inconclusive"),
        ("share", 0.2, 0.26, "inconclusive"),  # without the original itself, but with effects of its sign
        ("share", 0.1, 0.25, "inconclusive"),  # no effect is its end
        ("share", 0.1, 0.24, "contradicted"),
        ("κ", 0.1, 0.24, "inconclusive"),  # of another symbol than the original, so that either sign would do
    ],
)
def test_what_excludes_all_effects_of_the_sign_of_the_original_contradicts(symbol, low, high, ruling):
    original = Original(**FACTS, symbol="share", null=0.25)
    assert of_symbol(symbol, low, high, original, null=0.25).ruling == ruling
    mirrored = Original(**{**FACTS, "value": -FACTS["value"]}, symbol="share", null=-0.25)
    assert of_symbol(symbol, -high, -low, mirrored, null=-0.25).ruling == ruling


# pwr.r.test(n = 10, power = 1/3)$r of R's pwr gives 0.5011, by an approximation.
@pytest.mark.parametrize(
    ("low", "high", "ruling"),
    [
        (-0.2, 0.52, "inconclusive"),
        (-0.2, 0.48, "contradicted"),
        (0.1, 0.48, "contradicted"),
        (-0.9, 0.9, "inconclusive"),
    ],
)
def test_correlation_that_the_source_could_hardly_detect_does_not_count(low, high, ruling):
    verdict = of_symbol("r", low, high, Original(**FACTS))
    assert verdict.claimed.smallest.size == pytest.approx(0.50, abs=0.01)
    assert verdict.ruling == ruling


@pytest.mark.parametrize("n", [1, 3, 4])
def test_source_of_few_rows_may_say_nothing_of_what_counts(n):
    """On 3 rows a correlation has no Fisher's z, and no power."""
    found = of_symbol("r", -0.9, -0.1, Original(**{**FACTS, "n": n}))
    assert (found.claimed.smallest is None) == (n < 4)
    assert found.ruling == "contradicted"
