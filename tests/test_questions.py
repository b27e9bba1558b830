"""Questions of a finding: what its new subjects say together, and which of them can."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from pytest_claims.data.declaration import Declaration, QuestionEntry
from pytest_claims.verdicts.questions import Questions, answering, conclude, without_levels

HELD, FAILED, UNDECIDED = ("held", True), ("failed", True), ("undecided", False)
INCONCLUSIVE, BY_CHANCE = ("failed", False), ("held", False)  # what a verdict says: see test_firmness
ASKED = Questions(title="made up", source="own@a", own="ours", controls=("flat*",), columns={}, questions=())


def verdict(outcome, says=True, subject="new@b", checks=(), left_out=()):
    return SimpleNamespace(
        outcome=outcome,
        says=says,
        subject=subject,
        left_out=left_out,
        result=lambda name: name in checks or None,
    )


@pytest.mark.parametrize(
    ("verdicts", "conclusion"),
    [
        ([], "open"),
        ([UNDECIDED], "open"),
        ([INCONCLUSIVE, INCONCLUSIVE], "open"),
        ([BY_CHANCE, INCONCLUSIVE], "open"),
        ([HELD], "holds"),
        ([HELD, HELD, UNDECIDED], "holds"),
        ([HELD, INCONCLUSIVE], "holds"),
        ([HELD, BY_CHANCE], "holds"),
        ([FAILED], "fails"),
        ([FAILED, UNDECIDED, INCONCLUSIVE], "fails"),
        ([FAILED, BY_CHANCE], "fails"),
        ([HELD, FAILED], "mixed"),
    ],
)
def test_what_new_subjects_say_together(verdicts, conclusion):
    assert conclude(verdict(*one) for one in verdicts) == conclusion
    assert conclude(verdict(*one) for one in reversed(verdicts)) == conclusion


@pytest.mark.parametrize(("subject", "role"), [("own@a", "own"), ("flat@b", "control"), ("other@a", "new")])
def test_what_a_subject_is_to_the_finding(subject, role):
    assert ASKED.role(subject) == role


def test_more_data_of_the_same_study_are_not_new():
    asked = Questions.of(Declaration(title="made up", source="nowhere", own=["own@a", "own@more"], controls="own*"))
    assert (asked.source, asked.own, asked.more) == ("own@a", "own@a", ("own@more",))
    assert [asked.role(name) for name in ("own@a", "own@more", "own@other")] == ["own", "own", "control"]


def test_subjects_that_a_question_names_answer_it_and_no_others():
    names = ("own@a", "own@more", "flat@b", "new@b")
    record = SimpleNamespace(subjects=[SimpleNamespace(name=name, count=1) for name in names], verdicts=[])
    entry = QuestionEntry(
        name="made up", claims=["made-up"], subjects=["flat@b", "own@more"], least_rows=9, unit="item"
    )
    assert [subject.name for subject in answering(record, ASKED, entry)] == ["own@more", "flat@b"]


def left_out(unit="item", families=(), deletions=("a",)):
    return SimpleNamespace(unit=unit, families=families, deletions=deletions)


@pytest.mark.parametrize(
    ("question", "able"),
    [
        ({}, ["few@b", "many@b"]),
        ({"least_rows": 9}, ["many@b"]),
        ({"least_rows": 10}, []),
        ({"unit": "item"}, ["few@b"]),
        ({"check": "permutation"}, ["many@b"]),
        ({"unit": "item", "check": "permutation"}, []),
    ],
)
def test_only_new_subjects_answer_on_which_the_question_can_be_asked(question, able):
    subjects = [("own@a", 99), ("flat@b", 99), ("few@b", 8), ("many@b", 9)]
    record = SimpleNamespace(
        subjects=[SimpleNamespace(name=name, count=count) for name, count in subjects],
        verdicts=[
            verdict("held", subject="few@b", left_out=[left_out()]),
            verdict("held", subject="many@b", checks=["permutation"], left_out=[left_out(unit="seed")]),
        ],
    )
    entry = QuestionEntry(name="made up", claims=["made-up"], **question)
    assert [subject.name for subject in answering(record, ASKED, entry)] == able


def test_what_a_claim_says_without_each_level():
    one = left_out()
    several = [left_out(unit="seed"), left_out(families=("f",)), left_out(deletions=()), one]
    assert without_levels(verdict("held", left_out=several), "item") is one
    assert without_levels(verdict("held", left_out=several[:3]), "item") is None
    assert without_levels(verdict("undecided", left_out=several), "item") is None


@pytest.mark.parametrize(
    ("more", "title", "own"),
    [
        ({}, "made up", "a@b"),
        ({"heading": "In short"}, "In short", "a@b"),
        ({"own_called": "ours"}, "made up", "ours"),
    ],
)
def test_what_a_finding_declares_of_its_questions(more, title, own):
    declared = Questions.of(Declaration(title="made up", source="nowhere", own="a@b", **more))
    assert (declared.title, declared.source, declared.own) == (title, "a@b", own)


def test_examples_stand_behind_other_new_subjects_and_before_controls():
    asked = replace(ASKED, examples=("small*",))
    names = ["flat@x", "small@x", "new@x", "own@a"]
    assert sorted(names, key=asked.place) == ["own@a", "new@x", "small@x", "flat@x"]
    assert [asked.called(name) for name in names] == ["control", "example", "", "source"]
    assert asked.role("small@x") == "new"  # it answers questions as others do
