"""The share of marks, one by one or counted, with an interval that allows for marks drawn in clusters.

Knows nothing about what a mark says. Rates are compared in `rates`.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.clusters import Clusters, ClusterVariance, cluster_variance
from pytest_claims.stats.columns import marked_columns, numeric_columns
from pytest_claims.stats.compared import compares
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.stats.student import check_confidence, two_sided_p

Interval = Literal["wilson", "clopper-pearson"]


def proportion(
    marks: npt.ArrayLike,
    *,
    null: float | None = None,
    clusters: Clusters = None,
    interval: Interval = "wilson",
    confidence: float = 0.95,
) -> Estimate:
    """Share of marks in a column of 0 and 1; computes, raises and takes the rest as :func:`proportion_of` does.

    Args:
        marks: 0 or 1, shape (N,); each is a trial.
        null, clusters, interval, confidence: see :func:`proportion_of`; labels are of shape (N,).
    """
    (successes,) = marked_columns(marks=marks)
    return note(_share(successes, np.ones_like(successes), null, clusters, interval, confidence))


def proportion_of(
    successes: npt.ArrayLike,
    trials: npt.ArrayLike,
    *,
    null: float | None = None,
    clusters: Clusters = None,
    interval: Interval = "wilson",
    confidence: float = 0.95,
) -> Estimate:
    """Share of successes in the trials of all rows together.

    With clusters the interval is the same one for fewer trials: for so many as, drawn one by one, would have the
    cluster-robust variance, less what t takes off for few clusters. Where all trials succeed, or none, they are one
    for each cluster. ``p`` is two-sided against ``null``: the exact binomial one, or with clusters that of the
    score test by t.

    Args:
        successes, trials: counts, each of shape (k,).
        null: the share to test against, in (0, 1); None for no test.
        clusters: labels (k,) of rows drawn together, a tuple of such for crossed clusters, or None: each trial alone.
            Where each row is a cluster, such as a run, each has a label of its own.
        interval: "wilson", at its level on average, or "clopper-pearson", which without clusters is never below it.
        confidence: level of the interval.

    Raises:
        Undecided: without a trial, or with fewer than 2 clusters.
        InputError: if these are no counts, of different shapes, or an argument is out of its range.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; Clopper and Pearson (1934), Biometrika 26, 404-413; with
    clusters Korn and Graubard (1998), Surv. Methodol. 24, 193-201.
    """
    succeeded, tried = numeric_columns(successes=successes, trials=trials)
    _check_counts(succeeded, tried)
    found = note(_share(succeeded, tried, null, clusters, interval, confidence))
    return compares(found, "rates", lambda: {"successes": succeeded, "trials": tried})


def wilson(share: float, trials: float, confidence: float) -> tuple[float, float]:
    """Wilson's score interval of a share of so many trials, which need not be whole."""
    # Written out, as the one below: statsmodels's takes 50 times as long. A test holds them to it.
    z2 = float(special.ndtri(0.5 + confidence / 2)) ** 2 / trials
    center, half = share + z2 / 2, math.sqrt(z2 * (share * (1 - share) + z2 / 4))
    return min(share, max(0.0, (center - half) / (1 + z2))), max(share, min(1.0, (center + half) / (1 + z2)))


def clopper_pearson(share: float, trials: float, confidence: float) -> tuple[float, float]:
    """Clopper and Pearson's exact interval of a share of so many trials, which need not be whole."""
    k, tail = share * trials, (1 - confidence) / 2
    low = float(special.betaincinv(k, trials - k + 1, tail)) if share > 0 else 0.0
    high = float(special.betaincinv(k + 1, trials - k, 1 - tail)) if share < 1 else 1.0
    return low, high


