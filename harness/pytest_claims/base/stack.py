"""Stacks: one array of many tables, (K, ...), so that a statistic of all of them is computed at once.

Knows nothing about tables or statistics. Who is given a row of a stack, and asks a statistic that can take all rows,
finds the answers of all others waiting.
"""

import functools
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.frozen import sealed

Told = ParamSpec("Told")  # arrays by place, and by name whatever else is hashable
Value = TypeVar("Value")
_Key = tuple[Hashable, ...]


class Stack:
    """The ``values`` (K, ...) of an array in K tables, and ``rows``: views of them, by which it is found again."""

    __slots__ = ("__weakref__", "known", "rows", "values")

    def __init__(self, values: FloatArray) -> None:
        self.values = sealed(values)
        self.rows = list(values)
        self.known: dict[_Key, Sequence[Any]] = {}
        own = weakref.ref(self)
        for place, row in enumerate(self.rows):
            _places[id(row)] = (own, place)
        weakref.finalize(self, _forget, [id(row) for row in self.rows])

    @classmethod
    def of(cls, values: Sequence[FloatArray | None]) -> "Stack | None":
        """That of these arrays; None where one is missing, is no plain array of floats, or has another shape."""
        plain = [one for one in values if type(one) is np.ndarray and one.dtype == np.float64]
        if len(plain) != len(values) or len({one.shape for one in plain}) != 1:
            return None
        return cls(np.stack(plain))


_places: dict[int, "tuple[weakref.ref[Stack], int]"] = {}
together: dict[Callable[..., Any], Callable[..., Any]] = {}  # of one table, and of stacks: a test asks them all


def _forget(rows: list[int]) -> None:
    for row in rows:
        _places.pop(row, None)


def at_once(many: Callable[Told, Sequence[Value | None]]) -> Callable[[Callable[Told, Value]], Callable[Told, Value]]:
    """Make a statistic of arrays find its value where they are rows of stacks: ``many`` takes the stacks.

    It gives a value for each place, the same to the last bit as that of the statistic, and None where that is to be
    asked itself.
    """

    def decorate(one: Callable[Told, Value]) -> Callable[Told, Value]:
        @functools.wraps(one)
        def asked(*columns: Told.args, **told: Told.kwargs) -> Value:
            found = stacks_of(columns)
            if found is None:
                return one(*columns, **told)
            stacks, place = found
            key = (many, stacks, *told.values())
            known = stacks[0].known.get(key)
            if known is None:
                of_all: Callable[..., Sequence[Value | None]] = many
                known = stacks[0].known[key] = of_all(*[stack.values for stack in stacks], **told)
            value: Value | None = known[place]
            return one(*columns, **told) if value is None else value

        together[one] = many
        return asked

    return decorate


def stacks_of(columns: Sequence[Any]) -> tuple[tuple[Stack, ...], int] | None:
    """The stacks of which these are the rows of one place, and the place; None where one is no row of a stack."""
    stacks, at = [], -1
    for column in columns:
        known = _places.get(id(column))
        if known is None:
            return None
        stack, place = known[0](), known[1]
        if stack is None or stack.rows[place] is not column or (at >= 0 and place != at):
            return None
        at = place
        stacks.append(stack)
    return tuple(stacks), at


def or_alone(values: FloatArray) -> list[float | None]:
    """Values (K,) as numbers, and None in the place of NaN."""
    return [value if value == value else None for value in values.tolist()]  # NaN is not itself
