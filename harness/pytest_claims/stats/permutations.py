"""Permutations of rows: random ones, the same for the same size and number, and all that there are.

Knows nothing about what is permuted. Many of them come in blocks, so that they never fill the memory.
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from pytest_claims.base.arrays import IntArray
from pytest_claims.stats.analysis import TABLES

SEED: Final = 0  # the same data must give the same p
_MOST_KEPT: Final = 20_000_000  # numbers of a stage that are kept, in one or two bytes each
FEW: Final = 10  # rows of which all orders can be listed: 3,628,800


def seed_of(start: int) -> int | list[int]:
    """The seed of what is drawn after the first ``start``: each stage has its own."""
    return [SEED, start] if start else SEED


def orders(rows: int, count: int) -> IntArray:
    """The first ``count`` random permutations of ``rows`` rows, shape (count, rows)."""
    return _first(rows, count).astype(np.intp)


@lru_cache(maxsize=64)  # a claim that is asked thousands of times permutes as many rows each time
def _first(rows: int, count: int) -> IntArray:
    permuted = _permuted(np.random.default_rng(seed_of(0)), rows, count)
    permuted.flags.writeable = False  # it is shared
    return permuted


def random_orders(rows: int, start: int, stop: int, at_once: int) -> Iterator[IntArray]:
    """Random permutations number ``start`` to ``stop``, in blocks of shape (up to ``at_once``, rows).

    ``start`` is where a stage of drawing begins.
    """
    if not start and stop <= TABLES:
        yield from (some.astype(np.intp) for some in _blocks(_first(rows, stop), at_once))
        return
    if rows * (stop - start) <= _MOST_KEPT:
        yield from (some.astype(np.intp) for some in _blocks(_stage(rows, start, stop), at_once))
        return
    random = np.random.default_rng(seed_of(start))
    for done in range(start, stop, at_once):
        yield _permuted(random, rows, min(at_once, stop - done)).astype(np.intp)


@lru_cache(maxsize=2)  # all copies without one row permute as many rows
def _stage(rows: int, start: int, stop: int) -> IntArray:
    """The random permutations of one stage of drawing, shape (stop - start, rows)."""
    permuted = _permuted(np.random.default_rng(seed_of(start)), rows, stop - start)
    permuted.flags.writeable = False  # it is shared
    return permuted


def _permuted(random: np.random.Generator, rows: int, count: int) -> IntArray:
    # Small numbers: they are permuted three times as fast, in the same order.
    row = np.arange(rows, dtype=np.min_scalar_type(rows - 1))
    return random.permuted(np.tile(row, (count, 1)), axis=1)


def all_orders(rows: int, at_once: int) -> Iterator[IntArray]:
    """Every permutation of ``rows`` rows, at most 10, in blocks of shape (up to ``at_once``, rows)."""
    rest = _listed(rows - 1)
    for first in range(rows):
        for some in _blocks(rest, at_once):
            yield _led_by(first, some).astype(np.intp)


def number_of_orders(rows: int) -> int:
    """How many permutations of ``rows`` rows there are."""
    return math.factorial(rows)


@lru_cache(maxsize=FEW)
def _listed(rows: int) -> IntArray:
    """Every permutation of so few rows, shape (rows!, rows), in single bytes."""
    if not rows:
        return np.zeros((1, 0), dtype=np.uint8)
    rest = _listed(rows - 1)
    every: IntArray = np.concatenate([_led_by(first, rest) for first in range(rows)])
    every.flags.writeable = False  # it is shared
    return every


def _led_by(first: int, rest: IntArray) -> IntArray:
    """``first``, and then all other rows in each order of ``rest``."""
    others = np.delete(np.arange(rest.shape[1] + 1, dtype=np.uint8), first)
    return np.column_stack([np.full(len(rest), first, dtype=np.uint8), others[rest]])


def _blocks(every: IntArray, at_once: int) -> Iterator[IntArray]:
    for start in range(0, len(every), at_once):
        yield every[start : start + at_once]
