"""The words of verdicts: every one that can be said has its meaning, and what stands beside it in a sentence."""

import itertools
from dataclasses import replace
from typing import get_args

import pytest
from worlds import world

from pytest_claims import claim, pearson
from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import Claim, claim_of
from pytest_claims.asking.condition import Condition
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.data.gap import Gap
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.claimed import Claimed, Smallest
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.power import Power
from pytest_claims.verdicts.ruling import Ruling
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.power import prospects, smallest
from pytest_claims.words.verdict import MEANINGS, carried, counted, in_reverse, meanings, numbers, turned
from pytest_claims.words.verdict import tested_by as twin_of

MADE = Claim(id="made-up", statement="Made up.", source="nowhere")
RISES = Claimed(about=0, kind="presence", null=0.0, low=0.0, high=None)
EITHER = replace(RISES, low=-0.3, high=0.3, outside=True, smallest=Smallest(size=0.3, basis="claim"))
ABSENT = Claimed(about=0, kind="absence", null=0.0, low=0.0, high=0.0)
SAME = Claimed(about=0, kind="equivalence", null=0.0, low=-0.1, high=0.1)
VALUE = Claimed(about=0, kind="value", null=0.0, low=0.6, high=0.6)
KINDS = (None, RISES, EITHER, ABSENT, SAME, VALUE)
UNMET = Condition(text="p < 0.05", left=0.2, operator="<", right=0.05)
FLIPPED = CheckResult(check="rounding", flips=True)


def answer(outcome, value=0.5, low=None, high=None, **more):
    gap = Gap(reason="too few rows") if outcome == "undecided" else None
    found = Estimate(method="made", symbol="r", value=value, n=9, low=low, high=high, **more)
    return Answer(outcome=outcome, gap=gap, unmet=UNMET if outcome == "failed" else None, estimates=(found,))


def left_out(*outcomes, unit="item", families=False, value=0.1):
    deletions = tuple(Deletion(level=f"{unit[0]}{row}", answer=answer(one, value)) for row, one in enumerate(outcomes))
    return LeftOut(unit=unit, count=len(deletions), families=families, deletions=deletions)


def verdict(found=None, *, claimed=RISES, left=(), checks=(), about=MADE, power=None):
    found = found or answer("held", low=0.2, high=0.8)
    return Verdict(
        claim=about, subject="made@up", base_model="up", answer=found, left_out=tuple(left), checks=tuple(checks),
        claimed=claimed, power=power,
    )  # fmt: skip


def several():
    """Verdicts of all kinds."""
    answers = [
        answer(outcome, value, value - 0.2, value + 0.2)
        for outcome in ("held", "failed", "undecided")
        for value in (-0.7, 0.05, 0.7)
    ]
    answers += [answer("failed"), answer("held")]
    lefts = [(), (LeftOut(unit="item", count=2),), (left_out("held", "failed", "held"),)]
    lefts += [(LeftOut(unit="run", count=2), left_out("held", "held", "held"))]
    chance = CheckResult(check="permutation", numbers={"share_at_first": 0.9})
    for found, claimed, left, checks in itertools.product(answers, KINDS, lefts, ((), (FLIPPED,), (chance,))):
        yield verdict(found, claimed=claimed, left=left, checks=checks)
    yield verdict(answer("failed", 0.5, -0.2, 0.9), claimed=SAME, power=Power(value=0.0, share=0.1))


def test_every_word_that_can_be_said_has_its_meaning():
    said = {str(one) for one in several()}
    assert {word.partition(",")[0] for word in said} == set(get_args(Ruling))
    bases = {word.partition(" (")[0] for word in said}
    assert {"held", "held, robust", "held, fragile", "contradicted, robust", "failed, fragile", "inconclusive"} <= bases
    alone, firm = "alone, without robust or fragile", ("robust", "fragile")
    for word in bases:
        ruling, _, robustness = word.partition(", ")
        meant = word if word in MEANINGS or robustness not in firm else ruling
        assert (meant if robustness or meant in MEANINGS else alone) in MEANINGS, word
    assert any("not left out)" in word for word in said)
    assert "(… not left out)" in MEANINGS


def test_no_meaning_is_of_a_word_that_is_never_said():
    said = {str(one).partition(" (")[0] for one in several()}
    said |= {f"{one.ruling}, in reverse" for one in several() if in_reverse(one)}
    words = {*said, *(word.partition(",")[0] for word in said)}
    assert set(MEANINGS) - words == {"alone, without robust or fragile", "(… not left out)"}


def test_meanings_name_what_was_left_out():
    found = meanings("one item or seed")
    assert found.keys() == MEANINGS.keys()
    assert "without one item or seed it" in found["held, robust"]
    assert not any("{" in meaning for meaning in found.values())


HELD, FAILED, UNDECIDED = verdict(), verdict(answer("failed"), claimed=None), verdict(answer("undecided"), claimed=None)
CONTRADICTED = verdict(answer("failed", -0.5, -0.8, -0.2))
INCONCLUSIVE = verdict(answer("failed", 0.1, -0.4, 0.6))


def test_inconclusive_counts_as_undecided_and_contradicted_as_failed():
    every = [HELD, HELD, FAILED, CONTRADICTED, CONTRADICTED, UNDECIDED, INCONCLUSIVE]
    assert counted(every) == "2 held, 3 failed, 2 undecided"
    assert numbers(every) == "2 / 3 / 2"
    assert counted([INCONCLUSIVE]) == "1 undecided"
    assert (counted([]), numbers([])) == ("", "0 / 0 / 0")


DOWN = replace(RISES, low=None, high=0.0)


