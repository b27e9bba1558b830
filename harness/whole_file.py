"""Files that are written whole or not at all, and are on the disk before anybody relies on them.

Knows nothing about what is in them. All that the harness and the laboratory write goes through here: what a
library writes by itself may be cut short by a full disk without a word, as numpy's arrays are.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(content: str | bytes, path: Path) -> None:
    """Write ``content`` to ``path``, text as UTF-8, making its folder; a reader never sees half of it.

    Raises:
        OSError: if it cannot be written or the disk is full; what was there before is then still there.
    """
    with replacing(path) as partial:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside ``path``, for the caller or a library to write, which takes its place once it is on the disk.

    Only for a library that says when it could not write: for any other, make bytes and write those.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{os.getpid()}-{path.name[-200:]}")  # ends as path does: libraries go by the suffix
    try:
        yield partial
        sync(partial)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Return when the file, or a folder's list of names, is on the disk. Raises OSError where it cannot be."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
