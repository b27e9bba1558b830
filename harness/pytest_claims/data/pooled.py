"""The rate of each row, pooled from counts along rows and other dimensions. Knows nothing about the table."""

from collections.abc import Mapping, Sequence

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.array import Array
from pytest_claims.data.design import Design, Rate


def pooled(
    design: Design,
    arrays: Mapping[str, Array],
    rows: Sequence[str] = (),
    *,
    of: IntArray | None = None,
    where: str = "on this copy",
) -> dict[str, FloatArray]:
    """The columns of the design's rates, from counts along rows and other dimensions; none where there are none.

    Args:
        design: which rates there are.
        arrays: among them the counts.
        rows: the rows' names, for an error to say.
        of: of a copy which rows of the arrays it has, and ``where`` what it is.

    Raises:
        InputError: for a row that was never tried: it has no rate.
        Undecided: the same of a copy.
    """
    columns: dict[str, FloatArray] = {}
    for rate in design.rates:
        if {rate.successes, rate.trials} <= arrays.keys():
            columns |= _columns(rate, arrays, of)
            _refuse_untried(design, columns[rate.trials], rows, "" if of is None else where)
    return columns


def _columns(rate: Rate, arrays: Mapping[str, Array], of: IntArray | None) -> dict[str, FloatArray]:
    successes, trials = (arrays[name].along_rows for name in (rate.successes, rate.trials))
    if of is not None:
        successes, trials = successes[of], trials[of]
    shares: FloatArray = np.full(trials.shape, np.nan)
    np.divide(successes, trials, out=shares, where=trials > 0)
    return {rate.name: shares, rate.successes: successes, rate.trials: trials}


def _refuse_untried(design: Design, trials: FloatArray, rows: Sequence[str], where: str) -> None:
    if trials.all():
        return
    names = rows or [f"row {place + 1}" for place in range(len(trials))]
    never = ", ".join(name for name, tried in zip(names, trials, strict=True) if not tried)
    if where:
        raise Undecided(f"{where} there are no {design.words.trials} of {never}")
    raise InputError(f"no {design.words.trials} of {never}; a rate needs some: measure again")
