"""Correlation coefficients by name, each with its p: what a multiverse puts in the place of Pearson's r.

Knows nothing about claims. Columns come checked: of one length, at least 4 rows, none constant.
"""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.stack import at_once, or_alone

MINIMUM_ROWS: Final = 4  # Fisher's interval needs n > 3


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """A coefficient's value in [-1, 1], its two-sided p, and its 95% interval where one is in use."""

    name: str
    symbol: str
    value: float
    p: float
    interval: tuple[float, float] | None = None


def coefficients(x: FloatArray, y: FloatArray) -> FloatArray:
    """Of each row (K, N) what :func:`coefficient` gives; NaN where one does not vary."""
    n = x.shape[1]
    dx, dy = x - np.add.reduce(x, axis=1)[:, None] / n, y - np.add.reduce(y, axis=1)[:, None] / n
    with np.errstate(invalid="ignore", divide="ignore"):
        dx, dy = (one / np.maximum.reduce(np.abs(one), axis=1)[:, None] for one in (dx, dy))
        r = dots(dx, dy) / np.sqrt(dots(dx, dx) * dots(dy, dy))
    return np.asarray(np.clip(r, -1.0, 1.0))


def dots(x: FloatArray, y: FloatArray) -> FloatArray:
    """The products of rows, each by the routine that computes that of two columns."""
    return np.array([one @ other for one, other in zip(x, y, strict=True)])


def _known_coefficients(x: FloatArray, y: FloatArray) -> list[float | None]:
    return or_alone(coefficients(x, y))


@at_once(_known_coefficients)
def coefficient(x: FloatArray, y: FloatArray) -> float:
    """Pearson's r of two checked columns, clipped to [-1, 1]."""
    # Written out because a judged claim is run again thousands of times: the checks of
    # scipy.stats.pearsonr take twenty times as long as the arithmetic. A test holds it to scipy.
    # As x.mean() and np.abs(x).max() compute them, without what these do besides.
    dx, dy = x - np.add.reduce(x) / len(x), y - np.add.reduce(y) / len(y)
    dx, dy = dx / np.maximum.reduce(np.abs(dx)), dy / np.maximum.reduce(np.abs(dy))
    r = float(dx @ dy) / math.sqrt(float(dx @ dx) * float(dy @ dy))
    if r != r:  # only NaN is not itself
        raise InputError("numbers are so large that sums of them are infinite; give columns in another unit")
    return min(1.0, max(-1.0, r))


def partialled_out(column: FloatArray, control: FloatArray) -> FloatArray:
    """``column`` less what ``control``, which varies, explains of it linearly; its mean stays."""
    z = control - control.mean()
    return np.asarray(column - z * float(z @ column) / float(z @ z))


def pearson_p(r: float, n: int) -> float:
    """Exact two-sided p of r under independence and normality: t with n - 2 degrees of freedom."""
    half = n / 2 - 1
    return min(1.0, float(2 * special.betainc(half, half, (1 - abs(r)) / 2)))


def pearson_ps(rs: FloatArray, n: int) -> FloatArray:
    """The same of several."""
    half = n / 2 - 1
    return np.asarray(np.minimum(1.0, 2 * special.betainc(half, half, (1 - np.abs(rs)) / 2)))


def fisher_interval(r: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Fisher's z interval of a correlation."""
    half = _half(n, confidence)
    z = fisher_z(r)
    return math.tanh(z - half), math.tanh(z + half)


@lru_cache(maxsize=1024)
def _half(n: int, confidence: float) -> float:
    return float(special.ndtri(0.5 + confidence / 2)) / math.sqrt(n - 3)


def fisher_z(r: float) -> float:
    """The inverse hyperbolic tangent of r, finite also at -1 and 1."""
    return math.atanh(min(max(r, -1 + 1e-15), 1 - 1e-15))


def _pearson(x: FloatArray, y: FloatArray, n: int) -> Coefficient:
    r = coefficient(x, y)
    return pearson_of(r, n, pearson_p(r, n))


def pearson_of(r: float, n: int, p: float) -> Coefficient:
    """Pearson's coefficient, once r and p are known."""
    return Coefficient(name="Pearson correlation", symbol="r", value=r, p=p, interval=fisher_interval(r, n))


def _spearman(x: FloatArray, y: FloatArray, n: int) -> Coefficient:
    from scipy.stats import rankdata

    r = coefficient(rankdata(x), rankdata(y))
    return Coefficient(name="Spearman correlation", symbol="ρ", value=r, p=pearson_p(r, n))


def _kendall(x: FloatArray, y: FloatArray, n: int) -> Coefficient:
    from scipy.stats import kendalltau

    found = kendalltau(x, y)
    tau = float(found.statistic)
    p = float(found.pvalue) if n == len(x) else partial_kendall_p(tau, n)
    return Coefficient(name="Kendall's tau-b", symbol="τ", value=tau, p=p)


def partial_kendall_p(tau: float, n: int) -> float:
    """Two-sided p of Kendall's tau of what controls leave, on ``n`` rows less controls, by the normal approximation.

    Source: Kim (2015), Commun. Stat. Appl. Methods 22, 665-674, as R's ppcor has it: the variance of
    tau on n rows, 2(2n + 5) / 9n(n - 1), with n less by one for each control.
    """
    error = math.sqrt(2 * (2 * n + 5) / (9 * n * (n - 1)))
    return min(1.0, float(2 * special.ndtr(-abs(tau) / error)))


def _percentage_bend(x: FloatArray, y: FloatArray, n: int) -> Coefficient:
    from pingouin.correlation import percbend

    r = float(percbend(x, y)[0])
    return Coefficient(name="percentage-bend correlation", symbol="r_pb", value=r, p=pearson_p(r, n))


def _skipped(x: FloatArray, y: FloatArray, n: int) -> Coefficient:
    from pingouin.correlation import skipped

    try:
        with warnings.catch_warnings():
            # pingouin says each time that its outlier search is scikit-learn's, not Matlab's.
            warnings.filterwarnings("ignore", message="The skipped correlation relies on", category=UserWarning)
            warnings.filterwarnings("error", message="The covariance matrix associated", category=UserWarning)
            r, _, outliers = skipped(x, y)
    except (ValueError, UserWarning) as error:  # its outlier search needs points that are not all on one line
        raise Undecided(f"the skipped correlation is not defined here ({error})") from error
    if math.isnan(r):
        raise Undecided("the skipped correlation is not defined here: what it keeps is constant")
    if (kept := n - int(outliers.sum())) < MINIMUM_ROWS:
        raise Undecided(
            f"the skipped correlation keeps {len(x) - int(outliers.sum())} rows, less {len(x) - n} controls; "
            f"a correlation needs at least {MINIMUM_ROWS}"
        )
    return Coefficient(name="skipped Spearman correlation", symbol="ρ_sk", value=float(r), p=pearson_p(float(r), kept))


# The third argument is the number of rows less the columns that were partialled out: each costs a degree of freedom.
COEFFICIENTS: Final[Mapping[str, Callable[[FloatArray, FloatArray, int], Coefficient]]] = {
    "pearson": _pearson,
    "spearman": _spearman,
    "kendall": _kendall,
    "percentage-bend": _percentage_bend,
    "skipped": _skipped,
}
