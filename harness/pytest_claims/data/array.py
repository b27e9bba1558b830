"""The array of a table: values along its rows and further dimensions; and what one column might have been instead.

Knows nothing about the table that holds them.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pytest_claims.base.arrays import BoolArray, FloatArray, IntArray
from pytest_claims.base.frozen import frozen, read_only

ROWS: Final = "rows"  # the dimension of an array that goes along the rows of its table


@dataclass(frozen=True, kw_only=True, eq=False)
class Array:
    """Values along ``dims``, some of which may be :data:`ROWS`.

    ``outcome`` says whether they are dealt to other rows with the outcomes, or stay where they are.
    """

    values: FloatArray
    dims: tuple[str, ...]
    outcome: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values))

    def fresh(self) -> "Array":
        """The same in memory of its own."""
        return replace(self, values=frozen(self.values))

    def at(self, dim: str, places: IntArray) -> "Array":
        """A copy with what is at these places along a dimension; itself, if it has no such dimension."""
        if dim not in self.dims:
            return self
        return replace(self, values=np.take(self.values, places, axis=self.dims.index(dim)))

    def of_rows(self, places: IntArray) -> FloatArray:
        """The values at these rows, along each dimension over rows; NaN of a row with itself where there are two."""
        values = self.values
        axes = [axis for axis, dim in enumerate(self.dims) if dim == ROWS]
        for axis in axes:
            # Rows come to lie beside each other in memory, on which the last digits of a sum depend.
            values = values[(slice(None),) * axis + (places,)]
        if len(axes) == 2:
            values = _without_itself(values, places, (axes[0], axes[1]))
        return read_only(values)

    @property
    def along_rows(self) -> FloatArray:
        """Its sums over all other dimensions."""
        others = tuple(axis for axis, dim in enumerate(self.dims) if dim != ROWS)
        return np.asarray(self.values.sum(axis=others))


@dataclass(frozen=True, kw_only=True, eq=False)
class Alternatives:
    """Other values that ``column`` might have had, had one chosen otherwise: ``values`` (choice, all rows).

    ``ordinary`` (choice,) are those that differ from what was chosen in the least; ``names`` (choice,) say what each
    is, if they are given.
    """

    column: str
    values: FloatArray
    ordinary: BoolArray
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values))
        object.__setattr__(self, "ordinary", read_only(self.ordinary))

    def fresh(self) -> "Alternatives":
        """The same in memory of their own."""
        return replace(self, values=frozen(self.values), ordinary=frozen(self.ordinary))


def _without_itself(values: FloatArray, places: IntArray, axes: tuple[int, int]) -> FloatArray:
    """NaN where both axes are at the same row; ``values`` are of nobody else."""
    same = places[:, None] == places[None, :]
    if axes == (values.ndim - 2, values.ndim - 1):  # in place, which is four times as fast
        np.copyto(values, np.nan, where=same)
        return values
    square = np.moveaxis(values, axes, (-2, -1))
    return np.moveaxis(np.where(same, np.nan, square), (-2, -1), axes)
