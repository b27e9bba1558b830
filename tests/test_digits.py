"""Of copies five digits are kept: nothing that is printed changes, and no verdict says anything else."""

import math
from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given

from conftest import make_table
from pytest_claims import claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.robustness.battery import checks_of
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.verdicts.digits import DIGITS, rounded, short_of
from pytest_claims.verdicts.judge import judge

numbers = st.floats(-1e6, 1e6, allow_nan=False) | st.integers(-(10**7), 10**7).map(lambda value: value / 10**7)


@given(numbers)
def test_five_digits_round_to_fewer_as_all_do(value):
    short = short_of(value)
    for digits in range(1, DIGITS + 1):
        assert f"{short:.{digits}g}" == f"{value:.{digits}g}"
    assert math.isclose(short, value, rel_tol=0.5 * 10 ** (1 - DIGITS))
    assert short_of(short) == short


def test_five_digits_are_kept_and_one_more_where_a_five_would_stand_last():
    assert [short_of(value) for value in (0.123456789, 0.1234549, 0.00012, 1 / 3)] == [
        0.12346, 0.1234549, 0.00012, 0.33333
    ]  # fmt: skip


@claim("made-up", source="nowhere")
def body(table):
    """Cosine correlates with source rate."""
    assert pearson(table["cosine"], table["source_rate"]).p < 0.3


def test_numbers_of_all_the_data_and_counts_stay():
    verdict = judge(claim_of(body), body, make_table(), checks=checks_of("quick"))
    short = rounded(verdict)
    assert (short.answer, short.claimed, short.power, short.compared) == (
        verdict.answer, verdict.claimed, verdict.power, verdict.compared
    )  # fmt: skip
    one, other = (found.deletions[0].answer.estimate for found in (verdict, short))
    assert (one.value, one.n) != (other.value, other.n)
    assert (short_of(one.value), one.n) == (other.value, other.n)
    for before, after in zip(verdict.checks, short.checks, strict=True):
        counts = {name: value for name, value in before.numbers.items() if float(value).is_integer()}
        assert counts.items() <= after.numbers.items()
    assert rounded(short) == short


@claim("share", source="nowhere")
def share(table):
    """The share is above 0."""
    estimate = note(Estimate(method="", symbol="share", value=len(table["marked"]) / 9, n=6, p=0.01))
    assert estimate.value > 0
    assert estimate.p < 0.05


def test_a_verdict_that_would_say_something_else_keeps_every_digit():
    """Without a level exactly half is left, and with five digits less than half."""
    verdict = judge(claim_of(share), share, make_table())
    half = replace(verdict.answer.estimates[0], value=1 / 3)
    gone = Deletion(level="a", answer=replace(verdict.answer, outcome="failed", estimates=(half,)))
    one = replace(verdict, left_out=(LeftOut(unit="row", count=3, deletions=(gone,)),), checks=())
    assert one.claimed is not None
    assert str(one) == "held, robust"
    assert rounded(one) is one
