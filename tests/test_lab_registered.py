"""What was registered of a measurement is kept from when it began, and what came later changes nothing."""

import json

import pytest
from planned import marker_file, marker_plan

from pytest_claims.data.registration import PROVENANCE, RegisteredClaim, Registration, carried_by
from pytest_claims_lab.registered import begin, carried, has_begun, register
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store


@pytest.fixture
def schedule(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    plan = marker_plan(folder, marker_file().recipe("pocket"), weights_dir=tmp_path)
    return Schedule(plan, Store(tmp_path / "store"))


def says(letter, written="2026-05-01T00:00:00Z"):
    claim = RegisteredClaim(statement="Made up.", claim=letter * 64, calls="0" * 64)
    return Registration(written=written, version="0", finding="f", whole=True, claims={"x": claim})


def kept(schedule):
    return carried_by({PROVENANCE: carried(schedule)}, "made")


def make(stage, schedule, created, seconds=0.0):
    """A finished stage, as if it had been finished then."""
    entry = schedule.store.get(stage.kind, stage.key, lambda folder: (folder / "made").touch(), spent=seconds)
    manifest = entry.path / "entry.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"created": created}))


def test_what_claims_say_may_change_until_measuring_begins(schedule):
    register(schedule, [says("a")])
    assert carried(schedule) == ""  # nothing is measured yet
    register(schedule, [says("b")])
    begin(schedule)
    register(schedule, [says("c")])
    assert [one.claims["x"].claim[0] for one in kept(schedule).registrations] == ["b"]


def test_who_says_the_same_again_changes_no_date(schedule):
    for written in ("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"):
        register(schedule, [says("a", written)])
    begin(schedule)
    assert kept(schedule).registrations[0].written == "2026-05-01T00:00:00Z"


def test_what_was_measured_without_claims_has_none_registered(schedule):
    begin(schedule)
    register(schedule, [says("a")])
    assert kept(schedule).begun
    assert kept(schedule).registrations == ()


def test_it_began_when_the_first_of_it_was_made(schedule):
    """By an earlier version, or for another measurement that shares it: whoever registers now comes too late."""
    make(next(iter(schedule.adapters.values())), schedule, "2026-05-01T12:00:00Z", seconds=60)
    make(schedule.before[0].stage, schedule, "2026-05-01T11:00:00Z", seconds=3600)
    assert has_begun(schedule)
    register(schedule, [says("a")])
    begin(schedule)
    assert kept(schedule).registrations == ()
    assert kept(schedule).begun in ("2026-05-01T09:59:59Z", "2026-05-01T10:00:00Z")


def test_measuring_again_began_when_it_did_at_first(schedule):
    """Seeds are the same, and so is what was seen."""
    begin(schedule)
    first = kept(schedule).begun
    make(schedule.before[0].stage, schedule, "2020-05-01T12:00:00Z")
    begin(schedule)
    assert kept(schedule).begun == first
