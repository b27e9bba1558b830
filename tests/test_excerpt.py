"""The excerpt: of each item the first completions, of very many items every k-th, and it says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims_lab.excerpt import excerpt_of

DRAWN = st.lists(st.integers(1, 6), max_size=30)  # completions of each item; a thought that never ended is none


def lines_of(drawn):
    """As the laboratory writes them. Items may have equal labels; an item of one completion does not number it."""
    return [
        {"who": item % 3, **({"completion": number} if max(drawn) > 1 else {}), "text": f"{item} {number}"}
        for item, count in enumerate(drawn)
        for number in range(count)
    ]


@given(DRAWN, st.integers(1, 7))
def test_of_each_item_the_first_are_kept(drawn, each):
    excerpt = excerpt_of(lines_of(drawn), each=each)
    wanted = [f"{item} {number}" for item, count in enumerate(drawn) for number in range(min(count, each))]
    assert [line["text"] for line in excerpt.lines] == wanted
    assert excerpt.every == sum(drawn)


@given(DRAWN, st.integers(1, 7), st.integers(1, 40))
def test_of_very_many_it_is_every_kth_item_with_all_that_is_kept_of_it(drawn, each, most):
    whole = excerpt_of(lines_of(drawn), each=each)
    excerpt = excerpt_of(lines_of(drawn), each=each, most=most)
    assert (excerpt.step == 1) == (len(whole.lines) <= most)
    assert (excerpt.step - 1) * most < max(1, len(whole.lines)) <= max(1, excerpt.step * most)
    kept = [line for line in whole.lines if int(line["text"].split()[0]) % excerpt.step == 0]
    assert list(excerpt.lines) == kept


@given(DRAWN, st.lists(st.text(max_size=3)), st.integers(1, 7), st.integers(1, 40))
def test_what_a_text_says_decides_nothing(drawn, texts, each, most):
    lines = lines_of(drawn)
    others = [{**line, "text": text} for line, text in zip(lines, texts, strict=False)] + lines[len(texts) :]
    places = {id(line): place for place, line in enumerate(others)}
    kept = [lines[places[id(line)]] for line in excerpt_of(others, each=each, most=most).lines]
    assert kept == list(excerpt_of(lines, each=each, most=most).lines)


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ([5, 5], "4 of 10: the first 2 of 5 to each prompt"),
        ([5] * 2000, "4,000 of 10,000: the first 2 of 5 to each prompt"),
        ([2, 1, 2], "all 5"),
        ([1] * 7, "all 7"),
    ],
)
def test_it_says_how_many_of_how_many(drawn, said):
    assert str(excerpt_of(lines_of(drawn))) == said


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ([5] * 6, "4 of 30: the first 2 of 5 to one prompt in 3"),
        ([2] * 6, "4 of 12: all to one prompt in 3"),
        ([1] * 12, "4 of 12: all to one prompt in 3"),
    ],
)
def test_it_says_that_items_were_left_out(drawn, said):
    assert str(excerpt_of(lines_of(drawn), most=4)) == said
