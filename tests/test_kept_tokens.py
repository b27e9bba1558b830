"""Tokens that are kept."""

from hypothesis import given
from hypothesis import strategies as st

from pytest_claims_lab.kept_tokens import KeptTokens

TEXTS = st.lists(st.text("ab", max_size=4), max_size=30)


@given(TEXTS, st.integers(0, 12))
def test_what_is_kept_is_what_would_be_made(texts, most):
    kept = KeptTokens(most)
    for text in texts:
        came = kept.get(text, lambda text=text: list(map(ord, text)))
        assert came == list(map(ord, text))
        came.append(0)  # it is the caller's own


@given(TEXTS, st.integers(0, 12))
def test_no_more_than_the_most_are_kept_and_of_these_the_last(texts, most):
    kept, made = KeptTokens(most), []
    for text in texts:
        kept.get(text, lambda text=text: made.append(text) or [1] * len(text))
    assert sum(map(len, kept._kept.values())) <= most
    assert list(kept._kept) == made[len(made) - len(kept._kept) :]


def test_what_cannot_be_made_is_tried_again():
    kept = KeptTokens()

    def fails():
        raise ValueError("no tokens")

    for _ in range(2):
        try:
            kept.get("a", fails)
        except ValueError:
            continue
        raise AssertionError("it was kept")
    assert kept.get("a", lambda: [7]) == [7]
