"""Simulated p-values: the share of random tables that are at least as extreme as the observed one.

Knows nothing about what is extreme. Tables are counted in the stages of the ladder of the analysis in
force; where all orders of the rows are few, or fewer than the tables that are wanted, all are counted
and p is exact. Inside :func:`counts_kept` nothing is counted twice.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.stack import stacks_of
from pytest_claims.stats.analysis import LADDER, TABLES, analysis
from pytest_claims.stats.permutations import FEW, all_orders, number_of_orders, random_orders, seed_of
from pytest_claims.stats.permutations import orders as first_orders

SLACK: Final = 1e-12  # tables that tie with the observed one must count, whatever the order of their sums
Key = tuple[object, ...]
OfAll = Callable[..., Sequence[int | None]]  # of orders (T, N), and stacks of data: for each place how many are
_FEW_ORDERS: Final = 1_000  # with more, copies are few that hang on them


@dataclass(frozen=True, kw_only=True)
class Chance:
    """How often chance is as extreme as what was observed.

    ``error`` is the Monte Carlo standard error of ``p``, None where all ``tables`` there are were counted.
    """

    p: float
    error: float | None
    tables: int

    @property
    def words(self) -> str:
        """What a method's name says of it: nothing of random tables, which is the usual case."""
        return "" if self.error is not None else ", all orders"


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """What was counted: as extreme tables by statistic and stage; ``simulated`` has each p that is not exact."""

    extreme: dict[Key, int] = field(default_factory=dict)
    simulated: dict[Key, int] = field(default_factory=dict)  # its place, in the order of first asking


_kept: ContextVar[Counts | None] = ContextVar("counts", default=None)


@contextmanager
def counts_kept() -> Iterator[Counts]:
    """Inside the block no statistic of the same data counts the same tables twice; nor in a block inside it."""
    outer = _kept.get()
    counts = Counts(extreme=outer.extreme) if outer else Counts()
    token = _kept.set(counts)
    try:
        yield counts
    finally:
        _kept.reset(token)


def chance_of_orders(
    what: Key,
    data: tuple[FloatArray, ...],
    rows: int,
    at_once: int,
    as_extreme: Callable[[IntArray], int],
    *,
    of_all: OfAll | None = None,
) -> Chance:
    """How often orders of ``rows`` rows are as extreme as the observed one.

    Args:
        what: the name of the statistic, with whatever else but ``data`` it depends on.
        data: the arrays it depends on.
        rows: what is permuted.
        at_once: how many orders ``as_extreme`` is given at once, so that they do not fill the memory.
        as_extreme: how many of some orders, shape (order, rows), are at least as extreme.
        of_all: the same of each place of stacks of data, (K,), where all of these can be counted at once: asked where
            orders are few.
    """
    tables = analysis().tables

    def count(blocks: Iterator[IntArray]) -> int:
        return sum(map(as_extreme, blocks))

    def drawn(start: int, stop: int) -> int:
        known = _waiting(what, data, stop, of_all) if of_all and not start and stop <= _FEW_ORDERS else None
        return count(random_orders(rows, start, stop, at_once)) if known is None else known

    if number_of_orders(rows) <= tables or (rows <= FEW and tables > TABLES):
        extreme = _once((*_key(what, data), "all"), lambda: count(all_orders(rows, at_once)))
        return Chance(p=extreme / number_of_orders(rows), error=None, tables=number_of_orders(rows))
    return _staged(_key(what, data), drawn)


def _waiting(what: Key, data: tuple[FloatArray, ...], stop: int, of_all: OfAll) -> int | None:
    """How many of the first orders are as extreme, if these data are of one place of stacks: counted for all places."""
    found = stacks_of(data)
    if found is None:
        return None
    stacks, place = found
    key = (*what, stacks, stop)
    known = stacks[0].known.get(key)
    if known is None:
        orders = first_orders(stacks[0].values.shape[-1], stop)
        known = stacks[0].known[key] = of_all(orders, *[stack.values for stack in stacks])
    value: int | None = known[place]
    return value


def chance_of_tables(
    what: Key, data: tuple[FloatArray, ...], at_once: int, as_extreme: Callable[[np.random.Generator, int], int]
) -> Chance:
    """How often random tables are as extreme as the observed one.

    Arguments are those of :func:`chance_of_orders`, but ``as_extreme`` draws so many tables itself.
    """

    def count(start: int, stop: int) -> int:
        random = np.random.default_rng(seed_of(start))
        return sum(as_extreme(random, min(at_once, stop - done)) for done in range(start, stop, at_once))

    return _staged(_key(what, data), count)


def at_least(by_chance: FloatArray, observed: float) -> int:
    """How many statistics are at least as large as the observed one."""
    return int(np.sum(by_chance >= observed - SLACK))


def _staged(key: Key, count: Callable[[int, int], int]) -> Chance:
    """The p of as many tables as the analysis in force wants, of which ``count`` counts those of one stage.

    Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, section 4.2: the
    observed table is one of those that chance may give.
    """
    tables = analysis().tables
    stages = pairwise((0, *(step for step in LADDER if step < tables), tables))
    extreme = sum(_once((*key, start, stop), partial(count, start, stop)) for start, stop in stages)
    p = (1 + extreme) / (1 + tables)
    error = math.sqrt(p * (1 - p) / tables)
    return Chance(p=min(1.0, max(0.0, p + _shift(key) * error)), error=error, tables=tables)


def _once(key: Key, count: Callable[[], int]) -> int:
    kept = _kept.get()
    if kept is None:
        return count()
    if key not in kept.extreme:
        kept.extreme[key] = count()
    return kept.extreme[key]


def _shift(key: Key) -> float:
    """By how many of its errors this p is moved."""
    kept, shifts = _kept.get(), analysis().shifts
    place = 0 if kept is None else kept.simulated.setdefault(key, len(kept.simulated))
    return shifts[min(place, len(shifts) - 1)] if shifts else 0.0


def _key(what: Key, data: tuple[FloatArray, ...]) -> Key:
    """What tells one statistic of some data from all others; empty where nothing is kept, because it takes time."""
    return () if _kept.get() is None else (*what, *((array.shape, array.tobytes()) for array in data))
