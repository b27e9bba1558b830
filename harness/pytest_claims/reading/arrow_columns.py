"""Columns of an Arrow table as columns of cells. Knows nothing about the file that it was read from."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_claims.base.arrays import IntArray
from pytest_claims.base.errors import InputError
from pytest_claims.reading.column import Column
from pytest_claims.reading.number_column import distinct, number_column
from pytest_claims.reading.value import cell_of

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_columns(table: "pa.Table", wanted: Collection[str] | None) -> tuple[dict[str, Column], tuple[str, ...]]:
    """The columns that are wanted, or all that hold single values, and the names of the others.

    What is inside a structure is ``outer.inner``. Lists are none that a table of cells can hold.

    Raises:
        InputError: for two columns of one name.
    """
    columns, unread = dict[str, Column](), list[str]()
    for name, values in _flat(table):
        if name in columns or name in unread:
            raise InputError(f"column {name!r} appears more than once; rename or remove one")
        column = _column(values) if wanted is None or name in wanted else None
        if column is None:
            unread.append(name)
        else:
            columns[name] = column
    return columns, tuple(unread)


def names_in(schema: "pa.Schema", wanted: Collection[str] | None) -> list[str]:
    """The columns to read: of a structure all of it, if something inside is wanted."""
    if wanted is None:
        return list(schema.names)
    outer = {name.partition(".")[0] for name in wanted} | set(wanted)
    return [name for name in schema.names if name in outer]


def _flat(table: "pa.Table") -> "Iterator[tuple[str, pa.ChunkedArray]]":
    import pyarrow as pa

    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return zip(table.column_names, table.columns, strict=True)


def _column(values: "pa.ChunkedArray") -> Column | None:
    """The different values of a column as texts, and which each row has; None of lists and maps."""
    import pyarrow as pa

    kind = values.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    if pa.types.is_floating(kind):
        return number_column(values.to_numpy())  # null is NaN there
    coded = values if pa.types.is_dictionary(kind) else values.dictionary_encode()
    coded = coded.unify_dictionaries().combine_chunks()
    chunks = coded.chunks if isinstance(coded, pa.ChunkedArray) else [coded]
    if not chunks:
        return Column(texts=(), codes=np.zeros(0, dtype=np.intp))
    known = [cell_of(value) for value in chunks[0].dictionary.to_pylist()]
    return distinct([*known, ""], np.concatenate([_codes(chunk, len(known)) for chunk in chunks]))


def _codes(coded: Any, missing: int) -> IntArray:
    """The place of each row's value in the dictionary; what is null has the place behind the last."""
    codes: IntArray = coded.indices.fill_null(missing).to_numpy(zero_copy_only=False).astype(np.intp)
    return codes
