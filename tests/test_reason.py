"""The reason: every condition that the data did not meet becomes a sentence of what was observed and what it needs."""

import math
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.condition import OPERATORS, Condition
from pytest_claims.data.gap import Gap
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.power import Power
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.reason import gap_of, reason, unmet

R = Estimate(method="made", symbol="r", value=0.1649, n=12, p=0.0864321, low=-0.4512, high=0.6789)
RATIO = Estimate(method="made", symbol="OR", value=123.456, n=12, p=0.00001)
MADE = Claim(id="made-up", statement="Made up.", source="nowhere")
SAME = Claimed(about=0, kind="equivalence", null=0.0, low=-0.1, high=0.1)


def condition(left_text, left, operator, right, right_text="", **more):
    right_text = right_text or str(right)
    return Condition(
        text=f"{left_text} {operator} {right_text}",
        left=left, operator=operator, right=right, left_text=left_text, right_text=right_text, **more,
    )  # fmt: skip


P = condition("estimate.p", R.p, "<", 0.05)
LOWER = "the lower end of the interval of r"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (P, "p = 0.086, and the claim needs p < 0.05"),
        (condition("estimate.r", R.value, "<", 0), "r = +0.16, and the claim needs r < 0"),
        (condition("r", R.value, "<", -0.3), "r = +0.16, and the claim needs r < -0.3"),
        (condition("0", 0, ">", R.value, "r"), "r = +0.16, and the claim needs 0 > r"),
        (condition("estimate.low", R.low, ">=", 0), f"{LOWER} = -0.45, and the claim needs {LOWER} ≥ 0"),
        (
            condition("estimate.high", R.high, "<=", 0.5),
            "the upper end of the interval of r = +0.68, and the claim needs the upper end of the interval of r ≤ 0.5",
        ),
        (condition("ratio", RATIO.value, "<", 2), "OR = +123, and the claim needs OR < 2"),
        (condition("ratio.p", RATIO.p, ">=", 0.05), "p < 0.001, and the claim needs p ≥ 0.05"),
        (condition("len(few)", 3, "==", 4), "len(few) = 3, and the claim needs len(few) = 4"),
        (condition("share", 0.123456, ">", 0.5), "share = 0.1235, and the claim needs share > 0.5"),
        (condition("p", R.p, "<", 0.05, "ALPHA"), "p = 0.086 and ALPHA = 0.05, and the claim needs p < ALPHA"),
        (condition("a", 2, "<", 1, "b"), "a = 2 and b = 1, and the claim needs a < b"),
        (
            condition("estimate.r", R.value, "<", R.low, "low"),
            f"r = +0.16 and {LOWER} = -0.45, and the claim needs r < {LOWER}",
        ),
        (condition("1", 1, "==", 2), "1 and 2, and the claim needs 1 = 2"),
        (condition("top", "'a'", "!=", "'a'"), "top = 'a', and the claim needs top ≠ 'a'"),
        (condition("top", "'a'", "in", "('b', 'c')"), "top = 'a', and the claim needs top in ('b', 'c')"),
        (condition("top", "'a'", "in", "('b',)", "few"), "top = 'a' and few = ('b',), and the claim needs top in few"),
        (condition("top", "'a'", "<", 2, "last"), "top = 'a' and last = 2, and the claim needs top < last"),
        (Condition(text="p < 0 or p > 1", left="False"), "p < 0 or p > 1 is False, and the claim needs it to be true"),
        (Condition(text="raised by hand"), "raised by hand"),
        (replace(P, message="too large"), "too large: p = 0.086, and the claim needs p < 0.05"),
        (Condition(text="ok", left="None", message="none"), "none: ok is None, and the claim needs it to be true"),
    ],
)  # fmt: skip
def test_what_was_observed_and_what_the_claim_needs(one, said):
    assert unmet(one, (RATIO, R)) == said


@pytest.mark.parametrize("operator", [sign for sign, _ in OPERATORS.values()])
def test_every_operator_is_told(operator):
    said = unmet(condition("a", 1, operator, 2, "b"), ())
    signs = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
    assert said == f"a = 1 and b = 2, and the claim needs a {signs.get(operator, operator)} b"


def test_number_is_that_of_the_last_estimate_that_has_it():
    assert unmet(condition("x", R.value, "<", 0), (R, replace(R, symbol="ρ"))).startswith("ρ = +0.16")


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.0502, "p = 0.0502, and the claim needs p < 0.05"),
        (0.050001, "p = 0.050001, and the claim needs p < 0.05"),
        (math.nextafter(0.05, 1), "p = 0.05000000000000001, and the claim needs p < 0.05"),
        (0.05, "p = 0.050, and the claim needs p < 0.05"),
        (0.9999, "p > 0.99, and the claim needs p < 0.05"),
    ],
)
def test_p_that_misses_by_little_is_told_in_more_digits(p, said):
    assert unmet(condition("p", p, "<", 0.05), (replace(R, p=p),)) == said


