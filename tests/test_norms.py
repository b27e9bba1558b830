"""Root mean square norms by torch's own kernel: which modules of transformers compute what it does."""

import copy

import pytest
import torch
from torch import nn
from transformers.models.gemma3.modeling_gemma3 import Gemma3RMSNorm
from transformers.models.llama.modeling_llama import LlamaRMSNorm
from transformers.models.qwen3.modeling_qwen3 import Qwen3RMSNorm

from pytest_claims_lab.norms import fuse_norms, is_norm, own_norms


class Scaled(nn.Module):
    """Looks like a norm, and is none."""

    def __init__(self, size):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), 1e-6

    def forward(self, x):
        return self.weight * x


class Gated(Scaled):
    """Wants more than one input."""

    def forward(self, x, gate):
        return self.weight * x * gate


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (LlamaRMSNorm(8), True),
        (Qwen3RMSNorm(8), True),
        (Gemma3RMSNorm(8), False),  # its weight is what is missing of 1, in float32
        (Scaled(8), False),
        (Gated(8), False),
    ],
)
def test_a_norm_is_known_by_what_it_computes(module, expected):
    assert is_norm(module, 1e-6) is expected


def test_a_norm_with_another_epsilon_is_not_taken_for_this_one():
    assert not is_norm(LlamaRMSNorm(8, eps=1e-2), 1e-6)


def test_fused_norms_compute_what_they_computed_and_can_be_put_back():
    network = nn.Sequential(LlamaRMSNorm(8), Scaled(8), nn.LayerNorm(8), Qwen3RMSNorm(8, eps=1e-5))
    x = torch.randn(3, 8, requires_grad=True)
    wanted = network(x)
    (slope,) = torch.autograd.grad(wanted.square().sum(), x)
    fuse_norms(network)
    assert ["forward" in vars(one) for one in network] == [True, False, False, True]
    came = network(x)
    torch.testing.assert_close(came, wanted)
    torch.testing.assert_close(torch.autograd.grad(came.square().sum(), x)[0], slope)
    own_norms(network)
    assert not any("forward" in vars(one) for one in network)
    assert torch.equal(network(x), wanted)


def test_a_norm_of_another_precision_than_its_input_computes_as_its_class_does():
    module = LlamaRMSNorm(8)
    x = torch.randn(3, 8).bfloat16()
    wanted = module(x)
    network = nn.Sequential(module)
    fuse_norms(network)
    assert torch.equal(network(x), wanted)


def test_what_another_library_computes_is_left_to_it():
    module = LlamaRMSNorm(8)
    module.forward = lambda x: x
    fuse_norms(nn.Sequential(module))
    own_norms(nn.Sequential(module))
    assert torch.equal(module(torch.ones(8)), torch.ones(8))


def test_a_copy_of_a_network_computes_with_its_own_norms():
    network = nn.Sequential(LlamaRMSNorm(8))
    fuse_norms(network)
    another, x = copy.deepcopy(network), torch.randn(3, 8)
    wanted = network(x)
    with torch.no_grad():
        another[0].weight.zero_()
    assert not another(x).any()
    assert torch.equal(network(x), wanted)
    own_norms(another)
    assert not any("forward" in vars(one) for one in another)


def test_a_gated_norm_that_does_without_a_gate_is_computed_by_its_class_where_there_is_one():
    class Gated(LlamaRMSNorm):
        def forward(self, x, gate=None):
            return super().forward(x) if gate is None else super().forward(x) * gate

    module = Gated(8)
    x, gate = torch.randn(2, 3, 8)
    wanted = module(x, gate), module(x, gate=gate)
    fuse_norms(nn.Sequential(module))
    assert torch.equal(module(x, gate), wanted[0])
    assert torch.equal(module(x, gate=gate), wanted[1])
    torch.testing.assert_close(module(x), Gated(8)(x))


def test_looking_for_norms_leaves_random_numbers_alone_those_of_a_gpu_too(monkeypatch):
    """A decoder is made within the seed of a sample: every first sample on a GPU drew as from seed 0."""
    seeded = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    seeded.clear()
    fuse_norms(nn.Sequential(LlamaRMSNorm(8), Gemma3RMSNorm(8), Scaled(8)))
    assert torch.equal(torch.rand(3), wanted)
    assert seeded == []
