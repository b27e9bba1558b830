"""The cells of labelled arrays: a row for each combination of labels along the dimensions that a finding declares.

Knows nothing about levels or tables: from here on arrays are what the cells of a file are.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pytest_claims.base.arrays import BoolArray
from pytest_claims.base.errors import InputError
from pytest_claims.data.declaration import Declaration
from pytest_claims.data.layout import Layout, layout_of
from pytest_claims.data.measurement import Measurement
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.column import Column
from pytest_claims.reading.number_column import number_column
from pytest_claims.reading.places import Places

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, kw_only=True, eq=False)
class _Combinations:
    """The combinations of the labels along some dimensions, each with a number: of the last they change the fastest."""

    name: str
    labels: dict[str, tuple[str, ...]]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.labels.values()))

    def __call__(self, number: int) -> str:
        """The labels of one, as an error says where it stands."""
        places = np.unravel_index(number, self.shape) if self.labels else ()
        told = [f"{dim} {some[at]}" for (dim, some), at in zip(self.labels.items(), places, strict=True)]
        return ", ".join([self.name, *told])


def array_cells(measurement: Measurement, declared: Declaration, *, besides: Collection[str] = ()) -> Cells:
    """The cells of a measurement by a declaration; ``besides`` are columns that it gets from elsewhere.

    A combination in which nothing was tried is no row. An array that lacks a dimension is repeated along it.

    Raises:
        InputError: for arrays that do not fit the declaration, and where nothing was tried at all.
    """
    layout = layout_of(measurement, declared, besides=besides)
    labels = {dim: tuple(map(str, measurement.labels(dim))) for dim in layout.rows}
    combinations = _Combinations(name=measurement.name, labels=labels)
    _check_counts(measurement, layout)
    arrays = {name: _along_rows(measurement.data[name], layout) for name in layout.read}
    rows = np.flatnonzero(_tried(arrays, layout, combinations))
    columns = {
        dim: Column(texts=labels[dim], codes=_spread(np.arange(len(labels[dim])), (dim,), combinations)[rows])
        for dim in layout.rows
    }
    for name, array in arrays.items():
        base = number_column(array.values)
        codes = _spread(base.codes.reshape(array.shape), array.dims, combinations)
        columns[name] = Column(texts=base.texts, codes=codes[rows])
    return Cells(
        name=measurement.name,
        columns=columns,
        places=Places.of(combinations, rows),
        sha256=measurement.sha256,
        provenance=measurement.provenance,
        unread=(*layout.unread, *(dim for dim in map(str, measurement.data.sizes) if dim not in layout.rows)),
        rounding={name: half * _summands(measurement, layout, name) for name, half in measurement.rounding.items()},
        families=measurement.families,
    )


def _along_rows(array: "xr.DataArray", layout: Layout) -> "xr.DataArray":
    """An array along some of the rows' dimensions, in their order: counts are summed over all others."""
    others = [dim for dim in array.dims if dim not in layout.rows]
    if others:
        array = array.astype(np.int64 if array.dtype.kind in "iu" else float).sum(others)
    return array.transpose(*(dim for dim in layout.rows if dim in array.dims))


def _summands(measurement: Measurement, layout: Layout, name: str) -> int:
    """Of how many numbers of an array one of its cells is the sum."""
    array = measurement.data[name]
    return math.prod(array.sizes[dim] for dim in array.dims if dim not in layout.rows) if name in layout.read else 1


def _spread(values: np.ndarray, dims: Iterable[object], combinations: _Combinations) -> np.ndarray:
    """Values along some dimensions, repeated along the others: one for each combination (N,)."""
    along = set(dims)
    shape = [len(some) if dim in along else 1 for dim, some in combinations.labels.items()]
    return np.broadcast_to(values.reshape(shape), combinations.shape).ravel()


def _tried(arrays: "dict[str, xr.DataArray]", layout: Layout, combinations: _Combinations) -> BoolArray:
    """In which combinations anything was tried (N,); all of them, where nobody says how often.

    Trials that are only repeated there do not count, if others lie along more dimensions. Of two that lie along others
    one is enough; where the other is 0 the table is refused, as that of a file is.
    """
    trials = {name: set(arrays[name].dims) for name in layout.trials}
    telling = [name for name, dims in trials.items() if not any(dims < other for other in trials.values())]
    if not telling:
        return np.ones(math.prod(combinations.shape), dtype=bool)
    several = [_spread(arrays[name].values > 0, arrays[name].dims, combinations) for name in telling]
    tried: BoolArray = np.logical_or.reduce(several)
    if not tried.any():
        raise InputError(
            f"{combinations.name}: {' and '.join(telling)} {'is' if len(telling) == 1 else 'are'} 0 everywhere, wanted "
            "something that was tried; measure again"
        )
    return tried


def _check_counts(measurement: Measurement, layout: Layout) -> None:
    """That counts are counts before they are summed: afterwards nobody would see it."""
    data = measurement.data
    for name in layout.read:
        if name in layout.counts:
            wrong = (data[name] < 0) | (data[name] != np.round(data[name]))
            _refuse(measurement, wrong, [name], "wanted whole numbers, at least 0")
    for rate in layout.rates:
        if set(rate) <= set(layout.read):
            successes, trials = rate
            _refuse(measurement, data[successes] > data[trials], rate, f"wanted no more {successes} than {trials}")


def _refuse(measurement: Measurement, wrong: "xr.DataArray", names: Iterable[str], wanted: str) -> None:
    """Raise InputError for the first place that is wrong, if there is any."""
    if not wrong.any():
        return
    at = dict(zip(wrong.dims, np.unravel_index(int(np.argmax(wrong.values)), wrong.shape), strict=True))
    place = [f"{dim} {measurement.labels(str(dim))[number]}" for dim, number in at.items()]
    arrays = {name: measurement.data[name] for name in names}
    found = [f"{name} is {float(one[{dim: at[dim] for dim in one.dims}]):g}" for name, one in arrays.items()]
    raise InputError(f"{', '.join([measurement.name, *place])}: {' and '.join(found)}, {wanted}; measure again")
