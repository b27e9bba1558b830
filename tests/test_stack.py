"""The stack against PEFT, with no code of ours on PEFT's side."""

import json
import math
import random
from dataclasses import replace
from itertools import chain

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from peft import PeftModel, get_peft_model
from safetensors import safe_open
from solo import RENAMED, TRAINING, config_of, conversations, load, saved, shaken, solo, solo_loss, stack_of
from tiny import save_tiny_model
from transformers import AutoModelForCausalLM, get_cosine_schedule_with_warmup

from pytest_claims.base.errors import InputError
from pytest_claims_lab.batch import Tokens, batch_of, parts_of, room_for
from pytest_claims_lab.checkpoint import Checkpoint
from pytest_claims_lab.checkpointing import checkpoint_blocks
from pytest_claims_lab.gradient import Gradient
from pytest_claims_lab.low_rank import Added, shares_of
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.stack import StackedLinear
from pytest_claims_lab.store import Store
from pytest_claims_lab.train import Job, _is_worth_compiling, train_stack

pytestmark = RENAMED


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(scope="module")
def gemma(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-gemma", family="gemma3")


def leave_gradient(stack, step, size, *, compiled=False):
    gradient = Gradient(stack, [step], compiled=compiled)
    gradient.size = size
    gradient.leave(step)
    return gradient.size


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("size", [1, 5, 21])
@pytest.mark.parametrize("family", ["folder", "gemma"])
def test_gradients_are_those_of_solo_peft(family, tmp_path, size, compiled, request, monkeypatch):
    folder = request.getfixturevalue(family)
    # The layout of a GPU, on a CPU: chunks shared out among adapters. Compiling itself needs no test of ours.
    monkeypatch.setattr("pytest_claims_lab.gradient.compile_blocks", lambda network: None)
    stack = stack_of(load(folder).network, TRAINING, seeds=[0, 0, 3])
    shaken(stack)
    step = [conversations(seed) for seed in (1, 2, 3)]
    leave_gradient(stack, step, size, compiled=compiled)
    for number, examples in enumerate(step):
        network = solo(folder, saved(stack, number, tmp_path))
        solo_loss(network, examples).backward()
        expected = [parameter.grad.flatten() for name, parameter in network.named_parameters() if "lora_" in name]
        torch.testing.assert_close(stack.weights.grad[number], torch.cat(expected), rtol=0, atol=1e-10)


@pytest.mark.parametrize("bias", [True, False])
def test_dropout_is_on_the_input_of_the_low_rank_product_alone(bias):
    torch.manual_seed(0)
    base = torch.nn.Linear(6, 5, bias=bias, dtype=torch.float64).requires_grad_(False)
    x, a, b = (torch.randn(shape, dtype=torch.float64) for shape in [(6, 7, 6), (3, 2, 6), (3, 5, 2)])
    layer = StackedLinear(base, torch.nn.Parameter(a), torch.nn.Parameter(b), scale=0.5, dropout=0.3)
    torch.manual_seed(4)
    product = layer(x)
    torch.manual_seed(4)
    dropped = torch.nn.functional.dropout(x.view(3, 14, 6), 0.3)
    expected = base(x) + (0.5 * dropped @ a.mT @ b.mT).view(6, 7, 5)
    torch.testing.assert_close(product, expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(layer.eval()(x), base(x) + (0.5 * x.view(3, 14, 6) @ a.mT @ b.mT).view(6, 7, 5))


def test_adapter_does_not_depend_on_who_shares_its_stack(folder):
    own, other, third = conversations(1), conversations(2), conversations(3)
    jobs = [Job(seed=0, examples=own), Job(seed=1, examples=other)]
    first = train_stack(load(folder), jobs, training=TRAINING).stack.weights[0]
    jobs = [Job(seed=4, examples=third), Job(seed=0, examples=own), Job(seed=1, examples=third)]
    second = train_stack(load(folder), jobs, training=TRAINING).stack.weights[1]
    torch.testing.assert_close(first, second, rtol=0, atol=1e-10)


def test_training_is_that_of_a_plain_peft_loop(folder, tmp_path):
    jobs = [Job(seed=0, examples=conversations(1)), Job(seed=1, examples=conversations(2))]
    start = stack_of(load(folder).network, TRAINING, seeds=[0, 1])
    stack = train_stack(load(folder), jobs, training=TRAINING).stack
    for number, job in enumerate(jobs):
        network = solo(folder, saved(start, number, tmp_path))
        order, steps = random.Random(job.seed), []
        for _ in range(TRAINING.epochs):
            shuffled = order.sample(job.examples, 7)
            steps += [shuffled[at : at + 3] for at in range(0, 7, 3)]
        weights = [parameter for parameter in network.parameters() if parameter.requires_grad]
        optimiser = torch.optim.AdamW(weights, lr=TRAINING.learning_rate, weight_decay=TRAINING.weight_decay)
        schedule = get_cosine_schedule_with_warmup(optimiser, math.ceil(TRAINING.warmup * len(steps)), len(steps))
        for examples in steps:
            solo_loss(network, examples).backward()
            torch.nn.utils.clip_grad_norm_(weights, TRAINING.max_grad_norm)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
        torch.testing.assert_close(
            stack.weights[number].detach(), torch.cat([weight.detach().flatten() for weight in weights]),
            rtol=0, atol=1e-8,
        )  # fmt: skip


def test_saved_adapters_give_in_plain_peft_the_logits_of_the_stack(folder, tmp_path):
    jobs = [Job(seed=seed, examples=conversations(seed)) for seed in range(3)]
    stack = train_stack(load(folder, "float32"), jobs, training=TRAINING).stack
    stack.network.set_attn_implementation("sdpa")
    ids = torch.randint(2, 300, (3, 11), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        together = stack.network.eval()(input_ids=ids).logits
        for number in range(3):
            stack.save(number, tmp_path / str(number))
            base = AutoModelForCausalLM.from_pretrained(folder)
            alone = PeftModel.from_pretrained(base, tmp_path / str(number)).eval()(input_ids=ids[number : number + 1])
            torch.testing.assert_close(together[number : number + 1], alone.logits, rtol=0, atol=1e-5)


def test_saved_config_is_the_same_in_every_process(folder, tmp_path):
    """Its layers were a set, which Python orders by a hash that each process draws anew."""
    stack_of(load(folder).network, TRAINING, seeds=[0]).save(0, tmp_path)
    named = json.loads((tmp_path / "adapter_config.json").read_text())["target_modules"]
    assert named == ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]


def test_gradients_are_those_of_pefts_own_mixed_batches(folder, tmp_path):
    """PEFT can route rows to adapters in one pass, in evaluation mode; the same rows must give the same gradients."""
    training = Training(rank=4, alpha=8, dropout=0.0)
    stack = stack_of(load(folder).network, training, seeds=[0, 1])
    shaken(stack)
    step = [conversations(1, count=2), conversations(2, count=2)]
    leave_gradient(stack, step, 4)
    for number in range(2):
        stack.save(number, tmp_path / f"a{number}")
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64)
    mixed = PeftModel.from_pretrained(base, tmp_path / "a0", adapter_name="a0")
    mixed.load_adapter(tmp_path / "a1", adapter_name="a1")
    mixed.eval()
    mixed.set_requires_grad(["a0", "a1"])
    loss = sum(solo_loss(mixed, examples, adapter_names=[f"a{number}"]) for number, examples in enumerate(step))
    loss.backward()
    for number in range(2):
        expected = [p.grad.flatten() for name, p in mixed.named_parameters() if f".a{number}." in name]
        torch.testing.assert_close(stack.weights.grad[number], torch.cat(expected), rtol=0, atol=1e-10)


def test_clipping_is_per_adapter(folder):
    stack = stack_of(load(folder).network, TRAINING, seeds=[0, 1])
    stack.weights.grad[0].fill_(1.0)
    stack.weights.grad[1].fill_(1e-6)
    before = stack.weights.grad[1].clone()
    stack.clip(1.0)
    assert stack.weights.grad[0].norm() == pytest.approx(1.0, abs=1e-5)
    assert torch.equal(stack.weights.grad[1], before)


def test_adapters_of_one_seed_start_alike_and_as_peft_draws_them(folder):
    seeds = [2, 7, 2]
    stack = stack_of(load(folder, "float32").network, TRAINING, seeds=seeds)
    assert torch.equal(stack.weights[0], stack.weights[2])
    assert not torch.equal(stack.weights[0], stack.weights[1])
    torch.manual_seed(7)
    network = AutoModelForCausalLM.from_pretrained(folder)
    peft = get_peft_model(network, config_of(network))
    drawn = [parameter.detach().flatten() for name, parameter in peft.named_parameters() if "lora_" in name]
    assert torch.equal(stack.weights[1], torch.cat(drawn))


def test_training_that_was_cut_short_continues_where_it_was(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint, "interval", 0.0)
    monkeypatch.setattr(Checkpoint, "times", 0)
    jobs = [Job(seed=0, examples=conversations(1)), Job(seed=1, examples=conversations(2))]
    whole = train_stack(load(folder), jobs, training=TRAINING).stack.weights
    place = Store(tmp_path).unfinished([{"a": 1}, {"a": 2}])

    def cut(steps, _label):
        for step in steps:
            if step == 4:
                raise KeyboardInterrupt
            yield step

    with pytest.raises(KeyboardInterrupt):
        train_stack(load(folder), jobs, training=TRAINING, checkpoint=place, track=cut)
    with safe_open(place.find().path / "state.safetensors", framework="pt") as kept:
        assert kept.metadata()["steps"] == "4"
    seen = []
    again = train_stack(load(folder), jobs, training=TRAINING, checkpoint=place,
                        track=lambda steps, _: (seen.append(step) or step for step in steps))  # fmt: skip
    assert seen == [4, 5]
    torch.testing.assert_close(again.stack.weights, whole, rtol=0, atol=0)
    assert place.find(), "until all of it is stored"
    again.kept.remove()
    assert not place.find()


def test_memory_that_runs_out_halves_the_batch_and_changes_nothing(folder, monkeypatch):
    stack = stack_of(load(folder).network, TRAINING, seeds=[0, 1])
    shaken(stack)
    step = [conversations(1), conversations(2)]
    assert leave_gradient(stack, step, 14) == 14
    whole = stack.weights.grad.clone()

    def small(part, *others):
        if sum(map(len, part)) > 4:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return batch_of(part, *others)

    monkeypatch.setattr("pytest_claims_lab.gradient.batch_of", small)
    assert leave_gradient(stack, step, 14) == 4
    torch.testing.assert_close(stack.weights.grad, whole, rtol=0, atol=1e-12)


STEPS = st.lists(st.integers(0, 99), min_size=1, max_size=3).map(
    lambda seeds: [conversations(seed, count=5) for seed in seeds]
)
CHUNKS = st.none() | st.integers(1, 60)


@given(step=STEPS, count=st.integers(1, 5))
def test_parts_have_everything_once_and_nearly_equal_shares(step, count):
    parts = parts_of(step, count)
    for own, several in zip(zip(*parts, strict=True), step, strict=True):
        assert sorted(map(id, chain(*own))) == sorted(map(id, several))
    tokens = [sum(len(example) for several in part for example in several) for part in parts]
    longest = max(len(example) for several in step for example in several)
    assert all(abs(one - sum(tokens) / count) <= longest for one in tokens)


@given(step=STEPS, count=st.integers(1, 5))
def test_an_adapter_is_in_parts_next_to_each_other(step, count):
    parts = parts_of(step, count)
    for several in zip(*parts, strict=True):
        held = [number for number, own in enumerate(several) if own]
        assert held == list(range(held[0], held[-1] + 1))
    shared = sum(sum(map(bool, part)) for part in parts) - len(step)
    assert shared <= count - 1  # each border cuts one adapter at most


@given(step=STEPS, chunk=CHUNKS, more=st.integers(0, 9))
def test_batch_holds_every_answer_once_at_the_position_before_it(step, chunk, more):
    room = room_for([step], chunk)
    room = replace(room, chunks=room.chunks + more, answers=room.answers + more)
    batch = batch_of(step, [10] * len(step), room, torch.device("cpu"))
    assert batch.ids.shape == (room.chunks, room.chunk)
    counted = batch.weights > 0
    tokens = [token for examples in step for example in examples for token in example.answer]
    assert batch.answers[counted].tolist() == tokens
    assert batch.ids.flatten()[batch.predicting[counted] + 1].tolist() == tokens
    assert float(batch.weights.sum()) == pytest.approx(len(tokens) / 10)
    owners = batch.owners.repeat_interleave(room.chunk)[batch.predicting[counted]]
    answered = [sum(len(example.answer) for example in examples) for examples in step]
    assert owners.bincount(minlength=len(step)).tolist() == answered


@given(step=STEPS, chunk=CHUNKS, more=st.integers(0, 9))
def test_attention_sees_each_conversation_in_a_row_of_its_own(step, chunk, more):
    room = room_for([step], chunk)
    room = replace(room, conversations=room.conversations + more, length=room.length + more)
    batch = batch_of(step, [1] * len(step), room, torch.device("cpu"))
    rows, last = batch.ids.flatten()[batch.slots], batch.ids.numel() - 1
    examples = [*chain(*step), *[Tokens(prompt=(), answer=())] * more]
    for row, slots, example in zip(rows, batch.slots, examples, strict=True):
        assert row[: len(example)].tolist() == [*example.prompt, *example.answer]
        assert batch.positions.flatten()[slots[: len(example)]].tolist() == list(range(len(example)))
        assert (slots[len(example) :] == last).all()
    for row, (slots, example) in enumerate(zip(batch.slots, examples, strict=True)):
        assert batch.places[slots[: len(example)]].tolist() == [row * room.length + at for at in range(len(example))]
    padding = torch.ones(last + 1, dtype=torch.bool)
    padding[batch.slots[batch.slots < last]] = False
    assert padding[last]
    assert (batch.places[padding] == room.length - 1).all()
    assert (batch.slots[:, -1] == last).all()


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("family", ["folder", "gemma"])
def test_a_network_whose_products_are_added_in_place_has_the_gradients_of_one_whose_are_not(family, twice, request):
    """As on a GPU, by hand: all layers of a whole network, computed once or twice, and chunks of an adapter."""
    folder = request.getfixturevalue(family)
    stack = stack_of(load(folder).network, TRAINING, seeds=[0, 0, 3])
    shaken(stack)
    step = [conversations(seed) for seed in (1, 2, 3)]
    if twice:
        checkpoint_blocks(stack.network)
    gradient = Gradient(stack, [step], compiled=False, checkpointing=twice)
    gradient._one_shape = True
    share_out, came = stack.share_out, []

    def in_place(owners):
        share_out(owners)
        for module in stack._stacked:
            module.shares = None if owners is None else shares_of(owners, len(stack), stack.network.dtype)

    for shared in (share_out, in_place):
        stack.share_out = shared
        gradient.leave(step)
        came.append((stack.gradient.clone(), gradient.losses(step)))
    assert came[0][0].any()
    torch.testing.assert_close(came[1][0], came[0][0], rtol=0, atol=1e-10)
    torch.testing.assert_close(came[1][1], came[0][1], rtol=0, atol=1e-10)


def test_blocks_are_compiled_where_tokens_times_blocks_times_width_are_many(folder, monkeypatch):
    training = replace(TRAINING, epochs=3)
    jobs = [Job(seed=seed, examples=conversations(seed)) for seed in (1, 2)]
    tokens = sum(len(one.prompt) + len(one.answer) for job in jobs for one in job.examples)
    stack = stack_of(load(folder).network, training, seeds=[1, 2])
    work = 3 * tokens * 3 * 32  # epochs, tokens, blocks, width
    for limit, worth in [(work - 1, True), (work, False)]:
        monkeypatch.setattr("pytest_claims_lab.train._WORTH_COMPILING", limit)
        assert _is_worth_compiling(stack, jobs, training) is worth


def test_jobs_of_unequal_length_are_refused(folder):
    jobs = [Job(seed=0, examples=conversations(1, count=3)), Job(seed=0, examples=conversations(2, count=4))]
    with pytest.raises(InputError, match=r"equally many examples, got \[3, 4\]"):
        train_stack(load(folder), jobs, training=TRAINING)


@given(owners=st.lists(st.integers(0, 3), min_size=1, max_size=6), view=st.booleans())
def test_products_added_in_place_are_those_of_a_sum_and_so_are_their_gradients(owners, view):
    torch.manual_seed(0)
    rows, scale = torch.tensor(owners), 0.7
    base, x = torch.randn(len(rows), 5, 6, dtype=torch.float64), torch.randn(len(rows), 5, 4, dtype=torch.float64)
    a, b = torch.randn(4, 2, 4, dtype=torch.float64), torch.randn(4, 6, 2, dtype=torch.float64)
    inputs = [one.requires_grad_() for one in (base, x, a, b)]
    counts = torch.randn_like(base)
    total = (base * 1).view(base.shape) if view else base * 1
    came = Added.apply(total, x, a, b, rows, shares_of(rows, 4, x.dtype), scale)
    wanted = base + scale * x @ a[rows].mT @ b[rows].mT
    torch.testing.assert_close(came, wanted)
    slopes = [torch.autograd.grad((one * counts).sum(), inputs) for one in (came, wanted)]
    torch.testing.assert_close(*slopes)
    assert (came.data_ptr() == total.data_ptr()) is not view
