import json
import multiprocessing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.store import Store, digest
from harness.errors import InputError, Notice

KEY = {"what": "a thing"}


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


@pytest.mark.parametrize("damage", ["truncate", "alter", "remove", "manifest"])
def test_damaged_entry_is_set_aside_aloud_and_made_again(tmp_path, damage):
    entry = Store(tmp_path).get("things", KEY, write("right"))
    file = entry.path / "thing.txt"
    {
        "truncate": lambda: file.write_text("rig"),
        "alter": lambda: file.write_text("wrong"),
        "remove": file.unlink,
        "manifest": lambda: (entry.path / "entry.json").write_text("{"),
    }[damage]()
    with pytest.warns(Notice, match=r"kept as .*altered-1 and made again"):
        again = Store(tmp_path).get("things", KEY, write("right"))
    assert (again.path / "thing.txt").read_text() == "right"
    assert len(list(entry.path.parent.iterdir())) == 2, "what was found is kept"


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
