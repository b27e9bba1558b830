"""What is in a table: its rows, levels, ranges, what is missing, and what was left out of its file.

Knows nothing about claims, or how it is shown.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_claims.data.design import Words
from pytest_claims.data.dropped import Dropped, Otherwise
from pytest_claims.data.table import Table
from pytest_claims.reading.column import Column, alike


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A unit or factor: its levels in the order of the data, how many rows each has, and what it is nested in.

    ``rows`` is empty for a unit that lies along arrays; ``families`` is how many groups of alike levels there are.
    """

    name: str
    levels: tuple[str, ...]
    rows: tuple[int, ...] = ()
    within: tuple[str, ...] = ()
    families: int = 0


@dataclass(frozen=True, kw_only=True)
class Span:
    """A column of numbers: the least and the most, how many different ones, and how many rows have none."""

    name: str
    low: float
    high: float
    different: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What is in the table of one subject.

    ``unread`` are columns of its file that the finding does not name, and ``unused`` those that no claim asked for;
    ``summed`` are dimensions over which counts were summed.
    ``lying_in`` are pairs of units of which each level of the first lies in one of the second, and nobody says so.
    """

    subject: str
    rows: int
    words: Words
    units: tuple[Dimension, ...]
    factors: tuple[Dimension, ...]
    measured: tuple[Span, ...]
    dropped: tuple[Dropped, ...]
    otherwise: tuple[Otherwise, ...] = ()
    unread: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    lying_in: tuple[tuple[str, str], ...] = ()


def summary_of(
    table: Table, *, unread: Sequence[str] = (), unused: Sequence[str] = (), summed: Sequence[str] = ()
) -> Summary:
    """What is in a table; ``unused`` are columns that no claim asked for."""
    design = table.design
    dims = [*table.levels, *table.labels]
    named = [name for factor in design.factors for name in factor.columns]
    return Summary(
        subject=table.subject,
        rows=len(table),
        words=design.words,
        units=tuple(_dimension(table, one.name, one.within) for one in design.units if one.name in dims),
        factors=tuple(
            _dimension(table, one.name) if one.name in dims else Dimension(name=one.name, levels=one.columns)
            for one in design.factors
            if one.name in dims or set(one.columns) <= set(named)
        ),
        measured=tuple(_span(name, values) for name, values in table.columns.items()),
        dropped=table.dropped,
        otherwise=table.otherwise,
        unread=tuple(unread),
        unused=tuple(unused),
        summed=tuple(summed),
        lying_in=tuple(_lying_in(table)),
    )


def _lying_in(table: Table) -> Iterator[tuple[str, str]]:
    units = [unit for unit in table.design.units if unit.name in table.levels]
    for inner, outer in itertools.permutations(units, 2):
        several = table.levels[inner.name], table.levels[outer.name]
        count = len(several[0].present)
        if outer.name in inner.within or count <= len(several[1].present):
            continue
        first, _ = alike([Column(texts=one.names, codes=one.codes) for one in several])
        if len(first) == count:
            yield inner.name, outer.name


def _dimension(table: Table, name: str, within: tuple[str, ...] = ()) -> Dimension:
    names = table.names(name)
    families = len({table.families[level] for level in names if level in table.families})
    if name not in table.levels:
        return Dimension(name=name, levels=names, within=within, families=families)
    levels = table.levels[name]
    rows = np.bincount(levels.codes, minlength=len(levels.names))[levels.present]
    return Dimension(name=name, levels=names, rows=tuple(rows.tolist()), within=within, families=families)


def _span(name: str, values: np.ndarray) -> Span:
    there = values[~np.isnan(values)]
    low, high = (float(there.min()), float(there.max())) if len(there) else (np.nan, np.nan)
    return Span(name=name, low=low, high=high, different=len(np.unique(there)), missing=len(values) - len(there))
