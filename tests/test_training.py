"""What came of training: losses, and adapters that it ruined."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from solo import RENAMED, TRAINING, conversations, load, saved, shaken, solo, solo_loss, stack_of
from tiny import save_tiny_model
from transformers import AutoModelForCausalLM

from pytest_claims.base.errors import InputError
from pytest_claims_lab.gradient import Gradient
from pytest_claims_lab.memory import usable_bytes
from pytest_claims_lab.train import Job, train_stack

pytestmark = RENAMED


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.mark.parametrize("size", [1, 5, 21])
def test_losses_are_those_of_solo_peft_and_without_adapter_those_of_the_model(folder, tmp_path, size):
    training = replace(TRAINING, dropout=0.3)  # which has no part in a loss
    stack = stack_of(load(folder).network, training, seeds=[0, 0, 3])
    shaken(stack)
    step = [conversations(seed) for seed in (1, 2, 3)]
    gradient = Gradient(stack, [step], compiled=False)
    gradient.size = size
    with stack.silent():
        without = gradient.losses(step)
    trained = gradient.losses(step)
    assert stack._training
    plain = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64)
    for number, examples in enumerate(step):
        network = solo(folder, saved(stack, number, tmp_path)).eval()
        torch.testing.assert_close(trained[number], solo_loss(network, examples).detach(), rtol=0, atol=1e-10)
        torch.testing.assert_close(without[number], solo_loss(plain, examples).detach(), rtol=0, atol=1e-10)


def test_trained_stack_comes_with_the_losses_of_its_first_batches(folder):
    trained = train_stack(load(folder), [Job(seed=1, examples=conversations(1))], training=TRAINING)
    ((without, with_adapter),) = trained.losses
    assert with_adapter < without


def test_training_that_diverges_is_refused(folder):
    training = replace(TRAINING, learning_rate=1e200)
    jobs = [Job(seed=0, examples=conversations(1)), Job(seed=1, examples=conversations(2))]
    with pytest.raises(InputError, match=r"learning rate 1e\+200 in torch.float64 diverged: adapters 0, 1 of 0 to 1"):
        train_stack(load(folder), jobs, training=training)


@given(free=st.integers(2**20, 2**40), less=st.floats(0, 0.5))
def test_a_little_less_free_memory_seldom_changes_how_work_is_cut(free, less):
    """What may be planned with takes one value between two powers of two, and is never more than is free."""
    with pytest.MonkeyPatch.context() as patch:
        usable = []
        for available in (free, int(free * (1 - less))):
            patch.setattr("psutil.virtual_memory", lambda available=available: SimpleNamespace(available=available))
            usable.append(usable_bytes(torch.device("cpu")))
    assert usable[1] in (usable[0], usable[0] // 2)
    assert usable[0] <= 0.4 * free
