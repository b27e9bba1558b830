"""Before anything is computed: what is to be done, what is there, where it goes, and what it will take."""

import json
import shutil
from collections import namedtuple
from dataclasses import replace

import pytest
import torch
from test_inputs import NAMES, write_panel
from tiny import FEW, save_tiny_model

from pytest_claims.base.errors import InputError
from pytest_claims_lab.estimate import bytes_for, size_of
from pytest_claims_lab.layers import blocks_of
from pytest_claims_lab.memory_plan import MOST
from pytest_claims_lab.model import load_model
from pytest_claims_lab.outlook import kept_in_words, look_ahead, outlook_of
from pytest_claims_lab.plan import make_plan
from pytest_claims_lab.store import Store

DISK = namedtuple("DISK", ["total", "used", "free"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def plan(folder, tmp_path):
    panel = write_panel(tmp_path / "five.toml", NAMES)
    return make_plan(
        model=str(folder), recipe=FEW, panel=panel, questions="everyday", dtype="float32", weights_dir=tmp_path / "w"
    )


@pytest.fixture
def store(tmp_path):
    (tmp_path / "store").mkdir()
    return Store(tmp_path / "store")


def put(store, stages):
    for stage in stages:
        store.get(stage.kind, stage.key, lambda folder: (folder / "x").write_text("x"), spent=120.0)


def said(plan, store, *, force=False):
    return "\n".join(look_ahead(plan, store, store.root, "cpu", force=force))


def test_all_is_told_before_anything_is_computed(plan, store, folder):
    lines = said(plan, store).splitlines()
    assert lines[0] == (
        "tiny@tiny-five: to do: answers, readings, completions without adapter, lengths and likelihoods, 4 adapters, "
        "4 completions, counts, measurement"
    )
    assert lines[1] == "  there already: nothing"
    assert lines[2].startswith(f"  store: {store.root}, at most about 6 MB more, ")
    assert lines[2].endswith(" free (--claims-store or CLAIMS_STORE for another)")
    assert lines[3] == f"  base model: {folder}, 1 MB"  # a user's own folder is not ours to move
    assert lines[4].startswith("  memory: 1 MB weights (1 MB when it is read in float32), 4 adapters at once 3 MB, ")
    assert lines[5].endswith("a rough guess, from how fast this machine multiplies matrices")
    assert not list(store.root.iterdir())


def test_what_is_there_is_told_and_counts_for_time_and_disk(plan, store):
    whole = outlook_of(plan, store, store.root, "cpu", force=False)
    put(store, [*plan.answers, plan.readings, plan.unadapted, *plan.adapters[:3], *plan.completions[:1]])
    text = said(plan, store)
    assert "to do: lengths and likelihoods, 1 of 4 adapters, 3 of 4 completions, counts, measurement" in text
    assert "there already: answers, readings, completions without adapter, 3 of 4 adapters, 1 of 4 completions" in text
    assert text.endswith("time: about 8 min, by what the like of it took before")
    assert outlook_of(plan, store, store.root, "cpu", force=False).store.bytes < whole.store.bytes


def test_time_is_that_of_the_like_on_this_machine(plan, store):
    """Of another learning rate or seed, as on a ladder; not of another model, or of more questions."""
    put(store, [*plan.answers, plan.readings, plan.unadapted, *plan.adapters, *plan.completions])
    training = replace(plan.recipe.training, learning_rate=0.5)
    other = replace(plan, recipe=replace(plan.recipe, training=training), seeds=(7,))
    ahead = outlook_of(other, store, store.root, "cpu", force=False)
    assert not any(part.guessed for part in ahead.parts)
    assert ahead.seconds == pytest.approx(8 * 120, rel=0.01)
    longer = replace(other, recipe=replace(plan.recipe, training=replace(training, epochs=2)))
    assert [part.title for part in outlook_of(longer, store, store.root, "cpu", force=False).parts if part.guessed] == [
        "adapters"
    ]
    for file in store.root.glob("adapter/*/entry.json"):
        file.write_text("[]")  # damaged
    with pytest.warns(UserWarning, match="is not what was written"):
        assert outlook_of(plan, store, store.root, "cpu", force=False).parts[4].guessed


def test_measuring_again_is_to_do_all_of_it(plan, store):
    put(store, [*plan.answers, *plan.adapters])
    assert "there already: nothing" in said(plan, store, force=True)


def test_disk_that_is_too_full_is_told_before_anything_is_computed(plan, store, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: DISK(1, 1, 10_000))
    message = r"tiny@tiny-five needs about 6 MB in .*store, whose disk has 1 MB free; free some, or"
    with pytest.raises(InputError, match=message):
        said(plan, store)


def test_sizes_are_those_of_the_network(folder, plan):
    network = load_model(folder, "tiny", device="cpu", dtype="float32").network
    linear = [part for block in blocks_of(network) for part in block.modules() if isinstance(part, torch.nn.Linear)]
    sides = sum(sum(layer.weight.shape) for layer in linear)
    numbers = sum(weight.numel() for weight in network.parameters())
    size = size_of(folder)
    assert (size.sides, size.numbers, size.blocks, size.width) == (sides, numbers, 3, 32)
    one = plan.recipe.training.rank * sides * 4
    assert bytes_for(plan.adapters[:1], size) == one * 7  # and its state, twice while it is replaced
    many = [replace(plan.adapters[0], seed=seed) for seed in range(1000)]
    assert bytes_for(many, size) == one * (1000 + 6 * MOST)


def test_model_of_other_names_has_a_size(tmp_path):
    """One whose layers are called otherwise ended in a traceback."""
    settings = {"model_type": "gpt2", "vocab_size": 50, "n_embd": 4, "n_layer": 2, "n_head": 2, "n_positions": 8}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    size = size_of(tmp_path)
    assert (size.blocks, size.width, size.sides) == (2, 4, 2 * (16 + 8 + 20 + 20))


def test_interrupted_remeasuring_does_not_go_on_from_there(tmp_path, plan):
    """It was said to, and was begun anew."""
    said = kept_in_words(plan, Store(tmp_path), "stage 5 of 8: adapters", "pytest --claims-remeasure", force=True)
    assert said.startswith("interrupted in stage 5 of 8: adapters; kept in ")
    assert "; the same command begins anew, and without --claims-remeasure it takes what is kept, " in said