def binomial_p(successes: int, trials: int, null: float) -> float:
    """Exact two-sided p: of all counts that are no more probable under ``null`` than the one that came."""
    # scipy.stats.binomtest takes ten times as long; a test holds this to it.
    k, share = (successes, null) if successes <= trials * null else (trials - successes, 1 - null)
    mode = math.floor((trials + 1) * share)

    def rarity(count: int) -> float:
        ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
        return -ways - count * math.log(share) - (trials - count) * math.log1p(-share)

    # Counts beyond the mode are rarer and rarer; those as probable as k but for rounding belong to the tail.
    above = mode + bisect_left(range(mode, trials + 1), rarity(k) - 1e-7, key=rarity)
    return min(1.0, float(special.bdtr(k, trials, share)) + float(special.bdtrc(above - 1, trials, share)))


_INTERVALS: Final[Mapping[str, Callable[[float, float, float], tuple[float, float]]]] = {
    "wilson": wilson,
    "clopper-pearson": clopper_pearson,
}


def _share(
    successes: FloatArray,
    trials: FloatArray,
    null: float | None,
    clusters: Clusters,
    interval: Interval,
    confidence: float,
) -> Estimate:
    _check_arguments(len(trials), null, interval, confidence)
    total = float(trials.sum())
    share = float(successes.sum()) / total
    p, alone, details, over = None, total, {"successes": float(successes.sum()), "trials": total}, ""
    if clusters is None:
        p = None if null is None else binomial_p(int(successes.sum()), int(total), null)
    else:
        spread = cluster_variance((successes - share * trials) / trials.mean(), clusters)
        effective = _effective_trials(share, total, spread)
        p = None if null is None else _score_p(share, effective, spread.df, null)
        alone = effective if share in (0, 1) else effective * _fewer(total, spread.df, confidence)
        details |= spread.details() | {"design_effect": total / effective}
        over = spread.over
    low, high = _INTERVALS[interval](share, alone, confidence)
    return Estimate(
        method=f"share, {interval.title()} interval{over}",
        symbol="share",
        value=share,
        n=int(total),
        p=p,
        low=low,
        high=high,
        confidence=confidence,
        null=0.0 if null is None else null,
        details=details if null is None else details | {"null": null},
    )


def _effective_trials(share: float, trials: float, spread: ClusterVariance) -> float:
    """How many trials, drawn one by one, have the variance over clusters; never more than there are."""
    # In simulated worlds of 5 to 30 clusters, correlated by 0 to 0.5, with shares of 3% to 50%, a 95% interval for so
    # many trials covers the truth in 82% or more. A t interval of the share, or of its logit, falls to 30%: where
    # few clusters have a success, its variance is far too small, or 0.
    if share in (0, 1):
        return float(spread.clusters)
    alone = share * (1 - share) / (trials - 1)
    return trials * min(1.0, alone / spread.variance) if spread.variance > 0 else trials


def _fewer(trials: float, df: int, confidence: float) -> float:
    """What Korn and Graubard take off for a variance from few clusters: the squared ratio of two quantiles of t."""
    wide, narrow = special.stdtrit([df, trials - 1], 0.5 + confidence / 2)
    return float(narrow / wide) ** 2


def _score_p(share: float, trials: float, df: int, null: float) -> float:
    return two_sided_p((share - null) / math.sqrt(null * (1 - null) / trials), df)


def _check_arguments(rows: int, null: float | None, interval: str, confidence: float) -> None:
    if not rows:
        raise Undecided("no trials; a share takes at least 1")
    if null is not None and not 0 < null < 1:
        raise InputError(f"null {null} is no share to test against; wanted 0 < null < 1")
    if interval not in _INTERVALS:
        raise InputError(f"no interval is called {interval!r}; wanted one of {', '.join(_INTERVALS)}")
    check_confidence(confidence)


def _check_counts(successes: FloatArray, trials: FloatArray) -> None:
    if np.any(successes != np.round(successes)) or np.any(trials != np.round(trials)):
        raise InputError("successes and trials must be whole counts; give counts, not rates")
    if not (np.all(trials > 0) and np.all(successes >= 0) and np.all(successes <= trials)):
        raise InputError("wanted 0 <= successes <= trials and trials > 0 in each row")
