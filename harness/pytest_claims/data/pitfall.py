"""Pitfalls: what commonly goes wrong in this work, as it was looked for, and from where on each is worth saying.

Knows nothing about where they are looked for. What the laboratory finds travels with a measurement; the court looks in
tables, in what claims compare, and between subjects. A pitfall is no verdict, and fails nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

PitfallName = Literal[
    "several-differences",
    "part-of-outcome",
    "length-explains",
    "optimiser-steps",
    "rows-dropped",
    "known-before",
    "empty-answers",
    "cut-answers",
    "repeated-answers",
]
_LOST: Final = 0.10  # of all answers: what a reader of ten would see
# Fixed before anything was measured by them; docs/what-goes-wrong.md says of each what its value is, and why.
LIMITS: Final[Mapping[PitfallName, float]] = {
    "several-differences": 1.0,  # that is compared
    "part-of-outcome": 1.0 - 1e-9,  # of the variance; the rest is what rounding leaves
    "length-explains": 0.0,
    "optimiser-steps": 0.0,
    "rows-dropped": 0.05,  # Schulz and Grimes (2002), Lancet 359, 781-785: less probably leads to little bias
    "known-before": 0.01,  # an answer in a hundred
    "empty-answers": _LOST,
    "cut-answers": _LOST,
    "repeated-answers": _LOST,
}


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """One that was looked for in one place.

    Attributes:
        name: which it is.
        where: of what: a column or a probe; empty where it is about all of the data.
        against: what that was held against: columns, conditions or subjects.
        names: what was found: settings, conditions, columns or reasons.
        count: how many, ``of`` how many, where something was counted.
        value: what is held to the ``limit``; it is worth saying above that.
        limit: as it was fixed when this was looked for.
        numbers: what else was computed, by name.
        on_purpose: settings that were found and do not count, each with the rule by which they differ.
    """

    name: PitfallName
    where: str = ""
    against: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    count: int = 0
    of: int = 0
    value: float
    limit: float
    numbers: Mapping[str, float] = field(default_factory=dict)
    on_purpose: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Whether it is worth saying."""
        return self.value > self.limit


def looked_for(name: PitfallName, value: float, **more: Any) -> Pitfall:
    """A pitfall with the limit of today; ``more`` are its other fields."""
    return Pitfall(name=name, value=value, limit=LIMITS[name], **more)
