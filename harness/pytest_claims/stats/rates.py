"""Rates of successes in trials: do they differ, are they the same, and does a property go with a choice?

Knows nothing about what a success is, nor of what.
"""

import math
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.compared import compares
from pytest_claims.stats.estimate import Estimate, Tested, note
from pytest_claims.stats.simulation import Chance, chance_of_tables

_Numbers = TypeVar("_Numbers", float, FloatArray)
BoolArray = npt.NDArray[np.bool_]

SMALLEST_EXPECTED: Final = 5  # Cochran's rule: below it the chi-square distribution is a poor approximation
_AT_ONCE: Final = 2_000_000  # numbers of random tables in memory


def heterogeneity(successes: FloatArray, trials: FloatArray) -> Tested:
    """Do the rates differ by more than the noise of binomial sampling? Pearson's chi-square test.

    The estimate is the dispersion chi2 / df, about 1 where noise explains all differences. The
    95% interval is that of its expectation, 1 + lambda / df, for the noncentrality lambda under
    which chi2 is observed; there is none where the rates differ less than noise alone would have it.
    Where an expected count is below 5, ``p`` comes from random tables with the same margins.

    Args:
        successes, trials: counts per rate, each of shape (k,).

    Raises:
        Undecided: with fewer than 2 rates, or none or all of the trials successes.
        InputError: if these are no counts, or of different shapes.

    Source: Pearson (1900), Philos. Mag. 50, 157-175; the interval is that of Steiger and Fouladi
    (1997), in: What if there were no significance tests?, 221-257; the random tables are those of
    Patefield (1981), Appl. Stat. 30, 91-97, with p of Davison and Hinkley (1997), section 4.2.
    """
    check_counts(successes, trials)
    _check_mixed(successes, trials)
    chi2, df = float(_chi_square(successes, trials)), len(successes) - 1
    chance = _random_tables(successes, trials, chi2) if _expects_few(successes, trials) else None
    how = "chi-square test of equal rates"
    low, high = (1 + noncentrality / df for noncentrality in _noncentrality_interval(chi2, df))
    found = note(
        Tested(
            method=f"chi-square of equal rates against {chance.tables} random tables" if chance else how,
            symbol="χ²/df",
            value=chi2 / df,
            n=len(successes),
            p=chance.p if chance else float(special.chdtrc(df, chi2)),
            p_error=chance.error if chance else None,
            low=low if chi2 >= df else None,
            high=high if chi2 >= df else None,
            null=1.0,
            side="above",
            details={"chi2": chi2, "df": df, "trials": float(trials.sum())},
        )
    )
    return compares(found, "rates", lambda: {"successes": successes, "trials": trials})


def rate_equivalence(successes: FloatArray, trials: FloatArray, margin: float) -> Tested:
    """Are all rates within ``margin`` of each other? Two one-sided tests of each pair of rates.

    The estimate is the largest difference of two rates, in [0, 1]; the 90% interval is that of
    this one pair. ``p`` is the largest p of all pairs: it is small only if for each pair a
    difference as large as the margin is excluded, so it needs no correction for their number.
    In ``details``, ``trials_per_rate`` is the harmonic mean, on which the noise of the rates depends.

    Args:
        successes, trials: counts per rate, each of shape (k,).
        margin: the smallest difference of two rates that matters, in (0, 1).

    Raises:
        Undecided: with fewer than 2 rates.
        InputError: if these are no counts, of different shapes, or the margin is none.

    Source: Berger (1982), Technometrics 24, 295-300 (intersection-union test); the standard error
    is that of Agresti and Caffo (2000), Am. Stat. 54, 280-288, which stays above 0 for rates of 0 and 1.
    """
    if not 0 < margin < 1:
        raise InputError(f"margin {margin} is no difference of rates; wanted 0 < margin < 1")
    check_counts(successes, trials)
    rates = successes / trials
    top, bottom = int(rates.argmax()), int(rates.argmin())
    difference, error = _differences(successes, trials)
    pairs = np.triu_indices(len(rates), 1)  # no rate with itself
    low, high = _interval(float(difference[top, bottom]), float(error[top, bottom]))
    found = note(
        Tested(
            method=f"equivalence test of all pairs within ±{margin:g}",
            symbol="max Δrate",
            value=float(rates[top] - rates[bottom]),
            n=len(rates),
            p=float(special.ndtr((np.abs(difference) - margin) / error)[pairs].max()),
            low=low,
            high=high,
            confidence=0.90,
            within=(-margin, margin),
            details={
                "margin": margin,
                "highest": float(rates[top]),
                "lowest": float(rates[bottom]),
                "pooled_rate": float(successes.sum() / trials.sum()),
                "trials_per_rate": round(len(trials) / float((1 / trials).sum()), 6),
            },
        )
    )
    return compares(found, "rates", lambda: {"successes": successes, "trials": trials})


def pooled_rate(successes: FloatArray, trials: FloatArray) -> Estimate:
    """The rate of all trials together, with its exact 95% interval.

    Args:
        successes, trials: counts per rate, each of shape (k,).

    Raises:
        Undecided: with fewer than 2 rates.
        InputError: if these are no counts, or of different shapes.

    Source: Clopper and Pearson (1934), Biometrika 26, 404-413.
    """
    check_counts(successes, trials)
    k, n = float(successes.sum()), float(trials.sum())
    found = note(
        Estimate(
            method="pooled rate, Clopper-Pearson interval",
            symbol="rate",
            value=k / n,
            n=int(n),
            low=float(special.betaincinv(k, n - k + 1, 0.025)) if k else 0.0,
            high=float(special.betaincinv(k + 1, n - k, 0.975)) if k < n else 1.0,
        )
    )
    return compares(found, "rates", lambda: {"successes": successes, "trials": trials})


