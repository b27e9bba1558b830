"""How the data of a subject differ from those on record, in words: down to the cell, where that is known.

Knows nothing about where the words stand.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from pytest_claims.verdicts.changed_data import ChangedCell, ChangedData
from pytest_claims.words.apart import apart
from pytest_claims.words.listed import joined, listed
from pytest_claims.words.verdict import several

_MOST_ROWS: Final = 3  # of which each cell is told
_HASH: Final = 12


def other_data(one: ChangedData) -> str:
    """That the data of a subject are others, and what to do about it."""
    return f"the data of {one.subject} are not those on record; restore them, or accept them with --claims-save"


def how(one: ChangedData) -> str:
    """What differs: ``q7: score 0.55, now 0.85; 1 of 12 in score``."""
    return "; ".join(_parts(one)) or _elsewhere(one)


def _parts(one: ChangedData) -> Iterator[str]:
    for names, what in (
        (one.rows_gone, "gone"),
        (one.rows_new, "new"),
        (one.columns_gone, "gone: column"),
        (one.columns_new, "new: column"),
    ):
        if names:
            yield f"{what} {listed(names)}"
    rows = [(row, list(cells)) for row, cells in groupby(one.cells, key=lambda cell: cell.row)]
    yield from (f"{row}: {_cells(cells)}" for row, cells in rows[:_MOST_ROWS])
    if len(rows) > _MOST_ROWS:
        yield f"and {several(len(rows) - _MOST_ROWS, 'row')} more"
    if one.cells:
        yield joined(list(_counts(one)))
    if one.columns:
        yield f"other values in {listed(one.columns)}"


def _cells(cells: Sequence[ChangedCell]) -> str:
    told = []
    for cell in cells:
        before, after = apart(cell.was, cell.now)
        told.append(f"{cell.column} {before}, now {after}")
    return ", ".join(told)


def _counts(one: ChangedData) -> Iterator[str]:
    for column, size in one.sizes.items():
        if count := sum(cell.column == column for cell in one.cells):
            yield f"{count} of {size} in {column}"


def _elsewhere(one: ChangedData) -> str:
    hashes = f"sha256 was {one.was[:_HASH]}, is {one.now[:_HASH]}"
    same = "no number of its table is another, so labels, their order, or arrays are"
    return f"{hashes}; {same}" if one.kept else hashes
