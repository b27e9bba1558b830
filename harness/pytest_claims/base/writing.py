"""What a run writes at its end: a file that cannot be written is told in a line, and keeps no other from being written.

Knows nothing about what is in the files.
"""

import errno
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError
from pytest_claims.base.whole_file import write_whole


class Writing:
    """The files that were ``written``, lines about those that ``failed``, and ``notices`` of what was dealt with."""

    def __init__(self) -> None:
        self.written: list[Path] = []
        self.failed: list[str] = []
        self.notices: list[str] = []

    def write(self, path: Path, content: Callable[[], str]) -> None:
        """Write what ``content`` makes."""
        with self.telling(path):
            write_whole(content(), path)
            if path not in self.written:
                self.written.append(path)

    @contextmanager
    def telling(self, path: Path) -> Iterator[None]:
        """What a user can mend becomes a line that names the file; a bug of ours comes through."""
        try:
            yield
        except (OSError, InputError) as error:
            if (line := in_one_line(error)) is None:
                raise
            self.failed.append(f"{path} is not written: {line}")


def refuse_unwritable(folder: Path, option: str) -> None:
    """Raise InputError for a folder that cannot be made, or written to, before anything is computed for it.

    ``option`` is what gives another. Nothing is left behind: the folder is made when there is something to write.
    """
    nearest = folder.absolute()
    try:
        while not _is_there(nearest):
            nearest = nearest.parent
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        why = "it is a file" if error.errno == errno.ENOTDIR else error.strerror or type(error).__name__
        raise InputError(
            f"{nearest} is wanted as a folder to write to, and cannot be ({why}); give another with {option}"
        ) from error


def refuse_folder(file: Path, option: str) -> None:
    """Raise InputError where ``file``, which is to be written, is a folder, or its own folder cannot be written to."""
    if file.is_dir():
        raise InputError(f"{file} is a folder, wanted a file to write to; give another with {option}")
    refuse_unwritable(file.parent, option)


def _is_there(path: Path) -> bool:
    """Whether anything has that name, be it a link that leads nowhere. Raises OSError where nothing ever can."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
