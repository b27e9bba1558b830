"""Models that are kept as they were loaded, and copied."""

import threading

import pytest
import torch
from tiny import save_tiny_model

from pytest_claims_lab import pristine
from pytest_claims_lab.model import load_model
from pytest_claims_lab.pristine import Pristine


@pytest.fixture
def load(tmp_path):
    """A function that loads a model, and has what it loaded in ``load.loaded``."""
    loaded = []

    def loads():
        loaded.append(load_model(save_tiny_model(tmp_path), "tiny", device="cpu", dtype="float32"))
        return loaded[-1]

    loads.loaded = loaded
    return loads


def logits(model):
    with torch.inference_mode():
        return model.network(torch.arange(2, 9)[None]).logits


def test_a_copy_computes_what_was_loaded_and_nobody_sees_what_becomes_of_it(load):
    kept = Pristine()
    first = kept.copy("tiny", load)
    wanted = logits(load.loaded[0])
    assert torch.equal(logits(first), wanted)
    with torch.no_grad():
        for weight in first.network.parameters():
            weight.zero_()
    assert not torch.equal(logits(first), wanted)
    assert torch.equal(logits(kept.copy("tiny", load)), wanted)
    assert len(load.loaded) == 1


@pytest.mark.parametrize(("family", "tied"), [("gemma3", True), ("llama", False)])
def test_weights_that_were_one_are_one_in_a_copy_and_no_others(family, tied, tmp_path):
    folder = save_tiny_model(tmp_path, family=family)
    one = Pristine().copy("tiny", lambda: load_model(folder, "tiny", device="cpu", dtype="float32")).network
    assert (one.get_input_embeddings().weight is one.get_output_embeddings().weight) is tied


def test_the_last_two_are_kept(load):
    kept = Pristine()
    for name in ("first", "second", "third", "second", "third"):
        kept.copy(name, load)
    assert len(load.loaded) == 3
    kept.copy("first", load)
    assert len(load.loaded) == 4


def test_what_is_large_beside_the_memory_is_loaded_each_time(load, monkeypatch):
    monkeypatch.setattr(pristine, "free_bytes", lambda device: 1_000)
    kept = Pristine()
    assert kept.copy("tiny", load) is load.loaded[0]
    kept.copy("tiny", load)
    assert len(load.loaded) == 2


def test_what_cannot_be_copied_is_loaded_each_time(load):
    def loads():
        loaded = load()
        loaded.network.held = threading.Lock()
        return loaded

    kept = Pristine()
    first, second = kept.copy("tiny", loads), kept.copy("tiny", loads)
    assert [first, second] == load.loaded
    assert first.network is not second.network


def test_a_copy_for_which_memory_ran_out_is_nobody_elses(load, monkeypatch):
    kept = Pristine()
    first = kept.copy("tiny", load)
    with monkeypatch.context() as patch:
        patch.setattr(pristine.copy, "deepcopy", lambda _: (_ for _ in ()).throw(torch.OutOfMemoryError("full")))
        second = kept.copy("tiny", load)
    assert second is load.loaded[0]
    third = kept.copy("tiny", load)
    assert len({id(one.network) for one in (first, second, third)}) == 3
    assert len(load.loaded) == 2
