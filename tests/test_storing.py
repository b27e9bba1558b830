"""Adapters of a stack are stored by several threads: all of them, or each whole or not at all."""

import errno
import json
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from test_stages import ADAPTER, EXAMPLE

from pytest_claims_lab import stacks
from pytest_claims_lab.memory_plan import Cut
from pytest_claims_lab.stacks import Stacks
from pytest_claims_lab.store import Store
from pytest_claims_lab.training_record import RECORD, TRAINING

MANY = [replace(ADAPTER, examples=(replace(EXAMPLE, answer=f"{number}"),)) for number in range(30)]


class Kept:
    """What would give a stack again; ``there`` until it is removed."""

    there = True

    def remove(self):
        self.there = False


@pytest.fixture
def train(tmp_path, monkeypatch):
    """A function that trains nothing and stores what is missing of MANY, each by ``write``; what was kept of it."""

    def trains(write):
        store = Store(tmp_path)
        missing = {one for one in MANY if store.find(one.kind, one.key) is None}
        trained = SimpleNamespace(kept=Kept())
        monkeypatch.setattr(stacks, "thrifty", lambda work, cut: (trained, len(MANY)))
        monkeypatch.setattr(stacks, "write_adapter", lambda trained, number, folder: write(number, folder))
        monkeypatch.setattr(Stacks, "_fitting", lambda self, bench, stage: Cut(together=99, checkpointing=False))
        try:
            Stacks(stages=MANY, missing=missing, store=store).train(None, MANY)
        finally:
            trains.kept = trained.kept
        return missing

    return trains


def whole(number, folder):
    (folder / "weights").write_text(f"{number}")
    (folder / TRAINING).write_text(json.dumps({"number": number}))


def stored(root):
    """By number, what is stored of each adapter, and what its record says."""
    store = Store(root)
    pairs = {number: (store.find(one.kind, one.key), store.find(RECORD, one.key)) for number, one in enumerate(MANY)}
    return {
        number: ((entry.path / "weights").read_text(), json.loads((kept.path / TRAINING).read_text())["number"])
        for number, (entry, kept) in pairs.items()
        if entry and kept
    }


def test_several_are_stored_at_a_time_each_under_its_own_key(train, tmp_path):
    together = threading.Barrier(2)

    def write(number, folder):
        if number < 2:
            together.wait(timeout=60)  # one by one neither would come here while the other does
        whole(number, folder)

    train(write)
    assert stored(tmp_path) == {number: (f"{number}", number) for number in range(len(MANY))}
    assert not train.kept.there


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_what_goes_wrong_in_a_thread_is_told_and_the_rest_is_stored_when_it_goes_on(error, train, tmp_path):
    def write(number, folder):
        (folder / "weights").write_text("half of it")
        if number in (3, 17):
            raise error
        whole(number, folder)

    with pytest.raises(type(error)):
        train(write)
    assert train.kept.there, "of it the stack comes back without training"
    before = stored(tmp_path)
    assert before.keys().isdisjoint({3, 17})
    assert all(before[number] == (f"{number}", number) for number in before)
    assert train(whole) == {one for number, one in enumerate(MANY) if number not in before}
    assert stored(tmp_path) == {number: (f"{number}", number) for number in range(len(MANY))}
    assert not train.kept.there
