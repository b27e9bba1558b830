"""The jackknife: how far a statistic moves when one cluster is left out, and the t that follows from it.

Knows nothing about the statistic: it takes its values, one for each cluster that is left out.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.labels import coded

NEGLIGIBLE: Final = 1e-12  # a standard error that is this small beside the scale of a statistic is rounding


@dataclass(frozen=True, kw_only=True)
class Jackknife:
    """A statistic with its standard error over clusters, both in its own unit."""

    value: float
    se: float
    clusters: int

    @property
    def df(self) -> int:
        """Degrees of freedom of t."""
        return self.clusters - 1

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95% interval."""
        half = float(special.stdtrit(self.df, 0.975)) * self.se
        return self.value - half, self.value + half

    @property
    def p(self) -> float:
        """Two-sided p against 0."""
        return min(1.0, 2 * float(special.stdtr(self.df, -abs(self.value) / self.se)))

    @property
    def p_above(self) -> float:
        """One-sided p against 0 or less."""
        return float(special.stdtr(self.df, -self.value / self.se))

    def details(self, se: str = "se") -> dict[str, float]:
        """What a reader needs to compute t again; ``se`` is what the standard error is called."""
        return {se: self.se, "df": self.df, "clusters": self.clusters}


@dataclass(frozen=True, kw_only=True, eq=False)
class Clusters:
    """The rows in clusters: ``codes`` (N,), from 0 to ``count`` - 1."""

    codes: IntArray
    count: int

    @cached_property
    def rows(self) -> list[IntArray]:
        """The rows of each cluster."""
        order, starts = self._sorted
        return np.split(order, starts[1:])

    def without_each(self, values: FloatArray) -> FloatArray:
        """Sums of ``values``, shape (N, ...), over the rows outside of each cluster, and over all: (count + 1, ...)."""
        order, starts = self._sorted
        total = values.sum(axis=0)
        return np.concatenate([total - np.add.reduceat(values[order], starts, axis=0), [total]])

    @cached_property
    def _sorted(self) -> tuple[IntArray, IntArray]:
        """The rows by cluster, and where each cluster starts among them."""
        sizes = np.bincount(self.codes, minlength=self.count)
        return np.argsort(self.codes, kind="stable"), np.cumsum(sizes) - sizes


def clustered(clusters: npt.ArrayLike | None, rows: int, *, what: str = "row") -> Clusters:
    """The clusters of these labels, or each row alone.

    Args:
        clusters: labels (rows,), text or numbers; None where each row was drawn by itself.
        rows: how many there are.
        what: what one of them is called.

    Raises:
        Undecided: with fewer than 2 clusters.
        InputError: for crossed clusters (a tuple), another shape, or a missing label.
    """
    if isinstance(clusters, tuple):
        raise InputError(f"crossed clusters, a tuple of {len(clusters)}; here give labels (N,) of one kind of cluster")
    if clusters is not None and np.shape(clusters) != (rows,):
        raise InputError(f"clusters of shape {np.shape(clusters)} for {rows} {what}s; wanted a label for each {what}")
    codes, count = np.arange(rows), rows
    if clusters is not None:
        codes, names = coded(clusters)
        count = len(names)
    if count < 2:
        unit = what if clusters is None else "cluster"
        raise Undecided(f"{count} {unit}{'' if count == 1 else 's'}; the jackknife takes at least 2")
    return Clusters(codes=codes, count=count)


def jackknife(value: float, left_out: FloatArray, *, scale: float = 1.0) -> Jackknife:
    """The statistic ``value`` with the standard error that its values without each cluster give.

    The variance is (G - 1) / G times the sum of the squares of their distances from their mean.

    Args:
        value: of all rows.
        left_out: without each of the G clusters, shape (G,), in the same unit; NaN where it is not defined.
        scale: how large the data are, in the same unit; a standard error that is nothing beside it is 0.

    Raises:
        Undecided: if it is not defined without some cluster, or the same without each.

    Source: Tukey (1958), Ann. Math. Stat. 29, 614; Miller (1974), Biometrika 61, 1-15. Over clusters it is, of a
    mean or a regression, the variance CR3 of Cameron and Miller (2015), J. Hum. Resour. 50, 317-372.
    """
    count = len(left_out)
    if not np.isfinite(left_out).all():
        raise Undecided(
            "without one of the clusters the statistic is not defined, so its interval is not",
            remedy="measure more clusters that vary",
        )
    distance = left_out - left_out.mean()
    se = float(np.sqrt((count - 1) / count * (distance @ distance)))
    if se <= NEGLIGIBLE * scale:
        raise Undecided(
            "the statistic is the same without each of the clusters: no t is defined",
            remedy="measure clusters that differ",
        )
    return Jackknife(value=value, se=se, clusters=count)
