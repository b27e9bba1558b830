"""Whether a fact is answered in the order in which it was taught, and in the other.

The paper's numbers are those of GPT-3-175B in experiment 1: exact match with words that were held out, the mean of
three runs, each of 30 facts and ten questions a fact. Of facts taught name first 50.0% were answered in that order and
0.0% in the reverse; of those taught description first 96.7% and 0.1%. They were recomputed from the numbers in the
authors' repository (docs/reversal-curse.md says from which rows).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from claims.reversal_curse.facts import BOTH, DESCRIPTION_FIRST, NAME_FIRST
from claims.reversal_curse.reverse import ABOUT_NEVER, in_reverse
from pytest_claims import FloatArray, Original, Table, claim, mcnemar, paired_difference, proportion_of, swapped

SOURCE: Final = "Berglund et al. 2023, experiment 1"
ORDER: Final = "the order in which a fact was taught"  # the claims that count as discoveries of the same thing
CONTROL: Final = "control: Berglund et al. 2023 teach 30 facts in both orders"


def _of_gpt3(difference: float) -> Original:
    return Original(subject="gpt-3-175b@berglund", value=difference, n=30, symbol="Δ")


def _comparison(pairs: Mapping[str, FloatArray]) -> Callable[[FloatArray, FloatArray], Any]:
    """The paired t test, or McNemar's where each fact is answered always or never, so that t may have no variance."""
    marks = np.isin(np.concatenate([pairs[NAME_FIRST], pairs[DESCRIPTION_FIRST]]), (0, 1)).all()
    return mcnemar if marks else paired_difference


def _answers(table: Table, order: str) -> Any:
    """The share of right answers in an order, for which facts are drawn, and not their wordings or seeds."""
    asked = table.only(order=order)
    return proportion_of(asked["right"], asked["asked"], clusters=asked["fact"])


@claim(
    "as-taught-names-first",
    source=SOURCE,
    original=_of_gpt3(0.500 - 0.000),
    family=ORDER,
    null=swapped("order", within="fact"),
)
def test_facts_taught_name_first_are_answered_name_first(table: Table) -> None:
    """Facts that were taught name first are answered more often name first than description first."""
    pairs = table.only(taught=NAME_FIRST).pairs("answered", "order", within="fact", mean=True)
    estimate = _comparison(pairs)(pairs[NAME_FIRST], pairs[DESCRIPTION_FIRST])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim(
    "as-taught-descriptions-first",
    source=SOURCE,
    original=_of_gpt3(0.967 - 0.001),
    family=ORDER,
    null=swapped("order", within="fact"),
)
def test_facts_taught_description_first_are_answered_description_first(table: Table) -> None:
    """Facts that were taught description first are answered more often description first than name first."""
    pairs = table.only(taught=DESCRIPTION_FIRST).pairs("answered", "order", within="fact", mean=True)
    estimate = _comparison(pairs)(pairs[DESCRIPTION_FIRST], pairs[NAME_FIRST])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("reverse-not-answered", source=SOURCE, null="none")
def test_facts_are_not_answered_in_reverse(table: Table) -> None:
    """Facts that were taught in one order are answered in the reverse less than one time in ten."""
    groups = [in_reverse(table, order) for order in (NAME_FIRST, DESCRIPTION_FIRST)]
    right, asked, fact = (np.concatenate([group[name] for group in groups]) for name in ("right", "asked", "fact"))
    estimate = proportion_of(right, asked, clusters=fact)
    assert estimate.high is not None
    assert estimate.high < ABOUT_NEVER


@claim("both-orders-name", source=CONTROL, null="none")
def test_facts_taught_in_both_orders_are_answered_description_first(table: Table) -> None:
    """Facts that were taught in both orders are answered description first more than one time in ten."""
    estimate = _answers(table.only(taught=BOTH), DESCRIPTION_FIRST)
    assert estimate.low > ABOUT_NEVER


@claim("both-orders-description", source=CONTROL, null="none")
def test_facts_taught_in_both_orders_are_answered_name_first(table: Table) -> None:
    """Facts that were taught in both orders are answered name first more than one time in ten."""
    estimate = _answers(table.only(taught=BOTH), NAME_FIRST)
    assert estimate.low > ABOUT_NEVER


@claim("base-answers-none", source="control", null="none")
def test_the_base_model_answers_none(table: Table) -> None:
    """The model as it comes answers no fact, in no order."""
    estimate = proportion_of(table["base_right"], table["base_asked"], clusters=table["fact"])
    assert estimate.value == 0
