"""Stacks: one column of many tables, (K, N), so that a statistic of all of them is computed at once.

Knows nothing about tables or statistics. Who is given a row of a stack, and asks a statistic that can take all rows,
finds the answers of all others waiting.
"""

import functools
import weakref
from collections.abc import Callable
from typing import Any

from pytest_claims.base.arrays import FloatArray

Statistic = Callable[..., Any]


class Stack:
    """The ``values`` (K, N) of a column in K tables, and ``rows``: views of them, by which it is found again."""

    __slots__ = ("__weakref__", "known", "rows", "values")

    def __init__(self, values: FloatArray) -> None:
        self.values = values
        self.rows = list(values)
        self.known: dict[Statistic, dict[tuple[Stack, ...], list[Any]]] = {}
        own = weakref.ref(self)
        for place, row in enumerate(self.rows):
            _places[id(row)] = (own, place)
        weakref.finalize(self, _forget, [id(row) for row in self.rows])


_places: dict[int, "tuple[weakref.ref[Stack], int]"] = {}


def _forget(rows: list[int]) -> None:
    for row in rows:
        _places.pop(row, None)


def at_once(many: Statistic) -> Callable[[Statistic], Statistic]:
    """Make a statistic of columns (N,) find its value where they are rows of stacks: ``many`` takes these, (K, N) each.

    ``many`` gives (K,), each the same to the last bit as the statistic would, and NaN or False where that is to be
    asked itself, because it is not defined there.
    """

    def decorate(one: Statistic) -> Statistic:
        @functools.wraps(one)
        def asked(*columns: FloatArray) -> Any:
            found = _found(columns)
            if found is None:
                return one(*columns)
            stacks, place = found
            known = stacks[0].known.setdefault(one, {})
            values = known.get(stacks)
            if values is None:
                values = known[stacks] = many(*(stack.values for stack in stacks)).tolist()
            value = values[place]
            return value if value and value == value else one(*columns)  # NaN is not itself

        return asked

    return decorate


def _found(columns: tuple[FloatArray, ...]) -> tuple[tuple[Stack, ...], int] | None:
    """The stacks of which these are the rows of one place; None where one is no row of a stack."""
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
