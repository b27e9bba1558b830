"""Models that are kept as they were loaded, and copied."""

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


def test_weights_that_were_one_are_one_in_a_copy(load):
    one = Pristine().copy("tiny", load).network
    tied = one.config.tie_word_embeddings
    assert (one.get_input_embeddings().weight is one.get_output_embeddings().weight) == tied


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
