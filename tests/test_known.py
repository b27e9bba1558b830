"""What is known of a verdict, and what differs from it later: numbers, words, data. The baseline without pytest."""

import math
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
import pytest
from test_verdict_words import several

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import Claim
from pytest_claims.base.errors import InputError
from pytest_claims.data.design import Words
from pytest_claims.robustness.repetition import Drawn, Repetition
from pytest_claims.stats import estimate as made_of
from pytest_claims.stats.correlation import pearson
from pytest_claims.verdicts.baseline import merged
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.difference import difference
from pytest_claims.verdicts.failing import Failing, failing_of
from pytest_claims.verdicts.known import Baseline, known, known_subject
from pytest_claims.verdicts.record import SubjectRecord
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.difference import different

MADE = made_of.Tested(method="made up", symbol="r", value=0.5, n=30, p=0.03, low=0.2, high=0.8)


def subject(**changes):
    fields = {
        "name": "made", "sha256": "0" * 64, "recorded": True, "words": Words(), "count": 2, "levels": {}, "units": (),
        "rows": ("a", "b"), "columns": {"x": (0.5, 1.0), "y": (1.0, None)}, "rounding": {}, "provenance": {},
    }  # fmt: skip
    return SubjectRecord(**fields | changes)


def verdict(estimate=MADE, outcome="held", alpha=0.05, repetition=None):
    claimed = None if estimate is None else Claimed(about=0, kind="presence", null=0.0, low=0.0, high=None, alpha=alpha)
    answer = Answer(outcome=outcome, estimates=() if estimate is None else (estimate,))
    return Verdict(
        claim=Claim(id="a", statement="Made up.", source="nowhere"),
        subject="made",
        base_model="made",
        answer=answer,
        left_out=(),
        claimed=claimed,
        repetition=repetition,
    )


def entry(one=None, **changes):
    return replace(known(one or verdict(), subject(), date="2026-11-26"), **changes)


@pytest.mark.parametrize(("estimate", "value", "p", "n"), [(None, None, None, None), (MADE, 0.5, 0.03, 30)])
def test_what_is_known_of_a_verdict_are_the_numbers_of_the_estimate_that_decided(estimate, value, p, n):
    one = known(verdict(estimate), subject(), date="2026-11-26", file="claims/test_a.py", code="c")
    assert (one.estimate, one.p, one.n) == (value, p, n)
    assert (one.ruling, one.file, one.code, one.date) == ("held", "claims/test_a.py", "c", "2026-11-26")
    assert one.alpha == (None if estimate is None else 0.05)


def test_standard_error_is_on_the_scale_of_the_symbol():
    """Of r on Fisher's z 1 / sqrt(n - 3), as its interval rests on it."""
    one = entry(verdict(pearson(np.array([0.0, 1.0, 2.0, 3.0, 5.0]), np.array([1.0, 0.0, 3.0, 2.0, 4.0]))))
    assert one.error == pytest.approx(1 / math.sqrt(2), rel=1e-3)
    assert entry(verdict(replace(MADE, low=None, high=None))).error is None


def test_what_json_has_no_number_for_and_a_file_outside_of_the_project_are_not_kept():
    made = made_of.Estimate(method="made up", symbol="OR", value=math.inf, n=6)
    one = known(verdict(made), subject(), date="2026-11-26", file="../claims/test_a.py")
    assert (one.estimate, one.file) == (None, "")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"p": 0.2}, ("changed", ("p",), False)),
        ({"p": None, "n": 7}, ("changed", ("p", "n"), False)),
        ({"estimate": None}, ("changed", ("estimate",), False)),
        ({"estimate": 0.45}, ("changed", ("estimate",), False)),
        ({"estimate": -0.5}, ("moved", ("estimate",), False)),
        ({"estimate": -0.5, "error": None}, ("changed", ("estimate",), False)),
        ({"estimate": -0.5, "symbol": "ρ"}, ("changed", ("estimate",), False)),
        ({"recorded": False, "data": "2", "p": 0.2}, None),
        ({"recorded": False, "p": 0.2}, ("changed", ("p",), False)),  # the very same data
        ({"date": "2026-11-27", "data": "2"}, None),  # of which others speak
        ({"ruling": "inconclusive", "p": 0.06}, ("crossed", ("p",), True)),
        ({"ruling": "failed"}, ("crossed", (), True)),
        ({"ruling": "failed", "error": None}, ("changed", (), True)),
        ({"ruling": "failed", "error": None, "p": 0.06}, ("crossed", ("p",), True)),
        ({"ruling": "undecided", "estimate": None}, ("changed", ("estimate",), True)),
        ({"robustness": "robust", "estimate": -0.5}, ("moved", ("estimate",), True)),
        ({"data": "2", "recorded": False, "ruling": "failed"}, ("apart", (), True)),
    ],
)
def test_what_differs_from_the_record_is_judged_against_its_standard_error(changes, found):
    one = difference(entry(**changes), verdict(), subject())
    assert (one and (one.kind, one.numbers, one.words)) == found


