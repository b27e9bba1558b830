"""Columns of a copy of a table: taken from those of the table when somebody asks for one.

Knows nothing about tables. A copy of many columns of which a claim reads two costs two.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.frozen import READ_ONLY, sealed


class Columns(Mapping[str, FloatArray]):
    """The columns of ``of`` at ``places`` (M,), but for those in ``own``. Nothing can be assigned to them."""

    __slots__ = ("_known", "_of", "_places")

    def __init__(
        self, of: Mapping[str, FloatArray], places: IntArray | None, own: Mapping[str, FloatArray] | None = None
    ) -> None:
        self._of = of
        self._places = places
        self._known: dict[str, FloatArray] = dict(own) if own else {}

    def __getitem__(self, name: str) -> FloatArray:
        known = self._known.get(name)
        if known is None:
            values = self._of[name]
            known = self._known[name] = values if self._places is None else sealed(values[self._places])
        return known

    def __setitem__(self, name: str, values: Any) -> NoReturn:
        raise TypeError(READ_ONLY)

    def __contains__(self, name: object) -> bool:
        return name in self._known or name in self._of

    def __iter__(self) -> Iterator[str]:
        yield from self._of
        yield from (name for name in self._known if name not in self._of)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reduce__(self) -> tuple[type[dict[str, FloatArray]], tuple[dict[str, FloatArray]]]:
        return dict, (dict(self),)
