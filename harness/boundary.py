"""The boundary: which failures are told to a user in one line, and how; a bug of ours keeps its traceback.

Knows nothing about pytest, or about what was being done.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from harness.errors import InputError
from harness.visible import visible

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


def in_one_line(error: BaseException) -> str | None:
    """What to tell a user of ``error``, in one line; None for a bug of ours, of which the traceback is wanted."""
    if isinstance(error, InputError):
        return _joined(str(error))
    if isinstance(error, OSError) and error.errno in _REMEDIES:
        where = f"{error.filename}: " if error.filename else ""
        return _joined(f"{where}{error.strerror or type(error).__name__}; {_REMEDIES[error.errno]}")
    return None


@contextmanager
def reading(file: Path | str, *, remedy: str) -> Iterator[None]:
    """Whatever a library makes of a file that it cannot read becomes an InputError of one line.

    To be put around calls of a library on a user's file, and nothing of ours: readers raise whatever
    broken bytes lead them to, and in our own code the same errors are bugs.

    Args:
        file: what is read, as the error names it.
        remedy: what to do about it: what was wanted, and how to get it.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise InputError(f"{file} cannot be read ({_reason(error)}); {remedy}") from error


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _joined(said) or type(error).__name__


def _joined(text: str) -> str:
    return visible(" ".join(text.split()))
