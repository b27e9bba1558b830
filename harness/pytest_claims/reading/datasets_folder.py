"""Folders that the library datasets wrote with ``save_to_disk``, as cells; several splits have a column ``split``.

Knows nothing about what the columns mean. The data in them are Arrow streams, which are read as such: nothing of a
dataset is executed, and datasets need not be installed.
"""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pytest_claims.base.boundary import naming, reading
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text, json_in
from pytest_claims.reading.arrow_columns import arrow_columns
from pytest_claims.reading.cells import Cells, joined
from pytest_claims.reading.places import Places

if TYPE_CHECKING:
    import pyarrow as pa

_WANTED: Final = "wanted a folder as datasets' save_to_disk writes it; save it again"
_SPLITS, _STATE = "dataset_dict.json", "state.json"
_SPLIT: Final = "split"


def is_one(path: Path) -> bool:
    """Whether a folder is one, by what lies in it."""
    return path.is_dir() and any((path / name).is_file() for name in (_SPLITS, _STATE))


def read(path: Path, name: str, wanted: Collection[str] | None = None) -> Cells:
    """The cells of a dataset, or of all splits of one.

    Raises:
        InputError: for a folder that is none, or not whole, and for one whose rows are chosen by indices.
    """
    if not (path / _SPLITS).is_file():
        return _dataset(path, name, wanted)
    splits = _content(path / _SPLITS).get("splits")
    if not isinstance(splits, list) or not splits:
        raise InputError(f"{path.name}/{_SPLITS} names no splits; {_WANTED}")
    parts = [_dataset(path / str(split), f"{path.name}/{split}", wanted) for split in splits]
    told = [part.with_texts({_SPLIT: str(split)}) for part, split in zip(parts, splits, strict=True)]
    return joined(told, name=name)


def _dataset(folder: Path, name: str, wanted: Collection[str] | None) -> Cells:
    import pyarrow as pa

    state = _content(folder / _STATE)
    if state.get("_indices_data_files"):
        raise InputError(
            f"{folder.name} keeps its rows in an order of their own; save it again after ds.flatten_indices()"
        )
    tables, digest = [], hashlib.sha256()
    for file in _files(folder, state):
        with reading(f"{folder.name}/{file.name}", kind="an Arrow stream", remedy=_WANTED):
            content = file.read_bytes()
            digest.update(content)
            tables.append(_table(content))
    with reading(folder.name, kind="a dataset", remedy=_WANTED):
        table = pa.concat_tables(tables)
    with naming(folder.name):
        columns, unread = arrow_columns(table, wanted)
    return Cells(
        name=name,
        columns=columns,
        places=Places.of(f"{folder.name}, row", np.arange(1, table.num_rows + 1)),
        sha256=digest.hexdigest(),
        provenance={"file": folder.name},
        unread=unread,
    )


def _table(content: bytes) -> "pa.Table":
    import pyarrow as pa

    with pa.ipc.open_stream(content) as stream:
        return stream.read_all()


def _files(folder: Path, state: dict[str, Any]) -> Iterator[Path]:
    """The files of the data, which lie in the folder itself."""
    files = state.get("_data_files")
    if not isinstance(files, list) or not files:
        raise InputError(f"{folder.name}/{_STATE} names no files of data; {_WANTED}")
    for one in files:
        yield folder / Path(str(one.get("filename") if isinstance(one, dict) else one)).name


def _content(path: Path) -> dict[str, Any]:
    text = given_text(path, kind="JSON", remedy=_WANTED, name=f"{path.parent.name}/{path.name}")
    content = json_in(text, file=f"{path.parent.name}/{path.name}", remedy=_WANTED)
    if not isinstance(content, dict):
        raise InputError(f"{path.parent.name}/{path.name} holds {type(content).__name__}, wanted an object; {_WANTED}")
    return content
