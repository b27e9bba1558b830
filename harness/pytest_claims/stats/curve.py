"""A curve fitted to points by least squares, and what one of its parameters is.

Knows nothing about what the curve describes.
"""

import inspect
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.finite import finite

Curve = Callable[..., Any]
Bounds = Mapping[str, tuple[float, float]]
_NEGLIGIBLE: Final = 1e-12  # residuals that are this small beside the points are rounding
_INSEPARABLE: Final = 1e-12  # least eigenvalue of the correlations of parameters; derivatives are exact to about 1e-8
_AT_BOUND: Final = 0.01  # standard errors: the search stops this near to a bound, not on it
_DETAILS: Final = ("se", "df", "residual_se")


def fitted_curve(
    curve: Curve,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    parameter: str,
    start: Mapping[str, float],
    sigma: npt.ArrayLike | None = None,
    bounds: Bounds | None = None,
) -> Tested:
    """One parameter of ``curve``, fitted to points by least squares, with its interval and its two-sided p against 0.

    Both are those of t with N - k degrees of freedom, for a curve of k parameters: exact for a straight line with
    normal errors, else as good as the curve is straight near its best fit. The points are drawn one by one.
    ``details`` hold every parameter by its name, ``se`` and ``df`` of the one asked for, and ``residual_se``, the
    residual standard error in the unit of ``y`` (with ``sigma``, in units of it).

    Args:
        curve: a function of x and of k parameters, which it names: ``def loss(n, a, b, c)``.
        x: shape (N,), or (variables, N) for a curve of several.
        y: shape (N,).
        parameter: the name of the one that is wanted; it is the symbol of the estimate.
        start: where the search begins, by name, for every parameter.
        sigma: how uncertain each y is, shape (N,), up to a factor; None for all alike.
        bounds: the least and the largest value, by name, of those parameters that have any.

    Raises:
        Undecided: with no more points than parameters; if the search finds no best fit, or one that other parameters
            give as well, that lies at a bound, or that goes through every point.
        InputError: if names or shapes do not match, a value is missing, or ``start`` lies outside of the bounds.

    Source: Bates and Watts (1988), Nonlinear Regression Analysis and Its Applications, chapter 2; the search is that of
    ``scipy.optimize.curve_fit``.
    """
    names = _names(curve, parameter, start, bounds or {})
    points = _points(x, y, sigma)
    if len(points.y) <= len(names):
        raise Undecided(f"{len(points.y)} points; a curve of {len(names)} parameters needs at least {len(names) + 1}")
    limits = np.array([(bounds or {}).get(name, (-np.inf, np.inf)) for name in names]).T
    best, covariance = _fit(curve, points, np.array([start[name] for name in names], dtype=float), limits)
    df = len(points.y) - len(names)
    residual_se = _residual_se(curve, points, best, df)
    _refuse_inseparable(covariance)
    _refuse_at_bound(names, best, covariance, limits)
    found = dict(zip(names, best.tolist(), strict=True))
    se = math.sqrt(float(covariance.diagonal()[names.index(parameter)]))
    details = {**found, "se": se, "df": df, "residual_se": residual_se}
    half = float(special.stdtrit(df, 0.975)) * se
    return note(
        Tested(
            method=f"least squares fit of {getattr(curve, '__name__', 'a curve')}",
            symbol=parameter,
            value=found[parameter],
            n=len(points.y),
            p=min(1.0, 2 * float(special.stdtr(df, -abs(found[parameter]) / se))),
            low=found[parameter] - half,
            high=found[parameter] + half,
            details=details,
        )
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Points:
    """``x`` (N,) or (variables, N), ``y`` and ``sigma`` (N,)."""

    x: FloatArray
    y: FloatArray
    sigma: FloatArray | None


def _points(x: npt.ArrayLike, y: npt.ArrayLike, sigma: npt.ArrayLike | None) -> _Points:
    points = _Points(x=finite("x", x), y=finite("y", y), sigma=None if sigma is None else finite("sigma", sigma))
    if points.y.ndim != 1 or points.x.ndim not in (1, 2) or points.x.shape[-1:] != points.y.shape:
        raise InputError(
            f"x of shape {points.x.shape} for y of {points.y.shape}; wanted (N,) or (variables, N), and (N,)"
        )
    if points.sigma is not None and (points.sigma.shape != points.y.shape or not (points.sigma > 0).all()):
        raise InputError(f"sigma of shape {points.sigma.shape}; wanted {points.y.shape}, all above 0")
    return points


def _names(curve: Curve, parameter: str, start: Mapping[str, float], bounds: Bounds) -> list[str]:
    """The names of the parameters of ``curve``, in its order."""
    found = list(inspect.signature(curve).parameters.values())[1:]
    names = [one.name for one in found]
    if not names or any(one.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD for one in found):
        raise InputError(
            f"the curve takes ({', '.join(map(str, found))}) after x; wanted parameters by name, as (x, a, b)"
        )
    for reserved in set(names) & set(_DETAILS):
        raise InputError(
            f"a parameter of the curve is called {reserved!r}, as one of the details is; give it another name"
        )
    if parameter not in names:
        raise InputError(f"parameter {parameter!r}; the curve has {', '.join(names)}")
    if set(start) != set(names):
        raise InputError(f"start has {', '.join(start) or 'nothing'}; wanted a value for each of {', '.join(names)}")
    for name, limits in bounds.items():
        if name not in names or len(limits) != 2 or not limits[0] < start[name] < limits[1]:
            raise InputError(
                f"bounds {limits} of {name!r}; wanted (least, largest) of a parameter, with its start between"
            )
    return names


def _fit(curve: Curve, points: _Points, start: FloatArray, limits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The best parameters, shape (k,), and their covariance, (k, k)."""
    from scipy.optimize import OptimizeWarning, curve_fit

    _check_start(curve, points, start)
    # With bounds the search ends where a step gains less than 1e-8 of anything: small units would end it at its start.
    bounded = bool(np.isfinite(limits).any())
    unit = float(np.abs(points.y).max()) or 1.0
    sigma = np.full(points.y.shape, unit) if points.sigma is None and bounded else points.sigma
    more: dict[str, Any] = {"x_scale": "jac"} if bounded else {}
    lacking = "the search for the best fit finds none"
    try:
        # On its way the search may try parameters for which the curve overflows; the end alone counts.
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", OptimizeWarning)
            best, covariance = curve_fit(
                curve, points.x, points.y, p0=start, sigma=sigma, bounds=(limits[0], limits[1]), **more
            )
    except (RuntimeError, OptimizeWarning) as error:
        raise Undecided(lacking, remedy="start nearer, or measure more points") from error
    if not (np.isfinite(best).all() and np.isfinite(covariance).all()):
        raise Undecided(lacking, remedy="start nearer, or measure more points")
    return best, covariance


def _refuse_inseparable(covariance: FloatArray) -> None:
    """Raise where other parameters give the same curve: scipy then has a covariance all the same, large or small."""
    spread = np.sqrt(np.diag(covariance))
    if spread.min() > 0:
        correlation = covariance / np.outer(spread, spread)
        if np.linalg.eigvalsh(correlation)[0] > _INSEPARABLE:
            return
    raise Undecided(
        "these points do not tell the parameters of the curve apart",
        remedy="use a curve of fewer parameters, start nearer, or measure more points",
    )


def _check_start(curve: Curve, points: _Points, start: FloatArray) -> None:
    with np.errstate(all="ignore"):
        predicted = np.asarray(curve(points.x, *start), dtype=np.float64)
    if predicted.shape != points.y.shape or not np.isfinite(predicted).all():
        raise InputError(
            f"at its start the curve gives {predicted.shape}, finite: {bool(np.isfinite(predicted).all())}; "
            f"wanted a number for each of {len(points.y)} points, as written with numpy"
        )


def _refuse_at_bound(names: list[str], best: FloatArray, covariance: FloatArray, limits: FloatArray) -> None:
    near = np.abs(best - limits) <= _AT_BOUND * np.sqrt(np.diag(covariance))
    for place, name in enumerate(names):
        if near[:, place].any():
            raise Undecided(f"the best fit has {name} at its bound, where no standard error is defined")


def _residual_se(curve: Curve, points: _Points, best: FloatArray, df: int) -> float:
    residuals = np.asarray(curve(points.x, *best), dtype=np.float64) - points.y
    if np.abs(residuals).max() <= _NEGLIGIBLE * np.abs(points.y).max():
        raise Undecided("the curve goes through every point: nothing shows how far a parameter might be off")
    weighted = residuals if points.sigma is None else residuals / points.sigma
    return math.sqrt(float(weighted @ weighted) / df)
