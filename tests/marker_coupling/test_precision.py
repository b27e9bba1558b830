"""Cosines in half precision: what claims see is what it was, to the last bit, and the rest is nearly that."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from marker import table_of
from marker_made import measured

from claims.marker_coupling.measured import CENTRINGS, READOUTS, fixed_layer
from claims.marker_coupling.precision import in_half_precision
from pytest_claims import Measurement

MADE = st.builds(measured, layers=st.integers(1, 6), sources=st.integers(4, 9), seed=st.integers(0, 2**32 - 1))
OFF = 2.0**-12  # half of the distance between two neighbours of binary16 just below 1


def single(measurement: Measurement) -> Measurement:
    """With cosines in single precision, as they are laid down."""
    return replace(measurement, data=measurement.data.assign(cosine=measurement.data["cosine"].astype(np.float32)))


@given(MADE, st.randoms(use_true_random=False))
def test_claims_see_what_they_saw(made, random):
    """Whatever the order in which layers and personas lie."""
    order = {dim: random.sample(range(size), size) for dim, size in made.data.sizes.items()}
    before = single(replace(made, data=made.data.isel(order)))
    was, now = table_of(before), table_of(replace(before, data=in_half_precision(before.data)))
    assert was.columns.keys() == now.columns.keys()
    assert was.arrays.keys() == now.arrays.keys()
    for name in was.columns:
        np.testing.assert_array_equal(now[name], was[name])
    for name in was.arrays:
        np.testing.assert_array_equal(now.array(name), was.array(name))
    np.testing.assert_array_equal(now.alternatives.values, was.alternatives.values)


@given(MADE)
def test_other_cosines_are_near_and_in_half_precision(made):
    before = single(made).data
    after = in_half_precision(before)
    xr.testing.assert_identical(after.drop_vars("cosine"), before.drop_vars("cosine"))
    cosine, was = after["cosine"].values, before["cosine"].values
    assert cosine.dtype == np.float32
    assert np.abs(cosine - was).max() <= OFF
    np.testing.assert_array_equal(cosine, cosine.swapaxes(-1, -2))
    changed = np.moveaxis(cosine, (3, 4), (0, 1))[1:, 1:]  # without the assistant, which comes first
    is_half = changed == changed.astype(np.float16)
    is_half[:, :, CENTRINGS.index("panel"), READOUTS.index("last_prompt_token"), fixed_layer(was.shape[2])] = True
    assert is_half.all()


@given(MADE)
def test_what_is_in_half_precision_stays_as_it_is(made):
    once = in_half_precision(single(made).data)
    xr.testing.assert_identical(in_half_precision(once), once)


def test_the_difference_is_as_large_as_half_precision_makes_it():
    """Nothing smaller would show that anything was rounded."""
    before = single(measured()).data["cosine"]
    after = in_half_precision(single(measured()).data)["cosine"]
    assert float(abs(after - before).max()) == pytest.approx(OFF, rel=0.2)
