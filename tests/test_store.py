import json
import multiprocessing
import os
import shutil
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError, Notice
from pytest_claims_lab.store import Store, digest

KEY = {"what": "a thing"}
OTHER = {"what": "another"}


def write(text):
    return lambda folder: (folder / "thing.txt").write_text(text)


def test_nothing_is_computed_twice(tmp_path):
    calls = []
    store = Store(tmp_path)
    for _ in range(2):
        entry = store.get("things", KEY, lambda folder: (calls.append(1), write("x")(folder)))
    assert calls == [1]
    assert (entry.path / "thing.txt").read_text() == "x"


def test_another_process_finds_what_was_stored(tmp_path):
    first = Store(tmp_path).get("things", KEY, write("x"))
    assert Store(tmp_path).find("things", KEY) == first


def test_force_computes_again(tmp_path):
    Store(tmp_path).get("things", KEY, write("old"))
    entry = Store(tmp_path).get("things", KEY, write("new"), force=True)
    assert (entry.path / "thing.txt").read_text() == "new"


def test_a_build_that_dies_leaves_nothing_and_the_old_entry_stays(tmp_path):
    store = Store(tmp_path)
    store.get("things", KEY, write("old"))

    def die(folder):
        write("half")(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.get("things", KEY, die, force=True)
    with pytest.raises(KeyboardInterrupt):
        store.get("things", {"what": "another"}, die)
    assert (Store(tmp_path).find("things", KEY).path / "thing.txt").read_text() == "old"
    assert Store(tmp_path).find("things", {"what": "another"}) is None


def write_manifest(change):
    def damage(entry):
        file = entry / "entry.json"
        file.write_text(json.dumps(change(json.loads(file.read_text()))))

    return damage


def become(make):
    def damage(entry):
        shutil.rmtree(entry)
        make(entry)

    return damage


DAMAGES = {
    "a file that is cut": lambda entry: (entry / "thing.txt").write_text("rig"),
    "a file that is altered": lambda entry: (entry / "thing.txt").write_text("wrong"),
    "a file that is gone": lambda entry: (entry / "thing.txt").unlink(),
    "a folder for a file": lambda entry: ((entry / "thing.txt").unlink(), (entry / "thing.txt").mkdir()),
    "a link to nowhere for a file": lambda entry: (
        (entry / "thing.txt").unlink(),
        (entry / "thing.txt").symlink_to("nowhere"),
    ),
    "no manifest": lambda entry: (entry / "entry.json").unlink(),
    "a manifest that is cut": lambda entry: (entry / "entry.json").write_text("{"),
    "a manifest that is no text": lambda entry: (entry / "entry.json").write_bytes(b"\xff\xfe"),
    "a manifest that is very deep": lambda entry: (entry / "entry.json").write_text("[" * 100_000),
    "a manifest that is a folder": lambda entry: ((entry / "entry.json").unlink(), (entry / "entry.json").mkdir()),
    "a list as manifest": write_manifest(lambda manifest: [manifest]),
    "a manifest of another key": write_manifest(lambda manifest: manifest | {"key": OTHER}),
    "a manifest without key": write_manifest(lambda manifest: {n: v for n, v in manifest.items() if n != "key"}),
    "a manifest with more": write_manifest(lambda manifest: manifest | {"more": 1}),
    "a list of files": write_manifest(lambda manifest: manifest | {"files": ["thing.txt"]}),
    "a number as hash": write_manifest(lambda manifest: manifest | {"files": {"thing.txt": 3}}),
    "a text as seconds": write_manifest(lambda manifest: manifest | {"seconds": "3"}),
    "a file for the entry": become(lambda entry: entry.write_text("")),
    "a link to nowhere for the entry": become(lambda entry: entry.symlink_to("nowhere")),
    "a link to itself for the entry": become(lambda entry: entry.symlink_to(entry.name)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_entry_is_set_aside_aloud_and_made_again(tmp_path, damage):
    entry = Store(tmp_path).get("things", KEY, write("right"))
    DAMAGES[damage](entry.path)
    with pytest.warns(
        Notice, match=r"^stored things \w+ is not what was .*kept as .*altered-1 and made again$"
    ) as said:
        again = Store(tmp_path).get("things", KEY, write("right"))
    assert len(said) == 1
    assert (again.path / "thing.txt").read_text() == "right"
    assert Store(tmp_path).find("things", KEY) == again
    assert len(list(entry.path.parent.iterdir())) == 2, "what was found is kept"


def test_entries_that_were_swapped_are_found_out(tmp_path):
    one, two = (Store(tmp_path).get("things", key, write(key["what"])) for key in (KEY, OTHER))
    one.path.rename(tmp_path / "for a moment")
    two.path.rename(one.path)
    (tmp_path / "for a moment").rename(two.path)
    for key in (KEY, OTHER):
        with pytest.warns(Notice, match="its manifest is that of another key"):
            entry = Store(tmp_path).get("things", key, write(key["what"]))
        assert (entry.path / "thing.txt").read_text() == key["what"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["thing.txt", "entry.json"]), where=st.integers(0, 10_000), cut=st.booleans())
def test_any_damage_of_a_byte_is_found_out(tmp_path, name, where, cut):
    shutil.rmtree(tmp_path)
    file = Store(tmp_path).get("things", KEY, write("right")).path / name
    before = file.read_bytes()
    at = where % len(before)
    after = before[:at] if cut else before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :]
    file.write_bytes(after)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        again = Store(tmp_path).get("things", KEY, write("right"))
    # Of the manifest, the time and the seconds may be others: nothing depends on them.
    assert said or file.name == "entry.json"
    assert (again.path / "thing.txt").read_text() == "right"


def count_and_write(root, number, results, start):
    """One of several processes of one job; every key once."""
    start.wait()
    try:
        for key in range(number):

            def build(folder, key=key):
                (folder / "thing.txt").write_text(str(key))
                with (Path(root) / f"made-{key}").open("a") as stream:
                    stream.write("x")

            entry = Store(Path(root)).get("things", {"key": key}, build)
            assert (entry.path / "thing.txt").read_text() == str(key)
        results.put(None)
    except BaseException as error:
        results.put(repr(error))
        raise


def test_processes_that_make_the_same_entries_at_once_make_each_once(tmp_path):
    context, members, number = multiprocessing.get_context("spawn"), 4, 60
    results, start = context.Queue(), context.Barrier(members)
    crew = [context.Process(target=count_and_write, args=(tmp_path, number, results, start)) for _ in range(members)]
    for member in crew:
        member.start()
    assert [results.get(timeout=120) for _ in crew] == [None] * members
    for member in crew:
        member.join()
    assert [(tmp_path / f"made-{key}").read_text() for key in range(number)] == ["x"] * number


def die_within(folder):
    (folder / "thing.txt").write_text("half")
    os.kill(os.getpid(), 9)


def make_and_die(root):
    Store(root).get("things", KEY, die_within)


@pytest.mark.parametrize("next_time", ["the same entry", "a run on the store"])
def test_what_a_killed_run_left_is_cleared(tmp_path, next_time):
    killed = multiprocessing.get_context("spawn").Process(target=make_and_die, args=(tmp_path,))
    killed.start()
    killed.join()
    assert killed.exitcode == -9
    assert list(tmp_path.rglob("thing.txt")), "it has to leave something"
    assert Store(tmp_path).find("things", KEY) is None
    if next_time == "the same entry":
        Store(tmp_path).get("things", KEY, lambda folder: (folder / "other.txt").write_text("whole"))
    else:
        with Store(tmp_path).lock():
            pass
    assert not list(tmp_path.rglob("thing.txt"))


def test_what_another_process_is_making_is_not_cleared(tmp_path):
    def build(folder):
        with Store(tmp_path).lock():
            (folder / "thing.txt").write_text("x")

    assert Store(tmp_path).get("things", KEY, build)


@pytest.mark.parametrize("root", ["a file", "below a file", "/proc/store"])
def test_root_that_cannot_be_a_store_in_one_line(tmp_path, root):
    file = tmp_path / "file"
    file.write_text("mine")
    store = Store({"a file": file, "below a file": file / "store"}.get(root, Path(root)))
    assert store.find("things", KEY) is None
    for attempt in (lambda: store.get("things", KEY, write("x")), lambda: store.lock().__enter__()):
        with pytest.raises((InputError, OSError)) as raised:
            attempt()
        said = in_one_line(raised.value)
        assert said
        assert str(store.root) in said
    assert file.read_text() == "mine"


def test_entry_that_is_removed_is_gone(tmp_path):
    store = Store(tmp_path)
    store.get("things", KEY, write("x"))
    store.remove("things", KEY)
    assert store.find("things", KEY) is None
    assert Store(tmp_path).find("things", KEY) is None
    store.remove("things", KEY)  # of what is not there nothing has to be removed


def test_entry_may_have_folders(tmp_path):
    def build(folder):
        (folder / "inner").mkdir()
        (folder / "inner" / "thing.txt").write_text("x")

    entry = Store(tmp_path).get("things", KEY, build)
    (entry.path / "inner" / "thing.txt").write_text("y")
    with pytest.warns(Notice, match=r"inner/thing.txt does not have its hash"):
        assert Store(tmp_path).find("things", KEY) is None


def hold(root, held, release):
    with Store(root).lock():
        held.set()
        release.wait(30)


def test_second_run_on_one_store_is_told_who_holds_it(tmp_path):
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    other = context.Process(target=hold, args=(tmp_path, held, release))
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(InputError, match=rf'in use by another run .*"pid": {other.pid}'), Store(tmp_path).lock():
            pass
    finally:
        release.set()
        other.join()
    with Store(tmp_path).lock():
        assert json.loads((tmp_path / "holder.json").read_text())["pid"]


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans()))
def test_key_does_not_depend_on_order(key):
    assert digest(key) == digest(dict(reversed(key.items())))
