"""The loss of answer tokens, computed a part at a time: it and its gradient are torch's own."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims_lab import token_loss
from pytest_claims_lab.token_loss import InParts, token_losses


def drawn(answers, vocabulary, dtype=torch.float64):
    torch.manual_seed(answers * 100 + vocabulary)
    logits = (4 * torch.randn(answers, vocabulary, dtype=torch.float64)).to(dtype).requires_grad_()
    return logits, torch.randint(vocabulary, (answers,)), torch.rand(answers, dtype=torch.float64)


@given(answers=st.integers(1, 9), vocabulary=st.integers(1, 6), together=st.integers(1, 60))
def test_a_loss_in_parts_is_the_whole_one_and_so_is_its_gradient(answers, vocabulary, together):
    logits, tokens, weights = drawn(answers, vocabulary)
    wanted = token_losses(logits, tokens, weights).sum()
    (slope,) = torch.autograd.grad(3 * wanted, logits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(token_loss, "_AT_ONCE", together)
        came = InParts.apply(logits, tokens, weights)
        (found,) = torch.autograd.grad(3 * came, logits)
    assert came.item() == pytest.approx(wanted.item(), rel=1e-12)
    torch.testing.assert_close(found, slope, rtol=1e-10, atol=1e-12)


def test_the_gradient_of_half_precision_is_in_half_precision_and_computed_in_more():
    logits, tokens, weights = drawn(5, 40, torch.bfloat16)
    came = InParts.apply(logits, tokens, weights)
    came.backward()
    wide = logits.detach().double().requires_grad_()
    token_losses(wide, tokens, weights).sum().backward()
    assert came.dtype == torch.float32
    assert logits.grad.dtype == torch.bfloat16
    torch.testing.assert_close(logits.grad, wide.grad.bfloat16(), rtol=2**-7, atol=1e-6)


def test_what_weighs_nothing_leaves_no_gradient():
    logits, tokens, _ = drawn(3, 7)
    InParts.apply(logits, tokens, torch.tensor([1.0, 0.0, 1.0])).backward()
    assert not logits.grad[1].any()
    assert logits.grad[0].any()
