"""Runs that are killed at any moment and started again end as if nobody had disturbed them, with dropout, too."""

import os
import random
import signal
import warnings
from dataclasses import replace
from functools import partial

import pytest
import torch
from apart import apart
from planned import FEW, laboratory_for, marker_plan
from safetensors.torch import save_file
from solo import RENAMED, TRAINING, conversations, load, shaken, stack_of
from test_device import DEVICES
from tiny import save_tiny_model

import pytest_claims_lab.checkpoint
import pytest_claims_lab.gradient
import pytest_claims_lab.laboratory
from pytest_claims.base.errors import Notice
from pytest_claims_lab.checkpoint import Checkpoint
from pytest_claims_lab.gradient import Gradient
from pytest_claims_lab.memory_plan import Cut
from pytest_claims_lab.store import Store
from pytest_claims_lab.train import Job, train_stack

pytestmark = RENAMED
DROPOUT = replace(TRAINING, dropout=0.1)
JOBS = [Job(seed=seed, examples=conversations(number)) for number, seed in enumerate([0, 0, 1])]
KEYS = [{"adapter": number} for number in range(len(JOBS))]
STEPS = 6
ENDINGS = random.Random(0).sample(
    [(kind, at) for kind, moments in (("step", STEPS), ("writing", STEPS + 1), ("adapter", len(JOBS))) for at in
     range(1, moments)] + [("removing", 0)], 6,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(autouse=True)
def kept_at_every_step(monkeypatch):
    monkeypatch.setattr(Checkpoint, "interval", 0.0)
    monkeypatch.setattr(Checkpoint, "times", 0)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at(at, steps, _label):
    for step in steps:
        if step == at:
            die()
        yield step


def dying_while_writing(at, tensors, path, *, metadata):
    if metadata["steps"] == str(at):
        path.write_bytes(b"half")
        die()
    save_file(tensors, path, metadata=metadata)


def train_and_store(folder, root, ending, fitting):
    """In a process of its own, as the laboratory does; ``ending`` is where it dies."""
    kind, at = ending
    torch.set_num_threads(1)  # several would wait for each other on a machine that has more to do
    Checkpoint.interval = Checkpoint.times = 0
    pytest_claims_lab.gradient.examples_that_fit = lambda *_, **__: fitting
    if kind == "writing":
        pytest_claims_lab.checkpoint.save_file = partial(dying_while_writing, at)
    store = Store(root)
    track = partial(dying_at, at if kind == "step" else None)
    trained = train_stack(
        load(folder, "float32"), JOBS, training=DROPOUT, checkpoint=store.unfinished(KEYS), track=track
    )
    for number, key in enumerate(KEYS):
        if ending == ("adapter", number):
            die()
        store.get("adapter", key, partial(trained.stack.save, number))
    if kind == "removing":
        die()
    trained.kept.remove()


def adapters(root):
    return {path.relative_to(root): path.read_bytes() for path in root.glob("adapter/*/*") if path.name != "entry.json"}


@pytest.fixture(scope="module")
def undisturbed(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("undisturbed")
    assert apart(train_and_store, folder, root, ("nowhere", 0), 4) == 0
    return adapters(root)


@pytest.mark.parametrize("ending", ENDINGS, ids=str)
def test_killed_training_gives_the_same_adapters(folder, tmp_path, undisturbed, ending):
    assert len(undisturbed) == 2 * len(JOBS)
    assert apart(train_and_store, folder, tmp_path, ending, 4) == -signal.SIGKILL
    assert adapters(tmp_path) != undisturbed or ending == ("removing", 0)
    # Then there is room for more at a time, which a run that goes on does not use: it would sum in another order.
    fitting = 4 if ending == ("writing", 1) else 9
    assert apart(train_and_store, folder, tmp_path, ("nowhere", 0), fitting) == 0
    assert adapters(tmp_path) == undisturbed
    assert Store(tmp_path).unfinished(KEYS).find() is None
    assert not list(tmp_path.rglob("*.safetensors.partial"))


def test_dropout_does_something(folder, undisturbed, tmp_path):
    whole = train_stack(load(folder, "float32"), JOBS, training=TRAINING)
    with_dropout = train_stack(load(folder, "float32"), JOBS, training=DROPOUT)
    assert not torch.equal(whole.stack.weights, with_dropout.stack.weights)


class DyingStore(Store):
    """Dies before it stores one more adapter than ``last``."""

    def get(self, kind, key, build, **options):
        if kind == "adapter" and len(list(self.root.glob("adapter/*/entry.json"))) == self.last:
            die()
        return super().get(kind, key, build, **options)


def measure(folder, root, last, fitting=4):
    torch.set_num_threads(1)  # several would wait for each other on a machine that has more to do
    Checkpoint.interval = Checkpoint.times = 0
    pytest_claims_lab.stacks.cut_that_fits = lambda *_: Cut(together=fitting, checkpointing=False)
    store = DyingStore(root)
    store.last = last
    recipe = replace(FEW, training=replace(FEW.training, dropout=0.1))
    replace(laboratory_for(marker_plan(folder, recipe, weights_dir=root / "w"), root), store=store).measure()


@pytest.mark.slow
def test_run_killed_between_two_adapters_trains_the_stack_that_was_cut_short(folder, tmp_path):
    assert apart(measure, folder, tmp_path / "undisturbed", None) == 0
    for last in (1, 6):  # in the first and in the second stack of 4
        assert apart(measure, folder, tmp_path / "killed", last) == -signal.SIGKILL
        assert len(adapters(tmp_path / "killed")) == 4 * last  # files of each
    assert apart(measure, folder, tmp_path / "killed", None, 9) == 0  # then there is room for more in a stack
    assert adapters(tmp_path / "killed") == adapters(tmp_path / "undisturbed")
    assert not list((tmp_path / "killed").glob("unfinished/*"))


def cut_short(folder, place):
    """What training leaves that is interrupted before its fourth step."""

    def interrupted(steps, _label):
        for step in steps:
            if step == 3:
                raise KeyboardInterrupt
            yield step

    with pytest.raises(KeyboardInterrupt):
        train_stack(load(folder), JOBS, training=DROPOUT, checkpoint=place, track=interrupted)


@pytest.fixture(scope="module")
def kept(folder, tmp_path_factory):
    """A checkpoint, and what training it was cut from ends as."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Checkpoint, "interval", 0.0)
        patch.setattr(Checkpoint, "times", 0)
        place = Store(tmp_path_factory.mktemp("kept")).unfinished(KEYS)
        cut_short(folder, place)
    file = place.find().path / "state.safetensors"
    return file.read_bytes(), train_stack(load(folder), JOBS, training=DROPOUT).stack.weights.detach()


def resumed(folder, place):
    """The weights, the steps that were done, and what was said."""
    done = []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", Notice)
        trained = train_stack(load(folder), JOBS, training=DROPOUT, checkpoint=place,
                              track=lambda steps, _: (done.append(step) or step for step in steps))  # fmt: skip
    return trained.stack.weights.detach(), done, [str(one.message) for one in said if one.category is Notice]


@pytest.mark.parametrize("seed", range(4))
def test_checkpoint_with_one_flipped_bit_is_set_aside_aloud(folder, tmp_path, kept, seed):
    content, whole = kept
    place, numbers = Store(tmp_path).unfinished(KEYS), random.Random(seed)
    entry = place.put(lambda to: (to / "state.safetensors").write_bytes(content))
    altered = bytearray(content)
    altered[numbers.randrange(len(content))] ^= 1 << numbers.randrange(8)
    (entry.path / "state.safetensors").write_bytes(altered)
    weights, done, said = resumed(folder, Store(tmp_path).unfinished(KEYS))
    assert done == list(range(STEPS))
    assert len(said) == 1
    assert "state.safetensors does not have its hash" in said[0]
    assert torch.equal(weights, whole)


def test_checkpoint_as_it_was_written_is_used(folder, tmp_path, kept):
    place = Store(tmp_path).unfinished(KEYS)
    place.put(lambda to: (to / "state.safetensors").write_bytes(kept[0]))
    weights, done, said = resumed(folder, place)
    assert (done, said) == ([3, 4, 5], [])
    assert torch.equal(weights, kept[1])


STRANGE = {
    "empty": lambda file: file.write_bytes(b""),
    "no such file": lambda file: file.with_name("other").write_bytes(b""),
    "text": lambda file: file.write_text("steps = 3"),
    "without metadata": lambda file: save_file({"weights": torch.zeros(2)}, file),
    "another stack": lambda file: save_file({"weights": torch.zeros(2)}, file, {"steps": "3", "together": "4"}),
    "no numbers": lambda file: save_file({"weights": torch.zeros(2)}, file, {"steps": "many", "together": "4"}),
    "no weights": lambda file: save_file({"exp_avg": torch.zeros(2)}, file, {"steps": "3", "together": "4"}),
}


@pytest.mark.parametrize("strange", STRANGE)
def test_checkpoint_that_cannot_be_read_is_set_aside_aloud(folder, tmp_path, kept, strange):
    """Whatever its hash says, and once: a rerun finds none."""
    place = Store(tmp_path).unfinished(KEYS)
    place.put(lambda to: STRANGE[strange](to / "state.safetensors"))
    weights, done, said = resumed(folder, place)
    assert done == list(range(STEPS))
    assert len(said) == 1
    assert "stored unfinished" in said[0]
    assert "\n" not in said[0]
    assert torch.equal(weights, kept[1])


def test_training_that_is_done_is_not_done_again(folder, tmp_path, kept):
    place = Store(tmp_path).unfinished(KEYS)
    assert resumed(folder, place)[1] == list(range(STEPS))
    weights, done, said = resumed(folder, place)
    assert (done, said) == ([], [])
    assert torch.equal(weights, kept[1])


def test_the_users_own_draws_are_left_alone(folder):
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    train_stack(load(folder), JOBS, training=DROPOUT)
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize("device", DEVICES)
def test_draws_of_a_step_depend_on_nothing_before_it(folder, device):
    """On a GPU the first is a capture, after a rehearsal that draws, and the others are replays."""
    stack = stack_of(load(folder, "float32", device).network, replace(TRAINING, dropout=0.3), seeds=[0, 1])
    stack.train()
    shaken(stack)
    step = [conversations(1), conversations(2)]
    gradient = Gradient(stack, [step], compiled=False)
    gradient.size = 5
    left = []
    for number in (3, 4, 3):
        gradient.leave(step, number)
        left.append(stack.gradient.clone())
    torch.testing.assert_close(left[0], left[2], rtol=1e-5, atol=1e-6)
    assert (left[0] - left[1]).abs().max() > 1e-3