def again(**changes):
    fields = {"held": 150, "failed": 50, "symbol": "r", "low": 0.1, "high": 0.7, "counts": True}
    return Repetition(**fields | changes)


SEEDS = {"drawn": (Drawn(unit="seed", levels=1, of=5),)}


@pytest.mark.parametrize(
    ("repetition", "words", "kind"),
    [
        (again(), "held", None),
        (again(), "failed", "repeated"),
        (again(**SEEDS), "failed", "repeated"),
        (again(low=0.6, **SEEDS), "held", "moved"),
        (again(low=0.6, **SEEDS), "failed", "moved"),
        (again(low=0.6), "held", None),  # counts alone do not say how far seeds may lie
        (again(low=0.6), "failed", "apart"),
        (again(low=None, high=None), "failed", "repeated"),
        (again(low=None, high=None, held=1, failed=199, **SEEDS), "failed", "moved"),
        (again(low=None, high=None, held=1, failed=199), "failed", "apart"),
        (None, "failed", "apart"),
        (None, "held", None),
    ],
)
def test_live_measurement_is_held_against_repetitions_of_the_recorded_one(repetition, words, kind):
    one = difference(entry(ruling=words, data="1" * 64), verdict(repetition=repetition), subject(recorded=False))
    assert (one and one.kind) == kind
    if one:
        assert Failing(verdict=True, number=True).counts(one) == (kind == "moved")
        assert different(one)


@pytest.mark.parametrize(
    ("was", "says"),
    [
        (
            {"ruling": "inconclusive", "p": 0.052},
            "was inconclusive (estimate 0.5, p 0.052), is held (estimate 0.5, p 0.03); p crossed 0.05: 0.052, now "
            "0.03; the estimate is the same",
        ),
        (
            {"ruling": "inconclusive", "p": 0.052, "estimate": 0.48},
            "was inconclusive (estimate 0.48, p 0.052), is held (estimate 0.5, p 0.03); p crossed 0.05: 0.052, now "
            "0.03; the estimate moved by 0.1 standard errors",
        ),
        ({"estimate": -0.5}, "is still held, but its estimate was -0.5, is 0.5; the estimate moved by * standard *"),
        ({"n": 7}, "is still held, but its n was 7, is 30"),
    ],
)  # fmt: skip
def test_difference_in_words(was, says):
    one = difference(entry(**was), verdict(), subject())
    assert fnmatchcase(different(one), says)


@pytest.mark.parametrize(
    ("option", "kinds"),
    [
        ("verdict,number", "wnf"),
        ("verdict", "w"),
        ("number", "nf"),
        ("estimate:2se", "f"),
        ("verdict, estimate:2se", "wf"),
        ("estimate:0.01se", "nf"),
        ("none", ""),
    ],
)
def test_which_changes_count_is_said_by_an_option(option, kinds):
    found = {
        "w": difference(entry(ruling="failed"), verdict(), subject()),
        "n": difference(entry(estimate=0.49), verdict(), subject()),
        "f": difference(entry(estimate=-0.5), verdict(), subject()),
    }
    assert "".join(kind for kind, one in found.items() if failing_of(option).counts(one)) == kinds


