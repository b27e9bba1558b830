"""Hashes of large files: computed once, and anew for whatever may have changed."""

import os
from types import SimpleNamespace

import pytest

from pytest_claims_lab.hashed import sha256_once
from pytest_claims_lab.manifest import sha256_of


@pytest.fixture
def read(monkeypatch):
    """The names of the files that were read."""
    files = []

    def hashed(path):
        files.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr("pytest_claims_lab.hashed.sha256_of", hashed)
    return files


@pytest.fixture
def later(monkeypatch):
    """A clock by which nothing was changed just now."""
    monkeypatch.setattr("pytest_claims_lab.hashed.time", SimpleNamespace(time_ns=lambda: 2**63))


def test_file_is_read_once(tmp_path, read, later):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"a"), other.write_bytes(b"b")
    (tmp_path / "link").symlink_to(one)
    said = [sha256_once(path) for path in (one, other, tmp_path / "link", one)]
    assert said == [sha256_of(one), sha256_of(other), sha256_of(one), sha256_of(one)]
    assert read == ["one", "other"]


@pytest.mark.parametrize("how", ["in its place", "another file", "with the dates of the first"])
def test_file_that_changed_is_read_again(tmp_path, read, later, how):
    """Of one size, so that nothing but the dates or the place tells."""
    file = tmp_path / "file"
    file.write_bytes(b"before")
    dates = file.stat().st_atime_ns, file.stat().st_mtime_ns
    sha256_once(file)
    if how == "another file":
        (tmp_path / "new").write_bytes(b"after.")
        (tmp_path / "new").replace(file)
    while file.read_bytes() != b"after." or file.stat().st_ctime_ns == dates[1]:
        file.write_bytes(b"after.")
    if how == "with the dates of the first":
        os.utime(file, ns=dates)
    assert sha256_once(file) == sha256_of(file)
    assert read == ["file", "file"]


def test_file_that_was_changed_just_now_is_not_relied_on(tmp_path, read):
    """It may change within one tick of the clock by which the disk dates it."""
    file = tmp_path / "file"
    file.write_bytes(b"before")
    assert sha256_once(file) == sha256_once(file) == sha256_of(file)
    assert read == ["file", "file"]
