"""Variables: what a measurement may hold, how each is laid out, and which numbers it may have.

Knows nothing about whose measurement it is, about files, or about how the numbers were obtained. What is read
under a name, or along a dimension, that is not listed here would be passed over: it is refused.
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

_PRINTED: Final = ("source",)  # a column of a published table
# Of numbers that are exact but for their float32: cosines up to 1 come out as much above it. All recordings are
# symmetric, with 1 or 0 on the diagonal, to the last digit; a sum in another order need not be.
_SLACK: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable: its dimensions, of which some may be missing, and what its numbers may be.

    ``printed`` says whether it may be a column over sources instead; ``itself`` is what it is between a persona
    and itself, for one that is between personas and the same in both directions; ``slack`` is how far
    beyond its bounds a number may be.
    """

    dims: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    printed: bool = False
    low: float = 0.0
    high: float = math.inf
    whole: bool = False
    itself: float | None = None
    slack: float = _SLACK

    def fits(self, dims: Sequence[str]) -> bool:
        """Whether an array over these dimensions, in any order, is this variable."""
        return set(self.dims) - self.optional <= set(dims) <= set(self.dims) or (self.printed and dims == _PRINTED)

    @property
    def most_rounding(self) -> float:
        """The largest half-width of a last digit that leaves anything of the number; a count is exact but for half."""
        return 0.5 if self.whole else (self.high - self.low) / 2

    @property
    def layout(self) -> str:
        """The dimensions in words."""
        dims = ", ".join(f"{dim} (may be left out)" if dim in self.optional else dim for dim in self.dims)
        return f"{dims}; or source alone" if self.printed else dims


_COUNTS: Final = ("seed", "source", "bystander", "question")
VARIABLES: Final[Mapping[str, Variable]] = {
    # completions with the marker, and completions sampled, 0 where none were
    "marked": Variable(dims=_COUNTS, printed=True, whole=True),
    "completions": Variable(dims=_COUNTS, printed=True, whole=True),
    # between mean states; layers are decoder blocks from 0
    "cosine": Variable(
        dims=("centring", "readout", "layer", "persona", "other"),
        optional=frozenset({"centring", "readout", "layer"}),
        printed=True,
        low=-1.0,
        high=1.0,
        itself=1.0,
    ),
    # Jensen-Shannon divergence in nats
    "js": Variable(dims=("question", "persona", "other"), printed=True, high=math.log(2), itself=0.0),
    # tokens of the system prompt, mean tokens of the persona's own answers, and their mean surprise in nats per token
    "prompt_tokens": Variable(dims=("persona",)),
    "answer_tokens": Variable(dims=("persona",)),
    "answer_nll": Variable(dims=("persona",)),
    # completions without any adapter
    "base_marked": Variable(dims=("persona", "question"), whole=True),
    "base_completions": Variable(dims=("persona", "question"), whole=True),
    # share of completions with the marker, for printed tables
    "source_rate": Variable(dims=_PRINTED, high=1.0, slack=0.0),
}
DIMENSIONS: Final = tuple(dict.fromkeys(dim for variable in VARIABLES.values() for dim in variable.dims))


def check_variables(data: xr.Dataset, *, where: str) -> None:
    """Raise InputError for what is not one of VARIABLES, or not laid out as it is, or has numbers that it cannot have.

    ``data`` has labels along every dimension, each once.
    """
    refuse_unknown(map(str, data.data_vars), VARIABLES, what="variable", where=where)
    for name, variable in VARIABLES.items():
        if name in data:
            _check_layout(data[name], variable, where)
            _check_numbers(data[name], variable, where)
            if variable.itself is not None and "persona" in data[name].dims:
                _check_square(data[name], variable.itself, where)


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


def _check_square(array: xr.DataArray, itself: float, where: str) -> None:
    """That it is the same in both directions, and what it should be between a persona and itself."""
    if set(array["persona"].values) != set(array["other"].values):
        raise InputError(f"{where}: persona and other of {array.name} do not have the same labels; give both all")
    square = array.transpose(..., "persona", "other")
    if not np.array_equal(array["persona"], array["other"]):
        square = square.sel(other=array["persona"].values)
    values = square.values
    if (askew := np.abs(values - np.swapaxes(values, -1, -2)) > _SLACK).any():
        raise InputError(
            f"{where}: {_first(square, askew)}, and not the same the other way round; wanted both alike; measure again"
        )
    off = np.abs(np.diagonal(values, axis1=-2, axis2=-1) - itself) > _SLACK
    # A vector at the centre has no direction: its cosine is 0 with everybody, itself included.
    if off.any() and (off := off & (np.abs(values) > _SLACK).any(axis=-1)).any():
        wrong = off[..., None] & np.eye(values.shape[-1], dtype=bool)
        raise InputError(f"{where}: {_first(square, wrong)}; wanted {itself:g} of a persona with itself; measure again")


def _first(array: xr.DataArray, where: np.ndarray) -> str:
    """What the first number is that is marked, and where it is."""
    position = tuple(int(index[0]) for index in np.nonzero(where))
    labels = [f"{dim} {array[dim].values[at]}" for dim, at in zip(array.dims, position, strict=True)]
    return f"{array.name} is {array.values[position]} at {', '.join(labels)}"
