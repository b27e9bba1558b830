"""Reliability: how much of the variance of a measure belongs to what is measured, and not to the repetition.

Knows nothing about what was measured.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.columns import numeric_columns
from pytest_claims.stats.compared import compares
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.finite import finite
from pytest_claims.stats.rates import check_counts

_NOTHING = 1e-24  # next to the square of the largest value; what rounding leaves of a variance of 0


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """The share of the variance of a measure, over what was measured, that is not noise.

    Attributes:
        value: in [0, 1]; 0 also where the noise explains more than all of the variance.
        how: what it was computed from.
        replicates: repetitions of each target, of which the mean is the measure; None where the noise is known
            without repetitions.
        low, high: its 95% interval, where there is one.
    """

    value: float
    how: str
    replicates: int | None = None
    low: float | None = None
    high: float | None = None


def intraclass_correlation(ratings: FloatArray) -> Tested:
    """The share of variance that belongs to the N targets rather than to the k repetitions: ICC(1,1).

    The 95% interval and the one-sided ``p`` against none are those of the F test of one-way analysis
    of variance.

    Args:
        ratings: shape (k, N), repetition by target.

    Raises:
        Undecided: with fewer than 2 repetitions or 4 targets, NaN, or no variation.
        InputError: if it is not an array of two dimensions.

    Source: Shrout and Fleiss (1979), Psychol. Bull. 86, 420-428, case 1; McGraw and Wong (1996),
    Psychol. Methods 1, 30-46.
    """
    # Written out because a claim is run again thousands of times: pingouin's makes a table of six
    # coefficients. A test holds it to pingouin.
    _check_two_dimensions(ratings)
    k, n = ratings.shape
    between, within = _mean_squares(ratings)
    if not within > 0 or not between > 0:
        raise Undecided("the ratings do not vary, or not within a target: no F is defined")
    f, df = between / within, (n - 1, n * (k - 1))
    low, high = _interval(f, df)
    found = note(
        Tested(
            method="intraclass correlation ICC(1,1)",
            symbol="ICC",
            value=_icc(f, k),
            n=n,
            p=float(special.fdtrc(*df, f)),
            low=_icc(low, k),
            high=_icc(high, k),
            side="above",
            details={"repetitions": k, "F": f},
        )
    )
    return compares(found, "repeated", lambda: by_target(ratings))


def by_target(ratings: FloatArray) -> dict[str, FloatArray]:
    """Each rating with the place of its target and of its repetition."""
    repetition, target = np.indices(ratings.shape, dtype=float)
    return {"value": ratings.ravel(), "target": target.ravel(), "repetition": repetition.ravel()}


def reliability_of_replicates(ratings: npt.ArrayLike) -> Reliability:
    """The reliability of the mean of k repetitions of each of N targets: ICC(1,k), with its 95% interval.

    Not that of one repetition, which is :func:`intraclass_correlation`. It is noted nowhere.

    Args:
        ratings: shape (k, N), repetition by target.

    Raises:
        Undecided: with fewer than 2 repetitions or 4 targets, or if nothing varies.
        InputError: if it is not an array of two dimensions, or a value is missing.

    Source: Shrout and Fleiss (1979), Psychol. Bull. 86, 420-428, case 1; McGraw and Wong (1996), Psychol. Methods 1,
    30-46.
    """
    values = finite("ratings", ratings)
    _check_two_dimensions(values)
    between, within = _mean_squares(values)
    k, n = values.shape
    how = f"intraclass correlation ICC(1,{k})"
    _check_varies(max(between, within), values)
    f = between / within if within else math.inf
    value, low, high = (_share(1 - 1 / one) if one else 0.0 for one in (f, *_interval(f, (n - 1, n * (k - 1)))))
    return Reliability(value=value, how=how, replicates=k, low=low, high=high)


def reliability_of_parts(parts: npt.ArrayLike) -> Reliability:
    """The reliability of the sum or mean of k parts, such as the questions that all N targets were asked: Cronbach's α.

    Another draw of parts would move all targets alike, which is no noise here: of two parts of equal variances it is
    what Spearman and Brown make of their correlation. The 95% interval is that of Feldt. It is noted nowhere.

    Args:
        parts: shape (k, N), part by target.

    Raises:
        Undecided: with fewer than 2 parts or 4 targets, or if nothing varies.
        InputError: if it is not an array of two dimensions, or a value is missing.

    Source: Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965), Psychometrika 30, 357-370.
    """
    values = finite("parts", parts)
    _check_two_dimensions(values)
    k, n = values.shape
    between, _ = _mean_squares(values)  # which also says whether there are enough
    centred = values - values.mean(axis=1, keepdims=True)
    residual = float(((centred - centred.mean(axis=0)) ** 2).sum()) / ((n - 1) * (k - 1))
    _check_varies(max(between, residual), values)
    f = between / residual if residual > _NOTHING * between else math.inf
    value, low, high = (_share(1 - 1 / one) if one else 0.0 for one in (f, *_interval(f, (n - 1, (n - 1) * (k - 1)))))
    return Reliability(value=value, how="Cronbach's alpha", replicates=k, low=low, high=high)


def reliability_of_counts(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Reliability:
    """The reliability of rates: the share of their variance that is not the noise of binomial sampling.

    The noise of a rate p of n trials is p (1 - p) / (n - 1), which is without bias; its mean is held against the
    variance of the rates. It knows of no other noise, such as that of runs. It is noted nowhere.

    Args:
        successes, trials: counts per rate, each of shape (N,).

    Raises:
        Undecided: with fewer than 4 rates, 1 trial of a rate, or rates that are all the same.
        InputError: if these are no counts, or of different shapes.

    Source: Spearman (1910), Br. J. Psychol. 3, 271-295 (true over observed variance).
    """
    succeeded, tried = numeric_columns(successes=successes, trials=trials)
    check_counts(succeeded, tried)
    if tried.min() < 2:
        raise Undecided("1 trial of a rate; its noise takes at least 2 to be known")
    rates = succeeded / tried
    return _against_noise(rates, float((rates * (1 - rates) / (tried - 1)).mean()), "binomial sampling")


def reliability_of_errors(values: npt.ArrayLike, se: npt.ArrayLike) -> Reliability:
    """The reliability of values with known standard errors: the share of their variance that is not their errors'.

    It is noted nowhere.

    Args:
        values, se: each of shape (N,), in one unit.

    Raises:
        Undecided: with fewer than 4 values, or values that are all the same.
        InputError: if the shapes differ, a value is missing, or a standard error is below 0.

    Source: as for :func:`reliability_of_counts`.
    """
    found, errors = numeric_columns(values=values, se=se)
    if errors.size and errors.min() < 0:
        raise InputError(f"a standard error of {errors.min():g}; wanted 0 or more")
    return _against_noise(found, float((errors**2).mean()) if errors.size else 0.0, "standard errors")


def disattenuated(r: float, one: Reliability, other: Reliability) -> float:
    """A correlation as it would be without the noise of both measures: r / sqrt(reliability * reliability).

    It may lie beyond 1 or -1, and is returned as it is: then r is as large as these reliabilities allow, or larger, by
    chance or because they are underestimated, or the noise of both measures is shared. Its own error is larger
    than that of ``r``: an interval of ``r`` may be divided by the same number, if the reliabilities are taken as known.

    Args:
        r: the correlation of the two measures, in [-1, 1].
        one, other: their reliabilities, in either order.

    Raises:
        Undecided: for a reliability of 0, which leaves nothing to correlate.
        InputError: if ``r`` is no correlation, or a reliability is not in [0, 1].

    Source: Spearman (1904), Am. J. Psychol. 15, 72-101.
    """
    if not -1 <= r <= 1:
        raise InputError(f"a correlation of {r}; wanted one from -1 to 1")
    for each in (one, other):
        if not 0 <= each.value <= 1:
            raise InputError(f"a reliability of {each.value}; wanted one from 0 to 1")
        if each.value == 0:
            raise Undecided(
                f"a measure has a reliability of 0 ({each.how}): all of its variance may be noise",
                remedy="measure with more repetitions",
            )
    return r / math.sqrt(one.value * other.value)


def _against_noise(values: FloatArray, noise: float, how: str) -> Reliability:
    """The share of the variance of ``values`` (N,) that ``noise``, a variance, leaves."""
    if len(values) < MINIMUM_ROWS:
        raise Undecided(f"{len(values)} values; a reliability takes at least {MINIMUM_ROWS}")
    variance = float(values.var(ddof=1))
    _check_varies(variance, values)
    return Reliability(value=_share(1 - noise / variance), how=f"variance beyond {how}")


def _mean_squares(ratings: FloatArray) -> tuple[float, float]:
    """Mean squares of a one-way analysis of variance of ratings (k, N): between targets, and within them."""
    k, n = ratings.shape
    if k < 2 or n < MINIMUM_ROWS:
        raise Undecided(f"{k} repetitions of {n} targets; an intraclass correlation needs 2 of {MINIMUM_ROWS}")
    between = k * float(((ratings.mean(axis=0) - ratings.mean()) ** 2).sum()) / (n - 1)
    within = float(((ratings - ratings.mean(axis=0)) ** 2).sum()) / (n * (k - 1))
    return between, within


def _interval(f: float, df: tuple[int, int]) -> tuple[float, float]:
    """The ratios of true mean squares for which a ratio of ``f`` is the upper and the lower 2.5% point."""
    return f / float(special.fdtri(*df, 0.975)), f * float(special.fdtri(*df[::-1], 0.975))


def _icc(f: float, k: int) -> float:
    return (f - 1) / (f + k - 1)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _check_varies(variance: float, values: FloatArray) -> None:
    if variance <= _NOTHING * float(np.abs(values).max()) ** 2:
        raise Undecided("all values are the same: no share of their variance is defined")


def _check_two_dimensions(ratings: FloatArray) -> None:
    if ratings.ndim != 2:
        raise InputError(f"ratings of shape {ratings.shape}; wanted (repetition, target)")
