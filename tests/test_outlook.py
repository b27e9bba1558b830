"""Before anything is computed: what is to be done, what is there, where it goes, and what it will take."""

import json
import shutil
from collections import namedtuple
from dataclasses import replace
from functools import partial

import pytest
import torch
from planned import FEW, marker_plan, write_panel
from tiny import save_tiny_model

from pytest_claims.base.errors import InputError
from pytest_claims_lab.estimate import bytes_for, size_of
from pytest_claims_lab.layers import blocks_of
from pytest_claims_lab.memory_plan import MOST
from pytest_claims_lab.model import load_model
from pytest_claims_lab.outlook import kept_in_words, look_ahead, outlook_of
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.stages import Answers, Likelihoods
from pytest_claims_lab.store import Store
from pytest_claims_lab.texts import write_texts

DISK = namedtuple("DISK", ["total", "used", "free"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def store(tmp_path):
    (tmp_path / "store").mkdir()
    return Store(tmp_path / "store")


@pytest.fixture
def plan(folder, tmp_path):
    panel = write_panel(tmp_path / "five.toml")
    return marker_plan(folder, panel=panel, weights_dir=tmp_path / "w", suffix="-five")


@pytest.fixture
def schedule(plan, store):
    return Schedule(plan, store)


def made_before(schedule):
    return dict.fromkeys(query.stage for query in schedule.before)


def completions(schedule):
    return [query.stage for query in schedule.under]


def put(schedule, stages):
    """Made, as far as anything is read of it."""
    for stage in stages:
        copies = getattr(getattr(stage, "how", None), "completions", 1)
        texts = [[f"Made up {number}."] * copies for number, _ in enumerate(getattr(stage, "prompts", ()))]
        schedule.store.get(stage.kind, stage.key, partial(write_texts, texts), spent=120.0)
    schedule.look_again()


def put_before(schedule):
    """All that comes before adapters; what follows from answers is known only when these are there."""
    put(schedule, [one for one in made_before(schedule) if isinstance(one, Answers)])
    put(schedule, [one for one in made_before(schedule) if isinstance(one, Likelihoods)])
    put(schedule, schedule.readings.values())


def ahead(schedule, *, force=False):
    return outlook_of(schedule, schedule.store.root, "cpu", force=force)


def said(schedule, *, force=False):
    return "\n".join(look_ahead(schedule, schedule.store.root, "cpu", force=force))


def test_all_is_told_before_anything_is_computed(schedule, store, folder):
    lines = said(schedule).splitlines()
    assert lines[0] == (
        "tiny@tiny-five: to do: answers, completions without adapter, prompt_tokens, readings, centre, answer_tokens, "
        "answer_nll, 4 adapters, 4 completions, measurement"
    )
    assert lines[1] == "  there already: nothing"
    assert lines[2].startswith(f"  store: {store.root}, at most about 6 MB more, ")
    assert lines[2].endswith(" free (--claims-store or CLAIMS_STORE for another)")
    assert lines[3] == f"  base model: {folder}, 1 MB"  # a user's own folder is not ours to move
    assert lines[4].startswith("  memory: 1 MB weights, 4 adapters at once 3 MB, ")
    assert lines[5].endswith("a rough guess, from how fast this machine multiplies matrices")
    assert not list(store.root.iterdir())


def test_what_is_there_is_told_and_counts_for_time_and_disk(schedule):
    whole = ahead(schedule)
    put_before(schedule)
    put(schedule, [*list(schedule.adapters.values())[:3], *completions(schedule)[:1]])
    text = said(schedule)
    assert "to do: prompt_tokens, answer_tokens, 1 of 4 adapters, 3 of 4 completions, measurement" in text
    assert (
        "there already: answers, completions without adapter, readings, centre, answer_nll, 3 of 4 adapters, "
        "1 of 4 completions\n" in text
    )
    assert text.endswith("time: about 8 min, by what the like of it took before")
    assert ahead(schedule).store.bytes < whole.store.bytes


def test_time_is_that_of_the_like_on_this_machine(plan, store, folder):
    """Of another learning rate or seed, as on a ladder; not of another model, or of more questions."""
    schedule = Schedule(plan, store)
    put_before(schedule)
    put(schedule, [*schedule.adapters.values(), *completions(schedule)])
    panel, training = plan.recipe.panel, plan.recipe.training

    def other(training, seeds):
        recipe = replace(FEW, training=training)
        made = marker_plan(folder, recipe, panel=panel, weights_dir=store.root, suffix="-five")
        return Schedule(replace(made, seeds=seeds), store)

    like = ahead(other(replace(training, learning_rate=0.5), (7,)))
    assert not any(part.guessed for part in like.parts)
    assert like.seconds == pytest.approx(8 * 120, rel=0.01)
    longer = ahead(other(replace(training, epochs=2), (7,)))
    assert [part.title for part in longer.parts if part.guessed] == ["adapters"]
    for file in store.root.glob("adapter/*/entry.json"):
        file.write_text("[]")  # damaged
    with pytest.warns(UserWarning, match="is not what was written"):
        assert [part.title for part in ahead(schedule).parts if part.guessed] == ["adapters"]


def test_measuring_again_is_to_do_all_of_it(schedule):
    put_before(schedule)
    put(schedule, schedule.adapters.values())
    assert "there already: nothing" in said(schedule, force=True)


def test_disk_that_is_too_full_is_told_before_anything_is_computed(schedule, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: DISK(1, 1, 10_000))
    message = r"tiny@tiny-five needs about 6 MB in .*store, whose disk has 1 MB free; free some, or"
    with pytest.raises(InputError, match=message):
        said(schedule)


def test_sizes_are_those_of_the_network(folder, schedule):
    network = load_model(folder, "tiny", device="cpu", dtype="float32").network
    linear = [part for block in blocks_of(network) for part in block.modules() if isinstance(part, torch.nn.Linear)]
    sides = sum(sum(layer.weight.shape) for layer in linear)
    numbers = sum(weight.numel() for weight in network.parameters())
    size = size_of(folder)
    assert (size.sides, size.numbers, size.blocks, size.width) == (sides, numbers, 3, 32)
    one, adapter = schedule.plan.recipe.training.rank * sides * 4, next(iter(schedule.adapters.values()))
    assert bytes_for([adapter], size) == one * 7  # and its state, twice while it is replaced
    many = [replace(adapter, seed=seed) for seed in range(1000)]
    assert bytes_for(many, size) == one * (1000 + 6 * MOST)


def test_model_of_other_names_has_a_size(tmp_path):
    """One whose layers are called otherwise ended in a traceback."""
    settings = {"model_type": "gpt2", "vocab_size": 50, "n_embd": 4, "n_layer": 2, "n_head": 2, "n_positions": 8}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    size = size_of(tmp_path)
    assert (size.blocks, size.width, size.sides) == (2, 4, 2 * (16 + 8 + 20 + 20))


def test_interrupted_remeasuring_does_not_go_on_from_there(schedule):
    """It was said to, and was begun anew."""
    said = kept_in_words(schedule, "stage 5 of 8: adapters", "pytest --claims-remeasure", force=True)
    assert said.startswith("interrupted in stage 5 of 8: adapters; kept in ")
    assert "; the same command begins anew, and without --claims-remeasure it takes what is kept, " in said
