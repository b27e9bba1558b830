"""An adapter whose results are stored is not trained again, and what is told of its training outlives its weights."""

import json
import shutil
from dataclasses import replace

import pytest
from archives import exported, imported
from planned import TINY, laboratory_for, marker_plan, write_panel
from tiny import save_tiny_model

from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.estimate import Clock, size_of
from pytest_claims_lab.memory_plan import Cut
from pytest_claims_lab.outlook import kept_in_words, look_ahead
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.stack import Stack
from pytest_claims_lab.stages import Adapter
from pytest_claims_lab.store import Store, digest
from pytest_claims_lab.training_record import RECORD, record_of

pytestmark = pytest.mark.filterwarnings("ignore:.*none of .* shows what adapters were taught")
DROPOUT = replace(TINY, training=replace(TINY.training, dropout=0.1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def finished(folder, tmp_path_factory):
    """A store in which four adapters and all that is asked under them are finished."""
    store = tmp_path_factory.mktemp("store")
    laboratory(folder, store).measure()
    return store


@pytest.fixture
def store(finished, tmp_path):
    """A copy of it."""
    return shutil.copytree(finished, tmp_path / "store")


@pytest.fixture
def trained(monkeypatch):
    """How many adapters each stack had that was trained since."""
    sizes = []

    class Counted(Stack):
        def __init__(self, network, config, seeds):
            sizes.append(len(seeds))
            super().__init__(network, config, seeds)

    monkeypatch.setattr("pytest_claims_lab.train.Stack", Counted)
    return sizes


def plan_of(folder, seeds=1):
    panel = write_panel(folder.parent / "five.toml")
    return marker_plan(folder, DROPOUT, panel=panel, weights_dir=folder.parent / "w", seeds=seeds)


def laboratory(folder, store, seeds=1, **changes):
    return laboratory_for(plan_of(folder, seeds), store, **changes)


def schedule_of(folder, store):
    return Schedule(plan_of(folder), Store(store))


def results(store):
    """Bytes by kind, key and file, but for adapters and what is dated."""
    files = (file for kind in ("answers", "likelihoods", RECORD) for file in sorted((store / kind).glob("*/*")))
    return {
        file.relative_to(store): file.read_bytes() for file in files if file.name not in ("entry.json", "ways.json")
    }


def provenance(lab):
    """What the measurement says of itself, but for the seconds that it took to put it together."""
    said = read_measurement(lab.measure().path / "measurement.nc").provenance
    return {name: value for name, value in said.items() if name not in ("seconds", "date")}


def test_finished_measurement_needs_no_weights(store, folder, monkeypatch):
    shutil.rmtree(store / "adapter")
    monkeypatch.setattr("pytest_claims_lab.bench.load_model", None)  # any use of the model would fail
    laboratory(folder, store).measure()
    schedule = schedule_of(folder, store)
    assert not schedule.missing(schedule.stages)


def test_measurement_that_is_put_together_without_weights_says_the_same(store, folder, monkeypatch):
    want = provenance(laboratory(folder, store))
    for kind in ("adapter", "measurement"):
        shutil.rmtree(store / kind)
    monkeypatch.setattr("pytest_claims_lab.bench.load_model", None)
    assert provenance(laboratory(folder, store)) == want
    assert "without and" in want["training loss"]
    assert want["training in stacks"].startswith("4 adapters, ")
    assert "training" in want["computed by which path"]


def test_only_what_is_asked_again_has_its_adapter_stored_again(store, folder, trained):
    """In the stack that it was trained in, or with dropout it were another."""
    before, schedule = results(store), schedule_of(folder, store)
    stage = schedule.adapters[0, 2]
    shutil.rmtree(store / "adapter")
    for asked in schedule.asked_under[stage]:
        schedule.store.remove(asked.kind, asked.key)
    laboratory(folder, store).measure()
    assert trained == [4]
    assert [path.name for path in (store / "adapter").iterdir()] == [digest(stage.key)]
    assert results(store) == before


def test_more_seeds_do_not_train_the_first_again(store, folder, trained):
    before = results(store)
    shutil.rmtree(store / "adapter")
    laboratory(folder, store, seeds=2).measure()
    assert trained == [4]
    assert len(list((store / "adapter").iterdir())) == 4
    assert before.items() < results(store).items()


def test_what_is_to_do_is_told_without_weights(store, folder):
    shutil.rmtree(store / "adapter")
    schedule = schedule_of(folder, store)
    asked = schedule.asked_under[schedule.adapters[0, 1]]
    for stage in (*asked, schedule.measured):
        schedule.store.remove(stage.kind, stage.key)
    lines = list(look_ahead(schedule, store, "cpu", force=False))
    assert lines[0].endswith(": to do: 1 of 4 adapters, 1 of 4 completions, measurement")
    assert ", 3 of 4 adapters, 3 of 4 completions" in lines[1]
    assert lines[-1].endswith("by what the like of it took before"), "records say how long training took"
    assert "3 of 4 adapters, 3 of 4 completions; the same command" in kept_in_words(schedule, "x", "")


def test_time_is_that_of_records(store, folder):
    schedule = schedule_of(folder, store)
    clock = Clock(schedule.store, size_of(folder), device="cpu", dtype="float32")
    stages = list(schedule.adapters.values())
    with_weights = clock.seconds(stages)
    shutil.rmtree(store / "adapter")
    assert clock.seconds(stages) == pytest.approx(with_weights, abs=0.1)


def test_store_of_before_gets_records(store, folder, monkeypatch):
    """There they lay in the adapters' folders alone."""
    before = results(store)
    shutil.rmtree(store / RECORD)
    monkeypatch.setattr("pytest_claims_lab.bench.load_model", None)
    schedule = schedule_of(folder, store)
    stage = schedule.adapters[0, 0]
    trained = record_of(stage.key, schedule.store)
    assert trained.path.parent.name == Adapter.kind
    laboratory(folder, store).measure()
    assert results(store) == before
    kept = record_of(stage.key, schedule.store)
    assert kept.path.parent.name == RECORD
    assert (kept.created, kept.key) == (trained.created, trained.key)
    assert kept.seconds == pytest.approx(trained.seconds, abs=0.1)


def test_adapter_without_record_and_weights_is_trained(store, folder, trained):
    """All that it was asked is stored, but nobody could say how it was trained."""
    before = results(store)
    shutil.rmtree(store / "adapter")
    shutil.rmtree(store / RECORD)
    laboratory(folder, store).measure()
    assert trained == [4]
    assert results(store) == before


def test_measuring_again_trains_all_and_keeps_new_records(store, folder, trained):
    for file in store.glob(f"{RECORD}/*/entry.json"):
        file.write_text(json.dumps(json.loads(file.read_text()) | {"created": "2001-01-01T00:00:00Z"}))
    shutil.rmtree(store / "adapter")
    laboratory(folder, store, force=True).measure()
    assert trained == [4]
    created = {json.loads(file.read_text())["created"][:4] for file in store.glob(f"{RECORD}/*/entry.json")}
    assert "2001" not in created


def test_altered_answer_is_asked_again_under_an_adapter_that_is_trained_for_it(store, folder, trained):
    before, schedule = results(store), schedule_of(folder, store)
    shutil.rmtree(store / "adapter")
    asked = schedule.asked_under[schedule.adapters[0, 3]][0]
    (store / asked.kind / digest(asked.key) / "answers.jsonl.gz").write_bytes(b"altered")
    with pytest.warns(UserWarning, match="is not what was written"):
        laboratory(folder, store).measure()
    assert trained == [4]
    assert before.items() <= results(store).items()


def test_stacks_of_a_seed_are_asked_before_those_of_the_next(tmp_path, folder, monkeypatch):
    """A run that is cut has finished all that it trained, but for as many as a seed has, in whole stacks."""
    monkeypatch.setattr("pytest_claims_lab.stacks.cut_that_fits", lambda *_: Cut(together=3, checkpointing=False))
    order = []

    class Noted(Store):
        def get(self, kind, key, build, **options):
            if kind in ("adapter", "answers") and (kind == "adapter" or key["adapter"]) and not self.find(kind, key):
                order.append(kind)
            return super().get(kind, key, build, **options)

    replace(laboratory(folder, tmp_path, seeds=2), store=Noted(tmp_path)).measure()
    assert order == [*["adapter"] * 6, *["answers"] * 6, *["adapter"] * 2, *["answers"] * 2]


def test_study_in_parts_on_bare_machines_is_that_of_one_store(store, folder, tmp_path, trained):
    """Seed by seed, each part in a store that has only what was exported before."""
    exported(Store(store), tmp_path / "first.tar.gz")
    imported(bare := Store(tmp_path / "bare"), tmp_path / "first.tar.gz")
    parts = laboratory(folder, bare.root, seeds=2).measure()
    whole = laboratory(folder, store, seeds=2).measure()
    assert trained == [4, 4], "the second seed, on each of the two"
    one, other = (read_measurement(entry.path / "measurement.nc") for entry in (whole, parts))
    assert other.sha256 == one.sha256
    assert set(results(bare.root).items()) == set(results(store).items())
    assert other.provenance["training loss"] == one.provenance["training loss"]
