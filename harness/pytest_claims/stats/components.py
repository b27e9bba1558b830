"""Variance components: what of the variance of rates is the targets', their batches', the repetitions', and counting.

Knows nothing about what was counted. Repetitions lie in batches, such as seeds that share a sample of training data.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.compared import compares
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.finite import finite
from pytest_claims.stats.rates import check_counts
from pytest_claims.stats.reliability import by_target

_DRAWS: Final = 10_000  # of the chi-squares that an interval is made of: the same in each call
_TAILS: Final = (0.025, 0.975)


@dataclass(frozen=True, kw_only=True)
class _Squares:
    """Sums of squares of rates (k, N), their degrees of freedom, and how often each component is in a mean square."""

    targets: float
    batches: float
    repetitions: float
    df: tuple[int, int, int]
    of_batch: tuple[float, float]  # in the mean square of targets, and of batches
    of_target: int


def variance_components(successes: npt.ArrayLike, trials: npt.ArrayLike, batch: npt.ArrayLike) -> Tested:
    """How much of the variance between N targets and between batches is the targets': both without all other noise.

    It is how the true rates of the targets under one batch correlate with those under another. ``details`` has the
    shares of the variance of one counted rate: of targets, of batches within a target, of repetitions within a batch,
    and of counting, which is p (1 - p) / (n - 1) for n independent trials, more than they have where the same questions
    are asked again. Components are those of the analysis of variance, and never below 0. The interval is that of
    generalised pivotal quantities, by 10,000 draws that are the same each time; the one-sided ``p`` against no variance
    between targets is that of the F test, exact where batches are of one size. What moves all targets of a batch alike
    counts as the batch's.

    Args:
        successes, trials: counts, shape (k, N), repetition by target.
        batch: which batch each repetition is of, shape (k,).

    Raises:
        Undecided: with one batch, with one repetition in each, with fewer than 4 targets, where some rate was not
            counted or in one trial, or where nothing varies between targets or batches.
        InputError: for counts that are none, or shapes that do not fit.

    Source: Searle, Casella and McCulloch (1992), Variance Components, chapter 3; Hannig, Iyer and Patterson (2006),
    J. Am. Stat. Assoc. 101, 254-269.
    """
    rates, noise, batches = _counted(successes, trials, batch)
    squares = _squares(rates, batches)
    mean_squares = np.array([squares.targets, squares.batches, squares.repetitions]) / squares.df
    target, of_batch, repetition = map(float, _components(squares, *mean_squares))
    if target + of_batch <= 0:
        raise Undecided("rates vary no more between targets and batches than within a batch: no share is defined")
    counting = min(noise, repetition)
    found = {"targets": target, "batches": of_batch, "repetitions": repetition - counting, "counting": counting}
    low, high = _interval(squares)
    estimate = note(
        Tested(
            method="variance components of nested repetitions",
            symbol="ICC",
            value=target / (target + of_batch),
            n=rates.shape[1],
            p=_p(squares, mean_squares),
            low=low,
            high=high,
            side="above",
            details={f"share of {name}": one / sum(found.values()) for name, one in found.items()}
            | {"batches": squares.df[1] // rates.shape[1] + 1, "repetitions": len(rates)},
        )
    )
    return compares(estimate, "repeated", lambda: by_target(rates))


def _counted(
    successes: npt.ArrayLike, trials: npt.ArrayLike, batch: npt.ArrayLike
) -> tuple[FloatArray, float, IntArray]:
    """Rates (k, N), the mean variance of counting them, and the place of each repetition's batch, (k,)."""
    succeeded, tried, codes = finite("successes", successes), finite("trials", trials), np.asarray(batch)
    if succeeded.ndim != 2 or succeeded.shape != tried.shape or codes.shape != succeeded.shape[:1]:
        raise InputError(
            f"successes, trials and batch of shapes {succeeded.shape}, {tried.shape} and {codes.shape}; wanted "
            "(repetition, target) twice, and (repetition,)"
        )
    if not succeeded.shape[1] >= MINIMUM_ROWS:
        raise Undecided(f"{succeeded.shape[1]} targets; variance components take at least {MINIMUM_ROWS}")
    if tried.min() < 2:
        raise Undecided(f"{tried.min():g} trials of a rate; its noise takes at least 2 to be known")
    check_counts(succeeded.ravel(), tried.ravel())
    _, places = np.unique(codes, return_inverse=True)
    if places.max() == 0:
        raise Undecided("all repetitions are of one batch")
    if len(places) == places.max() + 1:
        raise Undecided("each batch has one repetition, and what either does cannot be told apart")
    rates = succeeded / tried
    return rates, float((rates * (1 - rates) / (tried - 1)).mean()), places


def _squares(rates: FloatArray, batches: IntArray) -> _Squares:
    k, n = rates.shape
    sizes = np.bincount(batches)
    totals: FloatArray = np.zeros((len(sizes), n))
    np.add.at(totals, batches, rates)
    means, overall = totals / sizes[:, None], rates.mean(axis=0)
    each = float((sizes**2).sum()) / k
    return _Squares(
        targets=k * float(((overall - overall.mean()) ** 2).sum()),
        batches=float((sizes[:, None] * (means - overall) ** 2).sum()),
        repetitions=float(((rates - means[batches]) ** 2).sum()),
        df=(n - 1, n * (len(sizes) - 1), n * (k - len(sizes))),
        of_batch=(each, (k - each) / (len(sizes) - 1)),
        of_target=k,
    )


def _components(squares: _Squares, *mean_squares: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The components of targets, batches and repetitions that mean squares of these give, none below 0."""
    target, batch, repetition = map(np.asarray, mean_squares)
    of_batch = (batch - repetition) / squares.of_batch[1]
    of_target = (target - repetition - squares.of_batch[0] * of_batch) / squares.of_target
    return np.maximum(of_target, 0), np.maximum(of_batch, 0), repetition


def _interval(squares: _Squares) -> tuple[float, float]:
    """The middle 95% of the share of targets, each sum of squares over a draw of its chi-square."""
    sums = (squares.targets, squares.batches, squares.repetitions)
    drawn = [one / chi for one, chi in zip(sums, _chi_squares(squares.df), strict=True)]
    target, batch, _ = _components(squares, *drawn)
    both = target + batch
    shares = np.divide(target, both, out=np.zeros_like(both), where=both > 0)
    low, high = np.quantile(shares, _TAILS)
    return float(low), float(high)


@lru_cache(maxsize=64)  # a claim asks it of thousands of tables of one shape
def _chi_squares(df: tuple[int, ...]) -> FloatArray:
    return np.random.default_rng(0).chisquare(np.array(df)[:, None], size=(len(df), _DRAWS))


def _p(squares: _Squares, mean_squares: FloatArray) -> float:
    """Of an F of targets against what batches and repetitions alone would make of it."""
    target, batch, repetition = map(float, mean_squares)
    part = squares.of_batch[0] / squares.of_batch[1]
    expected = part * batch + (1 - part) * repetition
    return float(special.fdtrc(*squares.df[:2], target / expected)) if expected > 0 else 0.0
