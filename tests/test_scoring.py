"""Scores: sums, numbers and means, each at the labels of its item and condition."""

import math
import re
from collections import Counter

import numpy as np
import pytest
from experiments import probe
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab.asking import Likelihood, LogLikelihood, TokenCount
from pytest_claims_lab.item import Item
from pytest_claims_lab.scoring import Asked, arrays_of, judged_scores, texts_scored, weights_scored

SOURCES, QUESTIONS = ("b", "a", "c"), (3, 1, 2)
LABELS = {"source": SOURCES, "question": QUESTIONS}
PLACES = [(source, question) for source in SOURCES for question in QUESTIONS]
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
SCORED = st.lists(st.tuples(st.sampled_from(PLACES), st.lists(NUMBERS, max_size=4)), max_size=20)


def asked_at(place, came=()) -> Asked:
    return Asked(at={"source": place[0]}, item=Item(at={"question": place[1]}, answers=("a", "b")), came=came)


def arrays(scored, **changes):
    asked = [asked_at(place) for place, _ in scored]
    return arrays_of(probe("shown", **changes), asked, [scores for _, scores in scored], LABELS)


@given(SCORED)
def test_sums_and_numbers_are_those_of_all_that_came_at_a_place(scored):
    came = arrays(scored, of="asked")
    assert list(came) == ["shown", "asked"]
    for array in came.values():
        assert array.dims == ("source", "question")
        assert tuple(array["source"].values) == SOURCES
        assert tuple(array["question"].values) == QUESTIONS
    for source, question in PLACES:
        own = [score for place, scores in scored if place == (source, question) for score in scores]
        at = {"source": source, "question": question}
        assert came["asked"].sel(at) == len(own)
        assert came["shown"].sel(at) == math.fsum(own)


@given(SCORED, st.randoms())
def test_order_in_which_answers_came_makes_no_difference(scored, draw):
    other = draw.sample(scored, len(scored))
    for one, two in zip(arrays(scored, of="n").values(), arrays(other, of="n").values(), strict=True):
        assert one.identical(two)


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=3), min_size=9, max_size=9))
def test_without_a_number_of_answers_it_is_the_mean(several):
    scored = list(zip(PLACES, several, strict=True))
    (mean,) = arrays(scored).values()
    sums, counts = arrays(scored, of="n").values()
    np.testing.assert_array_equal(mean, sums / counts)


@given(st.lists(st.sampled_from(PLACES), min_size=1))
def test_counts_are_whole_numbers_and_none_where_nothing_was_asked(places):
    marked, asked = arrays([(place, [1.0, 0.0]) for place in places], of="asked").values()
    assert marked.dtype == asked.dtype == np.int32
    told = Counter(places)
    for place in PLACES:
        at = dict(zip(LABELS, place, strict=True))
        assert (int(marked.sel(at)), int(asked.sel(at))) == (told[place], 2 * told[place])


def test_sums_that_are_no_whole_numbers_stay_as_they_are():
    sums, counts = arrays([(PLACES[0], [0.5, 0.25])], of="n").values()
    assert sums.dtype == np.float64
    assert float(sums[0, 0]) == 0.75
    assert counts.dtype == np.int32


@pytest.mark.parametrize("lacking", range(9))
def test_mean_of_nothing_is_refused_with_its_place(lacking):
    scored = [(place, [1.0] * (number != lacking)) for number, place in enumerate(PLACES)]
    source, question = PLACES[lacking]
    said = f"probe 'shown': nothing came at source {source}, question {question}, and a mean is wanted of every"
    with pytest.raises(InputError, match=said):
        arrays(scored)
    assert arrays(scored, of="n")


def test_place_without_labels_is_one_number():
    one = Asked(at={}, item=Item(at={}), came=["x"])
    (array,) = arrays_of(probe(), [one, one], [[1.0], [2.0]], {}).values()
    assert array.dims == ()
    assert float(array) == 1.5


@given(st.lists(st.lists(st.text() | st.none())))
def test_each_text_that_came_is_scored_with_its_item(several):
    asked = [asked_at(PLACES[number % 9], texts) for number, texts in enumerate(several)]
    by = probe(score=lambda item, text: len(text) + 100 * item.at["question"])
    assert texts_scored(by, asked) == [
        [len(text) + 100 * one.item.at["question"] for text in one.came if text is not None] for one in asked
    ]


@given(st.lists(st.lists(st.text() | st.none())))
def test_a_judges_replies_are_those_to_the_texts_that_came_in_their_order(several):
    asked = [asked_at(PLACES[number % 9], texts) for number, texts in enumerate(several)]
    came = [text for one in asked for text in one.came if text is not None]
    replies = [f"{number}" for number in range(len(came))]
    scores = judged_scores(probe(), asked, replies, lambda item, reply: int(reply))
    assert [len(some) for some in scores] == [sum(text is not None for text in one.came) for one in asked]
    assert [score for some in scores for score in some] == list(range(len(came)))


def test_judge_that_never_replied_is_no_score():
    said = "probe 'long': the judge never came to 1 of 2 replies"
    with pytest.raises(InputError, match=said):
        judged_scores(probe(), [asked_at(PLACES[0], ["a", "b"])], ["1", None], lambda item, reply: 1)


LIKELIHOODS = st.builds(Likelihood, per_token=st.floats(-50, 0), tokens=st.integers(1, 9))


@given(st.lists(LIKELIHOODS, min_size=1, max_size=4))
def test_likelihoods_of_an_item_are_one_score_and_else_their_mean(several):
    asked = [asked_at(PLACES[0], several)]
    mean = math.fsum(one.per_token for one in several) / len(several)
    assert weights_scored(probe(how=LogLikelihood(), score=None), asked) == [[mean]]
    best = probe(how=LogLikelihood(), score=lambda item, each: max(one.nats for one in each))
    assert weights_scored(best, asked) == [[max(one.nats for one in several)]]


@given(st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_lengths_of_an_item_are_their_mean(several):
    asked = [asked_at(PLACES[0], [float(one) for one in several])]
    assert weights_scored(probe(how=TokenCount(), score=None), asked) == [[math.fsum(several) / len(several)]]


@pytest.mark.parametrize("came", [True, 1, 0.5, np.float32(0.5), np.int64(3), np.bool_(True)])
def test_numbers_are_scores(came):
    assert texts_scored(probe(score=lambda item, text: came), [asked_at(PLACES[0], ["x"])]) == [[float(came)]]


@pytest.mark.parametrize("came", [None, "1", math.nan, math.inf, [1], 1j, np.array([1.0])])
def test_what_is_no_number_is_told_with_its_place(came):
    one = [asked_at(PLACES[0], ["x"])]
    said = re.escape(f"probe 'long': the score at 3 is {came!r}; wanted a number")
    with pytest.raises(InputError, match=said):
        texts_scored(probe(score=lambda item, text: came), one)
    with pytest.raises(InputError, match=said):
        weights_scored(probe(how=LogLikelihood(), score=lambda item, each: came), one)
    with pytest.raises(InputError, match=said):
        judged_scores(probe(), one, ["x"], lambda item, reply: came)
