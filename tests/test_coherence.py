"""Coherence of answers: whether they ended by themselves, and how much of them repeats itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims_lab.coherence import read_coherence, repetition, write_coherence

END = 0
TOKENS = st.lists(st.integers(1, 5), max_size=30)


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ([1, 2, 3, 4, 1, 2, 3, 4], 1 / 5),  # 1234 2341 3412 4123 1234: four different ones of five
        ([7] * 13, 9 / 10),
        (list(range(50)), 0),
        ([1, 2, 3], 0),
        ([], 0),
    ],
)
def test_repetition_is_one_less_the_share_of_different_sequences_of_four_tokens(answer, share):
    """As Welleck et al. (2020) define seq-rep-4; the numbers are counted by hand."""
    assert repetition(answer) == pytest.approx(share)


@given(TOKENS)
def test_repetition_is_a_share_that_grows_when_all_is_said_again(answer):
    assert 0 <= repetition(answer) < 1
    assert repetition(answer * 3) >= repetition(answer)


@given(st.permutations(range(1, 6)), TOKENS)
def test_repetition_does_not_hang_on_which_tokens_they_are(names, answer):
    assert repetition([names[token - 1] for token in answer]) == repetition(answer)


@given(st.lists(st.tuples(TOKENS | st.none(), st.booleans()), min_size=1, max_size=6))
def test_what_was_written_is_read(tmp_path_factory, answers):
    """The token that ends an answer is no part of it, and an answer that never came did not end."""
    folder = tmp_path_factory.mktemp("answers")
    write_coherence([[None if one is None else one + [END] * ended] for one, ended in answers], END, folder)
    found = read_coherence(folder)
    wanted = [(0, 0) if one is None else (ended, repetition(one)) for one, ended in answers]
    np.testing.assert_allclose(found[:, 0], wanted, rtol=1e-6)


def test_older_answers_have_none(tmp_path):
    assert read_coherence(tmp_path) is None
