"""Cosines between mean states, from every centre that is in use."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import cosine

from claims.marker_coupling.geometry import centred_cosines, cosines_from

states = hnp.arrays(np.float64, st.tuples(*(st.integers(2, 5) for _ in range(4))), elements=st.floats(-10, 10))


@given(states, st.integers(0, 2**32 - 1))
def test_cosine_is_invariant_under_a_common_shift(values, seed):
    shift = np.random.default_rng(seed).uniform(-10, 10, values.shape[-1])
    before, after = centred_cosines(values, reference=0), centred_cosines(values + shift, reference=0)
    for centring, centre in enumerate((values.mean(axis=-2), values[..., 1:, :].mean(axis=-2))):
        length = np.linalg.norm(values - centre[..., None, :], axis=-1)
        sound = (length > 1e-3).all(axis=-1)  # a persona exactly at the centre has no direction
        np.testing.assert_allclose(before[centring][sound], after[centring][sound], atol=1e-6)


def test_cosine_without_a_centre_is_that_of_scipy():
    values = np.random.default_rng(0).normal(size=(4, 7))
    assert centred_cosines(values, reference=0)[2, 1, 3] == pytest.approx(1 - cosine(values[1], values[3]))


@given(states)
def test_cosines_are_symmetric_and_bounded(values):
    cosines = centred_cosines(values, reference=1)
    assert cosines.shape == (3, *values.shape[:3], values.shape[2])
    np.testing.assert_allclose(cosines, np.swapaxes(cosines, -1, -2))
    assert (np.abs(cosines) <= 1).all()


@given(states)
def test_cosines_from_the_panel_itself_are_those_centred_on_it(values):
    np.testing.assert_allclose(cosines_from(values, values), centred_cosines(values, reference=0)[0], atol=1e-9)


@given(states, states, st.integers(0, 2**32 - 1))
def test_another_centre_does_not_move_with_who_else_is_on_the_panel(values, others, seed):
    """Which is what the panel's own mean does."""
    width = min(values.shape[-1], others.shape[-1])
    panel, beside = values[0, 0, :, :width], others[0, 0, :, :width]
    kept = np.random.default_rng(seed).permutation(len(panel))[:2]
    np.testing.assert_allclose(
        cosines_from(panel[kept], beside), cosines_from(panel, beside)[np.ix_(kept, kept)], atol=1e-9
    )
