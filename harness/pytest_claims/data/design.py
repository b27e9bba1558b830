"""The design of a table: its units and factors, what its columns are, and what a sentence calls things.

Knows nothing about any finding. A finding declares its design; a table that comes without one has rows and
columns, and checks that would need to know more say so.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pytest_claims.base.frozen import read_only_mapping

EVERYTHING: Final = (-math.inf, math.inf)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What sentences call things.

    Attributes:
        unit: what a row is called, and ``units`` several of them.
        outcomes: what is dealt by chance.
        trials: what is counted.
        alternatives: what else could have been chosen.
        plurals: of units that are not rows, behind their names.
    """

    unit: str = "row"
    units: str = "rows"
    outcomes: str = "outcomes"
    trials: str = "trials"
    alternatives: str = "alternatives"
    plurals: tuple[tuple[str, str], ...] = ()

    def several(self, unit: str) -> str:
        """What several of a unit are called."""
        return self.units if unit == self.unit else dict(self.plurals).get(unit, f"{unit}s")

    def counted(self, count: int, unit: str = "") -> str:
        """``1 seed``, or ``3 seeds``; of rows where no unit is named."""
        unit = unit or self.unit
        return f"{count:,} {unit if count == 1 else self.several(unit)}"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A dimension along which more could be drawn, such as items or models.

    ``within`` are the units that it is nested in: an item may lie in one dataset alone. Units that are not nested
    are crossed. ``reference`` is the level that others are compared with, where there is one. ``shared`` says whether
    levels of one name are the same in two subjects, as items are and seeds are not; None where that is not known.
    """

    name: str
    plural: str = ""
    within: tuple[str, ...] = ()
    reference: str = ""
    shared: bool | None = True


@dataclass(frozen=True, kw_only=True)
class Factor:
    """A contrast that is never drawn, such as model A and B. Its levels are labels of rows, or else ``columns``."""

    name: str
    columns: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A share that was counted: column ``name`` is column ``successes`` of column ``trials``."""

    name: str
    successes: str
    trials: str

    @property
    def columns(self) -> tuple[str, str, str]:
        """The three columns."""
        return self.name, self.successes, self.trials


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a column is the mean of: an array of the same measure along rows and one other dimension.

    ``called`` is what several of them are called, such as questions that all rows were asked.
    """

    array: str
    called: str


@dataclass(frozen=True, kw_only=True)
class Multilevel:
    """What a subject brings to one model of several: counts of an outcome, and columns that may predict it.

    Attributes:
        subjects: patterns of those that bring something.
        successes: with ``trials`` arrays along rows, or columns.
        trials: see ``successes``.
        predictors: columns, each with the claims that are about what it predicts.
        clusters: the dimension of the counts of which more could be drawn, such as questions; empty without one.
        called: what predictors are called, where the finding says it.
    """

    subjects: tuple[str, ...]
    successes: str
    trials: str
    predictors: Mapping[str, tuple[str, ...]]
    clusters: str = ""
    called: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a finding declares of its tables.

    Attributes:
        words: what sentences call things.
        units: what rows, and the places along other dimensions of arrays, were drawn from. Without any, rows are.
        factors: what was contrasted.
        rates: columns that were counted; what :attr:`Table.successes` gives is of the first.
        errors: by column, the column of its standard errors.
        parts: by column, what it is the mean of.
        gaps: columns in which rows may lack a number.
        smallest: by the symbol of an estimate, the smallest effect that counts as one, from no effect.
        limits: by column, what no value of it can pass, such as (0, 1).
        controls: columns that an analysis may take out of those in ``residuals`` before it correlates them.
        residuals: columns that are correlated.
        columns: every column that a subject of the finding may have; one that is named and is none of these
            is a mistake of the claim, and not a gap in the data. Empty where nothing is known of that.
        remedy: what to do about a column that a subject lacks.
        multilevel: what subjects bring to one model of several, if one is made.
    """

    words: Words = field(default_factory=Words)
    units: tuple[Unit, ...] = ()
    factors: tuple[Factor, ...] = ()
    rates: tuple[Rate, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Parts] = field(default_factory=dict)
    gaps: frozenset[str] = frozenset()
    smallest: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    residuals: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    remedy: str = "add it"
    multilevel: Multilevel | None = None

    def __post_init__(self) -> None:
        for name in ("errors", "limits", "parts", "smallest"):
            object.__setattr__(self, name, read_only_mapping(getattr(self, name)))
        if not self.units:
            rows = Unit(name=self.words.unit, plural=self.words.units)
            object.__setattr__(self, "units", (rows,))

    @property
    def rate(self) -> Rate | None:
        """The first of those that were counted."""
        return self.rates[0] if self.rates else None

    @cached_property
    def unit(self) -> Mapping[str, Unit]:
        """The units by name."""
        return {unit.name: unit for unit in self.units}

    @cached_property
    def factor(self) -> Mapping[str, Factor]:
        """The factors by name."""
        return {factor.name: factor for factor in self.factors}

    def together(self, names: Iterable[str]) -> tuple[str, ...]:
        """These columns, and those that go with them wherever they go: of a rate its counts, of a mean its error."""
        found = dict.fromkeys(names)
        for rate in self.rates:
            if found.keys() & set(rate.columns):
                found.update(dict.fromkeys(rate.columns))
        found.update(dict.fromkeys(self.errors[name] for name in tuple(found) if name in self.errors))
        return tuple(found)
