"""A statistic of all copies at once is that of each copy alone, to the last bit; and copies are asked as if alone."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pytest_claims import (
    InputError,
    Undecided,
    difference_of_dependent_correlations,
    equivalence,
    mantel,
    mantel_difference,
    partial_correlation,
    pearson,
    stands_out,
    strongest_correlation,
)
from pytest_claims.base import stack as stacks
from pytest_claims.base.stack import Stack, at_once
from pytest_claims.data.columns import Columns, Together
from pytest_claims.stats import mantel as mantels
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.coefficients import coefficient
from pytest_claims.stats.estimate import ledger

COPIES = 5
ODD = [0.0, 1.0, np.nan, np.inf]
NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([*ODD, 1e-12])
# Of what is permuted: a difference of 1e-12 is where ties begin, and then the last bit decides.
COARSE = st.integers(-1000, 1000).map(float) | st.sampled_from(ODD)
PERMUTED = ("mantel", "stands out", "strongest")
# What is a row of a stack is a column (N,), several columns (places, N), or of pairs of rows (N, N).
COLUMN, SEVERAL, PAIRS = (lambda n: (n,)), (lambda n: (3, n)), (lambda n: (n, n))
STATISTICS = {
    "pearson": (pearson, COLUMN, COLUMN),
    "partial": (partial_correlation, COLUMN, COLUMN, COLUMN),
    "dependent": (difference_of_dependent_correlations, COLUMN, COLUMN, COLUMN),
    "equivalence": (lambda x, y: equivalence(x, y, bound=0.3), COLUMN, COLUMN),
    "strongest": (strongest_correlation, SEVERAL, COLUMN),
    "stands out": (lambda columns, y: stands_out(columns, y, place=1), SEVERAL, COLUMN),
    "mantel": (mantel, PAIRS, PAIRS),
    "mantel difference": (mantel_difference, PAIRS, PAIRS, PAIRS),
}


def said(statistic, columns) -> object:
    """What a statistic gives, or why it does not."""
    try:
        with np.errstate(all="ignore"), ledger(), analysed(tables=99):
            return repr(statistic(*columns))
    except (Undecided, InputError) as error:
        return f"{type(error).__name__}: {error}"


def agree(name, together) -> None:
    statistic = STATISTICS[name][0]
    for place in range(len(together[0].rows)):
        rows = [stack.rows[place] for stack in together]
        assert said(statistic, rows) == said(statistic, [row.copy() for row in rows])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of infinite numbers, in both forms
@given(data=st.data(), rows=st.integers(4, 12), name=st.sampled_from(sorted(STATISTICS)))
def test_rows_of_stacks_are_judged_as_columns_of_their_own(data, rows, name):
    shapes = [(COPIES, *shape(rows)) for shape in STATISTICS[name][1:]]
    numbers = COARSE if name in PERMUTED else NUMBERS
    agree(name, [Stack(data.draw(arrays.arrays(float, shape, elements=numbers))) for shape in shapes])


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("rows", [5, 8, 10, 19, 25])
def test_ordinary_numbers_give_the_same_to_the_last_bit(name, rows):
    random = np.random.default_rng(rows)
    agree(name, [Stack(random.normal(size=(COPIES, *shape(rows)))) for shape in STATISTICS[name][1:]])


def test_a_place_where_a_column_is_constant_is_weighed_by_none():
    random = np.random.default_rng(0)
    columns = random.normal(size=(COPIES, 3, 9))
    columns[1, 0] = columns[2, 1] = columns[3] = 1.0
    for name in ("strongest", "stands out"):
        agree(name, [Stack(columns.copy()), Stack(random.normal(size=(COPIES, 9)))])


def test_pairs_that_were_not_measured_count_in_no_copy():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, COPIES, 8, 8))
    x[0, 2, 3] = x[1, :, 5] = y[2, 4:] = y[3] = np.nan
    agree("mantel", [Stack(x), Stack(y)])
    agree("mantel difference", [Stack(x), Stack(x**3), Stack(y)])


def test_numbers_whose_sums_overflow_are_refused_alike():
    """Alone it was r = -1, p = 0, and in a stack NaN."""
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, COPIES, 8))
    x[1] = 1.7e308 * (1 + 1e-3 * random.random(8))
    for name in ("pearson", "partial", "dependent", "equivalence"):
        count = len(STATISTICS[name]) - 1
        agree(name, [Stack(one.copy()) for one in (x, y, y**3)[:count]])
    assert "sums of them are infinite" in said(pearson, [x[1], y[1]])


def test_blocks_of_many_copies_are_put_together_in_their_order(monkeypatch):
    random = np.random.default_rng(0)
    several = random.normal(size=(3, 7, 6, 6))
    monkeypatch.setattr(mantels, "_AT_ONCE", 80)  # two copies at a time
    agree("mantel difference", [Stack(one) for one in several])


def test_every_statistic_that_can_be_asked_of_stacks_is_asked_here():
    """Whoever adds one adds it to STATISTICS."""
    asked = {one.__module__.rpartition(".")[2] for one in stacks.together if one.__module__.startswith("pytest_claims")}
    assert asked == {"coefficients", "correlation", "dependent", "mantel", "scan"}
    assert len([one for one in stacks.together if one.__module__.startswith("pytest_claims")]) == 7


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
        return x.sum(axis=1).tolist()

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
