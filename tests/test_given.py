"""What was answered before: the first answer to each item at some labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab import Given, Item

LABELS = st.fixed_dictionaries({"who": st.sampled_from("ab"), "question": st.integers(0, 2)})
ANSWERED = st.lists(st.tuples(LABELS, st.lists(st.text(), min_size=1, max_size=2)), min_size=1)
AT = st.fixed_dictionaries({}, optional={"who": st.sampled_from("ab"), "question": st.integers(0, 2)})


@given(ANSWERED, st.lists(AT, min_size=1, max_size=3))
def test_texts_are_the_first_answers_at_these_labels_in_the_order_of_items(several, asked):
    """However often one asks, and whatever was asked before."""
    came = Given(seed=0, answers={"p": [(Item(at=at), texts) for at, texts in several]})
    for at in asked * 2:
        own = [texts[0] for item, texts in several if at.items() <= item.items()]
        if own:
            assert came.texts("p", **at) == own
        else:
            with pytest.raises(InputError, match=r"probe 'p' has no item at .*; correct the label"):
                came.texts("p", **at)


def test_what_was_not_asked():
    came = Given(seed=0, answers={"answers": [(Item(at={"who": "a"}), ["x"])]})
    with pytest.raises(InputError, match=r"unknown probe 'answer'; did you mean 'answers'\?"):
        came.texts("answer")
    with pytest.raises(InputError, match="probe 'answers' has no item at who 'b', when 3; correct the label"):
        came.texts("answers", who="b", when=3)


def test_answer_that_never_came_is_refused():
    came = Given(seed=0, answers={"p": [(Item(at={"n": 0}), [None, "x"]), (Item(at={"n": 1}), ["y"])]})
    assert came.texts("p", n=1) == ["y"]
    with pytest.raises(InputError, match="1 of 2 thoughts did not end in the room that the recipe gives them"):
        came.texts("p")


def test_what_is_made_of_all_answers_is_made_once():
    """Not for each condition anew; and of other answers it is another."""
    one, other = (Given(seed=seed, answers={"p": [(Item(at={"n": 0}), ["x"])]}) for seed in (0, 1))
    asked = []

    def made(given):
        asked.append(given.seed)
        return [*given.texts("p"), str(given.seed)]

    assert one.once(made) is one.once(made)
    assert (one.once(made), other.once(made), one.once(lambda given: given.seed)) == (["x", "0"], ["x", "1"], 0)
    assert asked == [0, 1]
