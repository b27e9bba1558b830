"""Disagreement of ratings, as it is and as chance would have it, of all rows and without each cluster of them.

Knows nothing about raters, nor what follows for their agreement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError
from pytest_claims.stats.jackknife import Clusters
from pytest_claims.stats.labels import coded

Weights = Literal["linear", "quadratic"]
Level = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Disagreement:
    """Mean distance of two ratings: without each of G clusters, and last of all rows.

    Attributes:
        observed: of ratings of one row, shape (G + 1,).
        expected: of any two ratings, shape (G + 1,), in the same unit.
        largest: the greatest distance that any two of them have.
    """

    observed: FloatArray
    expected: FloatArray
    largest: float

    @property
    def agreement(self) -> FloatArray:
        """What is left of 1 after the observed disagreement by the expected one, (G + 1,); NaN where none is."""
        with np.errstate(invalid="ignore", divide="ignore"):
            agreement = 1 - self.observed / self.expected
        return np.asarray(np.where(self.expected > 0, agreement, np.nan))


@dataclass(frozen=True, kw_only=True, eq=False)
class PairedRatings:
    """The ratings of two raters: codes of K categories, each (N,), and how far apart these are, (K, K), in [0, 1]."""

    first: IntArray
    second: IntArray
    distance: FloatArray

    @property
    def between(self) -> FloatArray:
        """The distance of both ratings of each row, shape (N,)."""
        return np.asarray(self.distance[self.first, self.second])

    @property
    def shares(self) -> tuple[FloatArray, FloatArray]:
        """The share of each category among the ratings of either rater, each of shape (K,)."""
        n, categories = len(self.first), len(self.distance)
        first, second = (np.bincount(codes, minlength=categories) / n for codes in (self.first, self.second))
        return first, second

    def disagreement(self, clusters: Clusters) -> Disagreement:
        """Observed, and expected of raters who keep their shares of categories."""
        one_hot = np.eye(len(self.distance))
        rows = clusters.without_each(np.ones(len(self.first)))
        first, second = (clusters.without_each(one_hot[codes]) for codes in (self.first, self.second))
        expected = ((first @ self.distance) * second).sum(axis=1) / rows**2
        return Disagreement(observed=clusters.without_each(self.between) / rows, expected=expected, largest=1.0)


def paired_ratings(first: npt.ArrayLike, second: npt.ArrayLike, weights: Weights | None) -> PairedRatings:
    """The ratings of two raters as codes; ``weights`` says how far apart categories are, None: all alike.

    Raises:
        InputError: if the shapes differ, a rating is missing, one rater gives numbers and the other text, or weights
            are wanted for text.
    """
    one, other = np.asarray(first), np.asarray(second)
    if one.ndim != 1 or one.shape != other.shape:
        raise InputError(f"ratings of shapes {one.shape} and {other.shape}; wanted columns of one table, both (N,)")
    if (one.dtype.kind in "biuf") != (other.dtype.kind in "biuf"):
        raise InputError(f"ratings of types {one.dtype} and {other.dtype}; wanted numbers of both raters, or text")
    codes, categories = coded(np.concatenate([one, other]))
    return PairedRatings(first=codes[: len(one)], second=codes[len(one) :], distance=_distance(categories, weights))


def _distance(categories: list[object], weights: Weights | None) -> FloatArray:
    """How far apart categories are, as a share of the greatest distance, shape (K, K)."""
    if weights is None:
        return 1 - np.eye(len(categories))
    if weights not in _POWERS:
        raise InputError(f"weights {weights!r}; wanted one of {', '.join(_POWERS)}, or None")
    values = np.asarray(categories)
    if values.dtype.kind not in "biuf":
        raise InputError(
            f"{weights} weights for categories such as {categories[0]!r:.40}; wanted numbers in their order"
        )
    values = values.astype(np.float64)
    distance = np.abs(values[:, None] - values) ** _POWERS[weights]
    return np.asarray(distance / (distance.max() or 1.0))


def disagreement(level: Level, ratings: FloatArray, clusters: Clusters) -> Disagreement:
    """Krippendorff's disagreement of ratings (raters, items), of which each item has at least two; NaN for none.

    Raises:
        InputError: if the level is unknown.
    """
    if level not in _LEVELS:
        raise InputError(f"level {level!r}; wanted one of {', '.join(_LEVELS)}")
    return _LEVELS[level](ratings, clusters)


def _nominal(ratings: FloatArray, clusters: Clusters) -> Disagreement:
    counts = _counts(ratings)
    rated = counts.sum(axis=1)
    unlike = (rated**2 - (counts**2).sum(axis=1)) / (rated - 1)
    left = clusters.without_each(counts)
    n = left.sum(axis=1)
    expected = (n**2 - (left**2).sum(axis=1)) / (n * (n - 1))
    return Disagreement(observed=clusters.without_each(unlike) / n, expected=expected, largest=1.0)


def _ordinal(ratings: FloatArray, clusters: Clusters) -> Disagreement:
    """Squares of distances in ranks, which change with each cluster that is left out."""
    counts = _counts(ratings)
    left = clusters.without_each(counts)  # (G + 1, K)
    n = left.sum(axis=1)
    ranks = np.cumsum(left, axis=1) - (left + n[:, None]) / 2  # from their middle
    rated = counts.sum(axis=1)[:, None]
    squares = 2 * (rated * (counts @ ranks.T**2) - (counts @ ranks.T) ** 2) / (rated - 1)  # (items, G + 1)
    observed = squares.sum(axis=0)
    np.subtract.at(observed, clusters.codes, squares[np.arange(len(counts)), clusters.codes])
    expected = 2 * (n * (left * ranks**2).sum(axis=1) - (left * ranks).sum(axis=1) ** 2) / (n * (n - 1))
    return Disagreement(observed=observed / n, expected=expected, largest=float(np.ptp(ranks[-1])) ** 2)


def _interval(ratings: FloatArray, clusters: Clusters) -> Disagreement:
    """Squares of differences: sums over items give all of them, however many values there are."""
    centred = ratings - np.nanmean(ratings)
    rated, sums = (~np.isnan(ratings)).sum(axis=0), np.nansum(centred, axis=0)
    squares = np.nansum(centred**2, axis=0)
    unlike = 2 * (rated * squares - sums**2) / (rated - 1)
    n, total, total_squares, observed = clusters.without_each(np.stack([rated, sums, squares, unlike], axis=1)).T
    expected = 2 * (n * total_squares - total**2) / (n * (n - 1))
    largest = float(np.nanmax(ratings) - np.nanmin(ratings)) ** 2
    return Disagreement(observed=observed / n, expected=expected, largest=largest)


def _counts(ratings: FloatArray) -> FloatArray:
    """How often each item was given each category, shape (items, K), categories in order."""
    rated = ~np.isnan(ratings)
    categories, codes = np.unique(ratings[rated], return_inverse=True)
    items = np.nonzero(rated)[1]
    counts = np.bincount(items * len(categories) + codes, minlength=ratings.shape[1] * len(categories))
    return counts.reshape(ratings.shape[1], -1).astype(np.float64)


_POWERS: Final[Mapping[str, int]] = {"linear": 1, "quadratic": 2}
_LEVELS: Final[Mapping[str, Callable[[FloatArray, Clusters], Disagreement]]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
}
