"""The boundary: which failures are told to a user in one line, and how; a bug of ours keeps its traceback.

Knows nothing about pytest, or about what was being done.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pytest_claims.base.errors import InputError, one_line

# What the machine refuses, and what to do about it; not what a bug of ours would run into.
_REMEDIES: Final = {
    errno.ENOSPC: "free some space on its disk, or give another folder",
    errno.EDQUOT: "free some space on its disk, or give another folder",
    errno.EFBIG: "free some space on its disk, or give another folder",
    errno.EACCES: "give a folder that you may write to",
    errno.EPERM: "give a folder that you may write to",
    errno.EROFS: "give a folder that you may write to",
    errno.ENOTDIR: "a file stands where a folder is wanted: move it away, or give another folder",
    errno.EEXIST: "a file stands where a folder is wanted: move it away, or give another folder",
    errno.EISDIR: "a folder stands where a file is wanted: move it away, or give another file",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ELOOP: "the link leads back to itself: remove it",
    errno.EIO: "the disk may be failing: give a folder on another",
}
_ACCELERATOR_FULL: Final = "OutOfMemoryError"  # torch's, which is not imported here


def in_one_line(error: BaseException) -> str | None:
    """What to tell a user of ``error``, in one line; None for a bug of ours, of which the traceback is wanted."""
    if isinstance(error, InputError):
        return one_line(str(error))
    if isinstance(error, OSError) and error.errno in _REMEDIES:
        where = f"{error.filename}: " if error.filename else ""
        return one_line(f"{where}{error.strerror or type(error).__name__}; {_REMEDIES[error.errno]}")
    if isinstance(error, MemoryError) or type(error).__name__ == _ACCELERATOR_FULL:
        return one_line(f"not enough memory ({_reason(error)}); end what else uses it, or take a smaller model")
    return None


@contextmanager
def reading(file: Path | str, *, remedy: str, kind: str = "") -> Iterator[None]:
    """Whatever a library makes of a file that it cannot read becomes an InputError of one line.

    To be put around calls of a library on a user's file, and nothing of ours: readers raise whatever
    broken bytes lead them to, and in our own code the same errors are bugs.

    Args:
        file: what is read, as the error names it.
        remedy: what to do about it: what was wanted, and how to get it.
        kind: what it is read as, such as ``a table``, where that is not plain.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise InputError(unreadable(file, _reason(error), remedy=remedy, kind=kind)) from error


@contextmanager
def naming(file: str) -> Iterator[None]:
    """An InputError about what was in a file names the file, too."""
    try:
        yield
    except InputError as error:
        if file in str(error):
            raise
        raise InputError(f"{file}: {error}") from error


def unreadable(file: Path | str, why: str, *, remedy: str, kind: str = "") -> str:
    """What an error says of a file that cannot be read."""
    return f"{file} cannot be read{' as ' * bool(kind)}{kind} ({why}); {remedy}"


def _reason(error: BaseException) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return one_line(said) or type(error).__name__
