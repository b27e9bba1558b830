import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_panel
from harness import claim, pearson, undecided
from harness.claim import claim_of
from harness.errors import InputError
from harness.judge import judge
from harness.panel import Panel
from harness.stats.finding import Finding, note


@claim("made-up", source="nowhere")
def correlates(panel: Panel) -> None:
    """Cosine correlates with source rate."""
    assert pearson(panel.cosine, panel.source_rate).p < 0.3


MADE_UP = claim_of(correlates)


@given(rows=st.integers(4, 12), seed=st.integers(0, 10_000))
def test_claim_is_called_on_all_the_data_three_times_and_once_without_each_persona(rows, seed):
    seen: list[tuple[str, ...]] = []
    judge(MADE_UP, lambda panel: seen.append(panel.personas), make_panel(rows, seed))
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
        assert len(panel) > 3
        assert pearson(np.array([0.0, 1.0, 2.0, 4.0]), np.array([0.0, 1.0, 3.0, 4.0])).r > 0

    assert judge(MADE_UP, moved_by_nothing, make_panel(6)).most_influential is None


def test_body_that_never_looks_at_its_data_is_refused():
    """It was 'held, robust 6/6': it says the same of every copy."""

    def does_not_look(panel: Panel) -> None:
        assert panel.subject

    with pytest.raises(InputError, match="claim 'made-up' never looks at its panel"):
        judge(MADE_UP, does_not_look, make_panel(6))


@pytest.mark.parametrize("value", [True, 0, "p < 0.05"])
def test_body_that_returns_something_is_refused(value):
    """``return p < 1e-9`` was held."""
    with pytest.raises(InputError, match="the claim returned"):
        judge(MADE_UP, lambda panel: value, make_panel(6))


@pytest.mark.parametrize("after", [2, 7, 8])
def test_claim_that_gives_two_answers_on_the_same_data_is_refused(after):
    """At once, or only after its deletions."""
    calls = []

    def forgets(panel: Panel) -> None:
        calls.append(len(panel))
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
        assert len(panel)
        note(Finding(method="made up", symbol="x", estimate=math.nan, n=len(panel)))

    assert judge(MADE_UP, body, make_panel(6)).outcome == "held"