@pytest.mark.parametrize(
    "option",
    [
        "verdicts",
        "estimate",
        "estimate:2",
        "estimate:xse",
        "estimate:-1se",
        "none,verdict",
        "verdict, none",
        "",
        "verdict,verdict",
        "estimate:1se,estimate:2se",
    ],
)
def test_change_that_is_none_is_refused(option):
    with pytest.raises(InputError, match=r"wanted .*estimate:2se"):
        failing_of(option)


@pytest.mark.parametrize(
    ("was", "ruling", "outcome", "same"),
    [
        ("held", "held", "held", True),
        ("undecided", "undecided", "undecided", True),
        ("failed", "failed", "failed", True),
        ("failed", "contradicted", "failed", True),
        ("failed", "inconclusive", "failed", True),
        ("failed", "undecided", "failed", True),  # an equivalence that is beyond reach
        ("failed", "held", "held", False),
        ("failed", "undecided", "undecided", False),
        ("held", "contradicted", "failed", False),
        ("undecided", "inconclusive", "failed", False),
    ],
)
def test_older_record_is_held_against_the_outcome_as_it_knew_no_ruling(was, ruling, outcome, same):
    one = next(one for one in several() if (one.ruling, one.outcome) == (ruling, outcome))
    place = subject(name=one.subject)
    before = replace(known(one, place, date="2026-11-26", first=True), symbol="", ruling=was, robustness=None)
    assert (difference(before, one, place) is None) == same


@pytest.mark.parametrize(
    ("was", "now", "date", "robustness"),
    [
        (("failed", None), ("inconclusive", "untested"), "2026-01-01", "untested"),  # says more of the same
        (("held", None), ("inconclusive", "untested"), "2026-11-26", "untested"),
        (("failed", None), ("undecided", "untested"), "2026-11-26", "untested"),
        (("inconclusive", "untested"), ("inconclusive", "untested"), "2026-01-01", "untested"),
        (("contradicted", "fragile"), ("contradicted", "robust"), "2026-11-26", "robust"),
    ],
)
def test_date_stays_where_an_older_record_is_told_in_new_words(was, now, date, robustness):
    old, new = (entry(ruling=ruling, robustness=word, code=ruling) for ruling, word in (was, now))
    place = ("a", "made")
    both = (Baseline(verdicts={place: one}) for one in (replace(old, date="2026-01-01"), new))
    (kept,) = merged(*both).verdicts.values()
    assert (kept.date, kept.ruling, kept.robustness, kept.code) == (date, now[0], robustness, now[0])


def test_subject_of_which_no_verdict_is_left_is_taken_off_the_record():
    one = known_subject(subject(), {})
    old = Baseline(verdicts={}, subjects={("", "gone"): one})
    new = Baseline(verdicts={("a", "made"): entry()}, subjects={("", "made"): one})
    assert set(merged(old, new).subjects) == {("", "made")}


@pytest.mark.parametrize(
    ("was", "says"),
    [
        (
            {"symbol": "ρ", "ruling": "inconclusive", "p": 0.06},
            "was inconclusive (ρ 0.5, p 0.06), is held (r 0.5, p 0.03); r decides now, and ρ did before",
        ),
        (
            {"ruling": "inconclusive", "alpha": 0.01},
            "was inconclusive (estimate 0.5, p 0.03), is held (estimate 0.5, p 0.03); p is held against 0.05 now, and "
            "was against 0.01",
        ),
    ],
)
def test_other_estimates_and_other_thresholds_cross_nothing(was, says):
    """p of r and p of ρ were said to have crossed 0.05, and so was a p that had not moved."""
    one = difference(entry(**was), verdict(), subject())
    assert (one.kind, different(one)) == ("changed", says)


def test_of_claims_without_an_estimate_the_words_are_told():
    one = difference(entry(verdict(None), ruling="failed"), verdict(None), subject())
    assert different(one) == "was failed, is held"


def test_estimate_that_moved_by_nobody_knows_how_much_is_beyond_any_distance():
    one = difference(entry(estimate=0.4, error=None), verdict(), subject())
    assert failing_of("estimate:2se").counts(one)
