"""A store: what is in it is told, held to its hashes, merged with others, and removed when nobody can use it."""

import json
import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest
import xarray as xr
from archives import FILES, content, filled, put
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_claims.data.measurement import Measurement
from pytest_claims.data.measurement_file import write_measurement
from pytest_claims_lab.archive import mergeable
from pytest_claims_lab.commands import store as command
from pytest_claims_lab.merging import merge
from pytest_claims_lab.store import Store, digest
from pytest_claims_lab.sweep import sweepable
from pytest_claims_lab.training_record import RECORD

RESULTS = st.dictionaries(st.tuples(st.sampled_from(["answers", "readings", "registered"]), st.integers(0, 9)), FILES)


@pytest.fixture
def store(tmp_path):
    """A store with three answers, an adapter, and a measurement of two of the answers and the adapter."""
    made = filled(tmp_path / "store", {("answers", key): {"a.txt": b"%d" % key} for key in range(3)})
    put(made, "adapter", 9, {"adapter_model.safetensors": b"large" * 100, "training.json": b"{}"})
    parts = [digest({"key": key}) for key in (0, 1, 9)]
    key = {"stage": "measurement", "version": 3, "name": "tiny@pocket", "parts": parts}
    made.get("measurement", key, lambda folder: (folder / "measurement.nc").write_bytes(b"m"))
    return made


def run(*arguments, capsys):
    """What the command prints, and the line with which it ends."""
    try:
        command(list(map(str, arguments)))
    except SystemExit as ended:
        return capsys.readouterr().out, str(ended.code)
    return capsys.readouterr().out, ""


def same(one, other):
    return {n: v for n, v in one.items() if n != "entry.json"} == {n: v for n, v in other.items() if n != "entry.json"}


def test_what_is_there_is_listed_by_kind_and_measurement(store, capsys):
    out, _ = run("ls", "--store", store.root, capsys=capsys)
    lines = out.splitlines()
    assert lines[0].startswith(f"{store.root}: 5 entries, ")
    assert {line.split(":")[0].strip() for line in lines[1:4]} == {"answers", "adapter", "measurement"}
    assert "  answers: 3 entries, " in out
    assert lines[4].startswith("tiny@pocket: measured 20")
    assert ", of 3 results, " in lines[4]


def test_what_is_not_as_it_was_written_is_named(store, capsys):
    assert run("verify", "--store", store.root, capsys=capsys) == (f"{store.root}: 5 entries of 5 as written\n", "")
    altered, lost, foreign = [store.find("answers", {"key": key}).path for key in range(3)]
    (altered / "a.txt").write_text("x")
    (lost / "a.txt").unlink()
    foreign.rename(foreign.with_name("f" * 32))
    out, ended = run("verify", "--store", store.root, capsys=capsys)
    assert out.splitlines()[0] == f"{store.root}: 2 entries of 5 as written"
    assert sorted(out.splitlines()[1:]) == sorted([
        f"  answers/{altered.name}: a.txt does not have its hash",
        f"  answers/{lost.name}: a.txt is missing",
        f"  answers/{'f' * 32}: its manifest is that of another key",
    ])  # fmt: skip
    assert ended == (
        f"pytest-claims store: 3 entries of {store.root} not as written; remove the folder, and it is made again"
    )


@settings(max_examples=30, deadline=None)
@given(first=RESULTS, second=RESULTS)
def test_merged_store_is_the_union_by_key_and_other_content_stays(first, second):
    with tempfile.TemporaryDirectory() as folder:
        one, two = filled(Path(folder, "one"), first), filled(Path(folder, "two"), second)
        before = content(two)
        became = list(merge(mergeable(one, adapters=False), two))
        assert content(two) == content(one) | before
        assert [moved.became for moved in became] == [
            "moved" if name not in before else "there" if same(of, before[name]) else "another"
            for name, of in content(one).items()
        ]
        assert not list(two.root.glob("partial/*"))


