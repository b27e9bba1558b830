"""Labels as codes: which rows have the same one.

Knows nothing about what a label names.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import IntArray
from pytest_claims.base.errors import InputError


def coded(labels: npt.ArrayLike) -> tuple[IntArray, list[Any]]:
    """Codes from 0, shape (N,), and what each code stands for: numbers in order, text as it comes first.

    Args:
        labels: text or numbers, shape (N,).

    Raises:
        InputError: if the shape is another, or a label is missing (None or NaN).
    """
    array = np.asarray(labels)
    if array.ndim != 1:
        raise InputError(f"labels of shape {array.shape}; wanted one for each row, (N,)")
    if array.dtype.kind in "biuf":
        values, codes = np.unique(array, return_inverse=True)
        names = values.tolist()
        last = names[-1:]  # NaN is sorted to the end
    else:  # text is looked up three times as fast as it is sorted
        listed = array.tolist()
        names = list(dict.fromkeys(listed))
        index = {name: code for code, name in enumerate(names)}
        codes = np.fromiter(map(index.__getitem__, listed), np.intp, len(listed))
        last = names
    if any(name is None or name != name for name in last):
        raise InputError("a label is missing (None or NaN); give each row a label, or leave the row out")
    return codes, names
