"""A scan: one correlation at each of many places, such as layers, with a test that pays for looking at all of them.

Knows nothing about what the places are.
"""

import numpy as np

from harness.errors import InputError, Undecided
from harness.panel import FloatArray
from harness.stats.analysis import analysis
from harness.stats.correlation import Correlation, check_columns
from harness.stats.finding import Tested, note
from harness.stats.permutations import orders, permutation_p


def strongest_correlation(columns: FloatArray, y: FloatArray) -> Correlation:
    """The strongest of the correlations of ``columns`` with ``y``, and how often chance gives as strong a one.

    ``p`` is that of the largest |r| over all places against permutations of ``y``: it holds for all
    places together, however alike they are. ``details`` name the place, from 0.

    Args:
        columns: shape (places, N); y: shape (N,).

    Raises:
        Undecided: with fewer than 4 rows, a constant ``y``, or a constant column at every place.
        InputError: if the shapes do not match.

    Source: Westfall and Young (1993), Resampling-Based Multiple Testing (the maxT procedure); Nichols
    and Holmes (2002), Hum. Brain Mapp. 15, 1-25.
    """
    rs, by_chance = _observed_and_by_chance(columns, y)
    strengths = np.abs(rs)
    place = int(np.nanargmax(strengths))
    return note(
        Correlation(
            method=f"strongest Pearson correlation of {len(rs)} places, max-statistic permutation test",
            symbol="r",
            estimate=float(rs[place]),
            n=len(y),
            p=permutation_p(np.nanmax(np.abs(by_chance), axis=1), strengths[place]),
            details={"place": place, "places": len(rs), "permutations": len(by_chance)},
        )
    )


def stands_out(columns: FloatArray, y: FloatArray, *, place: int) -> Tested:
    """By how much the correlation at one place is stronger than at the others on average.

    The estimate is |r| at ``place`` less the mean |r| of the other places, in [-1, 1]; ``p`` is
    one-sided, against permutations of ``y``.

    Args and errors are those of :func:`strongest_correlation`; source: as there, with another statistic.
    """
    if not 0 <= place < len(columns):
        raise InputError(f"place {place} of {len(columns)}; wanted one from 0 to {len(columns) - 1}")
    rs, by_chance = _observed_and_by_chance(columns, y)
    lead, leads = (_lead(np.abs(several), place) for several in (rs[None], by_chance))
    return note(
        Tested(
            method=f"|r| at place {place} less the mean |r| at the others, permutation test",
            symbol="Δ|r|",
            estimate=float(lead[0]),
            n=len(y),
            p=permutation_p(leads, float(lead[0])),
            details={"rank": 1 + int(np.sum(np.abs(rs) > abs(rs[place]))), "places": len(rs), "r": float(rs[place])},
        )
    )


def _observed_and_by_chance(columns: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Correlations (places,) as observed and (permutation, places) where ``y`` is permuted; NaN where constant."""
    if columns.ndim != 2 or columns.shape[1:] != y.shape:
        raise InputError(f"columns of shape {columns.shape} with y of {y.shape}; wanted (places, N) and (N,)")
    check_columns(y)
    centred = columns - columns.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    if not (length > 0).any():
        raise Undecided(f"all {len(columns)} columns are constant: no correlation is defined")
    unit = np.divide(centred, length, out=np.full(centred.shape, np.nan), where=length > 1e-12)
    target = (y - y.mean()) / np.linalg.norm(y - y.mean())
    return unit @ target, target[orders(len(y), analysis().tables)] @ unit.T


def _lead(strengths: FloatArray, place: int) -> FloatArray:
    others = np.delete(strengths, place, axis=1)
    return np.asarray(strengths[:, place] - np.nanmean(others, axis=1))
