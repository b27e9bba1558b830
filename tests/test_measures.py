"""Divergence of next tokens: Jensen and Shannon's."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import rel_entr

from pytest_claims_lab.measure.divergence import divergence_of_tokens

logits = hnp.arrays(np.float64, hnp.array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=6),
                    elements=st.floats(-50, 50))  # fmt: skip


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


@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(2, 6)),
    together=st.integers(1, 150),
    seed=st.integers(0, 99),
)
def test_how_many_tokens_are_compared_at_a_time_changes_no_divergence(shape, together, seed):
    """On a GPU many are; here by hand, with tokens that cannot come."""
    values = 3 * torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    values[0, 0, 0] = -torch.inf
    log_p = values.log_softmax(-1)
    wanted = divergence_of_tokens(log_p)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pytest_claims_lab.measure.divergence._AT_ONCE", {"cpu": together})
        np.testing.assert_allclose(divergence_of_tokens(log_p), wanted, rtol=1e-12, atol=1e-15)
    assert np.isfinite(wanted).all()
