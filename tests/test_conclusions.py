"""Conclusions: a sentence is written while its verdicts are what it needs, and where its marks are; never otherwise."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import KINDS, record_with

from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.base.errors import InputError
from pytest_claims.data.declaration import ConclusionEntry, Declaration
from pytest_claims.data.finding import Finding
from pytest_claims.report.conclusions import lost, parts, sentence
from pytest_claims.report.findings import inserted
from pytest_claims.report.inserted import with_parts
from pytest_claims.verdicts.conclusions import conclusions_of
from pytest_claims.verdicts.weakest import weakest

WORDS = sorted({str(one) for one in KINDS})
HELD = next(one for one in KINDS if str(one) == "held, fragile")


def need(claims="rises", subjects="new", says="held", **more):
    return {"claims": claims, "subjects": subjects, "says": says, **more}


def finding(*needs, text="It rises.", **more):
    """A finding with one conclusion."""
    entry = {"part": "all", "text": text, "needs": list(needs)}
    return Finding(
        name="made", folder=Path(), declared=Declaration(title="Made up", source="nowhere", conclusion=[entry], **more)
    )


def concluded(record, *needs, **more):
    (one,) = conclusions_of(finding(*needs, **more), record)
    return one


def test_every_word_is_met_by_itself_and_by_its_beginnings_alone():
    assert len(WORDS) > 8
    for word in WORDS:
        record = record_with(["rises"], ["new"], kinds=[one for one in KINDS if str(one) == word])
        for said in WORDS:
            assert concluded(record, need(says=said)).holds == (
                word == said or word.startswith((said + ",", said + " ("))
            )
        assert concluded(record, need(says=word.split(",")[0])).holds
        assert concluded(record, need(says=["nothing", word])).holds


@given(st.data())
def test_a_sentence_stands_while_all_of_its_verdicts_are_so_and_goes_with_any_of_them(data):
    claims, subjects = ["rises", "falls"], ["new", "other"]
    needs = [need(claims, subjects), need("rises", "own", ["held", "failed"])]
    held = record_with(claims, [*subjects, "own"], kinds=[HELD])
    assert parts(held, [concluded(held, *needs)]) == {"all": ["It rises."]}
    flipped = data.draw(
        st.sampled_from([one for one in held.verdicts if (one.claim.id, one.subject) != ("falls", "own")])
    )
    others = [one for one in KINDS if not str(one).startswith(("held", "failed"))]
    another = data.draw(st.sampled_from(others))
    verdicts = [
        replace(another, claim=one.claim, subject=one.subject) if one is flipped else one for one in held.verdicts
    ]
    conclusion = concluded(replace(held, verdicts=tuple(verdicts)), *needs)
    assert parts(held, [conclusion]) == {"all": []}
    place = f"{flipped.claim.id} on {flipped.subject} is {another}"
    assert lost(conclusion) == f"'It rises.' is not written: {place}, and it needs " + (
        "held or failed" if flipped.subject == "own" else "held"
    )


def test_pattern_stands_for_new_subjects_that_are_no_examples():
    names = ["own", "a@full", "b@full", "b@small", "b@none"]
    record = record_with(["rises"], names, kinds=[HELD])
    roles = {"own": "own", "examples": "*@small", "controls": "*@none"}
    (grounds,) = concluded(record, need(subjects="*"), **roles).grounds
    assert [one.verdict.subject for one in grounds] == ["a@full", "b@full"]
    (grounds,) = concluded(record, need(subjects=["b@small", "b*"]), **roles).grounds
    assert [one.verdict.subject for one in grounds] == ["b@small", "b@full"]


def overturned_without(verdict, level):
    answers = {"a": "held", "b": "held", level: "failed"}
    copies = tuple(
        Deletion(level=name, answer=replace(verdict.answer, outcome=outcome)) for name, outcome in answers.items()
    )
    return replace(verdict, left_out=(LeftOut(unit="item", families=True, count=3, deletions=copies),))


def test_a_level_that_has_to_overturn_the_outcome_is_asked_for():
    record = record_with(["rises"], ["new"], kinds=[overturned_without(HELD, "north")])
    word = str(record.verdicts[0])
    assert concluded(record, need(says=word, without="north")).holds
    assert not concluded(record, need(says=word, without="a")).holds
    assert lost(concluded(record, need(says=word, without="a"))).endswith(f"needs {word}, overturned without a")


def test_places_in_a_text_are_numbers_of_the_verdicts():
    record = record_with(["rises"], ["new", "other"], kinds=[HELD])
    conclusion = concluded(record, need(), need(subjects="*"), text="{0.value} of {0.estimate}; {1.count} of them")
    estimate = HELD.answer.estimate
    said = sentence(record, conclusion)
    assert said.endswith("; 2 of them")
    assert said.startswith(f"{estimate.value:+.2f} of {estimate.symbol} = {estimate.value:+.2f}")


def test_a_share_among_the_details_is_a_percentage():
    estimate = replace(HELD.answer.estimate, details={"share of items": 0.786, "batches": 3})
    record = record_with(["rises"], ["new"], kinds=[replace(HELD, answer=replace(HELD.answer, estimates=(estimate,)))])
    assert sentence(record, concluded(record, need(), text="{0.percent[share of items]}.")) == "79%."
    with pytest.raises(InputError, match="unknown detail 'share of item'; did you mean 'share of items'"):
        sentence(record, concluded(record, need(), text="{0.percent[share of item]}."))


LACKING = {
    "corrected": "is alone in its family, or has none, so its p is not corrected; write p, or give it a family",
    "power": "has no power for a sentence; leave its place out",
    "p": "has no p for a sentence; leave its place out",
}


@pytest.mark.parametrize("what", LACKING)
def test_a_place_for_what_a_verdict_does_not_have_is_refused(what):
    estimate = replace(HELD.answer.estimate, p=None)
    kind = replace(HELD, answer=replace(HELD.answer, estimates=(estimate,)), power=None)
    record = record_with(["rises"], ["new"], kinds=[kind])
    with pytest.raises(InputError, match=re.escape(f"{{0.{what}}}: rises on new {LACKING[what]}")):
        sentence(record, concluded(record, need(), text=f"It is {{0.{what}}}."))


@pytest.mark.parametrize("place", ["{2.value}", "{0.valeu}", "{0.value[x]}", "{0.percent}"])
def test_place_that_stands_for_nothing_is_refused(place):
    record = record_with(["rises"], ["new"], kinds=[HELD])
    with pytest.raises(
        InputError, match=re.escape(f"{place} stands for nothing: have needs 0 to 0, each with estimate")
    ):
        sentence(record, concluded(record, need(), text=f"It is {place}."))


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (need(claims="rise"), "made/finding.toml, conclusion 'It rises.': unknown claim 'rise'; did you mean 'rises'?"),
        (need(subjects="nwe"), "unknown subject 'nwe'; did you mean 'new'?"),
        (need(subjects="x*"), "no new subject matches 'x*': have new; correct it"),
    ],
)
def test_need_of_what_is_not_on_record_is_refused(needs, said):
    with pytest.raises(InputError, match=re.escape(said)):
        concluded(record_with(["rises"], ["new"], kinds=[HELD]), needs)


def test_conclusion_without_needs_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        ConclusionEntry(part="all", text="It rises.", needs=())


PAGE = "Before.\n\n<!-- claims/made: all -->\nold\nlines\n<!-- end -->\n\nAfter.\n"


def test_what_stands_between_marks_is_written_anew_and_all_else_stays():
    record = record_with(["rises"], ["new"], kinds=[HELD])
    page = inserted(PAGE, record, finding(need()), where="page.md")
    assert page == PAGE.replace("old\nlines", "It rises.")
    assert inserted(page, record, finding(need()), where="page.md") == page
    assert inserted(page, record, finding(need(says="failed")), where="page.md") == PAGE.replace("old\nlines\n", "\n")


def test_sentences_of_several_parts_are_a_paragraph_and_a_table_is_a_block():
    filled = with_parts(
        PAGE.replace("all", "table, one, other"),
        "made",
        {"table": ["| a |\n| - |"], "one": ["A.", "B."], "other": ["C."]},
        where="p",
    )
    assert "-->\n| a |\n| - |\n\nA. B. C.\n<!-- end -->" in filled


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            PAGE.replace("made: all", "made: al"),
            "page.md: unknown part 'al'; did you mean 'all'? known are headline, all",
        ),
        (PAGE.replace("<!-- end -->", ""), "page.md: <!-- claims/made: all --> does not end; write <!-- end -->"),
        (
            PAGE.replace("<!-- end -->", "<!-- claims/other: all -->\n<!-- end -->"),
            "<!-- claims/made: all --> does not end",
        ),
        ("Nothing.\n", "page.md has no line <!-- claims/made: ... -->; write one"),
    ],
)
def test_marks_that_are_none_are_refused(page, said):
    with pytest.raises(InputError, match=re.escape(said)):
        inserted(page, record_with(["rises"], ["new"], kinds=[HELD]), finding(need()), where="page.md")


def test_the_weakest_is_nearest_to_no_effect_or_furthest_past_it():
    def with_values(value, *without):
        answer = replace(HELD.answer, estimates=(replace(HELD.answer.estimate, value=value),))
        copies = tuple(
            Deletion(level=str(place), answer=replace(answer, estimates=(replace(answer.estimate, value=one),)))
            for place, one in enumerate(without)
        )
        return replace(HELD, answer=answer, left_out=(LeftOut(unit="item", count=3, deletions=copies),))

    assert weakest(with_values(0.5, 0.6, 0.2, 0.4)).level == "1"
    assert weakest(with_values(0.5, 0.6, -0.2, -0.1)).level == "1"
    assert weakest(with_values(-0.5, -0.6, -0.2, 0.1)).level == "2"
    assert weakest(with_values(0.5)) is None
