"""All that is written goes through one module; and what a full disk leaves behind is right or not there."""

import ast
import json
import resource
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from apart import apart
from archives import exported, imported

from conftest import make_measurement
from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.whole_file import replacing, write_pieces, write_whole
from pytest_claims.data.measurement_file import write_measurement
from pytest_claims_lab.arrays import write_array
from pytest_claims_lab.ladder import Rung, write_ladder
from pytest_claims_lab.store import Store
from pytest_claims_lab.texts import write_texts
from pytest_claims_lab.transcript import write_transcript

WRITES = {"write_text", "write_bytes", "savefig", "savez", "savetxt", "to_netcdf", "to_csv", "dump", "tofile",
          "touch", "copy2", "copyfile", "copyfileobj", "copytree", "symlink_to", "hardlink_to", "save_file",
           "save_pretrained", "extractall"}  # fmt: skip
SAVES = {"np.save", "numpy.save", "torch.save", "shutil.copy"}
MOVES = {"rename", "replace", "move"}
# What may be called where: libraries' own savers, which write into an entry of the store and raise what goes wrong,
# and what writes nothing, or only into memory.
KNOWN = {
    "fixtures/pytest_claims_lab/archive.py": {
        "path.open",
        "tarfile.open",
    },  # in place when whole
    "fixtures/pytest_claims_lab/arrays.py": {"np.save"},  # into memory
    "fixtures/pytest_claims_lab/checkpoint.py": {"save_file"},
    "fixtures/pytest_claims_lab/conversion.py": {"_plain(gguf).save_pretrained", "tokenizer.save_pretrained"},
    "fixtures/pytest_claims_lab/stack.py": {"save_file", "self._config.save_pretrained"},
    "fixtures/pytest_claims_lab/store.py": {"path.rename"},  # whole entries
    "fixtures/pytest_claims_lab/study/launching.py": {"(logs / f'{name}.log').open"},  # what a unit says, as it says it
    "fixtures/pytest_claims_lab/sweep.py": {"one.folder.rename"},  # whole entries, before they are removed
    "harness/pytest_claims/base/code_of_test.py": {"ast.dump"},  # into text
    "harness/pytest_claims/data/measurement_file.py": {
        "measurement.data.assign_attrs(attributes).to_netcdf"
    },  # into memory
}


