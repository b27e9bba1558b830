"""The ruling: which values would make a claim true, whether the data exclude them all, and what they could show.

Values by hand: the power for r = 0.5 on 10 rows is 33% by pwr.r.test of R's pwr, and 0.8 takes 46 rows for r = 0.4.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import DESIGN, table_with, world

from pytest_claims import Original, claim, equivalent, paired_difference, pearson
from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import Claim, claim_of
from pytest_claims.asking.condition import Condition
from pytest_claims.asking.demand import Demand
from pytest_claims.stats.coefficients import fisher_interval
from pytest_claims.stats.correlation import equivalence
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.claimed import Claimed, Smallest, claimed_of
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.power import Power, power_of
from pytest_claims.verdicts.ruling import ruling_of

MADE = Claim(id="made-up", statement="Made up.", source="nowhere")
ELSEWHERE = Original(subject="made@elsewhere", value=0.6, n=10)
RISES = (("value", ">", 0.0), ("p", "<", 0.05))
FALLS = (("value", "<", 0.0), ("p", "<", 0.05))
EITHER = (("p", "<", 0.05),)
ABSENT = (("p", ">=", 0.05),)
ends = st.floats(-0.99, 0.99)


def demands(*several):
    return [Demand(about=0, part=part, operator=sign, number=number, text=f"{part} {sign} {number}")
            for part, sign, number in several]  # fmt: skip


def estimate(value=0.1, low=-0.3, high=0.5, p=0.4, **more):
    return Estimate(
        **{"method": "made", "symbol": "r", "value": value, "n": 12, "low": low, "high": high, "p": p, **more}
    )


def answer(found, wanted):
    """The answer of a body that wants this of what it found, in this order."""
    unmet = next((one for one in demands(*wanted) if not one.met([found])), None)
    condition = Condition(text=unmet.text, left=None, operator="", right=None) if unmet else None
    return Answer(outcome="failed" if unmet else "held", unmet=condition, estimates=(found,))


def ruled(found, wanted, about=MADE, smallest=None):
    """What is claimed of an estimate, and the ruling."""
    design = replace(DESIGN, smallest=smallest or {})
    given_answer = answer(found, wanted)
    claimed = claimed_of(given_answer, demands(*wanted), about, design)
    power = power_of(claimed, found) if claimed else None
    return claimed, ruling_of(given_answer, claimed, power)


def interval(low, high, **more):
    return estimate(value=(low + high) / 2, low=low, high=high, **more)


@pytest.mark.parametrize(
    ("wanted", "ends", "p", "ruling"),
    [
        (RISES, (0.2, 0.8), 0.01, "held"),
        (RISES, (-0.2, 0.6), 0.3, "inconclusive"),
        (RISES, (-0.6, 0.2), 0.3, "inconclusive"),
        (RISES, (-0.6, 0.0), 0.06, "inconclusive"),
        (RISES, (-0.6, -0.1), 0.01, "contradicted"),
        (FALLS, (0.1, 0.6), 0.01, "contradicted"),
        (FALLS, (-0.2, 0.6), 0.3, "inconclusive"),
        (EITHER, (-0.01, 0.01), 0.9, "inconclusive"),  # nobody says which effect is too small
        (ABSENT, (-0.2, 0.6), 0.3, "held"),
        (ABSENT, (0.1, 0.6), 0.01, "contradicted"),
        (ABSENT, (-0.1, 0.6), 0.04, "contradicted"),  # p says so, whatever the interval
        ((("low", ">", 0.3),), (0.2, 0.8), 0.01, "inconclusive"),
        ((("low", ">", 0.3),), (0.1, 0.25), 0.01, "contradicted"),
        ((("value", ">", 0.6),), (0.4, 0.7), 0.01, "inconclusive"),
        ((("value", ">", 0.6),), (0.1, 0.5), 0.01, "contradicted"),
        ((("value", ">", 0.0), ("low", ">", 0.3)), (0.1, 0.25), 0.01, "contradicted"),  # the stricter of both
        ((("value", "==", 0.6),), (0.1, 0.5), 0.01, "contradicted"),
        ((("value", "==", 0.6),), (0.1, 0.7), 0.01, "inconclusive"),
        (RISES, (None, None), 0.3, "inconclusive"),
        ((("value", "==", 0.6),), (None, None), None, "failed"),
        (ABSENT, (None, None), 0.01, "contradicted"),
    ],
)  # fmt: skip
def test_ruling(wanted, ends, p, ruling):
    low, high = ends
    found = interval(low, high, p=p) if low is not None else estimate(low=None, high=None, p=p)
    assert ruled(found, wanted)[1] == ruling


@pytest.mark.parametrize(
    ("about", "of_finding", "basis", "size"),
    [
        (replace(MADE, smallest=0.3), {"r": 0.2}, "claim", 0.3),
        (replace(MADE, smallest=0.3, original=ELSEWHERE), {}, "claim", 0.3),
        (replace(MADE, original=ELSEWHERE), {"r": 0.2}, "finding", 0.2),
        (replace(MADE, original=ELSEWHERE), {"Δ": 0.2}, "source", 0.5046),
        (MADE, {}, None, 0.0),
    ],
)
def test_smallest_effect_is_the_claims_else_the_findings_else_the_sources_else_nobodys(about, of_finding, basis, size):
    claimed, _ = ruled(estimate(), RISES, about, of_finding)
    assert claimed.low == pytest.approx(size, abs=0.002)
    assert (claimed.smallest.basis if claimed.smallest else None) == basis
    assert ruled(interval(-0.3, size - 0.01), RISES, about, of_finding)[1] == "contradicted"
    assert ruled(interval(-0.3, size + 0.01), RISES, about, of_finding)[1] == "inconclusive"


def test_effect_of_either_sign_is_excluded_within_the_smallest():
    about = replace(MADE, smallest=0.3)
    assert ruled(interval(-0.2, 0.2), EITHER, about)[1] == "contradicted"
    assert ruled(interval(-0.4, 0.2), EITHER, about)[1] == "inconclusive"
    assert ruled(interval(-0.2, 0.4), EITHER, about)[1] == "inconclusive"


def test_source_gives_either_sign_its_own():
    assert ruled(interval(-0.7, 0.2), EITHER, replace(MADE, original=ELSEWHERE))[1] == "contradicted"
    assert (
        ruled(interval(-0.7, 0.2), EITHER, replace(MADE, original=replace(ELSEWHERE, value=-0.6)))[1] == "inconclusive"
    )


def test_bound_of_a_body_is_its_smallest_effect_whatever_others_say():
    claimed, _ = ruled(estimate(), (("value", ">", 0.2),), replace(MADE, smallest=0.4))
    assert (claimed.low, claimed.smallest) == (0.2, None)


def test_one_sided_p_has_a_side():
    claimed, ruling = ruled(interval(-0.9, -0.1, side="above", p=0.99), EITHER)
    assert (claimed.low, claimed.high, ruling) == (0.0, None, "contradicted")
    smallest = replace(claimed, low=0.4, smallest=Smallest(size=0.4, basis="claim"))
    sided, both = (power_of(smallest, replace(correlation(12), side=side)).share for side in ("above", "both"))
    assert sided > both


def test_claim_that_fails_for_what_is_no_estimate_plainly_failed():
    found, unmet = estimate(), Condition(text="len(table) > 99", left=12, operator=">", right=99)
    failed = Answer(outcome="failed", unmet=unmet, estimates=(found,))
    assert claimed_of(failed, demands(*RISES), MADE, DESIGN) is None
    assert ruling_of(failed, None, None) == "failed"


def test_undecided_stays_undecided():
    assert ruling_of(Answer(outcome="undecided"), None, None) == "undecided"


# Goertzen and Cribbie's power in the middle, by hand: 2 Phi(atanh(bound) sqrt(n - 3) - 1.645) - 1.
@pytest.mark.parametrize(
    ("r", "rows", "bound", "ruling"),
    [
        (0.0, 20, 0.2, "undecided"),
        (0.6, 20, 0.6, "inconclusive"),
        (0.7, 20, 0.2, "contradicted"),
        (0.7, 200, 0.2, "contradicted"),
        (0.0, 400, 0.2, "held"),
    ],
)
def test_equivalence_that_few_data_could_hardly_show_is_undecided(r, rows, bound, ruling):
    @claim("none", source="nowhere")
    def none(table):
        """They are not related."""
        assert equivalence(table["score"], table["rate"], bound=bound).p < 0.05

    verdict = judge(claim_of(none), none, world(r, rows, seed=4))
    room = math.atanh(bound) * math.sqrt(rows - 3) - 1.6449
    assert verdict.power.share == pytest.approx(max(0.0, math.erf(room / math.sqrt(2))), abs=1e-3)
    assert verdict.ruling == ruling


def test_what_excludes_the_bounds_contradicts_though_the_data_are_few():
    """Of a claim beyond reach there may still be too large a difference."""
    claimed = Claimed(about=0, kind="equivalence", null=0.0, low=-0.1, high=0.1)
    found = interval(0.3, 0.9, within=(-0.1, 0.1))
    failed = answer(found, (("p", "<", 0.05),))
    assert ruling_of(failed, claimed, Power(value=0.0, share=0.0)) == "contradicted"
    assert (
        ruling_of(replace(failed, estimates=(interval(-0.3, 0.9),)), claimed, Power(value=0.0, share=0.0))
        == "undecided"
    )
    assert ruling_of(replace(failed, estimates=(interval(-0.3, 0.9),)), claimed, None) == "inconclusive"


def test_equivalence_of_a_difference_is_told_by_its_bounds():
    @claim("same", source="nowhere")
    def same(table):
        """Both are the same but for a tenth."""
        assert equivalent(paired_difference(table["score"], table["rate"]), low=-0.1, high=0.1).p < 0.05

    each = np.random.default_rng(0).normal(0, 0.01, 30)
    far, near = (table_with({"score": each + by, "rate": np.zeros(30)}) for by in (0.5, 0.0))
    assert judge(claim_of(same), same, far).ruling == "contradicted"
    verdict = judge(claim_of(same), same, near)
    assert (verdict.ruling, verdict.claimed.kind) == ("held", "equivalence")
    assert (verdict.claimed.low, verdict.claimed.high) == (-0.1, 0.1)


def correlation(n, value=0.1):
    low, high = fisher_interval(value, n)
    return estimate(value, low, high, n=n)


def test_power_is_that_of_the_smallest_effect():
    claimed, _ = ruled(correlation(10), RISES, replace(MADE, original=ELSEWHERE))
    power = power_of(claimed, correlation(10))
    assert power.value == claimed.low
    assert power.share == pytest.approx(1 / 3, abs=0.01)
    claimed, _ = ruled(correlation(12), RISES, replace(MADE, smallest=0.4))
    assert power_of(claimed, correlation(12)).size == 46
    downwards, _ = ruled(correlation(12, -0.1), FALLS, replace(MADE, smallest=0.4))
    assert power_of(downwards, correlation(12, -0.1)).value == -0.4


@pytest.mark.parametrize("ends", [(-0.9999, 0.9999), (-0.99, 0.99)])
def test_interval_of_hardly_any_rows_has_a_power(ends):
    claimed, _ = ruled(interval(*ends), RISES, replace(MADE, smallest=0.4))
    assert power_of(claimed, interval(*ends)).share < 0.1


def test_interval_of_hardly_any_width_has_a_power():
    """As an author's own may have; it was an error."""
    narrow = estimate(0.0, 0.0, 4e-215)
    claimed, _ = ruled(narrow, EITHER, replace(MADE, smallest=0.4))
    power = power_of(claimed, narrow)
    assert (power.share, power.size) == (pytest.approx(1), 46)


