"""A panel that knows whether anybody looked at its data.

Knows nothing about claims. A body that never looks at its panel says the same of every copy of it, and
leave-one-out would call that robust.
"""

from dataclasses import fields
from typing import Any, Final

from harness.panel import Panel

_DATA: Final = frozenset({"personas", "columns", "rounding", "families", "relations"})


class Watched(Panel):
    """The same panel as ``panel``; ``looked`` says whether any of its data were read."""

    looked: bool

    @classmethod
    def of(cls, panel: Panel) -> "Watched":
        """A watched copy."""
        watched = cls(**{field.name: getattr(panel, field.name) for field in fields(panel)})
        object.__setattr__(watched, "looked", False)  # making it looked at everything
        return watched

    def __getattribute__(self, name: str) -> Any:
        if name in _DATA:
            object.__setattr__(self, "looked", True)
        return super().__getattribute__(name)
