"""Finished results go from one store to another in a file, each whole or not at all."""

import multiprocessing
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from archives import ENTRIES, altered, content, exported, filled, imported, put, repacked
from hypothesis import given, settings

from pytest_claims.base.errors import InputError, Notice
from pytest_claims_lab.archive import write_archive
from pytest_claims_lab.commands import store as command
from pytest_claims_lab.store import Store, digest
from pytest_claims_lab.training_record import RECORD


@pytest.fixture
def source(tmp_path):
    """A store with three entries."""
    return filled(tmp_path / "source", {("answers", key): {"a.txt": b"%d" % key} for key in range(3)})


@settings(max_examples=30, deadline=None)
@given(first=ENTRIES.filter(bool), second=ENTRIES)
def test_store_that_takes_in_another_is_their_union_by_key(first, second):
    with tempfile.TemporaryDirectory() as folder:
        one, two = filled(Path(folder, "one"), first), filled(Path(folder, "two"), second)
        before = content(two)
        file = Path(folder, "file")
        exported(one, file)
        became = imported(two, file)
        assert content(two) == content(one) | before, "what was there stays"
        assert [moved.became for moved in became] == [
            "moved" if name not in before else "there" if same(of, before[name]) else "another"
            for name, of in content(one).items()
        ]
        assert {moved.became for moved in imported(two, file)} <= {"there", "another"}
        assert not list(two.root.glob("partial/*"))


def same(one, other):
    return {n: v for n, v in one.items() if n != "entry.json"} == {n: v for n, v in other.items() if n != "entry.json"}


