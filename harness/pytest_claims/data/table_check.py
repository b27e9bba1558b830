"""Whether a table that a finding made is one: names, shapes and numbers.

Knows nothing about how it was made. It is asked once for each subject; copies of a table are as sound as it is.
"""

from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.table import ROWS, Alternatives, Array, Table

_MOST_ALONG_ROWS: Final = 2


def check_table(table: Table) -> None:
    """Raise InputError for rows that are not named once each, and for values of another shape or that are no numbers.

    Columns are of shape (N,); arrays are along the rows as they say, and have a label for each place where there
    are labels. NaN is a number in an array only: there something may not have been tried.
    """
    _check_rows(table)
    if table.design.columns:
        refuse_unknown(table.columns, table.design.columns, what="column", where=table.subject)
    for name, column in table.columns.items():
        _check_column(table, name, column)
    for name, array in table.arrays.items():
        _check_array(table, name, array)
    if table.alternatives is not None:
        _check_alternatives(table, table.alternatives)


def _check_rows(table: Table) -> None:
    unit, seen = table.design.words.unit, set[str]()
    for row in table.rows:
        if not isinstance(row, str) or not row.strip():
            raise InputError(f"{table.subject}: a {unit} is called {row!r}, wanted a name; name it or remove it")
        if row in seen:
            raise InputError(f"{table.subject}: {unit} {row} appears more than once; give each one row")
        seen.add(row)


def _check_column(table: Table, name: str, values: FloatArray) -> None:
    if values.shape != (len(table),):
        raise InputError(
            f"{table.subject}: column {name!r} has the shape {values.shape}, wanted ({len(table)},), a number for each "
            f"{table.design.words.unit}; correct the table of the finding"
        )
    if not np.isfinite(values).all():
        place = int(np.argmin(np.isfinite(values)))
        raise InputError(
            f"{table.subject}: {name} of {table.rows[place]} is {values[place]}, wanted a number; "
            "leave the column out if it is not known of all"
        )


def _check_array(table: Table, name: str, array: Array) -> None:
    lengths = {dim: len(labels) for dim, labels in table.labels.items() if labels} | {ROWS: len(table)}
    fits = len(array.dims) == array.values.ndim and all(
        lengths.get(dim, length) == length for dim, length in zip(array.dims, array.values.shape, strict=False)
    )
    if array.dims.count(ROWS) > _MOST_ALONG_ROWS:
        raise InputError(
            f"{table.subject}: array {name!r} is along {', '.join(array.dims)}; wanted {ROWS} twice at most; "
            "correct the table of the finding"
        )
    if not fits:
        wanted = ", ".join(f"{dim} {lengths[dim]}" if dim in lengths else dim for dim in array.dims)
        raise InputError(
            f"{table.subject}: array {name!r} has the shape {array.values.shape}, wanted ({wanted}); "
            "correct the table of the finding"
        )


def _check_alternatives(table: Table, several: Alternatives) -> None:
    refuse_unknown([several.column], list(table.columns), what="column", where=f"{table.subject}, alternatives")
    choices = len(several.ordinary)
    if several.values.shape != (choices, len(table)):
        raise InputError(
            f"{table.subject}: alternatives of {several.column} have the shape {several.values.shape}, wanted "
            f"({choices}, {len(table)}), a number for each choice and {table.design.words.unit}; "
            "correct the table of the finding"
        )
