"""Siblings: copies of one table that are asked the same questions, so that what is derived of them is derived of all.

Knows nothing about tables, about what is derived, or about what a copy is for.
"""

import sys
import weakref
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.base.frozen import sealed
from pytest_claims.base.stack import Stack
from pytest_claims.data.columns import Columns, Together
from pytest_claims.stats.estimate import ledger

Make = Callable[..., FloatArray]
_MOST_KINDS: Final = 50  # of what is derived: a function that is made anew for each call would be another each time
_MOST_NUMBERS: Final = 5_000_000  # of one derived array of all copies, that are kept: 40 MB


class Siblings:
    """The ``copies``; each knows this, weakly, and its place. Who lets go of it has them as if each were alone."""

    def __init__(self, copies: Sequence[Any]) -> None:
        self.copies = tuple(copies)
        self._made: dict[tuple[Make, tuple[Hashable, ...], str], _Rows] = {}
        columns = [copy.columns for copy in self.copies]
        own = [one for one in columns if isinstance(one, Columns)]
        if len(own) == len(self.copies) > 1 and len({id(one) for one in own}) == len(own):
            Together(own)
        if len({id(copy) for copy in self.copies}) == len(self.copies) > 1:
            known = weakref.ref(self)
            for place, copy in enumerate(self.copies):
                copy.__dict__["_siblings"] = known, place

    def derived(self, place: int, make: Make, told: tuple[Hashable, ...]) -> FloatArray | None:
        """What ``make`` gives of one copy; None where that is to be asked alone: it raises, or takes much room."""
        key = make, told, repr(told)  # 1 is True, and 0.0 is -0.0
        if key not in self._made:
            if len(self._made) >= _MOST_KINDS:
                return None
            self._made[key] = _Rows(self.copies, make, told)
        return self._made[key].rows[place]


class _Rows:
    """What is derived of each copy: rows of one stack, if they are floats of one shape."""

    def __init__(self, copies: Sequence[Any], make: Make, told: tuple[Hashable, ...]) -> None:
        values: list[FloatArray | None] = []
        with _untraced():
            for copy in copies:
                values.append(_made(copy, make, told))
                if len(copies) * getattr(values[0], "size", 0) > _MOST_NUMBERS:
                    self.rows: Sequence[FloatArray | None] = [None] * len(copies)
                    return
        self._stack = Stack.of(values)  # its rows do not keep it
        self.rows = self._stack.rows if self._stack else values


def derived_of(copy: Any, make: Make, told: tuple[Hashable, ...]) -> FloatArray:
    """What ``make`` gives of one copy, which notes nothing on the way: of other copies nobody would know of it.

    Raises InputError for what is no array.
    """
    with ledger():
        found = make(copy, *told)
    if not isinstance(found, np.ndarray):
        name = getattr(make, "__name__", make)
        raise InputError(f"{name} is @derived and gives {type(found).__name__}, wanted an array")
    # Its memory may be used again for the next copy; the last digits of sums hang on the order in which it lies there.
    return sealed(found.copy(order="K"))


def _made(copy: Any, make: Make, told: tuple[Hashable, ...]) -> FloatArray | None:
    try:
        return derived_of(copy, make, told)
    except Exception:  # whatever it is, who asks for this copy will get it
        return None


@contextmanager
def _untraced() -> Iterator[None]:
    """Whoever follows what one copy does is not told of what the others do."""
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(trace)
