"""The command ``pytest-claims new``: a finding to begin with, from a file of data.

Knows nothing about how a proposal is made.
"""

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.base.writing import refuse_unwritable

_NAME: Final = re.compile(r"\w[\w-]*")


def new(arguments: Sequence[str]) -> int:
    """Propose a finding.toml and a first claim for a file of data.

    Args:
        arguments: the words after ``pytest-claims new``.

    Returns:
        The exit status.

    Raises:
        InputError: for a finding that is there already, and a file of which no table can be made.
    """
    asked = _parser().parse_args(arguments)
    path, folder = Path(asked.file), Path(asked.folder) / asked.name
    files = _files(folder, asked.name)
    for line in _written(path, folder, files):
        print(line)  # noqa: T201  a command's answer
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pytest-claims new",
        description="Propose a finding.toml and a first claim for a file of data: roles of its columns are guessed, "
        "and each guess says why. What is there already is left as it is.",
    )
    parser.add_argument("name", help="what the finding is to be called: the name of its folder")
    parser.add_argument("--from", dest="file", required=True, metavar="FILE", help="the data; they stay where they are")
    parser.add_argument("--in", dest="folder", default="claims", metavar="FOLDER", help="of findings (default: claims)")
    return parser


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    """The files that are to be written. Raises InputError for one that is there, and a name that can be none."""
    from pytest_claims.data.declaration_file import FILE

    if not _NAME.fullmatch(name):
        raise InputError(f"a finding called {name!r}; wanted letters, digits, _ and -, as in tuning_helps: correct it")
    files = folder / FILE, folder / f"test_{name}.py"
    for file in files:
        if is_given(file):
            raise InputError(f"{file} is there already, and is not written over; give another name, or move it away")
    refuse_unwritable(folder, "--in")
    return files


def _written(path: Path, folder: Path, files: tuple[Path, Path]) -> list[str]:
    """Lines about the files that were written."""
    from pytest_claims.base.whole_file import write_whole
    from pytest_claims.proposal.proposed import proposed
    from pytest_claims.reading.formats import KNOWN, is_table, read_cells

    if not is_table(path):
        raise InputError(f"{path} holds no table of a format that is read, or is not there; wanted {KNOWN}")
    found = proposed(read_cells(path), name=folder.name, file=path.name, data=_seen_from(path, folder))
    for file, text in zip(files, (found.toml, found.claim), strict=True):
        write_whole(text, file)
    roles = [f"  {one.role} {one.name!r}: {one.why}" for one in found.guesses]
    return [*(f"wrote {file}" for file in files), *roles, f"Read finding.toml, correct it, and run: pytest {folder}"]


def _seen_from(path: Path, folder: Path) -> str:
    """The path of a file as a folder sees it, be there links on the way; on another drive, the whole path."""
    there, here = os.path.realpath(path), os.path.realpath(folder)
    try:
        return Path(os.path.relpath(there, here)).as_posix()
    except ValueError:
        return Path(there).as_posix()
