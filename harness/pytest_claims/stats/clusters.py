"""Clusters: rows that were drawn together, and the variance of a statistic that allows for it.

Knows nothing about the statistic: it takes the influence of each row on it.
"""

import math
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.labels import coded

Labels: TypeAlias = npt.NDArray[Any]
Clusters: TypeAlias = Labels | tuple[Labels, ...] | None

_ROUNDING: Final = 1e-12  # what rounding leaves of two variances whose difference is 0, next to the larger


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """The rows of a table in groups: ``codes`` (N,), from 0 to ``count`` - 1."""

    codes: IntArray
    count: int

    @cached_property
    def sizes(self) -> IntArray:
        """Rows of each group, shape (count,)."""
        return np.bincount(self.codes, minlength=self.count)

    @cached_property
    def first_rows(self) -> IntArray:
        """The first row of each group, shape (count,)."""
        rows = np.empty(self.count, dtype=np.intp)
        rows[self.codes[::-1]] = np.arange(len(self.codes))[::-1]  # of several rows the last one assigned stays
        return rows

    def sums(self, values: FloatArray) -> FloatArray:
        """Sums of ``values`` (N,) in each group, shape (count,)."""
        return np.asarray(np.bincount(self.codes, weights=values, minlength=self.count), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class ClusterVariance:
    """The variance of a statistic over clusters.

    Attributes:
        variance: in the square of the statistic's unit.
        clusters: how many there are; of crossed ones, the fewest along a dimension.
        dimensions: how many kinds of clusters are crossed; 0 where each row is one of its own.
        replaced: whether crossed clusters gave no variance above 0, and the largest one-way one stands for it.
    """

    variance: float
    clusters: int
    dimensions: int
    replaced: bool = False

    @property
    def se(self) -> float:
        """Standard error, in the statistic's unit."""
        return math.sqrt(self.variance)

    @property
    def df(self) -> int:
        """Degrees of freedom of t."""
        return self.clusters - 1

    @property
    def over(self) -> str:
        """What it is taken over, for the name of a method."""
        kind = ("", " over clusters")[self.dimensions] if self.dimensions < 2 else " over crossed clusters"
        return f"{kind}, with the largest one-way variance" if self.replaced else kind

    def details(self) -> dict[str, float]:
        """What a reader needs to compute t again."""
        return {"se": self.se, "df": self.df, "clusters": self.clusters}


def cluster_variance(influence: FloatArray, clusters: Clusters = None) -> ClusterVariance:
    """Cluster-robust variance of a statistic that is a mean, or is like one for large N.

    One way it is G / (G - 1) times the sum over the G clusters of the squared sum of influences, over N squared.
    Clusters of several kinds, such as items and models, are crossed: variances are added over each kind, taken off
    over each pair of kinds, and so on, each with the G of its own. Where that leaves none above 0, as it can with few
    clusters, the largest of the one-way variances stands in its place.

    Args:
        influence: how far each row moves the statistic, shape (N,), with mean 0: x - mean(x) for a mean.
        clusters: labels (N,) of text or numbers, a tuple of such for crossed clusters, or None for each row alone.

    Raises:
        Undecided: with fewer than 2 clusters of a kind.
        InputError: if labels are missing or of another shape.

    Source: Liang and Zeger (1986), Biometrika 73, 13-22; Cameron, Gelbach and Miller (2011), J. Bus. Econ. Stat.
    29, 238-249, with their degrees of freedom: the fewest clusters of a kind less 1.
    """
    kinds = groupings(clusters, len(influence))
    one_way = [_variance(influence, kind) for kind in kinds]
    together = sum(one_way) + sum(
        (-1) ** (size - 1) * _variance(influence, reduce(intersection, some))
        for size in range(2, len(kinds) + 1)
        for some in combinations(kinds, size)
    )
    replaced = len(kinds) > 1 and together <= _ROUNDING * max(one_way)
    return ClusterVariance(
        variance=max(one_way) if replaced else together,
        clusters=min(kind.count for kind in kinds),
        dimensions=0 if clusters is None else len(kinds),
        replaced=replaced,
    )


def groupings(clusters: Clusters, rows: int) -> list[Grouping]:
    """The groups of each kind of cluster, or of each row alone; raises as :func:`cluster_variance`."""
    if clusters is None:
        kinds = [Grouping(codes=np.arange(rows), count=rows)]
    else:
        kinds = [group(labels, rows) for labels in (clusters if isinstance(clusters, tuple) else (clusters,))]
    if not kinds:
        raise InputError("clusters is an empty tuple; wanted labels of shape (N,), a tuple of such, or None")
    for kind in kinds:
        if kind.count < 2:
            what = "row" if clusters is None else "cluster"
            raise Undecided(f"{kind.count} {what}{'' if kind.count == 1 else 's'}; a variance takes at least 2")
    return kinds


def group(labels: npt.ArrayLike, rows: int) -> Grouping:
    """The rows in groups of one label each.

    Raises:
        InputError: if the labels are not of shape (rows,), or one is missing (None or NaN).
    """
    array = np.asarray(labels)
    if array.shape != (rows,):
        raise InputError(f"labels of shape {array.shape} for {rows} rows; wanted ({rows},), or a tuple of such")
    codes, names = coded(array)
    return Grouping(codes=codes, count=len(names))


def intersection(first: Grouping, second: Grouping) -> Grouping:
    """The rows that are together in both."""
    return group(first.codes * second.count + second.codes, len(first.codes))


def _variance(influence: FloatArray, groups: Grouping) -> float:
    sums, g, n = groups.sums(influence), groups.count, len(influence)
    return g / (g - 1) * float(sums @ sums) / n**2
