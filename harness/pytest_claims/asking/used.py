"""Which columns a claim asks for. Knows nothing about what it makes of them: its answer is thrown away."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_claims.asking.answer import Body
from pytest_claims.data.table import Table


class _Noted(Mapping[str, Any]):
    """A mapping that notes which of its entries were asked for."""

    def __init__(self, of: Mapping[str, Any], noted: set[str]) -> None:
        self._of, self._noted = of, noted

    def __getitem__(self, name: str) -> Any:
        self._noted.add(name)
        return self._of[name]

    def __contains__(self, name: object) -> bool:
        return name in self._of

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


def used(body: Body, table: Table) -> frozenset[str]:
    """The columns, units and factors that a body asks for, in one call on all the data.

    Where it ends early, as with a condition that is not met, those until then. What it raises is no concern of this.
    """
    noted: set[str] = set()
    copy = table.again()
    for name in ("columns", "levels"):
        object.__setattr__(copy, name, _Noted(getattr(table, name), noted))
    with contextlib.suppress(Exception):
        body(copy)
    return frozenset(noted)