def share(has: BoolArray, chosen: BoolArray) -> Tested:
    """The share of the chosen rows that have a property, and how likely chance gives as many.

    ``p`` is the one-sided probability that as many rows, drawn without replacement from all N,
    hold at least as many with the property.

    Args:
        has: which rows have the property, shape (N,).
        chosen: which rows were chosen, without a look at the property, shape (N,).

    Raises:
        Undecided: if no row is chosen.
        InputError: if these are not truth values, or of different shapes.

    Source: Fisher (1935), J. R. Stat. Soc. 98, 39-82 (the exact test).
    """
    _check_truths(has, chosen)
    count, both = int(chosen.sum()), int((has & chosen).sum())
    if not count:
        raise Undecided(f"none of {len(chosen)} rows is chosen: their share is not defined")
    return note(
        Tested(
            method="Fisher's exact test, one-sided",
            symbol="share",
            value=both / count,
            n=count,
            p=_at_least(both, count, int(has.sum()), len(has)),
            null=float(has.mean()),
            side="above",
            details={"chosen_with_property": both, "with_property": int(has.sum()), "N": len(has)},
        )
    )


def _expects_few(successes: FloatArray, trials: FloatArray) -> bool:
    """Whether some count is expected to be below Cochran's limit."""
    rarer = min(successes.sum(), (trials - successes).sum())
    return bool(trials.min() * rarer < SMALLEST_EXPECTED * trials.sum())  # multiplied out: exact


def _random_tables(successes: FloatArray, trials: FloatArray, chi2: float) -> Chance:
    sizes, total = trials.astype(np.int64), int(successes.sum())

    def as_extreme(random: np.random.Generator, count: int) -> int:
        tables = random.multivariate_hypergeometric(sizes, total, size=count)
        # Tables that tie with the observed one must count, whatever the order of their sums.
        return int(np.sum(_chi_square(tables.astype(float), trials) >= chi2 * (1 - 1e-9)))

    return chance_of_tables(("chi-square",), (successes, trials), max(1, _AT_ONCE // len(successes)), as_extreme)


def _chi_square(successes: FloatArray, trials: FloatArray) -> FloatArray:
    """Pearson's chi-square of tables with equal margins: from shape (..., k) to (...)."""
    pooled = successes.sum(axis=-1, keepdims=True) / trials.sum()
    return np.asarray(((successes - trials * pooled) ** 2 / (trials * pooled * (1 - pooled))).sum(axis=-1))


def _noncentrality_interval(chi2: float, df: int) -> tuple[float, float]:
    """The noncentralities for which chi2 is the upper and the lower 2.5% point; 0 where none is low enough."""
    low, high = (_noncentrality(chi2, df, probability) for probability in (0.975, 0.025))
    return low, high


def _noncentrality(chi2: float, df: int, probability: float) -> float:
    if special.chdtr(df, chi2) <= probability:
        return 0.0
    return float(special.chndtrinc(chi2, df, probability))


def _differences(successes: FloatArray, trials: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Differences of all pairs of rates and their standard errors, after Agresti and Caffo, shapes (k, k)."""
    rates, variances = agresti_caffo(successes, trials)
    return np.subtract.outer(rates, rates), np.sqrt(np.add.outer(variances, variances))


def agresti_caffo(successes: _Numbers, trials: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Rates with one success and one failure more, and their variances, which stay above 0."""
    sampled = trials + 2
    rates = (successes + 1) / sampled
    return rates, rates * (1 - rates) / sampled


def _interval(difference: float, error: float) -> tuple[float, float]:
    half = float(special.ndtri(0.95)) * error
    return max(-1.0, difference - half), min(1.0, difference + half)


def _at_least(both: int, count: int, having: int, rows: int) -> float:
    # In whole numbers, so that it is exact; one division at the end.
    ways = (math.comb(having, k) * math.comb(rows - having, count - k) for k in range(both, min(count, having) + 1))
    return sum(ways) / math.comb(rows, count)


def check_counts(successes: FloatArray, trials: FloatArray) -> None:
    """Raise unless these are counts of at least 2 rates: InputError, or Undecided for fewer."""
    if successes.shape != trials.shape or successes.ndim != 1:
        raise InputError(f"counts of shapes {successes.shape} and {trials.shape}; wanted both of one shape (k,)")
    if len(successes) < 2:
        raise Undecided(f"{len(successes)} rates; a comparison of rates needs at least 2")
    if not (_whole(successes) and _whole(trials)):
        raise InputError("successes and trials must be whole counts; give counts, not rates")
    if not (np.all(trials > 0) and np.all(successes >= 0) and np.all(successes <= trials)):
        raise InputError("wanted 0 <= successes <= trials and trials > 0 in each row")


def _whole(counts: FloatArray) -> bool:
    return bool(np.all(np.isfinite(counts) & (counts == np.round(counts))))


def _check_mixed(successes: FloatArray, trials: FloatArray) -> None:
    total = int(successes.sum())
    if total in (0, int(trials.sum())):
        raise Undecided(f"all rates are {min(total, 1)} ({total}/{int(trials.sum())}): no noise to compare with")


def _check_truths(has: BoolArray, chosen: BoolArray) -> None:
    if has.shape != chosen.shape or has.ndim != 1:
        raise InputError(f"truth values of shapes {has.shape} and {chosen.shape}; wanted both of one shape (N,)")
    if has.dtype != np.bool_ or chosen.dtype != np.bool_:
        raise InputError(f"has and chosen are of {has.dtype} and {chosen.dtype}; wanted truth values, shape (N,)")
