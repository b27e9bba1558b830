"""Variables: what the measurements of a finding may hold, how each is laid out, and which numbers it may have.

Knows nothing about any finding, about files, or about how the numbers were obtained. What lies in a file under
a name that the finding does not list would be passed over: it is refused.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pytest_claims.base.errors import InputError
from pytest_claims.base.heard import heard
from pytest_claims.base.schema import refuse_unknown

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray as xr

# Of numbers that are exact but for their float32: what is at most 1 comes out as much above it. All recordings are
# symmetric, with 1 or 0 on the diagonal, to the last digit; a sum in another order need not be.
_SLACK: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable: its dimensions, of which some may be missing, and what its numbers may be.

    ``printed`` is the dimension along which it may be a column instead, as in a published table; ``itself`` is
    what it is between a label and itself, for one that is the same in both directions of ``square``; ``slack`` is
    how far beyond its bounds a number may be.
    """

    dims: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    printed: str = ""
    low: float = 0.0
    high: float = math.inf
    whole: bool = False
    square: tuple[str, str] = ("", "")
    itself: float | None = None
    slack: float = _SLACK

    def fits(self, dims: Sequence[str]) -> bool:
        """Whether an array over these dimensions, in any order, is this variable."""
        if self.printed and tuple(dims) == (self.printed,):
            return True
        return set(self.dims) - self.optional <= set(dims) <= set(self.dims)

    @property
    def most_rounding(self) -> float:
        """The largest half-width of a last digit that leaves anything of the number; a count is exact but for half."""
        return 0.5 if self.whole else (self.high - self.low) / 2

    @property
    def layout(self) -> str:
        """The dimensions in words."""
        dims = ", ".join(f"{dim} (may be left out)" if dim in self.optional else dim for dim in self.dims)
        return f"{dims}; or {self.printed} alone" if self.printed else dims


def check_variables(data: xr.Dataset, variables: Mapping[str, Variable], *, where: str) -> None:
    """Raise InputError for what is none of ``variables``, is not laid out as it is, or has numbers that it cannot have.

    ``data`` has labels along every dimension, each once.
    """
    refuse_unknown(map(str, data.data_vars), variables, what="variable", where=where)
    for name, variable in variables.items():
        if name in data:
            _check_layout(data[name], variable, where)
            _check_numbers(data[name], variable, where)
            if variable.itself is not None and variable.square[0] in data[name].dims:
                _check_square(data[name], variable, where)


def check_rounding(rounding: Mapping[str, float], variables: Mapping[str, Variable], *, where: str) -> None:
    """Raise InputError for a half-width of a last digit beyond which nothing is known of a number."""
    for column, half_width in rounding.items():
        if half_width > (most := variables[column].most_rounding):
            raise InputError(
                f"{where}, rounding: {column} is {half_width}; wanted half of its last printed digit, such as 0.005, "
                f"and no more than {most:.4g}, beyond which nothing is known of it"
            )


def _check_layout(array: xr.DataArray, variable: Variable, where: str) -> None:
    dims = tuple(map(str, array.dims))
    if not variable.fits(dims):
        raise InputError(f"{where}: {array.name} is over {', '.join(dims) or 'nothing'}; wanted {variable.layout}")
    if array.dtype.kind not in "iuf":
        raise InputError(f"{where}: column {array.name!r} holds {array.dtype}, wanted numbers")


def _check_numbers(array: xr.DataArray, variable: Variable, where: str) -> None:
    values, low, high = (
        array.values,
        variable.low - variable.slack,
        min(variable.high + variable.slack, np.finfo(float).max),
    )
    if values.size and not (low <= values.min() and values.max() <= high):  # NaN is neither
        raise InputError(
            f"{where}: {_first(array, ~((values >= low) & (values <= high)))}; wanted a number in "
            f"[{variable.low:g}, {variable.high:.4g}]; correct it, or remove the column if it was not measured"
        )
    if variable.whole and (broken := values != np.round(values)).any():
        raise InputError(f"{where}: {_first(array, broken)}; wanted a count, which is a whole number; correct it")


def _check_square(array: xr.DataArray, variable: Variable, where: str) -> None:
    """That it is the same in both directions, and what it should be between a label and itself."""
    one, other = variable.square
    if set(array[one].values) != set(array[other].values):
        raise InputError(f"{where}: {one} and {other} of {array.name} do not have the same labels; give both all")
    square = array.transpose(..., one, other)
    if not np.array_equal(array[one], array[other]):
        square = square.sel({other: array[one].values})
    values = square.values
    if (askew := np.abs(values - np.swapaxes(values, -1, -2)) > _SLACK).any():
        raise InputError(
            f"{where}: {_first(square, askew)}, and not the same the other way round; wanted both alike; measure again"
        )
    itself = variable.itself or 0.0
    off = np.abs(np.diagonal(values, axis1=-2, axis2=-1) - itself) > _SLACK
    # A vector at the centre has no direction: it has no direction of its own, and is 0 with all, itself included.
    if off.any() and (off := off & (np.abs(values) > _SLACK).any(axis=-1)).any():
        wrong = off[..., None] & np.eye(values.shape[-1], dtype=bool)
        raise InputError(f"{where}: {_first(square, wrong)}; wanted {itself:g} of a {one} with itself; measure again")


def _first(array: xr.DataArray, where: np.ndarray) -> str:
    """What the first number is that is marked, and where it is."""
    position = tuple(int(index[0]) for index in np.nonzero(where))
    labels = [f"{dim} {array[dim].values[at]}" for dim, at in zip(array.dims, position, strict=True)]
    return f"{array.name} is {array.values[position]} at {', '.join(labels)}"
