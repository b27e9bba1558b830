"""Statistics of an author's own."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.asking.answer import ask
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.table import Table
from pytest_claims.stats.own import estimated

numbers = st.floats(-1e6, 1e6)


@given(st.tuples(numbers, numbers, numbers).map(sorted), st.floats(0, 1), st.integers(1, 10**6))
def test_what_is_given_is_what_is_noted(interval, p, n):
    low, value, high = interval
    found = estimated("median Δ", value, n=n, low=low, high=high, p=p, method="BCa bootstrap", resamples=999)
    assert (found.symbol, found.value, found.n, found.p) == ("median Δ", value, n, p)
    assert (found.low, found.high, found.confidence) == (low, high, 0.95)
    assert (found.method, found.details) == ("BCa bootstrap", {"resamples": 999})


def test_it_is_the_headline_of_its_claim():
    def body(table):
        gap = estimated("median", np.median(table["x"]), n=len(table["x"]), low=np.min(table["x"]), high=9)
        assert gap.low > 2

    table = Table(subject="made@up", rows=("a", "b", "c", "d"), columns={"x": np.array([1.0, 2, 3, 9])})
    answer = ask(body, table)
    assert answer.outcome == "failed"
    assert str(answer.estimate) == "median = +2.5 [+1.00, +9.00], n = 4"


def test_a_statistic_that_is_not_defined_leaves_its_claim_undecided():
    table = Table(subject="made@up", rows=("a", "b"), columns={"x": np.ones(2)})
    answer = ask(lambda data: estimated("ratio", data["x"][0] * math.nan, n=2) and None, table)
    assert answer.outcome == "undecided"
    assert answer.reason == "value of the claim's own statistic is nan: it is not defined on these data"


@pytest.mark.parametrize("number", [1, 1.0, np.float32(1), np.int64(1), Fraction(1), np.array([1.0])[0]])
def test_numbers_of_any_library_are_plain_ones_on_the_verdict(number):
    found = estimated("m", number, n=number, low=number, high=number, p=number, share=number)
    assert {type(one) for one in (found.value, found.low, found.high, found.p, found.details["share"])} == {float}
    assert type(found.n) is int


@pytest.mark.parametrize("name", ["value", "low", "high", "p", "confidence", "n", "spread"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_no_number_of_it_may_be_missing(name, number):
    given = {"value": 1.0, "n": 4, "low": 0.0, "high": 2.0, name: number}
    with pytest.raises(Undecided, match=f"{name} of the claim's own statistic is -?(nan|inf)"):
        estimated("m", given.pop("value"), **given)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": 3.0}, r"m = 3 is not in its interval \[0, 2\]"),
        ({"low": 1.5}, r"m = 1 is not in its interval \[1.5, 2\]"),
        ({"low": 2, "high": 0}, r"m = 1 is not in its interval \[2, 0\]"),
        ({"low": None}, "an interval with high and without low; give both, or neither"),
        ({"high": None}, "an interval with low and without high"),
        ({"p": 1.01}, "p = 1.01 of m; wanted a probability"),
        ({"p": -0.1}, "p = -0.1 of m; wanted a probability"),
        ({"confidence": 95}, "confidence 95 of m; wanted a level such as 0.95"),
        ({"confidence": 0}, "confidence 0 of m"),
        ({"n": 0}, "n = 0; wanted the number of rows, a whole number of 1 or more"),
        ({"n": 2.5}, "n = 2.5; wanted the number of rows"),
        ({"n": True}, "n is True; wanted one number"),
        ({"value": "1"}, "value is '1'; wanted one number"),
        ({"value": np.array([1.0, 2.0])}, r"value is array\(\[1., 2.\]\); wanted one number"),
        ({"p": 1j}, "p is 1j; wanted one number"),
        ({"spread": None}, "spread is None; wanted one number"),
        ({"symbol": ""}, "symbol ''; wanted visible words in one line"),
        ({"symbol": " m"}, "symbol ' m'; wanted visible words"),
        ({"symbol": "a\nb"}, "wanted visible words in one line"),
        ({"symbol": "a\u202eb"}, "wanted visible words in one line"),
        ({"symbol": 3}, "symbol 3; wanted visible words"),
        ({"symbol": "m" * 41}, "has 41 signs; wanted at most 40, the rest in method"),
        ({"method": "\x1b[0m"}, r"method '\\x1b\[0m'; wanted visible words"),
    ],
)
def test_what_is_no_estimate(change, message):
    given = {"symbol": "m", "value": 1.0, "n": 4, "low": 0.0, "high": 2.0, **change}
    with pytest.raises(InputError, match=message):
        estimated(given.pop("symbol"), given.pop("value"), **given)
