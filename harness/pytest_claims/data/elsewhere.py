"""Elsewhere: what the source of a measurement says of the same cells in another place, and the cells with that.

Knows nothing about files, or about what a claim makes of it. Which of two values is right the source may know: a
claim that hangs on it says so.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.heard import heard
from pytest_claims.base.schema import refuse_unknown

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray as xr

_MOST: Final = 6  # of which there are 63 combinations


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Other ``values``, by column and label, for some cells of a table; ``source`` is where they stand.

    ``name`` is what sentences call the table with them.
    """

    name: str
    source: str
    values: Mapping[str, Mapping[str, float]]

    @property
    def cells(self) -> dict[tuple[str, str], float]:
        """The other value of each cell, by column and label."""
        return {(column, label): value for column, of in self.values.items() for label, value in of.items()}

    def within(self, data: xr.Dataset) -> xr.Dataset:
        """The data with these values."""
        changed = data.copy(deep=True)
        for column, of in self.values.items():
            (dim,) = data[column].dims
            array = changed[column].astype(float)
            for label, value in of.items():
                array.loc[{dim: label}] = value
            changed[column] = array
        return changed


def check_elsewhere(several: Sequence[Elsewhere], data: xr.Dataset, *, where: str) -> None:
    """Raise InputError for values of cells that are none, or that are no others."""
    names = [one.name for one in several]
    if len(set(names)) != len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{where}: elsewhere {repeated!r} is there more than once; name each otherwise")
    if len(several) > _MOST:
        raise InputError(
            f"{where}: {len(several)} times [[elsewhere]], wanted at most {_MOST}, which are asked in all combinations"
        )
    for one in several:
        _check(one, data, f"{where}, elsewhere {one.name!r}")


def combined(several: Sequence[Elsewhere]) -> Iterator[tuple[Elsewhere, ...]]:
    """Each of them, and all that go together, as of no cell they give two values."""
    for count in range(1, 1 + len(several)):
        for chosen in itertools.combinations(several, count):
            cells = [cell for one in chosen for cell in one.cells]
            if len(set(cells)) == len(cells):
                yield chosen


def _check(one: Elsewhere, data: xr.Dataset, where: str) -> None:
    refuse_unknown(one.values, list(map(str, data.data_vars)), what="column", where=where)
    if not one.cells:
        raise InputError(f"{where}: no values; wanted [elsewhere.values.COLUMN] with LABEL = value, or no such table")
    for (column, label), value in one.cells.items():
        array = data[column]
        if array.ndim != 1:
            along = ", ".join(map(str, array.dims))
            raise InputError(f"{where}: {column} is along {along}; wanted a column of a table, along one dimension")
        dim = str(array.dims[0])
        refuse_unknown([label], list(map(str, array[dim].values)), what=dim, where=where)
        if not math.isfinite(value) or float(array.loc[{dim: label}]) == value:
            raise InputError(f"{where}: {column} of {label} is {value:g}; wanted another number than in the table")
