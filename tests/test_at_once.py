"""A statistic of all copies at once is that of each copy alone, to the last bit; and copies are asked as if alone."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pytest_claims import InputError, Undecided, difference_of_dependent_correlations, partial_correlation, pearson
from pytest_claims.base import stack as stacks
from pytest_claims.base.stack import Stack, at_once
from pytest_claims.data.columns import Columns, Together
from pytest_claims.stats.coefficients import coefficient
from pytest_claims.stats.estimate import ledger

NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, 1e-12, np.nan, np.inf])
STACKS = st.integers(4, 40).flatmap(
    lambda n: st.tuples(*[arrays.arrays(float, (5, n), elements=NUMBERS) for _ in range(3)])
)


def said(statistic, columns) -> object:
    """What a statistic gives, or why it does not."""
    try:
        with np.errstate(all="ignore"), ledger():
            return repr(statistic(*columns))
    except (Undecided, InputError) as error:
        return f"{type(error).__name__}: {error}"


@given(STACKS, st.sampled_from([pearson, difference_of_dependent_correlations, partial_correlation]))
def test_rows_of_stacks_are_judged_as_columns_of_their_own(values, statistic):
    together = [Stack(one) for one in values]
    count = 2 if statistic is pearson else 3
    for place in range(5):
        rows = [stack.rows[place] for stack in together[:count]]
        assert said(statistic, rows) == said(statistic, [row.copy() for row in rows])


@pytest.mark.parametrize("rows", [4, 5, 7, 8, 9, 16, 17, 31, 100, 129, 1000])
def test_sums_have_the_same_last_bits(rows):
    random = np.random.default_rng(rows)
    x = random.normal(size=(50, rows))
    y = x * random.normal(size=(50, 1)) + random.normal(size=(50, rows))
    together = Stack(x), Stack(y)
    found = [coefficient(*(stack.rows[place] for stack in together)) for place in range(50)]
    assert found == [coefficient(x[place].copy(), y[place].copy()) for place in range(50)]
    assert len(together[0].known) == 1  # they were computed together


def test_it_is_computed_once_for_all():
    asked = []

    def many(x):
        asked.append(x.shape)
        return x.sum(axis=1)

    @at_once(many)
    def total(x):
        asked.append(x.shape)
        return float(x.sum())

    stack = Stack(np.ones((3, 4)))
    assert [total(row) for row in stack.rows] == [4.0] * 3
    assert total(np.ones(4)) == 4.0
    assert asked == [(3, 4), (4,)]


def test_rows_of_different_copies_are_not_taken_for_those_of_one():
    x, y = Stack(np.random.default_rng(0).normal(size=(3, 6))), Stack(np.random.default_rng(1).normal(size=(3, 6)))
    mixed = coefficient(x.rows[0], y.rows[1])
    assert mixed == coefficient(x.rows[0].copy(), y.rows[1].copy())


def test_what_nobody_holds_is_forgotten():
    gc.collect()
    before = len(stacks._places)
    stack = Stack(np.ones((7, 4)))
    assert len(stacks._places) == before + 7
    del stack
    gc.collect()
    assert len(stacks._places) == before


def test_copies_of_several_lengths_are_not_put_together():
    whole = {"x": np.arange(6.0)}
    short, long = Columns(whole, np.array([0, 1])), Columns(whole, np.array([2, 3, 4]))
    Together([short, long])
    assert (short["x"].tolist(), long["x"].tolist()) == ([0, 1], [2, 3, 4])


def test_columns_that_copies_changed_are_put_together_as_they_are():
    whole = {"x": np.arange(4.0), "y": np.arange(4.0)}
    copies = [Columns(whole, None, {"x": np.full(4, float(place))}) for place in range(3)]
    Together(copies)
    assert [copy["x"].tolist() for copy in copies] == [[place] * 4 for place in range(3)]
    assert copies[2]["x"].base is copies[0]["x"].base
    with pytest.raises(ValueError, match="read-only"):
        copies[0]["y"][0] = 1.0