# By the normal distribution: 2.8016 standard errors from no effect (1.9600 + 0.8416) give 80%, two-sided at .05.
@pytest.mark.parametrize("null", [0.0, 5.0])
def test_power_of_another_estimate_rests_on_its_standard_error(null):
    found = Estimate(
        method="made", symbol="Δ", value=null + 1, n=25, low=null + 1 - 1.96, high=null + 1 + 1.96, null=null
    )
    claimed, _ = ruled(found, (("value", ">", null), ("low", ">", null)), replace(MADE, smallest=2.802))
    power = power_of(claimed, found)
    assert (power.value, power.size) == (null + 2.802, 25)
    assert power.share == pytest.approx(0.80, abs=0.001)
    assert power.wrong_sign < 1e-4
    assert power.exaggeration == pytest.approx(1.125, abs=0.01)


@pytest.mark.parametrize(
    ("wanted", "about", "found"),
    [
        (ABSENT, replace(MADE, smallest=0.3), estimate()),
        ((("value", "==", 0.6),), replace(MADE, smallest=0.3), estimate()),
        (RISES, MADE, estimate()),
        (RISES, replace(MADE, smallest=0.3), estimate(symbol="Δ", low=None, high=None)),
    ],
    ids=["absence", "value", "nobody says what counts", "no standard error"],
)
def test_power_is_of_an_effect_that_counts_and_of_an_estimate_with_an_error(wanted, about, found):
    claimed, _ = ruled(found, wanted, about)
    assert power_of(claimed, found) is None


