"""Blocks that are computed twice give the same gradients, and less is kept of them."""

from dataclasses import replace

import pytest
import torch
from solo import RENAMED, TRAINING, conversations, load, shaken, stack_of
from tiny import save_tiny_model
from zoo.build import save
from zoo.kinds import KINDS

from pytest_claims.base.errors import InputError
from pytest_claims_lab.gradient import Gradient
from pytest_claims_lab.gradient_trial import gradient_of
from pytest_claims_lab.memory_plan import Cut, thrifty
from pytest_claims_lab.plain import PlainGradient
from pytest_claims_lab.train import Job, train_stack

pytestmark = RENAMED
DROPOUT = replace(TRAINING, dropout=0.3)
STEPS = [[conversations(seed, 3) for seed in range(2)]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny", family="gemma3")


def left(folder, way, *, checkpointing):
    """The gradient of one step, and what autograd kept for it between forward and backward."""
    stack = stack_of(load(folder).network, DROPOUT, seeds=[0, 1])
    shaken(stack)
    if way is Gradient:
        gradient, found = gradient_of(stack, STEPS, compiled=False, checkpointing=checkpointing)
        assert found.is_fast
    else:
        gradient = PlainGradient(stack, STEPS, checkpointing=checkpointing)
        if checkpointing:
            gradient_of(stack, STEPS, compiled=False, checkpointing=True)  # which has the blocks computed twice
            gradient.network.set_attn_implementation("sdpa")
    kept: dict[int, int] = {}

    def keep(tensor):
        kept[tensor.data_ptr()] = tensor.nbytes
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        gradient.leave(STEPS[0], 5)
    return stack.gradient.clone(), sum(kept.values()), stack.network


@pytest.mark.parametrize("way", [Gradient, PlainGradient])
def test_gradients_are_the_same_with_less_kept(folder, way):
    wanted, whole, _ = left(folder, way, checkpointing=False)
    came, part, network = left(folder, way, checkpointing=True)
    assert torch.equal(came, wanted)
    assert wanted.abs().max() > 1e-3
    assert part < whole
    assert not any(block.training for block in network.modules() if "Decoder" in type(block).__name__)


def test_adapters_that_are_trained_so_are_the_same(folder):
    jobs = [Job(seed=seed, examples=conversations(seed)) for seed in range(2)]
    plain, twice = (
        train_stack(load(folder), jobs, training=DROPOUT, checkpointing=checkpointing)
        for checkpointing in (False, True)
    )
    assert torch.equal(twice.stack.weights, plain.stack.weights)
    assert twice.losses == plain.losses
    assert twice.checkpointing


def test_network_that_cannot_be_computed_twice_is_refused(tmp_path):
    """It adds to a tensor in place that its blocks read again."""
    model = load(save(KINDS["longcat_flash"], tmp_path), "float32")
    stack = stack_of(model.network, TRAINING, seeds=[0, 1])
    with pytest.raises(InputError, match="LongcatFlashForCausalLM has other gradients with gradient checkpointing"):
        gradient_of(stack, STEPS, compiled=False, checkpointing=True)


def test_fewer_at_once_come_before_computing_twice():
    def work(size, checkpointing):
        tried.append((size, checkpointing))
        if size > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return "done"

    tried = []
    assert thrifty(work, Cut(together=7, checkpointing=False)) == ("done", 2)
    assert tried == [(7, False), (4, False), (2, False)]


def test_one_that_does_not_fit_is_computed_twice():
    def work(size, checkpointing):
        tried.append((size, checkpointing))
        if not checkpointing:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return "done"

    tried = []
    assert thrifty(work, Cut(together=2, checkpointing=False)) == ("done", 1)
    assert tried == [(2, False), (1, False), (1, True)]


def test_what_does_not_fit_at_all_is_torchs_own_error():
    def work(_size, _checkpointing):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(torch.OutOfMemoryError):
        thrifty(work, Cut(together=1, checkpointing=True))