@pytest.mark.parametrize(
    ("part", "value", "operator", "threshold", "said"),
    [
        ("value", 0.7049, "<", 0.703, "r = +0.7049, and the claim needs r < 0.703"),  # r = +0.70 looks as if it were
        ("value", 0.5, "<", 0.5, "r = +0.50, and the claim needs r < 0.5"),
        ("p", 0.0005, "<", 0.0003, "p = 0.0005, and the claim needs p < 0.0003"),
        ("p", 0.0002, ">", 0.0003, "p = 0.0002, and the claim needs p > 0.0003"),
        ("p", 0.992, ">", 0.995, "p = 0.992, and the claim needs p > 0.995"),
        ("p", 0.0002, ">", 0.05, "p < 0.001, and the claim needs p > 0.05"),
    ],
)
def test_number_is_told_on_its_side_of_the_threshold(part, value, operator, threshold, said):
    found = replace(R, **{"value": 2.0, part: value})
    assert unmet(condition("x", value, operator, threshold), (found,)) == said


thresholds = st.one_of(st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.5]), st.floats(-1, 1).map(lambda one: round(one, 3)))
misses = st.one_of(st.floats(1e-15, 0.01), st.floats(0.01, 1), st.sampled_from([1e-9, 1e-5, 0.0004, 0.0049]))


def number(said):
    """The number that is told first, and the sign before it: = or a bound of it."""
    observed = said.partition(", and the claim needs")[0].split()
    return float(observed[-1]), observed[-2]


@given(
    threshold=thresholds,
    miss=misses,
    operator=st.sampled_from("<>"),
    part=st.sampled_from(["value", "p", "low", "high", "none"]),
)
@example(threshold=0.05, miss=0.0004, operator="<", part="p")
@example(threshold=0.05, miss=0.0004, operator=">", part="p")
@example(threshold=0.3, miss=0.004, operator="<", part="value")
@example(threshold=0.3, miss=0.004, operator=">", part="value")
@example(threshold=0.999, miss=0.0005, operator="<", part="p")
@example(threshold=0.0005, miss=0.0001, operator=">", part="p")
def test_rounding_never_makes_a_number_meet_the_threshold_that_it_misses(threshold, miss, operator, part):
    value = threshold + miss if operator == "<" else threshold - miss
    assume(value != threshold)
    estimates = () if part == "none" else (replace(R, **{"value": 2.0, part: value}),)
    told, sign = number(unmet(condition("x", value, operator, threshold), estimates))
    if sign == "=":
        assert told > threshold if operator == "<" else told < threshold
    else:  # a bound of p, on its side or at the threshold
        assert sign != operator
        assert told >= threshold if operator == "<" else told <= threshold
    assert sign in "<>" or math.isclose(told, value, rel_tol=0.005, abs_tol=0.005)


def verdict(outcome, claimed=None, power=None, **answer):
    found = Answer(outcome=outcome, estimates=(replace(R, within=(-0.1, 0.1)),), **answer)
    return Verdict(
        claim=MADE, subject="made@up", base_model="up", answer=found, left_out=(), claimed=claimed, power=power
    )


def test_number_that_is_computed_from_an_estimate_has_the_name_that_is_written():
    one = Condition(
        text="abs(b.r) > abs(a.r)", left=0.3, operator=">", right=0.5, left_text="abs(b.r)", right_text="abs(a.r)"
    )
    estimates = [Estimate(method="made", symbol="r", value=value, n=9) for value in (-0.5, 0.3)]
    assert unmet(one, estimates) == "abs(b.r) = 0.3 and abs(a.r) = 0.5, and the claim needs abs(b.r) > abs(a.r)"


def test_held_claim_has_no_reason():
    assert reason(verdict("held")) == ""


def test_reason_of_what_is_undecided_is_what_the_data_lack():
    gap = Gap(reason="too few rows", have="3", remedy="add more")
    assert reason(verdict("undecided", gap=gap)) == str(gap)
    assert reason(verdict("undecided", SAME, Power(value=0.0, share=0.1, size=99), gap=gap)) == str(gap)


def test_reason_of_what_failed_is_its_condition():
    assert reason(verdict("failed", unmet=P)) == "p = 0.086, and the claim needs p < 0.05"


@pytest.mark.parametrize(
    ("power", "remedy"),
    [
        (Power(value=0.0, share=0.123, size=1500), "with 1,500 rows it would in 80%"),
        (Power(value=0.0, share=0.123, size=1500, of="trials"), "with 1,500 tries of each rate it would in 80%"),
        (Power(value=0.0, share=0.123), "give wider bounds"),
    ],
)
def test_equivalence_that_is_beyond_reach_says_what_it_would_take(power, remedy):
    one = verdict("failed", SAME, power, unmet=P)
    assert (one.ruling, one.answer.gap) == ("undecided", None)
    assert gap_of(one).remedy == remedy
    assert reason(one) == (
        f"data of this size could hardly show it: with no effect at all it would hold in 12%; {remedy}"
    )


def test_equivalence_within_reach_has_the_reason_of_its_condition():
    one = verdict("failed", SAME, Power(value=0.0, share=0.9, size=10), unmet=P)
    assert gap_of(one) is None
    assert reason(one) == "p = 0.086, and the claim needs p < 0.05"
