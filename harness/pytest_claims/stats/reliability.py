"""Reliability: how much of the variance of a measure belongs to what is measured, and not to the repetition.

Knows nothing about what was measured.
"""

from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.estimate import Tested, note


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
    if ratings.ndim != 2:
        raise InputError(f"ratings of shape {ratings.shape}; wanted (repetition, target)")
    k, n = ratings.shape
    if k < 2 or n < MINIMUM_ROWS:
        raise Undecided(f"{k} repetitions of {n} targets; an intraclass correlation needs 2 of {MINIMUM_ROWS}")
    between = k * float(((ratings.mean(axis=0) - ratings.mean()) ** 2).sum()) / (n - 1)
    within = float(((ratings - ratings.mean(axis=0)) ** 2).sum()) / (n * (k - 1))
    if not within > 0 or not between > 0:
        raise Undecided("the ratings do not vary, or not within a target: no F is defined")
    f, df = between / within, (n - 1, n * (k - 1))
    low, high = f / float(special.fdtri(*df, 0.975)), f * float(special.fdtri(*df[::-1], 0.975))
    return note(
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


def _icc(f: float, k: int) -> float:
    return (f - 1) / (f + k - 1)
