"""Columns of a copy of a table: taken from those of the table when somebody asks for one.

Knows nothing about tables. A copy of many columns of which a claim reads two costs two.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.frozen import READ_ONLY, sealed
from pytest_claims.base.stack import Stack


class Columns(Mapping[str, FloatArray]):
    """The columns of ``of`` at ``places`` (M,), but for those in ``own``. Nothing can be assigned to them."""

    __slots__ = ("_known", "_of", "_own", "_place", "_places", "_together")

    def __init__(
        self, of: Mapping[str, FloatArray], places: IntArray | None, own: Mapping[str, FloatArray] | None = None
    ) -> None:
        self._of = of
        self._places = places
        self._own: dict[str, FloatArray] = dict(own) if own else {}
        self._known: dict[str, FloatArray] = {}
        self._together: Together | None = None
        self._place = 0

    def __getitem__(self, name: str) -> FloatArray:
        known = self._known.get(name)
        if known is None:
            found = self._together.column(name, self._place) if self._together else None
            known = self._known[name] = self.alone(name) if found is None else found
        return known

    def alone(self, name: str) -> FloatArray:
        """A column of this copy, made by itself."""
        if name in self._own:
            return self._own[name]
        values = self._of[name]
        return values if self._places is None else sealed(values[self._places])

    def put(self, together: "Together", place: int) -> None:
        """From now on columns are rows of the stacks of all copies that are ``together``."""
        self._together, self._place, self._known = together, place, {}

    def __setitem__(self, name: str, values: Any) -> NoReturn:
        raise TypeError(READ_ONLY)

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._of

    def __iter__(self) -> Iterator[str]:
        yield from self._of
        yield from (name for name in self._own if name not in self._of)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reduce__(self) -> tuple[type[dict[str, FloatArray]], tuple[dict[str, FloatArray]]]:
        return dict, (dict(self),)


class Together:
    """The columns of several copies of as many rows each: a column of all of them is one stack."""

    def __init__(self, several: Sequence[Columns]) -> None:
        self._several = tuple(several)
        self._stacks: dict[str, Stack | None] = {}
        for place, columns in enumerate(self._several):
            columns.put(self, place)

    def column(self, name: str, place: int) -> FloatArray | None:
        """That of one copy, (N,); None where copies have it in several lengths, or not as floats."""
        if name not in self._stacks:
            self._stacks[name] = Stack.of([columns.alone(name) for columns in self._several])
        stack = self._stacks[name]
        return None if stack is None else stack.rows[place]
