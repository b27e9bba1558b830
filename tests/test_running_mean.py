"""A mean that is added up as arrays come is numpy's own, to the last bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims_lab.running_mean import RunningMean


@given(
    count=st.integers(1, 40), width=st.integers(2, 30), seed=st.integers(0, 99), scale=st.sampled_from([1e-8, 1, 1e8])
)
def test_running_mean_is_that_of_all_at_once(count, width, seed, scale):
    arrays = list(np.random.default_rng(seed).normal(0, scale, (count, 3, 4, width)))
    mean = RunningMean()
    for one in arrays:
        mean.add(one)
    assert np.array_equal(mean.mean, np.mean(arrays, axis=0).astype(np.float32))
    assert mean.count == count


def test_what_was_added_is_not_changed():
    first = np.ones(3)
    mean = RunningMean()
    for one in (first, np.zeros(3)):
        mean.add(one)
    assert first.tolist() == [1, 1, 1]
    assert mean.mean.tolist() == [0.5, 0.5, 0.5]
