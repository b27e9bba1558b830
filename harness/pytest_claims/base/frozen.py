"""Data that nobody can change: what a claim sees, the next claim must see, too.

Knows nothing about what the data are.
"""

from collections.abc import Mapping
from typing import Any, Final, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=np.generic)
READ_ONLY: Final = "the data of a claim are read-only; table.changed(column=values) makes a copy with other values"


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


def sealed(array: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
    """``array``, which nobody else has, as one that refuses to be written to."""
    array.setflags(write=False)
    return array


class ReadOnly(dict[str, Value]):
    """A mapping to which nothing can be assigned. It can be copied and pickled, unlike Python's own."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(READ_ONLY)

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type["ReadOnly[Value]"], tuple[dict[str, Value]]]:
        return type(self), (dict(self),)


def read_only_mapping(mapping: Mapping[str, Value]) -> Mapping[str, Value]:
    """``mapping`` as one to which nothing can be assigned."""
    return mapping if isinstance(mapping, ReadOnly) else ReadOnly(mapping)
