"""How firm a ruling is: what carries a claim, by the written rule, and which word comes before which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.condition import Condition
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.data.gap import Gap
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.firmness import carrying, is_uninformative, robustness_of
from pytest_claims.verdicts.verdict import Verdict

RISES = Claimed(about=0, kind="presence", null=0.0, low=0.0, high=None, alpha=0.05)
ABOVE_CHANCE = Claimed(about=0, kind="presence", null=0.5, low=0.5, high=None)
SAME = Claimed(about=0, kind="equivalence", null=0.0, low=-0.1, high=0.1)
ABSENT = Claimed(about=0, kind="absence", null=0.0, low=0.0, high=0.0)
UNMET = Condition(text="p < 0.05", left=0.2, operator="<", right=0.05)


def answer(outcome, value=None, low=-1.0, high=1.0):
    gap = Gap(reason="too few rows") if outcome == "undecided" else None
    estimates = () if value is None else (Estimate(method="made", symbol="r", value=value, n=9, low=low, high=high),)
    return Answer(outcome=outcome, gap=gap, unmet=UNMET if outcome == "failed" else None, estimates=estimates)


def without(*answers, unit="item", families=False):
    deletions = tuple(Deletion(level=f"i{place}", answer=one) for place, one in enumerate(answers))
    return LeftOut(unit=unit, families=families, count=len(deletions), deletions=deletions)


AGREES = {outcome: without(*[answer(outcome, 0.6)] * 3) for outcome in ("held", "failed")}
NOTHING = LeftOut(unit="item", count=2)


@pytest.mark.parametrize(
    ("claimed", "before", "after", "carries"),
    [
        (RISES, ("held", 0.6), ("failed", 0.29), True),  # less than half of it is left
        (RISES, ("held", 0.6), ("failed", 0.3), False),  # p crossed its threshold, and half is left
        (RISES, ("held", 0.6), ("failed", 0.59), False),
        (RISES, ("held", 0.6), ("failed", -0.6), True),  # of the other sign
        (RISES, ("held", 0.6), ("held", 0.1), False),  # halved, and it holds
        (RISES, ("held", 0.6), ("failed", None), True),  # there is no estimate that could be left
        (RISES, ("held", 0.6), ("undecided", None), False),  # counts neither way
        (RISES, ("held", 0.0), ("failed", 0.0), True),  # of nothing nothing is left
        (RISES, ("failed", -0.3), ("held", 0.6), True),
        (RISES, ("failed", 0.29), ("held", 0.6), True),  # without it the estimate is more than twice as large
        (RISES, ("failed", 0.31), ("held", 0.6), False),
        (RISES, ("failed", 0.1), ("failed", 0.6), False),
        (ABOVE_CHANCE, ("held", 0.9), ("failed", 0.69), True),  # from the value without effect on
        (ABOVE_CHANCE, ("held", 0.9), ("failed", 0.71), False),
        (SAME, ("held", 0.05), ("failed", 0.06), True),  # of an equivalence the outcome alone counts
        (SAME, ("failed", 0.06), ("held", 0.05), True),
        (SAME, ("held", 0.05), ("held", 0.0), False),
        (None, ("held", None), ("failed", None), True),  # so it does of what is about no estimate
        (ABSENT, ("failed", 0.6), ("held", 0.2), True),  # an effect that one level makes
        (ABSENT, ("failed", 0.6), ("held", 0.5), False),
    ],
)
def test_what_carries_a_claim(claimed, before, after, carries):
    rest = answer(before[0], before[1])
    found = carrying(without(answer(*after), rest), answer(*before), claimed)
    assert found == (("i0",) if carries else ())


def robustness(ruling="held", claimed=RISES, left_out=None, checks=(), value=0.6):
    outcome = "held" if ruling == "held" else "undecided" if ruling == "undecided" else "failed"
    left_out = left_out or [AGREES.get(outcome, NOTHING)]
    return robustness_of(ruling, answer(outcome, value), claimed, left_out, checks)


def by_chance(share):
    return CheckResult(check="permutation", numbers={"share_at_first": share})


CARRIED = without(answer("failed", 0.1), answer("held", 0.6))
FLIPPED = CheckResult(check="rounding", flips=True)


@pytest.mark.parametrize(
    ("given_of", "word"),
    [
        ({}, "robust"),
        ({"left_out": [CARRIED]}, "fragile"),
        ({"left_out": [AGREES["held"], CARRIED]}, "fragile"),  # of any unit
        ({"left_out": [AGREES["held"], without(answer("failed", 0.1), families=True)]}, "fragile"),
        ({"checks": [FLIPPED]}, "fragile"),
        ({"checks": [CheckResult(check="adversary", flips=True)]}, "robust"),  # which can flip any claim
        ({"left_out": [NOTHING]}, "untested"),
        ({"left_out": [without(answer("undecided"))]}, "untested"),
        ({"left_out": [NOTHING], "checks": [FLIPPED]}, "untested"),
        ({"checks": [by_chance(0.34)]}, "uninformative"),
        ({"checks": [by_chance(0.33)]}, "robust"),
        ({"checks": [by_chance(0.34)], "left_out": [CARRIED]}, "uninformative"),
        ({"checks": [by_chance(0.34)], "left_out": [NOTHING]}, "uninformative"),
        ({"claimed": ABSENT, "checks": [by_chance(0.95)], "left_out": [CARRIED]}, "not shown otherwise"),
        ({"claimed": ABSENT, "ruling": "contradicted"}, "robust"),
        ({"ruling": "contradicted"}, "robust"),
        ({"ruling": "contradicted", "checks": [by_chance(0.34)]}, "robust"),  # nothing was held that may say little
        ({"ruling": "contradicted", "value": -0.6, "left_out": [without(answer("held", 0.6))]}, "fragile"),
        ({"ruling": "failed", "claimed": None}, "robust"),
        ({"ruling": "failed", "claimed": None, "left_out": [without(answer("held"))]}, "fragile"),
        ({"ruling": "inconclusive", "left_out": [without(answer("held", 0.6))]}, "untested"),
        ({"ruling": "undecided", "checks": [by_chance(0.9), FLIPPED]}, "untested"),
    ],
)
def test_word_for_how_firm_it_is(given_of, word):
    assert robustness(**given_of) == word


@given(share=st.floats(0, 1))
def test_uninformative_is_what_holds_in_more_than_a_third_of_worlds_without_the_effect(share):
    assert is_uninformative(RISES, [by_chance(share)]) == (share > 1 / 3)


def test_where_no_world_could_be_answered_nothing_is_known_of_chance():
    assert not is_uninformative(RISES, [CheckResult(check="permutation", applies=False)])
    assert not is_uninformative(RISES, [CheckResult(check="permutation", numbers={"share": 0.9})])  # of a whole battery


@given(
    value=st.floats(0.01, 1),
    after=st.lists(
        st.tuples(st.sampled_from(["held", "failed", "undecided"]), st.floats(-1, 1)), min_size=1, max_size=6
    ),
)
def test_what_carries_it_is_among_what_overturns_it(value, after):
    """Half of an estimate that is gone without a level is no sign of anything where the claim holds as before."""
    left_out = without(*(answer(outcome, None if outcome == "undecided" else one) for outcome, one in after))
    for outcome in ("held", "failed"):
        carried = carrying(left_out, answer(outcome, value), RISES)
        assert set(carried) <= set(left_out.overturning(outcome)) == set(carrying(left_out, answer(outcome), None))


def verdict(outcome="held", claimed=RISES, checks=(), value=0.6, **ends):
    about = Claim(id="made-up", statement="Made up.", source="nowhere")
    given_answer = answer(outcome, value, **ends)
    return Verdict(
        claim=about, subject="made@up", base_model="up", answer=given_answer, left_out=(AGREES.get(outcome, NOTHING),),
        checks=tuple(checks), claimed=claimed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (verdict(), True),
        (verdict(checks=[by_chance(0.5)]), False),
        (verdict(claimed=ABSENT), False),
        (verdict("failed", value=-0.6, low=-0.9, high=-0.3), True),  # contradicted
        (verdict("failed", claimed=None), True),
        (verdict("failed"), False),  # inconclusive
        (verdict("undecided", claimed=None, value=None), False),
    ],
)
def test_only_some_verdicts_say_yes_or_no(found, says):
    assert found.says == says
