"""Does a new estimate of any kind replicate an original one? The criteria that need only values, intervals and p.

Knows nothing about how the estimates were computed. A correlation has more criteria: see ``replication``.
"""

import math
from typing import Final

from scipy import special

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.replication import (
    ALPHA,
    BAYES_FACTOR,
    IN_PREDICTION_INTERVAL,
    ORIGINAL_IN_INTERVAL,
    SIGNIFICANCE,
    SMALL_TELESCOPES,
    Criterion,
    Replication,
)
from pytest_claims.stats.scale import scale_of, standard_error

_QUANTILE: Final = float(special.ndtri(1 - ALPHA / 2))
_NO_POWER: Final = "the power of the original's test is known for a correlation r alone"
_NO_PRIOR: Final = "a prior is in use for a correlation r alone"
_Interval = tuple[float, float]


def replicate_estimate(original: Estimate, new: Estimate, *, null: float = 0.0) -> Replication:
    """Apply every criterion that values, intervals and p define; the others say why they are not defined.

    Args:
        original: what is to be replicated; its interval gives its standard error.
        new: the replication. Its p is taken to be that of a test against ``null``; where that is not 0 its 95%
            interval goes before, because most tests are of 0.
        null: the value without any effect.

    Raises:
        InputError: for estimates of different symbols, or an original that equals ``null`` and has no direction.
    """
    if original.symbol != new.symbol:
        raise InputError(f"estimates of {original.symbol} and of {new.symbol}; wanted two of one symbol")
    if original.value == null:
        raise InputError(f"an original that equals its null, {null:g}, has no direction; give one that differs from it")
    interval, why_none = _interval(new)
    p = new.p if null == 0 or interval is None else None
    prediction, why_no_prediction = _prediction(original, new)
    low, high = interval or (None, None)
    prediction_low, prediction_high = prediction or (None, None)
    return Replication(
        symbol=new.symbol,
        null=null,
        original=original.value,
        original_n=original.n,
        value=new.value,
        n=new.n,
        p=p,
        low=low,
        high=high,
        prediction_low=prediction_low,
        prediction_high=prediction_high,
        significance=_significance(original.value, new.value, null, p, interval, why_none),
        original_in_interval=_within(ORIGINAL_IN_INTERVAL, original.value, interval, why_none),
        in_prediction_interval=_within(IN_PREDICTION_INTERVAL, new.value, prediction, why_no_prediction),
        small_telescopes=Criterion(name=SMALL_TELESCOPES, satisfied=None, undefined=_NO_POWER),
        bayes_factor=Criterion(name=BAYES_FACTOR, satisfied=None, undefined=_NO_PRIOR),
    )


def predicted(original: Estimate, new: Estimate) -> _Interval:
    """The 95% prediction interval of ``new`` from an original of its symbol, by both errors: sqrt(se_o² + se_r²).

    Errors are those of :func:`standard_error`, for r and ρ on Fisher's z.

    Raises:
        Undecided: where either has none.

    Source: Patil, Peng and Leek (2016), Perspect. Psychol. Sci. 11, 539-544.
    """
    errors = []
    for name, one in (("original", original), ("replication", new)):
        try:
            errors.append(standard_error(one))
        except Undecided as reason:
            raise Undecided(f"the {name} has {reason}") from reason
    scale = scale_of(original.symbol)
    middle, half = scale.there(original.value), _QUANTILE * math.hypot(*errors)
    return scale.back(middle - half), scale.back(middle + half)


def _prediction(original: Estimate, new: Estimate) -> tuple[_Interval | None, str]:
    try:
        return predicted(original, new), ""
    except Undecided as reason:
        return None, str(reason)


def _interval(new: Estimate) -> tuple[_Interval | None, str]:
    """The replication's 95% interval, or why there is none."""
    if new.low is None or new.high is None:
        return None, "the replication has no interval"
    if not math.isclose(new.confidence, 1 - ALPHA):
        return None, f"the interval of the replication is at {new.confidence:.3g}, not at {1 - ALPHA:.3g}"
    return (new.low, new.high), ""


def _significance(
    original: float, value: float, null: float, p: float | None, interval: _Interval | None, why_none: str
) -> Criterion:
    if p is None and interval is None:
        return Criterion(name=SIGNIFICANCE, satisfied=None, undefined=f"there is no p, and {why_none}")
    excluded = interval is not None and not interval[0] <= null <= interval[1]
    significant = p < ALPHA if p is not None else excluded
    same_way = (value - null) * (original - null) > 0
    return Criterion(name=SIGNIFICANCE, satisfied=bool(significant and same_way))  # numpy's own bool is not written


def _within(name: str, value: float, interval: _Interval | None, why_none: str) -> Criterion:
    if interval is None:
        return Criterion(name=name, satisfied=None, undefined=why_none)
    return Criterion(name=name, satisfied=bool(interval[0] <= value <= interval[1]))
