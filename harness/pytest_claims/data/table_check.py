"""Whether a table that a finding made is one: names, shapes and numbers.

Knows nothing about how it was made. It is asked once for each subject; copies of a table are as sound as it is.
"""

from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.array import ROWS, Alternatives, Array
from pytest_claims.data.levels import Levels
from pytest_claims.data.table import Table

_MOST_ALONG_ROWS: Final = 2


def check_table(table: Table) -> None:
    """Raise InputError for rows that are not named once each, and for values of another shape or that are no numbers.

    Columns are of shape (N,); arrays are along the rows as they say, and have a label for each place where there
    are labels. NaN is a number in an array only: there something may not have been tried.
    """
    _check_rows(table)
    if table.design.columns:
        refuse_unknown(table.columns, table.design.columns, what="column", where=table.subject)
    for name, levels in table.levels.items():
        _check_levels(table, name, levels)
    _check_design(table)
    for name, column in table.columns.items():
        _check_column(table, name, column)
    _check_counts(table)
    for dim, labels in table.labels.items():
        if len(set(labels)) != len(labels):
            raise InputError(f"{table.subject}: a {dim} appears more than once; label each once")
    for name, array in table.arrays.items():
        _check_array(table, name, array)
    if table.alternatives is not None:
        _check_alternatives(table, table.alternatives)


def _check_rows(table: Table) -> None:
    unit, seen = table.design.words.unit, set[str]()
    if not table.rows:
        raise InputError(f"{table.subject}: the table has no rows, wanted one for each {unit}; correct the finding's")
    texts = all(isinstance(row, str) for row in table.rows)
    if texts and len({*table.rows}) == len(table) and all(map(str.strip, table.rows)):
        return
    for row in table.rows:
        if not isinstance(row, str) or not row.strip():
            raise InputError(f"{table.subject}: a {unit} is called {row!r}, wanted a name; name it or remove it")
        if row in seen:
            raise InputError(f"{table.subject}: {unit} {row} appears more than once; give each one row")
        seen.add(row)


def _check_levels(table: Table, name: str, levels: Levels) -> None:
    if levels.codes.shape != (len(table),) or (
        len(table) and not 0 <= levels.codes.min() <= levels.codes.max() < len(levels.names)
    ):
        raise InputError(
            f"{table.subject}: {name} has {len(levels.codes)} codes of {len(levels.names)} levels, wanted one for "
            f"each of {len(table)} rows, a place among the levels; correct the table of the finding"
        )
    if len(set(levels.names)) != len(levels.names):
        twice = next(level for level in levels.names if levels.names.count(level) > 1)
        raise InputError(f"{table.subject}: {name} {twice} appears more than once among its levels; name each once")
    if name in table.columns:
        raise InputError(f"{table.subject}: {name!r} is a unit or factor, and a column, too; rename one")


def _check_design(table: Table) -> None:
    """That what is declared of levels and columns is about those that there are."""
    design, dims = table.design, [*table.levels, *table.labels]
    known = {name for levels in table.levels.values() for name in levels.names}
    known |= {str(label) for labels in table.labels.values() for label in labels}
    refuse_unknown(table.families, known, what="level", where=f"{table.subject}, families")
    refuse_unknown(table.rounding, list(table.columns), what="column", where=f"{table.subject}, rounding")
    units = [unit.name for unit in design.units]
    for unit in design.units:
        refuse_unknown(unit.within, units, what="unit", where=f"{table.subject}, {unit.name} within")
    references = {one.name: one.reference for one in design.units} | {one.name: one.reference for one in design.factors}
    for name, reference in references.items():
        if reference and name in dims:
            refuse_unknown([reference], table.names(name), what=name, where=f"{table.subject}, reference")
    if design.columns:
        named = [*design.limits, *design.controls, *design.residuals, *design.errors, *design.errors.values()]
        refuse_unknown(named, design.columns, what="column", where=f"{table.subject}, design")


def _check_counts(table: Table) -> None:
    """That what was counted are whole numbers, and never more successes than trials; a row was tried at least once."""
    rate = table.design.rate
    if rate is None or rate.trials not in table.columns:
        return
    trials, successes = table.columns[rate.trials], table.columns.get(rate.successes)
    wrong = (trials < 1) | (trials != np.round(trials))
    if successes is not None:
        wrong |= (successes < 0) | (successes > trials) | (successes != np.round(successes))
    if wrong.any():
        place = int(np.argmax(wrong))
        have = f"{rate.trials} {trials[place]:g}"
        have += f", {rate.successes} {successes[place]:g}" if successes is not None else ""
        raise InputError(
            f"{table.subject}: {table.rows[place]} has {have}; wanted whole numbers, at least one of {rate.trials} "
            f"and no more {rate.successes}; correct it, or leave the row out"
        )


def _check_column(table: Table, name: str, values: FloatArray) -> None:
    if values.dtype.kind != "f":
        raise InputError(f"{table.subject}: column {name!r} holds {values.dtype}, wanted numbers; make it float")
    if values.shape != (len(table),):
        raise InputError(
            f"{table.subject}: column {name!r} has the shape {values.shape}, wanted ({len(table)},), a number for each "
            f"{table.design.words.unit}; correct the table of the finding"
        )
    if not np.isfinite(values[~np.isnan(values)] if name in table.design.gaps else values).all():
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
    if several.values.dtype.kind != "f" or not np.isfinite(several.values).all():
        raise InputError(
            f"{table.subject}: alternatives of {several.column} are not all numbers; leave out those not known of all"
        )
    if several.values.shape != (choices, len(table)):
        raise InputError(
            f"{table.subject}: alternatives of {several.column} have the shape {several.values.shape}, wanted "
            f"({choices}, {len(table)}), a number for each choice and {table.design.words.unit}; "
            "correct the table of the finding"
        )
