"""What was registered of a measurement is kept from when it began, and what came later changes nothing."""

import json

import pytest

from pytest_claims.data.registration import PROVENANCE, RegisteredClaim, Registration, carried_by
from pytest_claims_lab.plan import make_plan
from pytest_claims_lab.recipe import find_recipe
from pytest_claims_lab.registered import begin, carried, has_begun, register
from pytest_claims_lab.store import Store


@pytest.fixture
def plan(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    return make_plan(
        model=str(folder), recipe=find_recipe("pocket"), panel="ten", questions="everyday", dtype="float32",
        weights_dir=tmp_path,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def says(letter, written="2026-05-01T00:00:00Z"):
    claim = RegisteredClaim(statement="Made up.", claim=letter * 64, calls="0" * 64)
    return Registration(written=written, version="0", finding="f", whole=True, claims={"x": claim})


def kept(plan, store):
    return carried_by({PROVENANCE: carried(plan, store)}, "made")


def make(stage, store, created, seconds=0.0):
    """A finished stage, as if it had been finished then."""
    entry = store.get(stage.kind, stage.key, lambda folder: (folder / "made").touch(), spent=seconds)
    manifest = entry.path / "entry.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"created": created}))


def test_what_claims_say_may_change_until_measuring_begins(plan, store):
    register(plan, store, [says("a")])
    assert carried(plan, store) == ""  # nothing is measured yet
    register(plan, store, [says("b")])
    begin(plan, store)
    register(plan, store, [says("c")])
    assert [one.claims["x"].claim[0] for one in kept(plan, store).registrations] == ["b"]


def test_who_says_the_same_again_changes_no_date(plan, store):
    for written in ("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"):
        register(plan, store, [says("a", written)])
    begin(plan, store)
    assert kept(plan, store).registrations[0].written == "2026-05-01T00:00:00Z"


def test_what_was_measured_without_claims_has_none_registered(plan, store):
    begin(plan, store)
    register(plan, store, [says("a")])
    assert kept(plan, store).begun
    assert kept(plan, store).registrations == ()


def test_it_began_when_the_first_of_it_was_made(plan, store):
    """By an earlier version, or for another measurement that shares it: whoever registers now comes too late."""
    make(plan.adapters[0], store, "2026-05-01T12:00:00Z", seconds=60)
    make(plan.answers[0], store, "2026-05-01T11:00:00Z", seconds=3600)
    assert has_begun(plan, store)
    register(plan, store, [says("a")])
    begin(plan, store)
    assert kept(plan, store).registrations == ()
    assert kept(plan, store).begun in ("2026-05-01T09:59:59Z", "2026-05-01T10:00:00Z")


def test_measuring_again_began_when_it_did_at_first(plan, store):
    """Seeds are the same, and so is what was seen."""
    begin(plan, store)
    first = kept(plan, store).begun
    make(plan.answers[0], store, "2020-05-01T12:00:00Z")
    begin(plan, store)
    assert kept(plan, store).begun == first
