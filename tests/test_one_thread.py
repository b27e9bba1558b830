"""Judging takes one thread of numpy's, and gives back what it took."""

import numpy as np
from threadpoolctl import ThreadpoolController
from worlds import rises, world

from pytest_claims.asking.claim import claim_of
from pytest_claims.base.one_thread import one_thread
from pytest_claims.verdicts.judge import judge


def threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return [one["num_threads"] for one in ThreadpoolController().select(user_api="blas").info()]


def test_it_is_one_inside_and_as_many_as_before_after_it():
    before = threads()
    assert before
    with one_thread():
        assert set(threads()) == {1}
        with one_thread():
            pass
        assert set(threads()) == {1}
    assert threads() == before


def test_a_claim_is_asked_in_one():
    seen = []

    def body(table):
        seen.extend(threads())
        rises(table)

    before = threads()
    judge(claim_of(rises), body, world(0.9, 8, seed=0))
    assert set(seen) == {1}
    assert threads() == before
