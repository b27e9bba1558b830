"""Estimates of several studies as one: random effects, homogeneity, and resampling where studies share rows.

Knows nothing about what a study is; in a claim each is one subject.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import fisher_z
from pytest_claims.stats.density import check_correlation
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.scale import scale_of, standard_error

MINIMUM_RESAMPLES: Final = 100  # of fewer, the 2.5th percentile is one of the two most extreme
MINIMUM_FOR_PREDICTION: Final = 3  # t with k - 2 degrees of freedom
STEPS: Final = 500  # of the iteration for tau2, which ends after fewer than 50 except for |r| next to 1


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """One estimate from several, with the evidence that they are alike or not.

    Attributes:
        k: the number of studies.
        symbol: what the estimates are called.
        estimate, low, high: their mean and its 95% interval, in their own unit.
        prediction: 95% prediction interval of the true value in a new study, or None.
        no_prediction: why there is none, or None.
        mean, se: the mean and its standard error on the scale on which they are pooled: for r and ρ Fisher's z,
            for all others their own.
        q, df, p: Cochran's Q of homogeneity, chi-square with k - 1 degrees of freedom.
        i2: the share of variation between the studies that sampling does not explain, in [0, 1].
        tau2: variance of the true values between studies, on the scale on which they are pooled.
    """

    k: int
    symbol: str
    estimate: float
    low: float
    high: float
    prediction: tuple[float, float] | None
    no_prediction: str | None
    mean: float
    se: float
    q: float
    df: int
    p: float
    i2: float
    tau2: float


@dataclass(frozen=True, kw_only=True)
class Joint:
    """The mean of ``k`` studies of the same rows, which are taken as they are: no study stands for others.

    It is the ``estimate``, called ``symbol`` as theirs are; ``low`` and ``high`` bound it at 95% where the rows are
    drawn again, the same for every study.
    """

    k: int
    symbol: str
    estimate: float
    low: float
    high: float


def pool_correlations(rs: npt.ArrayLike, ns: npt.ArrayLike) -> Pooled:
    """Random-effects mean of correlations on Fisher's z, of variance 1 / (n - 3), for studies that share no rows.

    Args:
        rs: correlations in (-1, 1), shape (k,).
        ns: rows of each, at least 4, shape (k,).

    Raises:
        Undecided: with fewer than 2 studies.
        InputError: for other values, or different shapes.
    """
    r, n = np.asarray(rs, dtype=float), np.asarray(ns, dtype=float)
    _check_studies(r, n)
    return pool(np.arctanh(r), 1 / (n - 3), symbol="r")


def pool_estimates(estimates: Sequence[Estimate]) -> Pooled:
    """Random-effects mean of estimates of one symbol, of studies that share no rows.

    Correlations r are weighed by their rows, all others by the standard errors that their intervals give.

    Raises:
        Undecided: with fewer than 2 studies, or where one has no standard error.
        InputError: for estimates of several symbols.
    """
    symbol = _one_symbol(estimates)
    if symbol == "r":
        return pool_correlations([one.value for one in estimates], [one.n for one in estimates])
    there = scale_of(symbol).there
    errors = np.array([standard_error(one) for one in estimates])
    return pool([there(one.value) for one in estimates], errors**2, symbol=symbol)


def pool(values: npt.ArrayLike, variances: npt.ArrayLike, *, symbol: str) -> Pooled:
    """Random-effects mean of values with known sampling variances, for studies that share no rows.

    The variance between studies is that of Paule and Mandel, of the estimators in statsmodels the
    one that depends least on the sizes of the studies (Veroniki et al. 2016, Res. Synth. Methods
    7, 55-79). The interval is that of Hartung and Knapp, t with k - 1 degrees of freedom, never
    narrower than the ordinary one: among studies more alike than chance its standard error tends
    to 0, and is replaced as in Röver, Knapp and Friede (2015), BMC Med. Res. Methodol. 15, 99.

    Args:
        values: finite numbers on the scale of ``symbol``, for r and ρ Fisher's z, shape (k,).
        variances: of each the square of its standard error, positive and finite, shape (k,).

    Raises:
        Undecided: with fewer than 2 studies.
        InputError: for other values, or different shapes.

    Source: Paule and Mandel (1982), J. Res. Natl. Bur. Stand. 87, 377-385; Knapp and Hartung (2003),
    Stat. Med. 22, 2693-2710; the prediction interval, t with k - 2 degrees of freedom, is that of
    Higgins, Thompson and Spiegelhalter (2009), J. R. Stat. Soc. A 172, 137-159; I2 = 1 - df / Q
    that of Higgins and Thompson (2002), Stat. Med. 21, 1539-1558.
    """
    value, variance = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    _check_values(value, variance)
    k, fit, back = len(value), _random_effects(value, variance), scale_of(symbol).back
    mean, tau2 = float(fit.mean_effect_re), float(fit.tau2)
    se = math.sqrt(max(float(fit.var_hksj_re), float(fit.var_eff_w_re)))
    # Not fit.q: a difference of two sums, of which rounding leaves some 1e-12, of either sign, where Q is 0.
    q = float(fit.weights_fe @ (fit.eff - fit.mean_effect_fe) ** 2)
    low, high = _around(mean, se, k - 1, back)
    enough = k >= MINIMUM_FOR_PREDICTION
    return Pooled(
        k=k,
        symbol=symbol,
        estimate=back(mean),
        low=low,
        high=high,
        prediction=_around(mean, math.hypot(se, math.sqrt(tau2)), k - 2, back) if enough else None,
        no_prediction=None if enough else f"{k} studies; a prediction interval needs at least {MINIMUM_FOR_PREDICTION}",
        mean=mean,
        se=se,
        q=q,
        df=k - 1,
        p=float(special.chdtrc(k - 1, q)),
        i2=max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0,
        tau2=tau2,
    )


def pool_resampled(replicates: npt.ArrayLike, *, symbol: str) -> tuple[float, float]:
    """95% percentile interval of the mean estimate of studies that share their rows.

    Studies of the same rows in several subjects are dependent; resampling the rows, with
    one and the same resample for every study, keeps the dependence. The mean is unweighted; that of
    r and ρ is of Fisher's z, and is transformed back.

    Args:
        replicates: estimates, of r and ρ in [-1, 1], shape (resamples, studies); in row b of every study
            the same resample. NaN where a resample was undecided: its row is left out.
        symbol: what the estimates are called.

    Raises:
        Undecided: with fewer than 2 studies, or fewer than 100 complete rows.
        InputError: for a value that is no correlation, or another shape.

    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    table = np.asarray(replicates, dtype=float)
    if table.ndim != 2:
        raise InputError(f"replicates of shape {table.shape}; wanted (resamples, studies)")
    _check_number(table.shape[1])
    scale = scale_of(symbol)
    if scale.bounded and np.any(np.abs(table) > 1):
        raise InputError(f"a replicate of {table[np.abs(table) > 1][0]}; wanted correlations, from -1 to 1, or NaN")
    complete = table[~np.isnan(table).any(axis=1)]
    if len(complete) < MINIMUM_RESAMPLES:
        raise Undecided(
            f"{len(complete)} of {len(table)} resamples are decided in every study; "
            f"an interval needs at least {MINIMUM_RESAMPLES}"
        )
    there = np.vectorize(fisher_z)(complete) if scale.bounded else complete
    low, high = np.quantile(there.mean(axis=1), [0.025, 0.975])
    return scale.back(low), scale.back(high)


