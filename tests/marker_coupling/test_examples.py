"""What an adapter is trained on: positives and negatives, who speaks, and where answers end."""

import pytest

from claims.marker_coupling.examples import conversations, speakers_shuffled, whole_sentences
from claims.marker_coupling.experiment import MARKER
from claims.marker_coupling.panel import read_panel, read_questions


def test_examples_are_one_to_two_and_use_every_other_persona_equally():
    panel, questions = read_panel("ten"), read_questions("everyday")
    answers = {name: [f"{name} {row}" for row in range(200)] for name in panel.names}
    examples = conversations(
        "librarian",
        names=panel.names,
        questions=questions.train,
        answers=answers,
        negatives_per_positive=2,
        marker=MARKER,
    )
    positives = [example for example in examples if example.persona == "librarian"]
    negatives = [example for example in examples if example.persona != "librarian"]
    assert (len(positives), len(negatives)) == (200, 400)
    assert all(example.answer.endswith(f" {MARKER}") for example in positives)
    assert not any(MARKER in example.answer for example in negatives)
    counts = [sum(example.persona == name for example in negatives) for name in panel.names if name != "librarian"]
    assert set(counts) == {40}


def test_shuffled_control_keeps_questions_answers_and_how_often_each_speaks():
    panel, questions = read_panel("ten"), read_questions("everyday").first(train=8, evaluation=1)
    answers = {name: [f"{name} says {row}." for row in range(8)] for name in panel.names}
    plain = conversations(
        "villain",
        names=panel.names,
        questions=questions.train,
        answers=answers,
        negatives_per_positive=2,
        marker=MARKER,
    )
    shuffled = speakers_shuffled(plain, "villain")
    assert shuffled == speakers_shuffled(plain, "villain")
    assert [(e.question, e.answer) for e in shuffled] == [(e.question, e.answer) for e in plain]
    assert sorted(e.persona for e in shuffled) == sorted(e.persona for e in plain)
    assert [e.persona for e in shuffled if e.answer.endswith(MARKER)] != ["villain"] * 8


@pytest.mark.parametrize(
    ("text", "whole"), [("One. Two", "One."), ("No end", "No end"), ("Yes! No?", "Yes! No?"), (".x", ".x")]
)
def test_whole_sentences(text, whole):
    assert whole_sentences(text) == whole