def writing_calls(source: str) -> set[str]:
    """Calls in ``source`` that may write a file, by what is called."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            last = called.rpartition(".")[2]
            opened = last in {"open", "fdopen"} and any(
                isinstance(part, ast.Constant) and isinstance(part.value, str) and set(part.value) & set("wax+")
                for part in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
            )
            moved = last in MOVES and len(node.args) == 1 and not node.keywords  # text is replaced by two
            if opened or moved or last in WRITES or called in SAVES:
                found.add(called)
    return found


@pytest.mark.parametrize(
    ("source", "writes"),
    [
        ("path.write_text('x')", True),
        ("np.save(path, array)", True),
        ("figure.savefig(path)", True),
        ("path.open('w', newline='')", True),
        ("open(path, mode='ab')", True),
        ("with gzip.open(path, 'wt') as f: pass", True),
        ("partial.replace(path)", True),
        ("shutil.copyfileobj(a, b)", True),
        ("json.dump(x, stream)", True),
        ("path.open('rb')", False),
        ("open(path)", False),
        ("text.replace('a', 'w')", False),
        ("json.dumps(x)", False),
    ],
)
def test_every_way_of_writing_is_seen(source, writes):
    assert bool(writing_calls(source)) == writes


def test_all_that_is_written_goes_through_one_module(root):
    found = {
        path.relative_to(root).as_posix(): calls
        for package in ("harness", "fixtures")
        for path in sorted((root / package).rglob("*.py"))
        if (calls := writing_calls(path.read_text())) and path.name != "whole_file.py"
    }
    assert found == KNOWN


@contextmanager
def disk_with_room_for(size):
    """No file can grow beyond ``size`` bytes: writing more fails, as on a disk that is full at that moment.

    For a process of its own, since the limit is on a whole process.
    """
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)


RUNGS = [Rung(learning_rate=rate, counts={"a": (1, 2), "b": (0, 2)}) for rate in (1e-3, 2e-3)]
TEXTS = [{"seed": 0, "source": "a", "question": str(number), "text": "x"} for number in range(9)]
WRITERS = {
    "text.json": lambda path: write_whole(json.dumps(list(range(99))), path),
    "pieces.bin": lambda path: write_pieces([bytes(100)] * 3, path),
    "array.npy": lambda path: write_array(np.arange(1500.0), path),
    "ladder.csv": lambda path: write_ladder(RUNGS, path),
    "texts.jsonl.gz": lambda path: write_transcript(TEXTS, path),
    "answers.jsonl.gz": lambda path: write_texts([["x", None]] * 9, path.parent),
    "store.tar.gz": lambda path: exported(made_store(path.parent), path),
    "made.nc": lambda path: write_measurement(make_measurement(), path),
    "made.nc.gz": lambda path: write_measurement(make_measurement(), path),
}


def made_store(beside: Path) -> Store:
    """A store with two entries, in a folder of its own."""
    store = Store(beside.with_name(f"{beside.name}-store"))
    for number in range(2):
        store.get("things", {"number": number}, lambda folder: write_array(np.arange(300.0), folder / "array.npy"))
    return store


def fill_while_writing(folder: Path, name: str) -> None:
    write, path = WRITERS[name], folder / name
    write(path)
    right = path.read_bytes()
    sizes = {*range(0, len(right), len(right) // 150 + 1), *range(len(right) - 9, len(right))}
    for size in sorted(sizes):
        path.write_bytes(b"old")
        with pytest.raises(OSError, match=name) as raised, disk_with_room_for(size):
            write(path)
        assert str(path) in in_one_line(raised.value)
        assert path.read_bytes() == b"old"
        assert list(folder.iterdir()) == [path]
    write(path)
    assert path.read_bytes() == right


@pytest.mark.parametrize("name", WRITERS)
def test_file_written_on_a_full_disk_is_the_old_one(tmp_path, name):
    assert apart(fill_while_writing, tmp_path, name) == 0


def build(folder: Path) -> None:
    write_array(np.arange(2000.0), folder / "array.npy")
    write_transcript(TEXTS, folder / "texts.jsonl.gz")
    (folder / "foreign.txt").write_text("by another library" * 9)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "entry.json"}


def fill_while_storing(folder: Path) -> None:
    right = content(Store(folder / "right").get("things", {}, build).path)
    whole = len(right["array.npy"])
    for size in sorted({*range(0, 700, 7), *range(700, whole, 211), *range(whole - 9, whole + 1)}):
        store = folder / str(size)
        with suppress(OSError), disk_with_room_for(size):
            Store(store).get("things", {}, build)
        found = Store(store).find("things", {})
        assert (found is not None) == (size >= whole)
        assert found is None or content(found.path) == right
        assert content(Store(store).get("things", {}, build).path) == right
        assert not list(store.glob("partial/*"))


def test_entry_stored_on_a_full_disk_is_right_or_not_there(tmp_path):
    assert apart(fill_while_storing, tmp_path) == 0


def fill_while_importing(folder: Path) -> None:
    source, file = made_store(folder), folder / "file"
    exported(source, file)
    right = {path.name: content(path) for path in source.finished()}
    for size in sorted({*range(0, 3000, 149), *range(2500, 2600, 7)}):
        store, refused = Store(folder / str(size)), ""
        try:
            with disk_with_room_for(size):
                imported(store, file)
        except OSError as error:
            refused = in_one_line(error)
            assert str(store.root) in refused
        found = {path.name: content(path) for path in store.finished()}
        assert found == ({} if refused else right)
        assert not list(store.root.glob("partial/*"))
        imported(store, file)
        assert {path.name: content(path) for path in store.finished()} == right


def test_entries_that_come_on_a_full_disk_are_right_or_not_there(tmp_path):
    assert apart(fill_while_importing, tmp_path) == 0


def fill_while_replacing(folder: Path) -> None:
    right = content(Store(folder).get("things", {}, build).path)
    for size in range(0, len(right["array.npy"]), 997):
        with pytest.raises(OSError, match="partial"), disk_with_room_for(size):
            Store(folder).get("things", {}, build, force=True)
        assert content(Store(folder).find("things", {}).path) == right


def test_entry_replaced_on_a_full_disk_is_the_old_one(tmp_path):
    assert apart(fill_while_replacing, tmp_path) == 0


def test_device_is_written_to_and_stays_one():
    with pytest.raises(OSError, match="/dev/full") as raised:
        write_whole("x", Path("/dev/full"))
    assert in_one_line(raised.value) == (
        "/dev/full: No space left on device; free some space on its disk, or give another folder"
    )
    write_whole("x", Path("/dev/null"))
    for device in ("/dev/full", "/dev/null"):
        assert Path(device).is_char_device()


def test_what_a_link_leads_to_is_replaced(tmp_path):
    (tmp_path / "there.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("there.txt")
    write_whole("new", tmp_path / "link.txt")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "there.txt").read_text() == "new"


@pytest.mark.parametrize("name", ["图书馆员" * 21, "x" * 255, "a b.tar.gz"])
def test_any_name_that_a_disk_takes_can_be_written(tmp_path, name):
    write_whole("new", tmp_path / name)
    assert (tmp_path / name).read_text() == "new"


@pytest.mark.parametrize("stands", ["a folder", "a file for the folder"])
def test_what_stands_in_the_way_is_named(tmp_path, stands):
    path = tmp_path / "there" / "file.txt"
    (path.mkdir(parents=True) if stands == "a folder" else path.parent.write_text(""))
    with pytest.raises(OSError, match="there") as raised:
        write_whole("x", path)
    assert in_one_line(raised.value).startswith(str(path if stands == "a folder" else path.parent))
    assert "stands where a f" in in_one_line(raised.value)


@pytest.mark.parametrize("number", [28, 27])
def test_what_a_library_in_rust_says_is_an_error_of_the_machine(tmp_path, number):
    with pytest.raises(OSError, match=r"made.bin") as raised, replacing(tmp_path / "made.bin"):
        raise RuntimeError(f"Error while serializing: I/O error: (os error {number})")
    assert raised.value.errno == number
    assert in_one_line(raised.value)
