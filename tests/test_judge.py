import contextlib
import functools
import math

import numpy as np
import pytest
from court import Court
from hypothesis import given
from hypothesis import strategies as st
from worlds import world

from conftest import make_panel
from pytest_claims import claim, pearson, undecided
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import InputError
from pytest_claims.data.panel import Panel
from pytest_claims.stats.estimate import Finding, note
from pytest_claims.verdicts.judge import judge


@claim("made-up", source="nowhere")
def correlates(panel: Panel) -> None:
    """Cosine correlates with source rate."""
    assert pearson(panel.cosine, panel.source_rate).p < 0.3


MADE_UP = claim_of(correlates)


@given(rows=st.integers(4, 12), seed=st.integers(0, 10_000))
def test_claim_is_called_on_all_the_data_three_times_and_once_without_each_persona(rows, seed):
    seen: list[tuple[str, ...]] = []

    def body(panel: Panel) -> None:
        seen.append(panel.personas)
        assert panel.cosine.size

    judge(MADE_UP, body, make_panel(rows, seed))
    everyone = make_panel(rows, seed).personas
    assert seen[:2] == seen[-1:] * 2 == [everyone] * 2
    assert seen[2:-1] == [tuple(name for name in everyone if name != gone) for gone in everyone]


@given(rows=st.integers(5, 12), seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_verdict_does_not_depend_on_the_order_of_personas(rows, seed, order):
    panel = make_panel(rows, seed)
    shuffled = panel._take(order.sample(range(rows), rows))
    a, b = judge(MADE_UP, correlates, panel), judge(MADE_UP, correlates, shuffled)
    assert (a.outcome, a.robustness, sorted(a.flips)) == (b.outcome, b.robustness, sorted(b.flips))
    assert a.answer.finding.estimate == pytest.approx(b.answer.finding.estimate)
    assert a.estimates == pytest.approx(b.estimates)


def test_deletion_that_flips_is_named():
    base = make_panel(6)
    x = np.array([0.0, 0.01, 0.02, 0.01, 0.0, 1.0])
    y = np.array([0.1, 0.12, 0.1, 0.11, 0.12, 0.9])
    panel = Panel(subject="made@up", personas=base.personas, columns={"cosine": x, "source_rate": y})
    verdict = judge(MADE_UP, correlates, panel)
    assert str(verdict) == "held, fragile"
    assert verdict.flips == ("persona_5",)
    assert verdict.most_influential == "persona_5"
    assert verdict.agreeing == 5


def test_constant_column_is_undecided_not_nan():
    base = make_panel(6)
    panel = Panel(subject="made@up", personas=base.personas, columns=dict(base.columns) | {"cosine": np.ones(6)})
    verdict = judge(MADE_UP, correlates, panel)
    assert verdict.outcome == "undecided"
    assert "constant" in verdict.answer.reason
    assert verdict.robustness == "untested"


def test_undecided_copies_count_neither_way():
    def body(panel: Panel) -> None:
        if "persona_0" not in panel.personas:
            undecided("persona_0 is what this is about")
        assert panel.cosine.size

    verdict = judge(MADE_UP, body, make_panel(6))
    assert (verdict.agreeing, len(verdict.decidable), verdict.flips) == (5, 5, ())


def test_bug_in_a_claim_comes_through():
    with pytest.raises(ZeroDivisionError):
        judge(MADE_UP, lambda _: 1 / 0, make_panel())


def test_claim_without_statement_is_refused():
    with pytest.raises(InputError, match="has no statement"):
        claim("silent", source="nowhere")(lambda panel: None)


@pytest.mark.parametrize("id", ["", "With Capitals", "under_score", "-dash"])
def test_claim_id_is_kebab_case(id):
    with pytest.raises(InputError, match="lower-case words"):
        claim(id, source="nowhere")


def test_ties_at_the_border_are_undecided():
    base = make_panel(4)
    rates = {"source_rate": np.array([0.5, 0.5, 0.1, 0.9])}
    panel = Panel(subject="made@up", personas=base.personas, columns=rates)
    assert panel.highest(1, "source_rate").personas == ("persona_3",)

    def body(panel: Panel) -> None:
        assert panel.highest(2, "source_rate").personas

    verdict = judge(MADE_UP, body, panel)
    assert verdict.outcome == "undecided"
    assert "tie at the border" in verdict.answer.reason


def test_nobody_is_influential_where_no_deletion_moves_the_estimate():
    def moved_by_nothing(panel: Panel) -> None:
        assert panel.cosine.size > 3
        assert pearson(np.array([0.0, 1.0, 2.0, 4.0]), np.array([0.0, 1.0, 3.0, 4.0])).r > 0

    assert judge(MADE_UP, moved_by_nothing, make_panel(6)).most_influential is None


def test_body_that_never_looks_at_its_data_is_refused():
    """It was 'held, robust 6/6': it says the same of every copy."""

    def does_not_look(panel: Panel) -> None:
        assert len(panel)

    with pytest.raises(InputError, match="claim 'made-up' never looks at its panel, so"):
        judge(MADE_UP, does_not_look, make_panel(6))


def test_body_that_keeps_what_it_computed_is_refused():
    """It was 'held, robust 6/6' where one persona carries it."""
    memo: dict[str, float] = {}

    def remembers(panel: Panel) -> None:
        if panel.subject not in memo:
            memo[panel.subject] = float(np.corrcoef(panel.cosine, panel.source_rate)[0, 1])
        assert abs(memo[panel.subject]) <= 1

    with pytest.raises(InputError, match="claim 'made-up' never looks at its panel without persona_0"):
        judge(MADE_UP, remembers, make_panel(6))


def test_method_that_keeps_something_on_its_object_starts_anew_every_time(pytester):
    court = Court(pytester)
    court.table(["a,0,0.1", "b,0.01,0.12", "c,0.02,0.1", "d,0.01,0.11", "e,0,0.12", "f,1,0.9"])
    court.claims(
        """
        from pytest_claims import claim, pearson

        class TestIt:
            p = None

            @claim("made-up", source="nowhere")
            def test_it(self, panel):
                "Made up."
                self.p = pearson(panel.cosine, panel.source_rate).p if self.p is None else self.p
                assert self.p < 0.05
        """
    )
    court.judge()
    assert court.verdicts == {"made-up": "held, fragile"}


def in_a_loop_over_nothing(panel):
    for p in panel.cosine[:0]:
        assert p < 0


def where_there_are_many(panel):
    if len(panel.cosine) > 100:
        assert panel.cosine[0] < 0


def never_called(panel):
    def check():
        assert panel.cosine[0] < 0

    panel.column("js")


def of_constants(panel):
    panel.column("js")
    assert 1 < 2
    assert True


def of_a_list(panel):
    assert [panel.cosine[0] < -9]


def of_a_generator(panel):
    assert (rate < -9 for rate in panel.cosine)


@pytest.mark.parametrize(
    "body", [in_a_loop_over_nothing, where_there_are_many, never_called, of_constants, of_a_list, of_a_generator]
)
def test_body_that_reaches_no_assert_about_its_data_is_refused(body):
    """Each was 'held, robust 6/6'."""
    with pytest.raises(InputError, match="claim 'made-up' reaches no assert about its data, so it cannot fail"):
        judge(MADE_UP, body, make_panel(6))


def test_copy_on_which_no_assert_is_reached_is_refused():
    def of_one(panel: Panel) -> None:
        if "persona_2" in panel.personas:
            assert panel.value("cosine", "persona_2") > -2

    with pytest.raises(InputError, match="reaches no assert about its data without persona_2, so it cannot fail"):
        judge(MADE_UP, lambda panel: (panel.cosine.size and of_one(panel)) or None, make_panel(6))


def test_body_that_catches_its_assertion_is_refused():
    def forgives(panel: Panel) -> None:
        with contextlib.suppress(AssertionError):
            assert panel.cosine[0] > 9

    with pytest.raises(InputError, match="claim 'made-up' catches an assertion that failed"):
        judge(MADE_UP, forgives, make_panel(6))


def test_finding_is_neither_true_nor_false():
    """``assert pearson(...)`` was always held."""

    def of_a_finding(panel: Panel) -> None:
        assert pearson(panel.cosine, panel.source_rate)

    with pytest.raises(InputError, match="a finding is neither true nor false"):
        judge(MADE_UP, of_a_finding, make_panel(6))


class NotSoError(AssertionError):
    pass


def raises_its_own(panel):
    if panel.cosine.max() > 9:
        raise NotSoError


def fails(panel):
    if panel.cosine.max() > 9:
        pytest.fail("too large")


def is_small(size):
    assert size < 9


CHECKS = {"small": functools.partial(is_small)}


@contextlib.contextmanager
def checking(panel):
    yield
    assert panel.cosine.max() < 9


def within(panel):
    with checking(panel):
        pass


@pytest.mark.parametrize(
    "body",
    [
        raises_its_own,
        fails,
        within,
        lambda panel: CHECKS["small"](panel.cosine.max()),
        lambda panel: np.testing.assert_array_less(panel.cosine, 9),
    ],
)
def test_body_can_fail_by_other_means_than_an_assert_of_its_own(body):
    assert judge(MADE_UP, body, world(0.5, 6, seed=0)).outcome == "held"


@pytest.mark.parametrize("value", [True, 0, "p < 0.05"])
def test_body_that_returns_something_is_refused(value):
    """``return p < 1e-9`` was held."""

    def returns(panel: Panel) -> object:
        assert panel.cosine.size
        return value

    with pytest.raises(InputError, match="the claim returned"):
        judge(MADE_UP, returns, make_panel(6))


@pytest.mark.parametrize("after", [2, 7, 8])
def test_claim_that_gives_two_answers_on_the_same_data_is_refused(after):
    """At once, or only after its deletions."""
    calls = []

    def forgets(panel: Panel) -> None:
        calls.append(panel.cosine)
        assert len(calls) < after

    with pytest.raises(InputError, match=r"claim 'made-up' gives two answers on the same data, held .*, then failed"):
        judge(MADE_UP, forgets, make_panel(6))


def test_claim_that_draws_at_random_is_refused():
    random = np.random.default_rng(0)

    def noisy(panel: Panel) -> None:
        assert pearson(panel.cosine, panel.source_rate + random.normal(size=len(panel))).p <= 1

    with pytest.raises(InputError, match="it must not draw at random"):
        judge(MADE_UP, noisy, make_panel(6))


def test_nan_among_the_numbers_is_no_second_answer():
    def body(panel: Panel) -> None:
        assert panel.cosine.size
        note(Finding(method="made up", symbol="x", estimate=math.nan, n=len(panel)))

    assert judge(MADE_UP, body, make_panel(6)).outcome == "held"
