"""The design of a table: what its columns are to each other, and what a sentence calls them.

Knows nothing about any finding. A finding declares its design; a table that comes without one has rows and
columns, and checks that would need to know more say so.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pytest_claims.base.frozen import read_only_mapping

EVERYTHING: Final = (-math.inf, math.inf)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What sentences call things: a row and several, what is dealt to rows by chance, trials, and alternatives."""

    unit: str = "row"
    units: str = "rows"
    outcomes: str = "outcomes"
    trials: str = "trials"
    alternatives: str = "alternatives"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A share that was counted: column ``name`` is column ``successes`` of column ``trials``."""

    name: str
    successes: str
    trials: str


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a finding declares of its tables.

    Attributes:
        words: what sentences call things.
        outcomes: columns that are dealt to rows at random to make a world without any effect; with a
            rate, all three of its columns are.
        rate: the outcome, where it was counted.
        limits: by column, what no value of it can pass, such as (0, 1).
        controls: columns that an analysis may take out of those in ``residuals`` before it correlates them.
        residuals: columns that are correlated.
        columns: every column that a subject of the finding may have; one that is named and is none of these
            is a mistake of the claim, and not a gap in the data. Empty where nothing is known of that.
        remedy: what to do about a column that a subject lacks.
    """

    words: Words = field(default_factory=Words)
    outcomes: tuple[str, ...] = ()
    rate: Rate | None = None
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    residuals: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    remedy: str = "add it"

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", read_only_mapping(self.limits))

    @property
    def dealt(self) -> tuple[str, ...]:
        """The columns that go together where outcomes are dealt to rows."""
        counted = (self.rate.name, self.rate.successes, self.rate.trials) if self.rate else ()
        return tuple(dict.fromkeys((*self.outcomes, *counted)))
