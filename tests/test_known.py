"""What is known of a verdict, and what differs from it later: numbers, words, data. The baseline without pytest."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from pytest_claims.asking.answer import Answer
from pytest_claims.stats import estimate as made_of
from pytest_claims.verdicts.baseline import ChangedData, Difference, Known, changed_data, difference, known, merged


@pytest.mark.parametrize(("estimates", "value", "p", "n"), [((), None, None, None), ((0.5,), 0.5, 0.03, 6)])
def test_what_is_known_of_a_verdict_are_the_numbers_of_its_estimate(estimates, value, p, n):
    made = tuple(made_of.Tested(method="made up", symbol="OR", value=one, n=6, p=0.03) for one in estimates)
    verdict = SimpleNamespace(ruling="held", robustness="robust", answer=Answer(outcome="held", estimates=made))
    one = known(verdict, SimpleNamespace(sha256="0" * 64, recorded=True), "2026-11-26", "claims/test_a.py")
    assert (one.estimate, one.p, one.n) == (value, p, n)
    assert (one.ruling, one.robustness, one.file) == ("held", "robust", "claims/test_a.py")


def entry(data, recorded=True):
    facts = {"ruling": "held", "robustness": "robust", "estimate": 1.0, "p": None, "n": 6, "date": "2026-11-26"}
    return Known(data=data, recorded=recorded, **facts)


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({}, None),
        ({"p": 0.2}, ("p",)),
        ({"p": None, "n": 7}, ("p", "n")),
        ({"estimate": None}, ("estimate",)),
        ({"recorded": False, "p": 0.2}, None),
        ({"date": "2026-11-27", "data": "2"}, None),  # of which others speak
        ({"ruling": "failed"}, ()),
        ({"ruling": "undecided", "robustness": "untested"}, ()),
        ({"robustness": "fragile", "p": 0.2}, ()),
    ],
)
def test_what_differs_from_the_record_is_its_words_or_else_its_numbers(changes, numbers):
    made = made_of.Tested(method="made up", symbol="OR", value=0.5, n=6, p=0.03)
    answer = Answer(outcome="held", estimates=(made,))
    verdict = SimpleNamespace(ruling="held", outcome="held", robustness="robust", answer=answer)
    subject = SimpleNamespace(sha256="0" * 64, recorded=True)
    now = known(verdict, subject, "2026-11-26", "claims/test_a.py")
    found = difference(replace(now, **changes), verdict, subject)
    assert (found and found.numbers) == numbers


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
    verdict = SimpleNamespace(ruling=ruling, outcome=outcome, robustness="fragile", answer=Answer(outcome=outcome))
    subject = SimpleNamespace(sha256="0" * 64, recorded=True)
    before = replace(known(verdict, subject, "2026-11-26", ""), ruling=was, robustness=None)
    assert (difference(before, verdict, subject) is None) == same


def test_ruling_that_differs_differs_though_the_outcome_is_the_same():
    verdict = SimpleNamespace(
        ruling="contradicted", outcome="failed", robustness="robust", answer=Answer(outcome="failed")
    )
    subject = SimpleNamespace(sha256="0" * 64, recorded=True)
    now = known(verdict, subject, "2026-11-26", "")
    before = replace(now, ruling="inconclusive", robustness="untested")
    assert difference(before, verdict, subject) == Difference(was=before, now=now)


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
    old, new = (replace(entry("1"), ruling=ruling, robustness=word) for ruling, word in (was, now))
    place = ("a", "made")
    (kept,) = merged({place: replace(old, date="2026-01-01")}, [(place, new)]).values()
    assert (kept.date, kept.ruling, kept.robustness) == (date, now[0], robustness)


@pytest.mark.parametrize(
    ("others", "was"),
    [
        ({}, None),
        ({("a", "made"): entry("1")}, None),  # the same data
        ({("a", "made"): entry("2")}, "2"),
        ({("b", "made"): entry("2")}, None),  # a claim of another finding
        ({("a", "other"): entry("2")}, None),  # another subject
        ({("b", "other"): entry("2")}, None),
        ({("a", "made"): entry("2", recorded=False)}, None),  # made anew in each run
        ({("a", "other"): entry("2"), ("a", "made"): entry("1")}, None),
    ],
)
def test_data_are_held_against_those_of_the_same_subject_and_finding(others, was):
    subject = SimpleNamespace(name="made", sha256="1", recorded=True)
    found = changed_data(others, subject, asked=["a"])
    assert found == (ChangedData(subject="made", was=was, now="1") if was else None)
    assert changed_data(others, SimpleNamespace(name="made", sha256="1", recorded=False), asked=["a"]) is None
