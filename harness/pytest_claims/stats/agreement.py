"""Agreement of raters beyond chance: Cohen's kappa of two of them, Krippendorff's alpha of any number.

Knows nothing about who rates what.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.disagreement import Level, PairedRatings, Weights, disagreement, paired_ratings
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.finite import numbers
from pytest_claims.stats.jackknife import NEGLIGIBLE, Clusters, clustered, jackknife

LEAST: Final = 4  # rows or items, as of a correlation: an interval from fewer says nothing


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    """The 95% interval and the p of an agreement, and how they were found."""

    method: str
    low: float
    high: float
    p: float
    details: Mapping[str, float] = field(default_factory=dict)


def cohen_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    clusters: npt.ArrayLike | None = None,
    weights: Weights | None = None,
) -> Tested:
    """Cohen's kappa of two raters, with its 95% interval and its two-sided p against 0, agreement by chance.

    Both follow from the large-sample standard errors of Fleiss, Cohen and Everitt; with clusters from the jackknife
    over clusters and t. Where the raters agree on every row no standard error is above 0, and both follow from how
    often raters who sometimes differ would agree on all.

    Args:
        first, second: the category that either rater gives each row, text or numbers, each of shape (N,).
        clusters: labels (N,) of rows drawn together, or None: each row alone.
        weights: None where any disagreement counts as a whole one; ``linear`` or ``quadratic`` where it counts by the
            difference of the two numbers, or by its square. It is not how many categories lie between: that would
            change with the categories that no row has.

    Raises:
        Undecided: with fewer than 4 rows or 2 clusters, or if a rater gives all rows one category.
        InputError: if the shapes differ, a rating is missing, or weights are wanted for text.

    Source: Cohen (1960), Educ. Psychol. Meas. 20, 37-46, and (1968), Psychol. Bull. 70, 213-220; Fleiss, Cohen and
    Everitt (1969), Psychol. Bull. 72, 323-327; of clusters see :func:`jackknife`.
    """
    ratings = paired_ratings(first, second, weights)
    n = len(ratings.first)
    if n < LEAST:
        raise Undecided(f"{n} rows; kappa needs at least {LEAST}")
    if np.ptp(ratings.first) == 0 or np.ptp(ratings.second) == 0:
        raise Undecided("a rater gives all rows one category: no agreement beyond chance is defined")
    groups = None if clusters is None else clustered(clusters, n)
    observed, expected = float(ratings.between.mean()), _by_chance(ratings)
    value = 1 - observed / expected
    if observed == 0:
        evidence = _unanimous(n if groups is None else groups.count, expected)
    elif groups is None:
        evidence = _large_sample(ratings, observed, expected)
    else:
        evidence = _over_clusters(value, ratings.disagreement(groups).agreement[:-1])
    return _noted(f"Cohen's kappa{f' with {weights} weights' if weights else ''}", "κ", value, n, evidence)


def krippendorff_alpha(
    ratings: npt.ArrayLike, *, level: Level = "nominal", clusters: npt.ArrayLike | None = None
) -> Tested:
    """Krippendorff's alpha of any number of raters, with its 95% interval and its two-sided p against 0.

    Both follow from the jackknife over items, or over clusters of them, and t; where the raters agree on every item,
    as for :func:`cohen_kappa`. ``n`` counts the items with at least two ratings: others say nothing of agreement.

    Args:
        ratings: shape (raters, items), numbers; NaN where a rater did not rate.
        level: how far apart two ratings are: ``nominal``, the same or not; ``ordinal``, by how many ratings lie
            between; ``interval``, by their difference; the last two squared.
        clusters: labels (items,) of items drawn together, or None: each item alone.

    Raises:
        Undecided: with fewer than 4 items that two raters rated or 2 clusters, or if all ratings are the same.
        InputError: if there are not two dimensions, a rating is infinite, or the level is none of these.

    Source: Krippendorff (2004), Content Analysis, 2nd ed., chapter 11, and (2011), Computing Krippendorff's
    Alpha-Reliability; of the interval see :func:`jackknife`.
    """
    rated, groups = _rated_twice(ratings, clusters)
    found = disagreement(level, rated, groups)
    value = float(found.agreement[-1])
    if np.array_equal(np.nanmin(rated, axis=0), np.nanmax(rated, axis=0)):
        value, evidence = 1.0, _unanimous(groups.count, float(found.expected[-1]) / found.largest)
    else:
        evidence = _over_clusters(value, found.agreement[:-1], "items" if clusters is None else "clusters")
    return _noted(f"Krippendorff's {level} alpha", "α", value, rated.shape[1], evidence)


def _rated_twice(ratings: npt.ArrayLike, clusters: npt.ArrayLike | None) -> tuple[FloatArray, Clusters]:
    """The items that at least two raters rated, shape (raters, items), and their clusters."""
    every = numbers("ratings", ratings)
    if every.ndim != 2 or np.isinf(every).any():
        raise InputError(f"ratings of shape {every.shape}; wanted finite numbers or NaN, (raters, items)")
    kept = (~np.isnan(every)).sum(axis=0) >= 2
    if (items := int(kept.sum())) < LEAST:
        raise Undecided(f"{items} items have two ratings; alpha needs at least {LEAST}")
    rated = every[:, kept]
    if np.nanmin(rated) == np.nanmax(rated):
        raise Undecided("all ratings are the same: no agreement beyond chance is defined")
    groups = clustered(clusters, every.shape[1], what="item")
    return rated, clustered(groups.codes[kept], items)


def _by_chance(ratings: PairedRatings) -> float:
    """The disagreement that is expected of raters who keep their shares of categories."""
    first, second = ratings.shares
    return float(first @ ratings.distance @ second)


def _large_sample(ratings: PairedRatings, observed: float, expected: float) -> _Evidence:
    """By the standard errors of Fleiss, Cohen and Everitt (1969): of the interval theirs of any kappa, of p that of 0.

    They are written as means of squared influences of a row: distances and disagreements are 1 less their weights
    and agreements.
    """
    first, second = ratings.shares
    habits = (ratings.distance @ second)[:, None] + first @ ratings.distance  # of raters with the others' shares
    influence = (ratings.distance - observed) / expected - observed / expected**2 * (habits - 2 * expected)
    by_chance = (ratings.distance - habits + expected) / expected
    n, value = len(ratings.first), 1 - observed / expected
    se = math.sqrt(float((influence[ratings.first, ratings.second] ** 2).mean()) / n)
    se_of_chance = math.sqrt(float(first @ by_chance**2 @ second) / n)
    if min(se, se_of_chance) <= NEGLIGIBLE:
        raise Undecided("the raters disagree on every row in the same way: kappa has no standard error above 0")
    half = float(special.ndtri(0.975)) * se
    p = min(1.0, 2 * float(special.ndtr(-abs(value) / se_of_chance)))
    return _Evidence(method="large sample", low=value - half, high=value + half, p=p, details={"se": se})


def _over_clusters(value: float, left_out: FloatArray, over: str = "clusters") -> _Evidence:
    spread = jackknife(value, left_out)
    low, high = spread.interval
    return _Evidence(method=f"jackknife over {over}", low=low, high=high, p=spread.p, details=spread.details())


def _unanimous(units: int, expected: float) -> _Evidence:
    """What full agreement in ``units`` clusters or rows shows; ``expected`` disagreement is a share of the largest.

    All ratings of a unit agree in at least a share q = 0.025^(1 / units) of units, the lower limit of Clopper and
    Pearson (1934), Biometrika 26, 404-413; in the others they disagree at most as far as any two ratings here. By
    chance all agree in at most 1 - ``expected`` of the units, and ``p`` is twice how often they do so in every one.
    """
    low = 1 - (1 - 0.025 ** (1 / units)) / expected
    p = min(1.0, 2 * max(0.0, 1 - expected) ** units)
    return _Evidence(method="exact limit of full agreement", low=low, high=1.0, p=p)


def _noted(method: str, symbol: str, value: float, n: int, evidence: _Evidence) -> Tested:
    return note(
        Tested(
            method=f"{method}, {evidence.method}; p of none",
            symbol=symbol,
            value=value,
            n=n,
            p=evidence.p,
            low=evidence.low,
            high=min(1.0, evidence.high),  # of an agreement there is no more
            details=evidence.details,
        )
    )
