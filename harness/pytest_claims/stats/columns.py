"""Columns of numbers, checked before a statistic computes: of one length, of numbers, and none missing.

Knows nothing about statistics.
"""

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError


def numeric_columns(**columns: npt.ArrayLike) -> list[FloatArray]:
    """The columns as floats, each of shape (N,), in the order given; the keywords name them in errors.

    Raises:
        InputError: if their shapes differ, or a value is not a finite number.
    """
    arrays = {name: np.asarray(column) for name, column in columns.items()}
    for name, array in arrays.items():
        if array.dtype.kind not in "biuf":
            raise InputError(f"{name} holds {array.dtype}; wanted numbers")
    shapes = [array.shape for array in arrays.values()]
    if len(set(shapes)) != 1 or len(shapes[0]) != 1:
        raise InputError(f"{' and '.join(arrays)} of shapes {shapes}; wanted columns of one table, all of shape (N,)")
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            row = int(np.argmin(np.isfinite(array)))
            raise InputError(f"{name} is {array[row]} in row {row}; select the rows in which every column has a number")
    return [array.astype(np.float64) for array in arrays.values()]


def marked_columns(**columns: npt.ArrayLike) -> list[FloatArray]:
    """Columns of marks, 0 or 1, as floats, each of shape (N,).

    Raises:
        InputError: as :func:`numeric_columns`, or for a value that is neither 0 nor 1.
    """
    checked = numeric_columns(**columns)
    for name, column in zip(columns, checked, strict=True):
        wrong = (column != 0) & (column != 1)
        if wrong.any():
            raise InputError(f"{name} is {column[wrong][0]:g} in row {int(wrong.argmax())}; wanted marks, 0 or 1")
    return checked
