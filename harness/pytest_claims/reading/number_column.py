"""Columns of cells that are made of numbers: each different one is written once. Knows nothing about their source."""

from typing import Any

import numpy as np

from pytest_claims.base.arrays import IntArray
from pytest_claims.reading.column import Column
from pytest_claims.reading.value import cell_of


def number_column(numbers: np.ndarray) -> Column:
    """The cells of numbers of shape (N,), whole or with a point; NaN is what is missing."""
    if numbers.dtype.kind in "iu":
        whole, codes = np.unique(numbers, return_inverse=True)
        return Column(texts=tuple(map(str, whole.tolist())), codes=_places(codes))
    different, codes = np.unique(numbers, return_inverse=True)
    if different.dtype == np.float64:
        plain = np.isfinite(different) & (different != np.floor(different))
        several = zip(different.tolist(), plain.tolist(), strict=True)  # cell_of says the same of all, in a third more
        texts = [repr(value) if is_plain else cell_of(value) for value, is_plain in several]
    else:  # the shortest text that is this number in so few bits, as numpy prints it
        texts = [cell_of(float(str(value))) for value in different]
    return distinct(texts, _places(codes))


def distinct(texts: list[str], codes: IntArray) -> Column:
    """A column of texts of which some may be the same, as 1.0 and 1 are."""
    if len(set(texts)) == len(texts):
        return Column(texts=tuple(texts), codes=codes)
    column = Column.of(texts)
    return Column(texts=column.texts, codes=column.codes[codes])


def _places(codes: Any) -> IntArray:
    places: IntArray = np.asarray(codes, dtype=np.intp).ravel()
    return places
