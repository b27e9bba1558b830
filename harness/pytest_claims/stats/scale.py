"""The scale on which the error of an estimate is taken to be normal, and its standard error there.

Knows nothing about how an estimate was computed: it reads symbol, value, interval and n.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scipy import special

from pytest_claims.base.errors import Undecided
from pytest_claims.stats.estimate import Estimate

WITHIN_ONE: Final = ("r", "ρ", "τ", "κ", "α", "ICC", "r_M")  # symbols of estimates that lie in [-1, 1]
_FISHER: Final = ("r", "ρ")  # symbols of estimates whose errors are normal on Fisher's z
_MINIMUM_ROWS: Final = 4  # of ρ without an interval: its standard error needs n > 3


@dataclass(frozen=True, kw_only=True)
class Scale:
    """``there`` takes a value to the scale, ``back`` from it; ``there`` raises Undecided for what has no place there.

    ``bounded`` says that values lie in [-1, 1].
    """

    bounded: bool
    there: Callable[[float], float]
    back: Callable[[float], float]


def scale_of(symbol: str) -> Scale:
    """Fisher's z for Pearson's r and Spearman's ρ, and for all others the scale that they are on."""
    return _FISHERS_Z if symbol in _FISHER else _OWN


def standard_error(estimate: Estimate) -> float:
    """The standard error of an estimate on its scale, in (0, inf): its interval's half-width over the normal quantile.

    An interval by t is wider than its normal one, and gives an error that is too large rather than too small. For ρ
    without an interval it is that of Bonett and Wright, sqrt((1 + ρ²/2) / (n - 3)).

    Raises:
        Undecided: where the interval is not there, has no width, or an end that is not on the scale.

    Source: Bonett and Wright (2000), Psychometrika 65, 23-28.
    """
    there = scale_of(estimate.symbol).there
    value = there(estimate.value)
    if estimate.low is None or estimate.high is None:
        if estimate.symbol == "ρ" and estimate.n >= _MINIMUM_ROWS:
            return math.sqrt((1 + math.tanh(value) ** 2 / 2) / (estimate.n - 3))
        raise Undecided("no interval")
    error = (there(estimate.high) - there(estimate.low)) / (2 * float(special.ndtri(0.5 + estimate.confidence / 2)))
    if not 0 < error < math.inf:
        raise Undecided(f"an interval of no finite width, [{estimate.low:g}, {estimate.high:g}]")
    return error


def _fishers_z(value: float) -> float:
    if not -1 < value < 1:
        raise Undecided(f"no Fisher's z of {value:g}")
    return math.atanh(value)


_FISHERS_Z: Final = Scale(bounded=True, there=_fishers_z, back=math.tanh)
_OWN: Final = Scale(bounded=False, there=float, back=float)
