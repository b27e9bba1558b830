"""Files that are written whole or not at all, and are on the disk before anybody relies on them.

Knows nothing about what is in them. All that the harness and the laboratory write goes through here: what a
library writes by itself may be cut short by a full disk without a word, as numpy's arrays are.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pytest_claims.base.errors import InputError

_IN_WORDS: Final = re.compile(r"\(os error (\d+)\)")  # how libraries in Rust tell what the machine refused
_LONGEST: Final = 60  # characters of a name, of up to 4 bytes each: a name has room for 255


def write_whole(content: str | bytes, path: Path) -> None:
    """Write ``content`` to ``path``, text as UTF-8, making its folder; a reader never sees half of it.

    Raises:
        OSError: if it cannot be written or the disk is full; what was there before is then still there.
    """
    write_pieces([content.encode() if isinstance(content, str) else content], path)


def write_pieces(pieces: Iterable[bytes], path: Path) -> None:
    """Write ``pieces``, one behind the other, as :func:`write_whole` does."""
    with replacing(path) as partial, partial.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside ``path``, for the caller or a library to write, which takes its place once it is on the disk.

    What a link leads to is replaced, not the link; a device, such as ``/dev/stdout``, is written to itself.
    Only for a library that says when it could not write: for any other, make bytes and write those.
    """
    wanted, path = path, Path(os.path.realpath(path))
    if path.exists() and not (path.is_file() or path.is_dir()):
        with as_os_error(wanted):
            yield path
        return
    partial = path.with_name(f".{os.getpid()}-{path.name[-_LONGEST:]}")  # ends as path does: libraries go by the suffix
    try:
        with as_os_error(wanted, instead_of=partial):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield partial
            put(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def put(partial: Path, path: Path) -> None:
    """Move a file or folder that is finished to where it belongs, in the same folder or near, for good.

    Raises:
        OSError: if it cannot be moved; what was there before is then still there.
    """
    sync(partial)
    partial.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Return when the file, or a folder's list of names, is on the disk. Raises OSError where it cannot be."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def as_os_error(path: Path, instead_of: Path | None = None) -> Iterator[None]:
    """What the machine refuses while something is written to ``path`` names it, and is an OSError, whoever tells it.

    Args:
        instead_of: a passing name of ``path``, which a user has never heard of.
    """
    try:
        yield
    except InputError:
        raise
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(instead_of)):
            error.filename, error.filename2 = str(path), None
        raise
    except Exception as error:
        if said := _IN_WORDS.search(str(error)):
            number = int(said[1])
            raise OSError(number, os.strerror(number), str(path)) from error
        raise
