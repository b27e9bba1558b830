"""The result of one check, as facts. Knows nothing about how it was reached, or how it is told."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from pytest_claims.asking.answer import Outcome
from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.gap import Gap

_MOST_BINS: Final = 40


@dataclass(frozen=True, kw_only=True)
class Move:
    """A ``row`` whose rate was changed, from ``before`` to ``after``."""

    row: str
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class ColumnReliability:
    """What share of the variance of a ``column`` is not noise, its ``value``; None where nothing tells it.

    It is told ``by`` the counts of a rate, by standard errors, or by repetitions at ``count`` levels of ``unit``, of
    which the column is the mean; or by ``count`` parts of it, which all rows share and ``unit`` says in the plural.
    ``why`` says why it could not be computed, if it could not.
    """

    column: str
    value: float | None = None
    by: Literal["", "repetitions", "counts", "errors", "parts"] = ""
    unit: str = ""
    count: int = 0
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """How many values, the ``counts``, fall into each of equal bins from ``low`` to ``high``."""

    low: float
    high: float
    counts: tuple[int, ...]

    @classmethod
    def of(cls, values: FloatArray) -> "Histogram | None":
        """That of values (n,), without those that are not finite; None where fewer than two are left, or all alike."""
        known = values[np.isfinite(values)]
        if len(known) < 2 or not np.ptp(known) > 0:
            return None
        counts, edges = np.histogram(known, bins=min(_MOST_BINS, math.ceil(math.sqrt(len(known)))))
        return cls(low=float(edges[0]), high=float(edges[-1]), counts=tuple(counts.tolist()))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was ``chosen`` in each of several analyses: its place among the ``options`` of a choice of this ``name``."""

    name: str
    options: tuple[str, ...]
    chosen: tuple[int, ...]

    @classmethod
    def of(cls, name: str, chosen: Sequence[str]) -> "Choice":
        """From the option of each analysis."""
        options = tuple(dict.fromkeys(chosen))
        return cls(name=name, options=options, chosen=tuple(map(options.index, chosen)))


@dataclass(frozen=True, kw_only=True)
class Analyses:
    """What a claim says in each of several analyses, which differ by ``choices``.

    Of each there is one of ``values``, the headline's, None where there is none, and one of ``outcomes``.
    """

    choices: tuple[Choice, ...]
    values: tuple[float | None, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, kw_only=True)
class Leverage:
    """The part of a ``unit`` that most of several analyses hang on: a ``level``, or a family of levels if ``families``.

    Of ``count`` analyses that hold on all the data ``held`` do without it.
    """

    unit: str
    families: bool
    level: str
    count: int
    held: int


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What a check found.

    Attributes:
        check: its name, and ``unit`` the unit that it is about, where it is made of each.
        applies: whether it could be made; if not, ``gap`` says why, but of a claim that is undecided.
        flips: whether it looked for data on which the outcome is the opposite, and found some.
        numbers: what was counted and computed.
        names: the levels that matter, in the order of mattering.
        moves: the change of rates that flips the outcome.
        columns: the reliability of each column that the claim uses.
        histogram: the headline values of worlds without the effect.
        analyses: what the claim says in each; None of more than a thousand.
        leverage: the part that most of those that hold hang on.
        interval: how the interval in ``numbers`` was made.
        replicates: the headline values on resampled tables, None where undecided, in the order of the
            resamples: the same for every subject with the same rows.
    """

    check: str
    unit: str = ""
    applies: bool = True
    gap: Gap | None = None
    flips: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    columns: tuple[ColumnReliability, ...] = ()
    histogram: Histogram | None = None
    analyses: Analyses | None = None
    leverage: Leverage | None = None
    interval: str = ""
    replicates: tuple[float | None, ...] = ()