def test_equal_stores_are_equal_files(source, tmp_path):
    exported(source, tmp_path / "one")
    other = Store(tmp_path / "other")
    imported(other, tmp_path / "one")
    exported(other, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_weights_and_what_is_unfinished_stay_behind(source, tmp_path):
    trained = put(source, "adapter", 1, {"adapter_model.safetensors": b"large", "training.json": b"{}"})
    source.unfinished([{"key": 2}]).put(lambda folder: (folder / "x").write_text("x"))
    answers = next(source.finished())
    shutil.copytree(answers, answers.with_name(f"{answers.name}.altered-1"))
    (source.root / "partial" / "answers-left").mkdir(parents=True)
    exported(source, tmp_path / "file")
    imported(other := Store(tmp_path / "other"), tmp_path / "file")
    record = other.find(RECORD, {"key": 1})
    assert {path.parent.name for path in other.finished()} == {"answers", RECORD}
    assert {path.name for path in record.path.iterdir()} == {"entry.json", "training.json"}
    assert record.created == trained.created
    exported(source, tmp_path / "all", adapters=True)
    imported(other, tmp_path / "all")
    assert other.find("adapter", {"key": 1}).seconds == trained.seconds
    assert len(list(other.finished())) == 5


def test_damaged_entry_is_left_behind_by_name(source, tmp_path):
    damaged = source.find("answers", {"key": 1}).path
    (damaged / "a.txt").write_text("x")
    became = {moved.name: moved for moved in exported(source, tmp_path / "file")}
    refused = became.pop(f"answers/{damaged.name}")
    assert (refused.became, refused.why) == ("refused", "a.txt does not have its hash")
    assert [moved.became for moved in became.values()] == ["moved"] * 2
    imported(other := Store(tmp_path / "other"), tmp_path / "file")
    assert sorted(content(other)) == sorted(became)


def test_export_that_is_cut_short_leaves_what_was_there(source, tmp_path):
    (tmp_path / "file").write_text("of before")

    def cut(items, label):
        yield items[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_archive(source, tmp_path / "file", adapters=False, track=cut)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["file"]
    assert (tmp_path / "file").read_text() == "of before"


def test_empty_store_is_no_archive(tmp_path):
    with pytest.raises(InputError, match=r"nothing is finished in the store .*nowhere; give --store or CLAIMS_STORE"):
        exported(Store(tmp_path / "nowhere"), tmp_path / "file")
    assert not list(tmp_path.iterdir())


def import_and_die(root, file, after):
    """Killed in the middle of an entry: when it has written so many files."""
    from pytest_claims_lab import archive

    written = []

    def write(pieces, path):
        path.write_bytes(b"".join(pieces))
        written.append(path)
        if len(written) == after:
            os.kill(os.getpid(), 9)

    archive.write_pieces = write
    imported(Store(root), file)


@pytest.mark.parametrize("after", [1, 4])
def test_import_that_is_killed_leaves_whole_entries_and_goes_on(after, tmp_path):
    files = {"a.txt": b"a", "b.npy": b"b"}
    source, other = filled(tmp_path / "source", {("answers", key): files for key in range(3)}), tmp_path / "other"
    exported(source, tmp_path / "file")
    killed = multiprocessing.get_context("spawn").Process(target=import_and_die, args=(other, tmp_path / "file", after))
    killed.start()
    killed.join()
    assert killed.exitcode == -9
    came = content(Store(other))
    assert len(came) == (after - 1) // 2
    assert came.items() <= content(source).items()
    assert list(other.rglob("partial/*/a.txt")), "it has to leave something"
    became = [moved.became for moved in imported(Store(other), tmp_path / "file")]
    assert became == ["there"] * len(came) + ["moved"] * (3 - len(came))
    assert content(Store(other)) == content(source)
    assert not list(other.glob("partial/*"))


# The command.


def run(*words, capsys):
    """Its exit status, and what it says."""
    try:
        status = command([str(word) for word in words])
    except SystemExit as ended:
        status = ended.code
    out, err = capsys.readouterr()
    return (status, out, err) if isinstance(status, int) else (1, out, f"{err}{status}")


def test_command_says_how_many_came(source, tmp_path, capsys):
    file, store = tmp_path / "file", tmp_path / "other"
    status, out, _ = run("export", file, "--store", source.root, capsys=capsys)
    assert status == 0
    assert out.startswith(f"{file}: 3 entries of {source.root}, ")
    put(Store(store), "answers", 0, {"a.txt": b"other"})
    put(Store(store), "answers", 1, {"a.txt": b"1"})
    status, out, err = run("import", file, "--store", store, capsys=capsys)
    name = f"answers/{digest({'key': 0})}"
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"{file}: 1 entry came, 2 were there already",
        f"{file}: {name} is there with other content, which stays",
    ]


def test_command_refuses_by_name_and_takes_the_rest(source, tmp_path, capsys):
    one, two = tmp_path / "one", tmp_path / "two"
    exported(source, one)
    shutil.copy(one, two)
    repacked(one, altered("a.txt", lambda was: was + b"x"))
    status, out, err = run("import", one, two, "--store", tmp_path / "other", capsys=capsys)
    assert status == 1
    assert out.splitlines() == [
        f"{one}: 2 entries came, 0 were there already",
        f"{two}: 1 entry came, 2 were there already",
    ]
    assert "1 refused: answers/" in err
    assert "(a.txt does not have its hash); all others are there" in err


def test_command_says_what_came_before_the_file_ended(source, tmp_path, capsys):
    file = tmp_path / "file"
    exported(source, file)
    file.write_bytes(file.read_bytes()[:-9])
    status, out, err = run("import", file, "--store", tmp_path / "other", capsys=capsys)
    assert status == 1
    assert out == f"{file}: 3 entries came, 0 were there already\n"
    assert "cannot be read as an export of a store" in err


def test_import_into_a_store_in_use_is_refused(source, tmp_path, capsys):
    exported(source, tmp_path / "file")
    with Store(tmp_path / "other").lock():
        status, _, err = run("import", tmp_path / "file", "--store", tmp_path / "other", capsys=capsys)
    assert status == 1
    assert "is in use by another run" in err


def test_damaged_entry_that_is_there_is_set_aside_and_the_one_that_comes_takes_its_place(source, tmp_path):
    exported(source, tmp_path / "file")
    damaged = source.find("answers", {"key": 1}).path
    (damaged / "a.txt").write_text("x")
    with pytest.warns(Notice, match="is not what was written"):
        became = imported(Store(source.root), tmp_path / "file")
    assert sorted(moved.became for moved in became) == ["moved", "there", "there"]
