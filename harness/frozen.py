"""Arrays that nobody can change: what a claim sees, the next claim must see, too.

Knows nothing about what is in them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=np.generic)


def frozen(array: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
    """A copy of ``array`` that can never be made writable again, by whatever it is reached."""
    # Numpy lets the owner of its memory become writable again; bytes are nobody's to change.
    return np.frombuffer(array.tobytes(), dtype=array.dtype).reshape(array.shape)


def read_only(array: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
    """``array`` as one that refuses to be written to; no copy, and its owner can still write."""
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def read_only_mapping(mapping: Mapping[str, Value]) -> Mapping[str, Value]:
    """``mapping`` as one to which nothing can be assigned."""
    return mapping if isinstance(mapping, MappingProxyType) else MappingProxyType(dict(mapping))
