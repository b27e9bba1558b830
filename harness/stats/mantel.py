"""Correlation of two square arrays over the same personas: of pairs that are not independent.

Knows nothing about what the arrays hold. The diagonal, a persona with itself, never counts.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from harness.errors import InputError, Undecided
from harness.panel import FloatArray
from harness.stats.analysis import analysis
from harness.stats.coefficients import coefficient
from harness.stats.correlation import MINIMUM_ROWS, Correlation, check_columns
from harness.stats.finding import Tested, note
from harness.stats.permutations import orders, permutation_p

_AT_ONCE: Final = 2_000_000  # numbers of permuted arrays in memory


def mantel(x: FloatArray, y: FloatArray) -> Correlation:
    """Pearson's r over all ordered pairs of different personas, tested by permuting personas.

    ``p`` is two-sided: rows and columns of ``x`` are permuted together, so pairs stay as dependent
    as they are. ``n`` counts personas, not pairs.

    Args:
        x, y: shape (N, N); what stands on the diagonal, or where either is NaN, is left out. Where ``y`` was
            measured for some pairs only, ``x`` should be complete: what it lacks is permuted as its mean.

    Raises:
        Undecided: with fewer than 4 personas, or no variation.
        InputError: if these are not square arrays of one shape.

    Source: Mantel (1967), Cancer Res. 27, 209-220.
    """
    pairs = _pairs(x, y)
    r = coefficient(x[pairs], y[pairs])
    by_chance = _by_chance(x, y, pairs)
    return note(
        Correlation(
            method="Mantel test",
            symbol="r_M",
            estimate=r,
            n=len(x),
            p=permutation_p(np.abs(by_chance), abs(r)),
            details={"pairs": int(pairs.sum()), "permutations": len(by_chance)},
        )
    )


def mantel_difference(better: FloatArray, worse: FloatArray, target: FloatArray) -> Tested:
    """Is ``better`` more strongly correlated with ``target`` than ``worse``, over pairs of personas?

    The estimate is r(better, target) - r(worse, target): negate an array that goes the other way.
    The 95% interval is that of the jackknife over personas, with N - 1 degrees of freedom; ``p`` is
    one-sided, from the same t.

    Args and errors are those of :func:`mantel`.

    Source: Efron and Stein (1981), Ann. Stat. 9, 586-596 (the jackknife, which here leaves out all
    pairs of a persona at once).
    """
    from scipy import special

    pairs = _pairs(better, target) & _pairs(worse, target)
    observed = _difference(better, worse, target, pairs)
    left_out = np.array([_difference(better, worse, target, _without(pairs, row)) for row in range(len(pairs))])
    n = len(pairs)
    error = float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))
    half = float(special.stdtrit(n - 1, 0.975)) * error
    return note(
        Tested(
            method="difference of Mantel correlations, jackknife over personas, one-sided",
            symbol="Δr_M",
            estimate=observed,
            n=n,
            p=float(special.stdtr(n - 1, -observed / error)) if error else float(observed <= 0),
            low=observed - half,
            high=observed + half,
        )
    )


def _pairs(x: FloatArray, y: FloatArray) -> npt.NDArray[np.bool_]:
    """The pairs that count, once it is known that there are enough and that they vary."""
    if x.shape != y.shape or x.ndim != 2 or x.shape[0] != x.shape[1]:
        raise InputError(f"arrays of shapes {x.shape} and {y.shape}; wanted two of one shape (N, N)")
    if len(x) < MINIMUM_ROWS:
        raise Undecided(f"{len(x)} personas; a Mantel test needs at least {MINIMUM_ROWS}")
    pairs = ~(np.isnan(x) | np.isnan(y) | np.eye(len(x), dtype=bool))
    check_columns(x[pairs], y[pairs])
    return np.asarray(pairs)


def _by_chance(x: FloatArray, y: FloatArray, pairs: npt.NDArray[np.bool_]) -> FloatArray:
    """Correlations of y with x whose personas are permuted, over the same pairs; shape (permutation,)."""
    filled, unit = np.where(np.isnan(x), x[pairs].mean(), x), _unit(y[pairs])
    every, (rows, columns) = orders(len(x), analysis().tables), np.nonzero(pairs)
    parts = np.array_split(every, max(1, len(every) * len(rows) // _AT_ONCE))
    # By flat places: numpy is five times as slow with two indices.
    places = (some.take(rows, axis=1) * len(x) + some.take(columns, axis=1) for some in parts)
    return np.concatenate([_unit(filled.ravel().take(some)) @ unit for some in places])


def _unit(values: FloatArray) -> FloatArray:
    """Each row of pairs, centred and of length 1."""
    centred = values - values.mean(axis=-1, keepdims=True)
    return np.asarray(centred / np.linalg.norm(centred, axis=-1, keepdims=True))


def _difference(better: FloatArray, worse: FloatArray, target: FloatArray, pairs: npt.NDArray[np.bool_]) -> float:
    check_columns(better[pairs], worse[pairs], target[pairs])
    return coefficient(better[pairs], target[pairs]) - coefficient(worse[pairs], target[pairs])


def _without(pairs: npt.NDArray[np.bool_], row: int) -> npt.NDArray[np.bool_]:
    left = pairs.copy()
    left[row], left[:, row] = False, False
    return left