def test_effect_that_no_number_of_rows_shows_has_a_power_all_the_same():
    for symbol in ("r", "Δ"):
        claimed, _ = ruled(estimate(symbol=symbol), RISES, replace(MADE, smallest=1e-7))
        power = power_of(claimed, estimate(symbol=symbol))
        assert power.share == pytest.approx(0.025, abs=0.001)
        assert power.size is None


def test_equivalence_that_no_number_of_rows_shows_is_undecided():
    @claim("none", source="nowhere")
    def none(table):
        """They are not related."""
        assert equivalence(table["score"], table["rate"], bound=1e-6).p < 0.05

    verdict = judge(claim_of(none), none, world(0.1, 20, seed=0))
    assert (verdict.ruling, verdict.power.share, verdict.power.size) == ("undecided", 0.0, None)


WANTED = st.sampled_from([RISES, FALLS, EITHER, (("value", ">", 0.2),), (("low", ">", -0.1),), (("value", "==", 0.5),)])


@given(wanted=WANTED, low=ends, high=ends, more=st.tuples(st.floats(0, 1), st.floats(0, 1)), least=st.floats(0.01, 0.9))
def test_wider_interval_never_makes_an_inconclusive_claim_contradicted(wanted, low, high, more, least):
    low, high = sorted((low, high))
    about = replace(MADE, smallest=least)
    narrow, wide = estimate(0.5 * (low + high), low, high), estimate(0.5 * (low + high), low - more[0], high + more[1])
    before, after = (ruled(one, wanted, about)[1] for one in (narrow, wide))
    if before == "inconclusive":
        assert after == "inconclusive"


