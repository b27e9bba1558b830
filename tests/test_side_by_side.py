"""A crew at work, a thread for each of its processes: every stage is made once, and after what it reads.

Nothing is computed: what a stage would take is a moment's sleep, and what it gives a text of its own.
"""

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from planned import FEW, marker_plan, write_panel
from tiny import save_tiny_model

from pytest_claims_lab.crew import Crew
from pytest_claims_lab.laboratory import Laboratory
from pytest_claims_lab.progress import Display
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.stages import Answers, Measured
from pytest_claims_lab.store import Store
from pytest_claims_lab.texts import write_texts


@dataclass(frozen=True, kw_only=True)
class Member(Crew):
    """One of a crew that waits for the others, and for a dead one not for ever."""

    barrier: threading.Barrier

    def wait(self):
        self.barrier.wait(timeout=60)


@dataclass(frozen=True, kw_only=True)
class Pretending(Laboratory):
    """Makes everything, and computes nothing; ``made`` is (stage, by whom), in their order."""

    made: list = field(default_factory=list)

    def _bench(self):
        return replace(super()._bench(), track=lambda items, label: items)

    def _answer(self, bench, title, stages, missing):
        for one in stages:
            if one in missing:
                self._one(title, one, bench)

    def _one(self, title, stage, bench):
        if isinstance(stage, Measured):
            assert all(self.store.find(one.kind, one.key) for one in stage.parts), "it reads what is not there"
        time.sleep(random.random() / 200)
        self._get(stage, lambda folder: self._write(stage, folder))
        self.made.append((stage, self.crew.rank))

    def _train_next(self, stacks, number, groups):
        adapter = stacks.left.pop(0)
        if adapter in stacks.missing:
            self._one("adapters", adapter, None)
        return [adapter]

    def _write(self, stage, folder):
        if isinstance(stage, Answers):
            said = json.dumps(stage.key, sort_keys=True)[-40:]
            write_texts([[f"{said} {number}"] * 2 for number, _ in enumerate(stage.prompts)], folder)
        else:
            (folder / "some").write_text("thing")


@pytest.fixture(scope="module", params=[1, 2], ids=["one sample", "two samples"])
def plan(request, tmp_path_factory):
    """What examples are made of comes from one stage, by one of the crew, or from two, which are shared out."""
    folder = tmp_path_factory.mktemp("plan")
    data = replace(FEW.data, samples=request.param, answers="shared")
    recipe = replace(FEW, panel=write_panel(folder / "five.toml"), data=data)
    return marker_plan(save_tiny_model(folder / "tiny"), recipe, weights_dir=folder / "w", seeds=2)


def made_by(size, plan, root, *, force=False):
    """What a crew of so many makes."""
    barrier, made = threading.Barrier(size), []
    options = {"plan": plan, "weights_dir": root / "w", "display": Display(), "device": "cpu", "force": force}

    def work(rank):
        crew = Member(rank=rank, size=size, barrier=barrier)
        lab = Pretending(store=Store(root / "s"), crew=crew, made=made, **options)
        try:
            lab._make_all(len(lab.schedule.groups))
        except BaseException:
            barrier.abort()
            raise

    with ThreadPoolExecutor(size) as threads:
        for done in [threads.submit(work, rank) for rank in range(size)]:
            done.result()
    return made


@pytest.mark.parametrize("size", [1, 2, 3, 11])
def test_a_crew_makes_every_stage_once_and_after_what_it_reads(size, plan, tmp_path):
    made = made_by(size, plan, tmp_path)
    stages = list(Schedule(plan, Store(tmp_path / "s")).stages)  # of what was answered
    assert sorted(one.digest for one, _ in made) == sorted({one.digest for one in stages})
    assert made[-1] == (stages[-1], 0), "the measurement comes last, from who leads"
    assert len({rank for _, rank in made}) == size or size > 5
    assert made_by(size, plan, tmp_path) == []


@pytest.mark.parametrize("size", [1, 3])
def test_a_crew_that_goes_on_makes_what_is_missing(size, plan, tmp_path):
    whole = [one for one, _ in made_by(size, plan, tmp_path)]
    store, lost = Store(tmp_path / "s"), [one for one in whole[::3] if not isinstance(one, Measured)]
    for one in lost:
        store.remove(one.kind, one.key)
    assert {one for one, _ in made_by(size, plan, tmp_path)} == set(lost)


@pytest.mark.parametrize("size", [1, 3])
def test_a_crew_that_is_to_measure_again_makes_everything_once_more(size, plan, tmp_path):
    whole = {one for one, _ in made_by(size, plan, tmp_path)}
    again = [one for one, _ in made_by(size, plan, tmp_path, force=True)]
    assert set(again) == whole
    assert len(again) == len(whole)
