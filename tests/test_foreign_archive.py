"""Archives that no store wrote, or that were damaged on the way: refused by name, and nothing lies elsewhere."""

import gzip
import json
import tarfile
import tempfile
from pathlib import Path

import pytest
from archives import altered, content, exported, filled, imported, repacked
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab.store import Store


@pytest.fixture
def source(tmp_path):
    """A store with three entries."""
    return filled(tmp_path / "source", {("answers", key): {"a.txt": b"%d" % key} for key in range(3)})


def added(name, kind=tarfile.REGTYPE, **more):
    """Puts a member behind the first entry's manifest; ``{}`` of its name is the entry."""

    def change(members):
        (head, manifest, *others) = members
        info = tarfile.TarInfo(name.format(manifest[0].name.removesuffix("/entry.json")))
        info.type = kind
        for attribute, value in more.items():
            setattr(info, attribute, value)
        return [head, manifest, (info, b""), *others]

    return change


def of_another_kind(kind):
    def change(members):
        for member, _ in members[1:3]:
            member.name = f"{kind}/{member.name.partition('/')[2]}"
        return members

    return change


FOREIGN = {
    "a path that leads out": (added("{}/../../../outside"), "outside the destination"),
    "a path from the root": (added("/outside"), "is no manifest of an entry"),
    "a link out": (added("{}/a.txt", tarfile.SYMTYPE, linkname="../../../outside"), "outside the destination"),
    "a link to a file of the entry": (added("{}/b", tarfile.SYMTYPE, linkname="a.txt"), "is no file of its manifest"),
    "a hard link": (added("{}/a.txt", tarfile.LNKTYPE, linkname="/etc/passwd"), "an absolute path"),
    "a device": (added("{}/a.txt", tarfile.CHRTYPE), "is a special file"),
    "a file that is not in its manifest": (added("{}/more"), "more is no file of its manifest"),
    "a file with other content": (altered("a.txt", lambda was: was + b"x"), "a.txt does not have its hash"),
    "a manifest that is none": (altered("entry.json", lambda was: b"{"), "its manifest cannot be read"),
    "a manifest of another key": (
        altered("entry.json", lambda was: json.dumps(json.loads(was) | {"key": {}}).encode()),
        "its manifest is that of another key",
    ),
    "a manifest with a file that is elsewhere": (
        altered("entry.json", lambda was: was.replace(b'"a.txt"', b'"../../../outside"')),
        "is no file of its manifest",
    ),
    "an entry among what is unfinished": (of_another_kind("unfinished"), "is no manifest of an entry"),
    "an entry in a hidden folder": (of_another_kind(".."), "is no manifest of an entry"),
    "no manifest": (lambda members: [members[0], *members[2:]], "is no manifest of an entry"),
    "a file that is lacking": (lambda members: [*members[:2], *members[3:]], "a.txt is missing"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_no_entry_is_refused_by_name_and_the_others_come(case, source, tmp_path):
    change, why = FOREIGN[case]
    file, other = tmp_path / "file", Store(tmp_path / "inner" / "other")
    exported(source, file)
    repacked(file, change)
    before = sorted(tmp_path.rglob("*"))
    became = imported(other, file)
    refused = [moved for moved in became if moved.became == "refused"]
    assert any(why in moved.why for moved in refused)
    assert sum(moved.became == "moved" for moved in became) >= 2
    assert all(entry in content(source).items() for entry in content(other).items())
    elsewhere = [path for path in sorted(tmp_path.rglob("*")) if not path.is_relative_to(tmp_path / "inner")]
    assert elsewhere == before
    assert not list(other.root.glob("partial/*"))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"format": 2, "version": "9.9", "more": 1}, r"has format 2 of pytest-claims 9\.9, wanted 1; export it with"),
        ({}, "has format None of pytest-claims None, wanted 1"),
        ([], "has format"),
    ],
)
def test_archive_of_another_format_is_refused_as_a_whole(head, said, source, tmp_path):
    exported(source, tmp_path / "file")
    repacked(tmp_path / "file", altered("store.json", lambda _: json.dumps(head).encode()))
    with pytest.raises(InputError, match=said):
        imported(other := Store(tmp_path / "other"), tmp_path / "file")
    assert not list(other.finished())


def test_other_files_are_no_archives(tmp_path, source):
    (tmp_path / "text").write_text("text")
    (tmp_path / "packed").write_bytes(gzip.compress(b"text"))
    with tarfile.open(tmp_path / "tar", "w:gz") as tar:
        tar.add(tmp_path / "text", "text")
    for name, said in (
        ("text", r"text cannot be read as an export of a store \(Not a gzipped file"),
        ("packed", r"packed cannot be read as an export of a store \("),
        ("tar", r"tar is no export of a store; give what pytest-claims store export wrote"),
    ):
        with pytest.raises(InputError, match=said):
            imported(source, tmp_path / name)


@settings(max_examples=30, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), cut=st.booleans())
def test_any_damage_is_told_and_nothing_of_it_is_stored(where, cut):
    with tempfile.TemporaryDirectory() as folder:
        source = filled(Path(folder, "source"), {("answers", key): {"a.txt": b"%d" % key * 99} for key in range(4)})
        file, other = Path(folder, "file"), Store(Path(folder, "other"))
        exported(source, file)
        before = file.read_bytes()
        at = int(where * len(before))
        file.write_bytes(before[:at] if cut else before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :])
        try:
            refused = [moved for moved in imported(other, file) if moved.became == "refused"]
        except InputError as error:
            refused = [str(error)]
        want = content(source)
        assert refused or content(other) == want, "what is not told is no damage"
        for name, files in content(other).items():  # a manifest that came may say another time: then damage is told
            assert {**files, "entry.json": b""} == {**want[name], "entry.json": b""}


def test_python_that_cannot_unpack_safely_is_refused(source, tmp_path, monkeypatch):
    """3.11.0 to 3.11.3."""
    exported(source, tmp_path / "file")
    monkeypatch.delattr(tarfile, "data_filter")
    with pytest.raises(InputError, match=r"Python [\d.]+ cannot unpack safely; import with Python 3\.11\.4 or later"):
        imported(Store(tmp_path / "other"), tmp_path / "file")
