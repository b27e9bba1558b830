"""Parquet files as cells, through pyarrow: only the columns that are wanted are read.

Knows nothing about what the columns mean.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Final

import numpy as np

from pytest_claims.base.boundary import naming, reading
from pytest_claims.base.given_file import refuse_no_file
from pytest_claims.reading.arrow_columns import arrow_columns, names_in
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.places import Places

_WANTED: Final = "wanted a whole Parquet file that is not encrypted; write it anew"


def is_one(path: Path) -> bool:
    """Whether a file is Parquet, by its name."""
    return path.suffix.lower() == ".parquet"


def read(path: Path, name: str, wanted: Collection[str] | None = None) -> Cells:
    """The cells of a Parquet file, of all columns or of those that are wanted.

    Raises:
        InputError: for what is no such file.
    """
    refuse_no_file(path, kind="Parquet", remedy=_WANTED, name=path.name)
    with reading(path.name, kind="Parquet", remedy=_WANTED):
        from pyarrow import parquet

        with parquet.ParquetFile(path, memory_map=True) as file:
            schema = file.schema_arrow
            names = names_in(schema, wanted)
            table = file.read(columns=names)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with naming(path.name):
        columns, unread = arrow_columns(table, wanted)
    return Cells(
        name=name,
        columns=columns,
        places=Places.of(f"{path.name}, row", np.arange(1, table.num_rows + 1)),
        sha256=digest,
        provenance={"file": path.name},
        unread=(*unread, *(one for one in schema.names if one not in names)),
    )