def test_merging_leaves_weights_behind_and_refuses_other_content_by_name(store, tmp_path, capsys):
    other = filled(tmp_path / "other", {("answers", 0): {"a.txt": b"0"}, ("answers", 1): {"a.txt": b"another"}})
    out, ended = run("merge", other.root, store.root, "--store", tmp_path / "both", capsys=capsys)
    both = Store(tmp_path / "both")
    assert f"{other.root}: 2 entries came, 0 were there already\n" in out
    assert f"{store.root}: 3 entries came, 1 were there already\n" in out
    name = f"answers/{digest({'key': 1})}"
    assert ended.startswith(f"pytest-claims store: 1 refused: {store.root}: {name} (the store has other content")
    assert content(both)[name]["a.txt"] == b"another"
    assert {one.parent.name for one in both.finished()} == {"answers", "measurement", RECORD}
    run("merge", store.root, "--adapters", "--store", tmp_path / "both", capsys=capsys)
    assert Store(tmp_path / "both").find("adapter", {"key": 9})


@given(first=st.dates(), second=st.dates())
def test_of_two_dates_on_which_it_began_the_earlier_counts(first, second):
    with tempfile.TemporaryDirectory() as folder:
        dates = [f"{one.isoformat()}T00:00:00Z" for one in (first, second)]
        one, two = (
            filled(Path(folder, name), {("begun", 1): {"begun.json": json.dumps({"begun": date}).encode()}})
            for name, date in zip(("one", "two"), dates, strict=True)
        )
        (moved,) = merge(mergeable(one, adapters=False), two)
        assert moved.became == ("moved" if first < second else "there")
        said = json.loads((two.find("begun", {"key": 1}).path / "begun.json").read_text())
        assert said == {"begun": min(dates)}


def test_damaged_entry_is_not_merged_and_the_others_are(store, tmp_path):
    (store.find("answers", {"key": 1}).path / "a.txt").write_text("x")
    became = list(merge(mergeable(store, adapters=False), Store(tmp_path / "other")))
    (refused,) = (one for one in became if one.became == "refused")
    assert refused.name == f"answers/{digest({'key': 1})}"
    assert "a.txt does not have its hash" in refused.why
    assert len(list(Store(tmp_path / "other").finished())) == 3


def test_way_by_which_a_result_came_is_no_content(tmp_path):
    """By how much two ways differ hangs on what a process tried first."""
    one, other, third = (
        filled(tmp_path / name, {("answers", 1): {"answers.txt": text, "ways.json": way}})
        for name, text, way in (("one", b"a", b"5e-07"), ("other", b"a", b"9e-07"), ("third", b"b", b"9e-07"))
    )
    assert [moved.became for moved in merge(mergeable(one, adapters=False), other)] == ["there"]
    assert [moved.became for moved in merge(mergeable(one, adapters=False), third)] == ["another"]


@pytest.mark.parametrize(("changed", "became"), [("provenance", "there"), ("array", "another"), ("texts", "another")])
def test_of_a_measurement_arrays_and_texts_are_content(tmp_path, changed, became):
    """Not when or where it was put together."""
    stores = [Store(tmp_path / name) for name in ("one", "other")]
    for number, store in enumerate(stores):
        store.get("measurement", {"name": "a"}, partial(_measured, number, changed))
    assert [one.became for one in merge(mergeable(stores[0], adapters=False), stores[1])] == [became]


def _measured(number, changed, folder):
    rates = [0.5, 0.25, float(number if changed == "array" else 0)]
    data = xr.Dataset({"rate": ("persona", rates)}, coords={"persona": ["a", "b", "c"]})
    date = str(number if changed == "provenance" else 0)
    write_measurement(Measurement(name="a", data=data, provenance={"date": date}), folder / "measurement.nc")
    (folder / "completions.jsonl.gz").write_text(str(number if changed == "texts" else 0))