@given(wanted=WANTED, value=ends, low=ends, high=ends, p=st.floats(0, 1), least=st.none() | st.floats(0.01, 0.9))
def test_ruling_never_says_the_opposite_of_the_body(wanted, value, low, high, p, least):
    """What held is never contradicted, whatever its interval, and what failed has never held."""
    found = estimate(value, *sorted((low, high)), p)
    ruling = ruled(found, wanted, replace(MADE, smallest=least))[1]
    assert (ruling == "held") == (answer(found, wanted).outcome == "held")


MIRRORED = {"<": ">", ">": "<", "==": "=="}


def mirrored(wanted):
    """What a body wants of mirrored data: its value has the other sign, and its low end is the high one."""
    parts = {"low": "high", "high": "low", "value": "value"}
    return tuple(
        one if (part := one[0]) == "p" else (parts[part], MIRRORED[one[1]], -one[2]) for one in wanted
    )  # fmt: skip


@given(wanted=WANTED, value=ends, low=ends, high=ends, p=st.floats(0, 1), least=st.none() | st.floats(0.01, 0.9))
def test_mirrored_data_have_mirrored_regions(wanted, value, low, high, p, least):
    low, high = sorted((low, high))
    about = replace(MADE, smallest=least)
    claimed, ruling = ruled(estimate(value, low, high, p), wanted, about)
    other, other_ruling = ruled(estimate(-value, -high, -low, p), mirrored(wanted), about)
    assert ruling == other_ruling
    assert (claimed.kind, claimed.outside, claimed.smallest) == (other.kind, other.outside, other.smallest)
    ends_of = [None if end is None else -end for end in (other.high, other.low)]
    assert [claimed.low, claimed.high] == ends_of


@pytest.mark.parametrize("seed", range(3))
def test_judged_claims_are_mirrored_too(seed):
    """From asserts to regions: what a body demands is read from its code."""

    @claim("rises", source="nowhere", smallest=0.4)
    def rises(table):
        """It rises."""
        found = pearson(table["score"], table["rate"])
        assert found.value > 0
        assert found.p < 0.05

    @claim("falls", source="nowhere", smallest=0.4)
    def falls(table):
        """It falls."""
        found = pearson(-table["score"], table["rate"])
        assert found.value < 0
        assert found.p < 0.05

    up, down = (judge(claim_of(body), body, world(0.3, 12, seed)) for body in (rises, falls))
    assert (up.ruling, up.robustness) == (down.ruling, down.robustness)
    assert (up.claimed.low, up.claimed.high) == (-down.claimed.high, None) == (0.4, None)
    assert up.power.share == pytest.approx(down.power.share)
