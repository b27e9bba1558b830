"""Arrays of numbers, checked before a statistic computes: all there, and finite.

Knows nothing about statistics.
"""

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError


def numbers(name: str, values: npt.ArrayLike) -> FloatArray:
    """``values`` as floats; ``name`` is what an error calls them.

    Raises:
        InputError: if they are no numbers.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} holds values of type {array.dtype}; wanted numbers")
    return array.astype(np.float64)


def finite(name: str, values: npt.ArrayLike) -> FloatArray:
    """The same, of numbers that are all finite.

    Raises:
        InputError: if one is missing (NaN) or infinite; the message says where the first stands.
    """
    array = numbers(name, values)
    if not np.isfinite(array).all():
        place = tuple(int(index) for index in np.argwhere(~np.isfinite(array))[0])
        where = ", ".join(map(str, place))
        raise InputError(f"{name} is {array[place]} at [{where}]; select the rows in which every value is a number")
    return array
