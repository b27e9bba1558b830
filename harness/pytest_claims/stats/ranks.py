"""Rank correlations of two columns: Spearman's rho and Kendall's tau-b, over rows or over clusters of them.

Knows nothing about what the columns mean. A multiverse, which computes ``pearson`` as other coefficients, leaves
these as they are; what it partials out costs them degrees of freedom, too.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import BoolArray, FloatArray, IntArray
from pytest_claims.base.errors import Undecided
from pytest_claims.stats.analysis import analysis
from pytest_claims.stats.coefficients import COEFFICIENTS, Coefficient, coefficient, fisher_z
from pytest_claims.stats.compared import compares
from pytest_claims.stats.correlation import check_columns
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.finite import finite
from pytest_claims.stats.jackknife import Clusters, clustered, jackknife

LEAST_SPEARMAN: Final = 4  # rows: the interval has n - 3 in it
LEAST_KENDALL: Final = 5  # rows: the interval has n - 4 in it


class SpearmanCorrelation(Tested):
    """An estimate of Spearman's correlation."""

    @property
    def rho(self) -> float:
        """The correlation of the ranks, in [-1, 1]."""
        return self.value


class KendallCorrelation(Tested):
    """An estimate of Kendall's tau-b."""

    @property
    def tau(self) -> float:
        """The share of pairs in the same order less the share in the opposite one, corrected for ties; in [-1, 1]."""
        return self.value


SomeTested = TypeVar("SomeTested", bound=Tested)


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A rank correlation.

    ``name`` is that among coefficients, ``least`` the rows it takes, ``error`` gives the standard error of its
    Fisher's z from its value and the rows, and ``without_each`` its values without each cluster, shape (G,).
    """

    name: str
    least: int
    error: Callable[[float, int], float]
    without_each: Callable[[FloatArray, FloatArray, Clusters], FloatArray]


def spearman(x: npt.ArrayLike, y: npt.ArrayLike, *, clusters: npt.ArrayLike | None = None) -> SpearmanCorrelation:
    """Spearman's rho with its two-sided p and its 95% interval.

    ``p`` is that of t with n - 2 degrees of freedom, as of ``scipy.stats.spearmanr``, and the interval that of
    Bonett and Wright. With clusters both are those of the jackknife over clusters on Fisher's z; its standard error
    is ``se_z`` of the details.

    Args:
        x, y: columns of one table, each of shape (N,).
        clusters: labels (N,) of rows drawn together, or None: each row alone.

    Raises:
        Undecided: with fewer than 4 rows or 2 clusters, or a constant column, also where a cluster is left out.
        InputError: if the shapes differ, or a value or a label is missing.

    Source: Bonett and Wright (2000), Psychometrika 65, 23-28; of clusters see :func:`jackknife`.
    """
    return _estimate(SpearmanCorrelation, _SPEARMAN, x, y, clusters)


def kendall(x: npt.ArrayLike, y: npt.ArrayLike, *, clusters: npt.ArrayLike | None = None) -> KendallCorrelation:
    """Kendall's tau-b with its two-sided p and its 95% interval.

    ``p`` is that of ``scipy.stats.kendalltau``: exact for few rows without ties, else by the normal approximation.
    Everything else is as for :func:`spearman`, but that it takes at least 5 rows.
    """
    return _estimate(KendallCorrelation, _KENDALL, x, y, clusters)


def _estimate(
    result: type[SomeTested], kind: _Kind, x: npt.ArrayLike, y: npt.ArrayLike, clusters: npt.ArrayLike | None
) -> SomeTested:
    one, other = finite("x", x), finite("y", y)
    check_columns(one, other)
    controls = analysis().controls
    n = len(one) - controls
    if n < kind.least:
        raise Undecided(f"{len(one)} rows less {controls} controls; this correlation needs at least {kind.least}")
    found = COEFFICIENTS[kind.name](one, other, n)
    z, details = fisher_z(found.value), {}
    if clusters is None:
        half = float(special.ndtri(0.975)) * kind.error(found.value, n)
        found = replace(found, interval=(z - half, z + half))
    else:
        left_out = kind.without_each(one, other, _large_enough(clustered(clusters, len(one)), kind.least))
        spread = jackknife(z, np.array([fisher_z(value) for value in left_out]))
        found = replace(found, name=f"{found.name}, jackknife over clusters", p=spread.p, interval=spread.interval)
        details = spread.details("se_z")
    estimate = note(_result(result, found, len(one), details))
    return compares(estimate, "correlated", lambda: {"x": one, "y": other})


def _result(result: type[SomeTested], found: Coefficient, n: int, details: Mapping[str, float]) -> SomeTested:
    """The estimate; the interval of ``found`` is that of Fisher's z."""
    low, high = map(math.tanh, found.interval or (-math.inf, math.inf))
    return result(
        method=found.name, symbol=found.symbol, value=found.value, n=n, p=found.p, low=low, high=high, details=details
    )


