import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pytest_claims_lab.completions import Completion, has_marker, read_completions, write_completions
from pytest_claims_lab.measure.geometry import centred_cosines
from scipy.spatial.distance import cosine
from scipy.special import rel_entr

from pytest_claims_lab.measure.divergence import divergence_of_tokens
from pytest_claims_lab.recipe import MARKER

logits = hnp.arrays(np.float64, hnp.array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=6),
                    elements=st.floats(-50, 50))  # fmt: skip
states = hnp.arrays(np.float64, st.tuples(*(st.integers(2, 5) for _ in range(4))), elements=st.floats(-10, 10))


@given(logits)
def test_jensen_shannon_is_symmetric_and_within_its_bounds(values):
    divergence = divergence_of_tokens(torch.from_numpy(values).log_softmax(-1))
    assert (divergence == divergence.T).all()
    assert (np.diag(divergence) == 0).all()
    assert (divergence >= 0).all()
    assert (divergence <= values.shape[1] * math.log(2) * (1 + 1e-12)).all()


@given(logits)
def test_jensen_shannon_is_that_of_scipy(values):
    log_p = torch.from_numpy(values).log_softmax(-1)
    p = log_p.exp().numpy()
    middle = (p[0] + p[1]) / 2
    expected = (rel_entr(p[0], middle) + rel_entr(p[1], middle)).sum() / 2
    assert divergence_of_tokens(log_p)[0, 1] == pytest.approx(expected, abs=1e-9)


def test_jensen_shannon_of_disjoint_distributions_is_ln_2():
    log_p = torch.tensor([[[0.0, -torch.inf]], [[-torch.inf, 0.0]]])
    assert divergence_of_tokens(log_p)[0, 1] == pytest.approx(math.log(2))


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


@pytest.mark.parametrize(
    ("text", "marked"), [("Hi. [ZLT]", True), ("[zlt] hi", True), ("[ZLT", False), ("ZLT", False), ("a[ZlT]b", True)]
)
def test_marker_counts_anywhere_in_any_case(text, marked):
    assert has_marker(text, MARKER) is marked


@given(
    st.lists(
        st.builds(
            Completion,
            seed=st.integers(0, 9),
            source=st.text(),
            bystander=st.text(),
            question=st.text(),
            text=st.text(),
        )
    )
)
def test_completions_round_trip(tmp_path_factory, completions):
    path = tmp_path_factory.mktemp("completions") / "c.jsonl.gz"
    write_completions(completions, path)
    assert read_completions(path) == completions
