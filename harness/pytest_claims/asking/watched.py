"""A panel that knows whether anybody looked at its data.

Knows nothing about claims. A body that never looks at its panel says the same of every copy of it, and
leave-one-out would call that robust.
"""

from dataclasses import fields
from typing import Any, Final

from pytest_claims.data.panel import Panel

_DATA: Final = frozenset({"columns", "relations", "__dict__"})  # who is in it alone says nothing about them


class Watched(Panel):
    """The same panel as ``panel``; ``looked`` says whether any of its numbers were read, of it or of a copy."""

    _reads: list[str]

    @classmethod
    def of(cls, panel: Panel) -> "Watched":
        """A watched copy."""
        watched = cls(**{field.name: getattr(panel, field.name) for field in fields(panel)})
        object.__setattr__(watched, "_reads", [])  # making it read everything
        return watched

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
