import contextlib
import functools
import math

import numpy as np
import pytest
from court import Court
from hypothesis import given
from hypothesis import strategies as st
from worlds import made, table_with, world

from pytest_claims import claim, pearson, undecided
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import InputError
from pytest_claims.data.table import Table
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.verdicts.judge import judge


@claim("made-up", source="nowhere")
def correlates(table: Table) -> None:
    """Cosine correlates with source rate."""
    assert pearson(table["score"], table["rate"]).p < 0.3


MADE_UP = claim_of(correlates)


@given(rows=st.integers(4, 12), seed=st.integers(0, 10_000))
def test_claim_is_called_on_all_the_data_three_times_and_once_without_each_row(rows, seed):
    seen: list[tuple[str, ...]] = []

    def body(table: Table) -> None:
        seen.append(table.rows)
        assert table["score"].size

    judge(MADE_UP, body, made(rows, seed))
    everyone = made(rows, seed).rows
    assert seen[:2] == seen[-1:] * 2 == [everyone] * 2
    assert seen[2:-1] == [tuple(name for name in everyone if name != gone) for gone in everyone]


@given(rows=st.integers(5, 12), seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_verdict_does_not_depend_on_the_order_of_rows(rows, seed, order):
    table = made(rows, seed)
    shuffled = table.resampled(np.array(order.sample(range(rows), rows)))
    a, b = judge(MADE_UP, correlates, table), judge(MADE_UP, correlates, shuffled)
    assert (a.outcome, a.robustness, sorted(a.flips)) == (b.outcome, b.robustness, sorted(b.flips))
    assert a.answer.estimate.value == pytest.approx(b.answer.estimate.value)
    assert a.values_without == pytest.approx(b.values_without)


def test_deletion_that_flips_is_named():
    x = np.array([0.0, 0.01, 0.02, 0.01, 0.0, 1.0])
    y = np.array([0.1, 0.12, 0.1, 0.11, 0.12, 0.9])
    table = table_with({"score": x, "rate": y})
    verdict = judge(MADE_UP, correlates, table)
    assert str(verdict) == "held, fragile"
    assert verdict.flips == ("item_5",)
    assert verdict.most_influential == "item_5"
    assert verdict.agreeing == 5


def test_constant_column_is_undecided_not_nan():
    table = made(6).changed(score=np.ones(6))
    verdict = judge(MADE_UP, correlates, table)
    assert verdict.outcome == "undecided"
    assert "constant" in verdict.answer.reason
    assert verdict.robustness == "untested"


def test_undecided_copies_count_neither_way():
    def body(table: Table) -> None:
        if "item_0" not in table.rows:
            undecided("item_0 is what this is about")
        assert table["score"].size

    verdict = judge(MADE_UP, body, made(6))
    assert (verdict.agreeing, len(verdict.decidable), verdict.flips) == (5, 5, ())


def test_bug_in_a_claim_comes_through():
    with pytest.raises(ZeroDivisionError):
        judge(MADE_UP, lambda _: 1 / 0, made())


def test_claim_without_statement_is_refused():
    with pytest.raises(InputError, match="has no statement"):
        claim("silent", source="nowhere")(lambda table: None)


@pytest.mark.parametrize("id", ["", "With Capitals", "under_score", "-dash"])
def test_claim_id_is_kebab_case(id):
    with pytest.raises(InputError, match="lower-case words"):
        claim(id, source="nowhere")


def test_ties_at_the_border_are_undecided():
    rates = {"rate": np.array([0.5, 0.5, 0.1, 0.9])}
    table = table_with(rates)
    assert table.highest(1, "rate").rows == ("item_3",)

    def body(table: Table) -> None:
        assert table.highest(2, "rate").rows

    verdict = judge(MADE_UP, body, table)
    assert verdict.outcome == "undecided"
    assert "tie at the border" in verdict.answer.reason


def test_nobody_is_influential_where_no_deletion_moves_the_estimate():
    def moved_by_nothing(table: Table) -> None:
        assert table["score"].size > 3
        assert pearson(np.array([0.0, 1.0, 2.0, 4.0]), np.array([0.0, 1.0, 3.0, 4.0])).value > 0

    assert judge(MADE_UP, moved_by_nothing, made(6)).most_influential is None


def test_body_that_never_looks_at_its_data_is_refused():
    """It was 'held, robust 6/6': it says the same of every copy."""

    def does_not_look(table: Table) -> None:
        assert len(table)

    with pytest.raises(InputError, match="claim 'made-up' never looks at its table, so"):
        judge(MADE_UP, does_not_look, made(6))


def test_body_that_keeps_what_it_computed_is_refused():
    """It was 'held, robust 6/6' where one row carries it."""
    memo: dict[str, float] = {}

    def remembers(table: Table) -> None:
        if table.subject not in memo:
            memo[table.subject] = float(np.corrcoef(table["score"], table["rate"])[0, 1])
        assert abs(memo[table.subject]) <= 1

    with pytest.raises(InputError, match="claim 'made-up' never looks at its table without item_0"):
        judge(MADE_UP, remembers, made(6))


def test_method_that_keeps_something_on_its_object_starts_anew_every_time(pytester):
    court = Court(pytester)
    court.table(["a,0,0.1", "b,0.01,0.12", "c,0.02,0.1", "d,0.01,0.11", "e,0,0.12", "f,1,0.9"])
    court.claims(
        """
        from pytest_claims import claim, pearson

        class TestIt:
            p = None

            @claim("made-up", source="nowhere")
            def test_it(self, table):
                "Made up."
                self.p = pearson(table["cosine"], table["source_rate"]).p if self.p is None else self.p
                assert self.p < 0.05
        """
    )
    court.judge()
    assert court.verdicts == {"made-up": "held, fragile"}


def in_a_loop_over_nothing(table):
    for p in table["score"][:0]:
        assert p < 0


def where_there_are_many(table):
    if len(table["score"]) > 100:
        assert table["score"][0] < 0


def never_called(table):
    def check():
        assert table["score"][0] < 0

    table["other"]


def of_constants(table):
    table["other"]
    assert 1 < 2
    assert True


def of_a_list(table):
    assert [table["score"][0] < -9]


def of_a_generator(table):
    assert (rate < -9 for rate in table["score"])


@pytest.mark.parametrize(
    "body", [in_a_loop_over_nothing, where_there_are_many, never_called, of_constants, of_a_list, of_a_generator]
)
def test_body_that_reaches_no_assert_about_its_data_is_refused(body):
    """Each was 'held, robust 6/6'."""
    with pytest.raises(InputError, match="claim 'made-up' reaches no assert about its data, so it cannot fail"):
        judge(MADE_UP, body, made(6))


def test_copy_on_which_no_assert_is_reached_is_refused():
    def of_one(table: Table) -> None:
        if "item_2" in table.rows:
            assert table.value("score", "item_2") > -2

    with pytest.raises(InputError, match="reaches no assert about its data without item_2, so it cannot fail"):
        judge(MADE_UP, lambda table: (table["score"].size and of_one(table)) or None, made(6))


def test_body_that_catches_its_assertion_is_refused():
    def forgives(table: Table) -> None:
        with contextlib.suppress(AssertionError):
            assert table["score"][0] > 9

    with pytest.raises(InputError, match="claim 'made-up' catches an assertion that failed"):
        judge(MADE_UP, forgives, made(6))


def test_estimate_is_neither_true_nor_false():
    """``assert pearson(...)`` was always held."""

    def of_an_estimate(table: Table) -> None:
        assert pearson(table["score"], table["rate"])

    with pytest.raises(InputError, match="an estimate is neither true nor false"):
        judge(MADE_UP, of_an_estimate, made(6))


class NotSoError(AssertionError):
    pass


def raises_its_own(table):
    if table["score"].max() > 9:
        raise NotSoError


def fails(table):
    if table["score"].max() > 9:
        pytest.fail("too large")


def is_small(size):
    assert size < 9


CHECKS = {"small": functools.partial(is_small)}


@contextlib.contextmanager
def checking(table):
    yield
    assert table["score"].max() < 9


def within(table):
    with checking(table):
        pass


@pytest.mark.parametrize(
    "body",
    [
        raises_its_own,
        fails,
        within,
        lambda table: CHECKS["small"](table["score"].max()),
        lambda table: np.testing.assert_array_less(table["score"], 9),
    ],
)
def test_body_can_fail_by_other_means_than_an_assert_of_its_own(body):
    assert judge(MADE_UP, body, world(0.5, 6, seed=0)).outcome == "held"


@pytest.mark.parametrize("value", [True, 0, "p < 0.05"])
def test_body_that_returns_something_is_refused(value):
    """``return p < 1e-9`` was held."""

    def returns(table: Table) -> object:
        assert table["score"].size
        return value

    with pytest.raises(InputError, match="the claim returned"):
        judge(MADE_UP, returns, made(6))


@pytest.mark.parametrize("after", [2, 7, 8])
def test_claim_that_gives_two_answers_on_the_same_data_is_refused(after):
    """At once, or only after its deletions."""
    calls = []

    def forgets(table: Table) -> None:
        calls.append(table["score"])
        assert len(calls) < after

    with pytest.raises(InputError, match=r"claim 'made-up' gives two answers on the same data, held .*, then failed"):
        judge(MADE_UP, forgets, made(6))


def test_claim_that_draws_at_random_is_refused():
    random = np.random.default_rng(0)

    def noisy(table: Table) -> None:
        assert pearson(table["score"], table["rate"] + random.normal(size=len(table))).p <= 1

    with pytest.raises(InputError, match="it must not draw at random"):
        judge(MADE_UP, noisy, made(6))


def test_nan_among_the_numbers_is_no_second_answer():
    def body(table: Table) -> None:
        assert table["score"].size
        note(Estimate(method="made up", symbol="x", value=math.nan, n=len(table)))

    assert judge(MADE_UP, body, made(6)).outcome == "held"
