"""A table that knows whether anybody looked at its data.

Knows nothing about claims. A body that never looks at its table says the same of every copy of it, and
leave-one-out would call that robust.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final

from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.siblings import derived_of
from pytest_claims.data.table import Table

_DATA: Final = frozenset(
    {"columns", "arrays", "alternatives", "__dict__"}
)  # who is in it alone says nothing about them


class Watched(Table):
    """The same table as ``table``; ``looked`` says whether any of its numbers were read, of it or of a copy."""

    _reads: list[str]
    _source: Table

    @classmethod
    def of(cls, table: Table) -> "Watched":
        """A watched copy."""
        watched = object.__new__(cls)
        watched.__dict__.update(table.__dict__, _source=table, _reads=[])
        return watched

    def derived(self, make: Callable[..., FloatArray], told: tuple[Hashable, ...] = ()) -> FloatArray:
        """The same; whether it looks at the data is seen here, and not where it is kept."""
        derived_of(self, make, told)
        return self._source.derived(make, told)

    @property
    def looked(self) -> bool:
        """Whether somebody did."""
        return bool(self._reads)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name in _DATA:
            own = super().__getattribute__("__dict__")
            own.get("_reads", []).append(name)
        return found