@pytest.mark.parametrize("verb", ["ls", "verify", "gc"])
def test_store_that_is_not_there_is_refused_and_not_made(tmp_path, verb, capsys):
    out, ended = run(verb, "--store", tmp_path / "none", capsys=capsys)
    assert (out, ended) == ("", f"pytest-claims store: there is no store {tmp_path}/none; give --store or CLAIMS_STORE "
                                "of one that is there")  # fmt: skip
    assert not (tmp_path / "none").exists()


def test_units_of_a_study_keep_what_they_go_on_from(store, capsys):
    unit = store.root.with_name("store-units") / "tiny@pocket-seed-1"
    unit.mkdir(parents=True)
    out, ended = run("gc", "--unmeasured", "--yes", "--store", store.root, capsys=capsys)
    assert out == ""
    assert f"tiny@pocket-seed-1 in {unit.parent} go on from what is here; end the study first" in ended
    assert len(list(store.finished())) == 5
    assert run("gc", "--yes", "--store", store.root, capsys=capsys)[1] == "", "what nobody can use may go"
    unit.rmdir()
    assert "1 folder, " in run("gc", "--unmeasured", "--yes", "--store", store.root, capsys=capsys)[0]


def test_entry_without_a_manifest_is_named(store, capsys):
    (lost := store.find("answers", {"key": 0}).path / "entry.json").unlink()
    out, ended = run("verify", "--store", store.root, capsys=capsys)
    assert f"{store.root}: 4 entries of 5 as written\n  answers/{lost.parent.name}: its manifest" in out
    assert "1 entry of" in ended


def test_store_is_not_merged_into_itself(store, tmp_path, capsys):
    for wrong in (store.root, tmp_path / "none"):
        _, ended = run("merge", wrong, "--store", store.root, capsys=capsys)
        assert ended.startswith(f"pytest-claims store: {wrong} is no folder of another store; give one")


def earlier(store):
    """Answers of a stage as it was before."""
    key = {"stage": "answers", "version": 1}
    return store.get("answers", key, lambda folder: (folder / "a.txt").write_bytes(b"old")).path


def test_what_nobody_can_use_is_told_first_and_removed_when_it_is_said(store, capsys):
    old = earlier(store)
    aside = shutil.copytree(old, old.with_name(f"{old.name}.altered-1"))
    done = store.unfinished([{"key": 9}]).put(lambda folder: (folder / "state").write_bytes(b"moments")).path
    begun = store.unfinished([{"key": 9}, {"key": 7}]).put(lambda folder: (folder / "state").write_bytes(b"m")).path
    before = content(store)
    out, _ = run("gc", "--store", store.root, capsys=capsys)
    for folder, why in ((old, "earlier version"), (aside, "set aside"), (done, "checkpoint of adapters that are")):
        assert f"  {folder.parent.name}/{folder.name}: " in out
        assert why in out
    assert f"{store.root}: 3 folders, " in out
    assert out.endswith("to remove; --yes removes it\n")
    assert content(store) == before
    out, _ = run("gc", "--yes", "--store", store.root, capsys=capsys)
    assert out.endswith("removed\n")
    assert not [folder for folder in (old, aside, done) if folder.exists()]
    assert begun.exists()
    assert content(store) == {name: of for name, of in before.items() if name != f"answers/{old.name}"}
    assert sweepable(store) == []
    assert run("gc", "--store", store.root, capsys=capsys)[0].endswith("0 folders, 0 kB, nothing to remove\n")


def test_what_no_measurement_has_and_weights_nobody_asks_go_only_if_it_is_said(store):
    found = partial(sweepable, store)
    assert found() == []
    assert [one.folder.name for one in found(unmeasured=True)] == [digest({"key": 2})]
    assert found(adapters=True) == [], "what came of its training would be lost"
    shutil.copytree(store.root / "adapter", store.root / RECORD)
    assert [one.folder for one in found(adapters=True)] == [store.find("adapter", {"key": 9}).path]
    shutil.rmtree(store.find("answers", {"key": 0}).path)
    assert found(adapters=True) == [], "something is still to be asked"
