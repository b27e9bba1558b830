"""Stores and their archives, for tests."""

import io
import tarfile
from pathlib import Path

from hypothesis import strategies as st

from pytest_claims_lab.archive import Moved, read_archive, write_archive
from pytest_claims_lab.progress import silent
from pytest_claims_lab.store import Store

FILES = st.dictionaries(st.sampled_from(["a.txt", "b.npy", "inner/c.json"]), st.binary(max_size=50), max_size=3)
ENTRIES = st.dictionaries(st.tuples(st.sampled_from(["answers", "readings", "begun"]), st.integers(0, 9)), FILES)


def put(store, kind, key, files):
    """An entry with these files, by their names."""

    def build(folder):
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)

    return store.get(kind, {"key": key}, build)


def filled(root, entries) -> Store:
    """A store with these entries, by kind and key."""
    store = Store(root)
    for (kind, key), files in entries.items():
        put(store, kind, key, files)
    return store


def content(store) -> dict[str, dict[str, bytes]]:
    """Every finished entry: its files, its manifest among them."""
    return {
        f"{folder.parent.name}/{folder.name}": {
            file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
        }
        for folder in store.finished()
    }


def exported(store, file: Path, **options) -> list[Moved]:
    """What became of each entry when the store was exported."""
    return write_archive(store, file, track=silent, **{"adapters": False} | options)


def imported(store, file: Path) -> list[Moved]:
    """What became of each entry of a file."""
    with file.open("rb") as stream:
        return list(read_archive(store, stream, file.name))


def repacked(file, change):
    """The same archive with its members, name and content, as ``change`` leaves them."""
    with tarfile.open(file) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar]
    with tarfile.open(file, "w:gz") as tar:
        for member, data in change(members):
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def altered(name, content):
    """Gives the first member of that name other content."""

    def change(members):
        first = next(place for place, (member, _) in enumerate(members) if member.name.endswith(name))
        members[first] = members[first][0], content(members[first][1])
        return members

    return change
