"""Random permutations, the same for the same size and number, and the p of a statistic among permuted ones.

Knows nothing about what is permuted.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from harness.panel import FloatArray, IntArray

SEED: Final = 0  # the same data must give the same p


@lru_cache(maxsize=64)  # a claim that is asked thousands of times permutes as many rows each time
def orders(rows: int, count: int) -> IntArray:
    """``count`` permutations of ``rows`` rows, shape (count, rows)."""
    several = np.tile(np.arange(rows, dtype=np.intp), (count, 1))
    permuted: IntArray = np.random.default_rng(SEED).permuted(several, axis=1)
    permuted.flags.writeable = False  # it is shared
    return permuted


def permutation_p(by_chance: FloatArray, observed: float) -> float:
    """The share of statistics, the observed one among them, that are at least as large as the observed one.

    Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, section 4.2.
    """
    # Permutations that tie with the observed order must count, whatever the order of their sums.
    return float((1 + np.sum(by_chance >= observed - 1e-12)) / (1 + len(by_chance)))
