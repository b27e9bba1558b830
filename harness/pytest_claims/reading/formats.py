"""Formats of files that hold tables: which of them a file is of, and its cells.

Knows nothing about any format: each has a module that is imported when a file of it is read.
"""

from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given

if TYPE_CHECKING:
    from pytest_claims.reading.cells import Cells

# The first that knows a file reads it: a log is JSON, too.
_MODULES: Final = {
    ".csv": ("csv_file",),
    ".jsonl": ("lm_eval_log", "json_lines"),
    ".ndjson": ("json_lines",),
    ".json": ("inspect_log", "lm_eval_log", "json_lines"),
    ".eval": ("inspect_log",),
    ".parquet": ("parquet_file",),
    "": ("datasets_folder",),
}
_OF_DATASETS: Final = ("dataset_dict.json", "state.json")  # in a folder that datasets wrote
KNOWN: Final = ".csv, .jsonl, .json, .parquet, .eval, or a folder that datasets wrote"


def is_table(path: Path) -> bool:
    """Whether a file, or folder, is there that holds a table of a format that is read, by its name."""
    if not is_given(path):
        return False
    return bool(_suffix(path)) or any((path / name).is_file() for name in _OF_DATASETS)


def table_name(path: Path) -> str:
    """What a subject is named that is read from a file: the file's name without what says its format."""
    return path.name.removesuffix(path.suffix) if _suffix(path) else path.name


def read_cells(path: Path, name: str = "", wanted: Collection[str] | None = None) -> "Cells":
    """The cells of a file.

    Args:
        path: the file, or folder.
        name: what the subject goes by; after the file unless told.
        wanted: the columns that somebody asks for; all unless told.

    Raises:
        InputError: for a file of no format that is read, and for one that is none of its format.
    """
    for module in _MODULES[_suffix(path)]:
        reader: Any = import_module(f"pytest_claims.reading.{module}")
        if reader.is_one(path):
            cells: Cells = reader.read(path, name or table_name(path), wanted)
            return cells
    raise InputError(f"{path.name} holds no table of a format that is read; wanted {KNOWN}")


def _suffix(path: Path) -> str:
    """What the name ends in, if it is one of those that are read; empty for any other."""
    suffix = path.suffix.lower()
    return suffix if suffix in _MODULES else ""