def _large_enough(clusters: Clusters, least: int) -> Clusters:
    left = len(clusters.codes) - max(map(len, clusters.rows))
    if left < least:
        raise Undecided(f"{left} rows are left without the largest cluster; this correlation needs at least {least}")
    return clusters


def _spearman_without_each(x: FloatArray, y: FloatArray, clusters: Clusters) -> FloatArray:
    """Spearman's rho without each cluster; NaN where a column is constant then."""
    codes = [np.unique(column, return_inverse=True)[1] for column in (x, y)]
    counts = [np.bincount(column) for column in codes]
    found = np.empty(clusters.count)
    for cluster, rows in enumerate(clusters.rows):
        kept = np.flatnonzero(clusters.codes != cluster)
        one, other = (
            _ranks(every, every_count, rows)[every[kept]] for every, every_count in zip(codes, counts, strict=True)
        )
        found[cluster] = coefficient(one, other) if one.min() < one.max() and other.min() < other.max() else np.nan
    return found


def _ranks(codes: IntArray, counts: IntArray, gone: IntArray) -> FloatArray:
    """The rank of each code among the rows that stay, less 1/2: mean ranks where several have it."""
    # Counted, because to sort for each cluster, as scipy.stats.rankdata does, takes three times as long.
    left = counts - np.bincount(codes[gone], minlength=len(counts))
    return np.asarray(np.cumsum(left) - left / 2)


def _kendall_without_each(x: FloatArray, y: FloatArray, clusters: Clusters) -> FloatArray:
    """Kendall's tau-b without each cluster; NaN where a column is constant then."""
    # Pairs are counted once for all clusters: what scipy.stats.kendalltau takes for each would take ten times as long.
    against_all = np.array([_pairs(x[rows], y[rows], x, y) for rows in clusters.rows], dtype=float)
    within = np.array([_pairs(x[rows], y[rows], x[rows], y[rows]) for rows in clusters.rows], dtype=float)
    same_order, differ_in_x, differ_in_y = (against_all.sum(axis=0) - 2 * against_all + within).T
    with np.errstate(invalid="ignore"):
        return np.asarray(same_order / np.sqrt(differ_in_x * differ_in_y))


def _count(marks: BoolArray) -> int:
    return int(np.count_nonzero(marks))  # many times as fast as a sum


def _pairs(x: FloatArray, y: FloatArray, others_x: FloatArray, others_y: FloatArray) -> tuple[int, int, int]:
    """Of the pairs of a row and another: in the same order in both less in opposite ones, and not tied in x, in y."""
    above_x, below_x = x[:, None] > others_x, x[:, None] < others_x
    above_y, below_y = y[:, None] > others_y, y[:, None] < others_y
    same = _count(above_x & above_y) + _count(below_x & below_y)
    opposite = _count(above_x & below_y) + _count(below_x & above_y)
    return same - opposite, _count(above_x) + _count(below_x), _count(above_y) + _count(below_y)


_SPEARMAN: Final = _Kind(
    name="spearman",
    least=LEAST_SPEARMAN,
    error=lambda rho, n: math.sqrt((1 + rho**2 / 2) / (n - 3)),
    without_each=_spearman_without_each,
)
_KENDALL: Final = _Kind(
    name="kendall",
    least=LEAST_KENDALL,
    error=lambda _, n: math.sqrt(0.437 / (n - 4)),
    without_each=_kendall_without_each,
)
