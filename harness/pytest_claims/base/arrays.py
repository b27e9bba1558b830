"""The types of arrays that statistics take and tables hold. Knows nothing about what is in them."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]


def floats(values: FloatArray) -> FloatArray:
    """Whole numbers and truths as float, on which all statistics compute; what is no number as it is."""
    array: FloatArray = np.asarray(values)
    return array.astype(float) if array.dtype.kind in "iub" else array
