"""Kernels for a GPU against torch's own operations, or by Triton's interpreter where there is none (slowly).

Skipped where Triton is not installed, as with a torch for CPUs: ``pip install triton``, and ``TRITON_INTERPRET=1``.
"""

import os

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

pytest.importorskip("triton", reason="Triton comes with a torch for GPUs")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
if DEVICE == "cpu" and os.environ.get("TRITON_INTERPRET") != "1":
    pytest.skip("no GPU; TRITON_INTERPRET=1 runs kernels without one", allow_module_level=True)

from pytest_claims_lab.kernels import Loss, attend, draw_tokens  # noqa: E402
from pytest_claims_lab.nucleus import draw  # noqa: E402

PRECISIONS = {torch.float32: 1e-5}
if DEVICE == "cuda":  # the interpreter does not multiply numbers of half precision
    PRECISIONS[torch.bfloat16] = 2e-2


def logits_of(rows, vocabulary, dtype, seed=0):
    torch.manual_seed(seed)
    return (3 * torch.randn(rows, vocabulary)).to(dtype).to(DEVICE)


@settings(max_examples=20, deadline=None)
@given(
    rows=st.integers(1, 3),
    heads=st.integers(1, 2),
    groups=st.integers(1, 5),
    size=st.sampled_from([8, 16, 24, 64]),
    width=st.integers(1, 130),
    hidden=st.integers(0, 129),
    dtype=st.sampled_from(list(PRECISIONS)),
)
def test_attention_is_torchs_own(rows, heads, groups, size, width, hidden, dtype):
    torch.manual_seed(width)
    query = torch.randn(rows, heads * groups, size).to(dtype).to(DEVICE)
    buffers = torch.randn(2, rows + 1, heads, width + 7, size).to(dtype).to(DEVICE)  # of which a part is in use
    key, value = buffers[:, :rows, :, :width]
    added = torch.zeros(rows, width, dtype=dtype, device=DEVICE)
    added[0, : min(hidden, width - 1)] = -torch.inf
    came = attend(query, key, value, added, size**-0.5)
    wanted = torch.nn.functional.scaled_dot_product_attention(
        query.unflatten(1, (heads, groups)).float(), key.float(), value.float(), attn_mask=added[:, None, None].float()
    )
    torch.testing.assert_close(came.float(), wanted.flatten(1, 2), rtol=PRECISIONS[dtype], atol=PRECISIONS[dtype])


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_tokens_are_drawn_by_the_law_of_the_nucleus(temperature):
    # Against what torch's operations draw; 5% are outside the nucleus and never drawn.
    logits = logits_of(1, 12, torch.float32).expand(4000 if DEVICE == "cuda" else 400, -1).contiguous()
    torch.manual_seed(1)
    came, wanted = (
        torch.bincount(one(logits, temperature=temperature, top_p=0.9).cpu(), minlength=12)
        for one in (draw_tokens, draw)
    )
    seen = (came + wanted) > 0
    assert (came[wanted == 0] == 0).all()
    assert stats.chi2_contingency(torch.stack([came, wanted])[:, seen]).pvalue > 1e-3


@given(seed=st.integers(0, 999), vocabulary=st.integers(1, 9000), top_p=st.floats(0.05, 1.0))
@settings(max_examples=25, deadline=None)
def test_a_drawn_token_is_in_the_nucleus(seed, vocabulary, top_p):
    logits = logits_of(2, vocabulary, torch.float32, seed)
    tokens = draw_tokens(logits, temperature=1.0, top_p=top_p)
    probabilities = logits.double().softmax(-1)
    own = probabilities.gather(-1, tokens[:, None])
    likelier = torch.where(probabilities > own, probabilities, 0.0).sum(-1)
    assert (likelier <= top_p + 1e-5).all()


def test_the_same_seed_draws_the_same_tokens_and_another_one_others():
    logits = logits_of(50, 300, torch.bfloat16)
    several = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        several.append(draw_tokens(logits, temperature=1.0, top_p=0.95))
    assert torch.equal(several[0], several[1])
    assert not torch.equal(several[0], several[2])


def test_no_forbidden_token_is_drawn_be_they_as_many_as_a_kernel_reads_at_a_time():
    logits = logits_of(40, 9000, torch.float32)
    logits[:, :5000] = -torch.inf
    logits[:, 8500] = 20.0  # with this and the next the nucleus is full
    logits[:, 8501] = 19.0
    assert set(draw_tokens(logits, temperature=1.0, top_p=0.9).tolist()) == {8500, 8501}
    assert draw_tokens(torch.full_like(logits, -torch.inf), temperature=1.0, top_p=0.9).shape == (40,)  # and it ends


def test_each_row_draws_for_itself():
    tokens = draw_tokens(torch.zeros(64, 4096, device=DEVICE), temperature=1.0, top_p=1.0)
    assert len(set(tokens.tolist())) > 50


def test_the_loss_among_forbidden_tokens_is_torchs_own():
    logits = logits_of(2, 9000, torch.float32)
    logits[:, :5000] = -torch.inf
    logits.requires_grad_()
    tokens, weights = torch.tensor([5000, 8999], device=DEVICE), torch.tensor([1.0, 0.5], device=DEVICE)
    wanted = (torch.nn.functional.cross_entropy(logits, tokens, reduction="none") * weights).sum()
    came = Loss.apply(logits, tokens, weights)
    torch.testing.assert_close(came, wanted)
    torch.testing.assert_close(*(torch.autograd.grad(one, logits)[0] for one in (came, wanted)))


@settings(max_examples=20, deadline=None)
@given(answers=st.integers(1, 4), vocabulary=st.integers(2, 9000), dtype=st.sampled_from(list(PRECISIONS)))
def test_the_loss_and_its_gradient_are_torchs_own(answers, vocabulary, dtype):
    logits = logits_of(answers, vocabulary, dtype, vocabulary).requires_grad_()
    tokens = torch.randint(vocabulary, (answers,), device=DEVICE)
    weights = torch.rand(answers, dtype=torch.float64, device=DEVICE)
    wide = logits.detach().double().requires_grad_()
    wanted = (torch.nn.functional.cross_entropy(wide, tokens, reduction="none") * weights).sum()
    came = Loss.apply(logits, tokens, weights)
    torch.testing.assert_close(came.double(), wanted, rtol=1e-5, atol=1e-6)
    (came * 3).backward()
    (wanted * 3).backward()
    assert logits.grad.dtype == dtype
    torch.testing.assert_close(logits.grad.double(), wide.grad, rtol=PRECISIONS[dtype], atol=PRECISIONS[dtype] / 10)