def joint_mean(estimates: Sequence[Estimate], replicates: npt.ArrayLike) -> Joint:
    """The unweighted mean of studies that share their rows, with the interval of :func:`pool_resampled`.

    Args:
        estimates: of one symbol, those of r and ρ in (-1, 1).
        replicates: of the same studies, as in :func:`pool_resampled`.

    Raises:
        Undecided: with fewer than 2 studies, or fewer than 100 complete rows.
        InputError: for estimates of several symbols, or another number of studies among the replicates.
    """
    symbol, table = _one_symbol(estimates), np.asarray(replicates, dtype=float)
    if table.ndim == 2 and table.shape[1] != len(estimates):
        raise InputError(f"{len(estimates)} estimates, and replicates of {table.shape[1]} studies; wanted as many")
    low, high = pool_resampled(table, symbol=symbol)
    scale = scale_of(symbol)
    mean = float(np.mean([scale.there(one.value) for one in estimates]))
    return Joint(k=len(estimates), symbol=symbol, estimate=scale.back(mean), low=low, high=high)


def _one_symbol(estimates: Sequence[Estimate]) -> str:
    symbols = sorted({one.symbol for one in estimates})
    if len(symbols) > 1:
        raise InputError(f"estimates of {', '.join(symbols)}; wanted studies of one symbol: pool each by itself")
    _check_number(len(estimates))
    return symbols[0]


def _random_effects(value: FloatArray, variance: FloatArray) -> Any:
    from statsmodels.stats.meta_analysis import combine_effects

    # For (almost) equal values it divides by a Q of (almost) 0, on the way to an I2 that is not used.
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return combine_effects(value, variance, method_re="iterated", use_t=True, maxiter=STEPS)


def _around(mean: float, se: float, df: int, back: Callable[[float], float]) -> tuple[float, float]:
    half = float(special.stdtrit(df, 0.975)) * se
    return back(mean - half), back(mean + half)


def _check_studies(r: FloatArray, n: FloatArray) -> None:
    if r.ndim != 1 or r.shape != n.shape:
        raise InputError(
            f"correlations of shape {r.shape} on rows of shape {n.shape}; wanted one number of each a study"
        )
    _check_number(len(r))
    for one, rows in zip(r.tolist(), n.tolist(), strict=True):
        check_correlation(one, rows)


def _check_values(value: FloatArray, variance: FloatArray) -> None:
    if value.ndim != 1 or value.shape != variance.shape:
        raise InputError(f"values of shape {value.shape}, variances of {variance.shape}; wanted one of each a study")
    _check_number(len(value))
    if not (np.isfinite(value).all() and np.isfinite(variance).all() and (variance > 0).all()):
        raise InputError("a value or variance that is not finite, or a variance of 0; leave out studies without error")


def _check_number(studies: int) -> None:
    if studies < 2:
        what = "a single study" if studies else "no study"
        raise Undecided(f"{what}: there is nothing to pool", remedy="measure another")