@pytest.mark.parametrize(
    ("claimed", "ends", "reverse"),
    [
        (RISES, (-0.8, -0.2), True),
        (DOWN, (0.2, 0.8), True),
        (replace(RISES, low=0.4), (-0.3, 0.3), False),  # too small an effect is no reverse
        (replace(RISES, low=0.4), (-0.3, -0.1), True),
        (replace(RISES, null=0.5, low=0.5), (0.1, 0.3), True),
        (RISES, (-0.8, 0.2), False),  # inconclusive
        (EITHER, (-0.2, -0.1), False),  # either sign was claimed
        (ABSENT, (0.2, 0.8), False),
        (SAME, (0.2, 0.8), False),
    ],
)
def test_reverse_is_an_interval_on_the_other_side_of_no_effect(claimed, ends, reverse):
    low, high = ends
    assert in_reverse(verdict(answer("failed", (low + high) / 2, low, high), claimed=claimed)) == reverse


def test_what_held_is_not_in_reverse():
    assert not in_reverse(verdict(answer("held", -0.5, -0.8, -0.2)))


def test_what_carries_it_and_what_only_turns_it_are_told_apart():
    halved, near = left_out("failed", "held", "held"), left_out("held", "failed", "failed", value=0.4, unit="seed")
    found = verdict(left=[halved, near])
    assert carried(found) == "carried by i0"
    assert turned(found) == "overturned without seed s1 and s2"  # that it does without what carries it need not be said
    assert (str(verdict(left=[near])), carried(verdict(left=[near]))) == ("held, robust", "")
    assert turned(verdict(left=[near])) == "overturned without s1 and s2"


def test_families_and_rounding_are_named():
    families = left_out("failed", "held", "held", families=True)
    found = verdict(left=[left_out(*["held"] * 3), families], checks=[FLIPPED])
    assert carried(found) == "carried by family i0; values within the printed rounding overturn it"
    assert turned(found) == ""


def test_inconclusive_says_without_what_it_holds_and_undecided_nothing():
    left = left_out("held", "failed", "failed", value=0.6)
    assert turned(replace(INCONCLUSIVE, left_out=(left,))) == "overturned without i0"
    assert carried(replace(INCONCLUSIVE, left_out=(left,))) == ""
    assert turned(replace(UNDECIDED, left_out=(left,))) == ""


def test_twin_is_named_or_that_there_is_none():
    @claim("no-rise", source="nowhere", twin="rise-is-negligible")
    def no_rise(table):
        """There is no correlation."""
        assert pearson(table["score"], table["rate"]).p >= 0.05

    found = judge(claim_of(no_rise), no_rise, world(0.0, 9, seed=0))
    assert str(found) == "held, not shown otherwise"
    assert twin_of(found) == "rise-is-negligible tests that there is none"
    (said, *_) = prospects(found)
    assert (
        said
        == "Not to be significant is no evidence that there is no effect: rise-is-negligible tests that there is none."
    )
    assert twin_of(replace(found, claim=MADE)) == "no claim tests that there is none"
    assert twin_of(HELD) == ""


SOURCE = Smallest(size=0.5, basis="source", n=10)


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        (RISES, "r ≥ 0, as the claim tests"),
        (DOWN, "r ≤ 0, as the claim tests"),
        (SAME, "r from -0.10 to +0.10, as the claim tests"),
        (EITHER, "r ≤ -0.30 or ≥ +0.30, as the claim says"),
        (replace(RISES, low=0.2, smallest=Smallest(size=0.2, basis="finding")), "r ≥ +0.20, as its finding says"),
        (replace(RISES, low=0.5, smallest=SOURCE), "r ≥ +0.50, what 10 rows, as the source has, detect with 33% power"),
        (ABSENT, ""),
        (VALUE, ""),
        (None, ""),
    ],
)
def test_smallest_effect_that_counts_is_told_with_who_says_so(claimed, said):
    assert smallest(verdict(claimed=claimed)) == said


def test_what_an_interval_excludes_is_told():
    (said,) = prospects(CONTRADICTED)
    assert said.startswith("Its interval [-0.80, -0.20] excludes what would make it true: r ≥ 0")
    (said,) = prospects(INCONCLUSIVE)
    assert said.startswith("Its interval [-0.40, +0.60] does not exclude what would make it true: r ≥ 0")
    assert "any effect, for nobody says which is too small" in said
    (said,) = prospects(verdict(answer("failed", 0.3, 0.1, 0.5), claimed=VALUE))
    assert said == "Its interval [+0.10, +0.50] excludes what would make it true: r = 0.6."
    assert list(prospects(HELD)) == list(prospects(UNDECIDED)) == []


def test_power_is_told_with_what_a_significant_estimate_would_be():
    power = Power(value=0.5, share=0.333, size=1029, wrong_sign=0.012, exaggeration=1.44)
    found = verdict(claimed=replace(RISES, low=0.5, smallest=SOURCE), power=power)
    small, first, second = prospects(found)
    assert "effects too small to count: it takes r ≥ +0.50, " in small
    assert first.startswith("Power for r = +0.50, the smallest effect that counts (")
    assert first.endswith("): 33%; 1,029 rows give 80%.")
    assert second == (
        "A significant estimate would then have the wrong sign in 1.2%, "
        "and be 1.4 times as large as the effect on average."
    )
    _, only = prospects(replace(found, power=Power(value=0.5, share=0.333)))
    assert only.endswith(": 33%.")
    (trials,) = prospects(verdict(claimed=SAME, power=Power(value=0.0, share=0.6, size=40, of="trials")))
    assert trials == "If nothing differed it would hold in 60%; 40 tries of each rate give 80%."
