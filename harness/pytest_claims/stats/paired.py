"""Two columns of the same rows: by how much the first is above the second.

Knows nothing about what a pair is, nor what was measured on it.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.errors import Undecided
from pytest_claims.stats.clusters import Clusters, cluster_variance
from pytest_claims.stats.columns import marked_columns, numeric_columns
from pytest_claims.stats.compared import compares
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.proportion import wilson
from pytest_claims.stats.student import NEGLIGIBLE, NO_DIFFERENCE, check_confidence, student_t


def paired_difference(
    first: npt.ArrayLike, second: npt.ArrayLike, *, clusters: Clusters = None, confidence: float = 0.95
) -> Tested:
    """Mean of first - second over the pairs, with the interval and the two-sided p of Student's t.

    Each pair counts alike. Where no pair differs at all, p is 1 and the interval is [0, 0]: this is no proof that
    nothing would differ in more pairs, and :func:`equivalent` does not take it for one.

    Args:
        first, second: values of the N pairs, each of shape (N,).
        clusters: labels (N,) of pairs drawn together, a tuple of such for crossed clusters, or None: each pair alone.
        confidence: level of the interval.

    Raises:
        Undecided: with fewer than 2 pairs or clusters, or if the difference is the same in all, and not 0.
        InputError: if the shapes differ or a value is missing.

    Source: Student (1908), Biometrika 6, 1-25; of clusters see :func:`cluster_variance`.
    """
    check_confidence(confidence)
    one, other = numeric_columns(first=first, second=second)
    differences = one - other
    if len(differences) < 2:
        raise Undecided(f"{len(differences)} pairs; a paired difference takes at least 2")
    mean = float(differences.mean())
    spread = cluster_variance(differences - mean, clusters)
    scale = max(float(np.abs(one).max()), float(np.abs(other).max()))
    alike = float(np.abs(differences).max()) <= NEGLIGIBLE * scale
    t = NO_DIFFERENCE if alike else student_t(mean, spread.se, spread.df, scale=scale, confidence=confidence)
    found = note(
        Tested(
            method=f"paired t test{spread.over}",
            symbol="Δ",
            value=0.0 if alike else mean,
            n=len(differences),
            p=t.p,
            low=t.low,
            high=t.high,
            confidence=confidence,
            details=spread.details(),
        )
    )
    return compares(found, "paired", lambda: {"first": one, "second": other})


def mcnemar(first: npt.ArrayLike, second: npt.ArrayLike, *, confidence: float = 0.95) -> Tested:
    """Share of first less share of second over pairs of marks, with McNemar's exact p.

    ``p`` is the two-sided binomial probability of so uneven a split of the pairs in which one column alone has a
    mark; 1 where there is no such pair. The interval is another method's, so it may leave out 0 where p is
    just above 1 - ``confidence``. ``details`` count the pairs: ``first_only``, ``second_only``, ``both``, ``neither``.

    Args:
        first, second: marks, 0 or 1, of the N pairs, each of shape (N,). The pairs are drawn one by one: for pairs
            in clusters take :func:`paired_difference`.
        confidence: level of the interval.

    Raises:
        Undecided: without a pair.
        InputError: if the shapes differ, or a value is missing or neither 0 nor 1.

    Source: McNemar (1947), Psychometrika 12, 153-157; the interval is method 10 of Newcombe (1998), Stat. Med. 17,
    2635-2650, recommended in Fagerland, Lydersen and Laake (2014), Stat. Med. 33, 2850-2875.
    """
    check_confidence(confidence)
    one, other = marked_columns(first=first, second=second)
    if not len(one):
        raise Undecided("no pairs; a comparison of shares takes at least 1")
    counts = np.bincount((2 * one + other).astype(np.intp), minlength=4)
    neither, second_only, first_only, both = (int(count) for count in counts)
    fewer, split = min(first_only, second_only), first_only + second_only
    low, high = newcombe_interval(both, first_only, second_only, neither, confidence)
    found = note(
        Tested(
            method="McNemar's exact test, Newcombe's paired score interval",
            symbol="Δ",
            value=(first_only - second_only) / len(one),
            n=len(one),
            p=min(1.0, 2 * float(special.bdtr(fewer, split, 0.5))),
            low=low,
            high=high,
            confidence=confidence,
            details={"first_only": first_only, "second_only": second_only, "both": both, "neither": neither},
        )
    )
    return compares(found, "paired", lambda: {"first": one, "second": other})


def newcombe_interval(
    both: int, first_only: int, second_only: int, neither: int, confidence: float
) -> tuple[float, float]:
    """Interval of the difference of two shares of the same pairs, from the score intervals of both shares.

    Source: method 10 of Newcombe (1998), Stat. Med. 17, 2635-2650.
    """
    n = both + first_only + second_only + neither
    first, second = (both + first_only) / n, (both + second_only) / n
    first_low, first_high = wilson(first, n, confidence)
    second_low, second_high = wilson(second, n, confidence)
    phi = _phi(both, first_only, second_only, neither)
    below = _square_and_add(first - first_low, second_high - second, phi)
    above = _square_and_add(first_high - first, second - second_low, phi)
    return max(-1.0, first - second - below), min(1.0, first - second + above)


def _phi(both: int, first_only: int, second_only: int, neither: int) -> float:
    """The correlation of the two columns of marks, with Newcombe's correction where it is above 0; 0 for a constant."""
    product = float(both * neither - first_only * second_only)
    margins = (both + first_only) * (second_only + neither) * (both + second_only) * (first_only + neither)
    if product > 0:
        product = max(0.0, product - (both + first_only + second_only + neither) / 2)
    return product / math.sqrt(margins) if margins else 0.0


def _square_and_add(a: float, b: float, phi: float) -> float:
    return math.sqrt(max(0.0, a * a - 2 * phi * a * b + b * b))
