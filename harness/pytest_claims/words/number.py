"""Numbers as a paper gives them: an estimate with its sign, p in two or three decimals.

Knows nothing about where they stand.
"""

from typing import Final

from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.scale import WITHIN_ONE

_USUAL: Final = 0.95
_LEAST: Final = 0.001
_MOST: Final = 0.99
_DECIMALS: Final = (*WITHIN_ONE, "Δr", "Δr_M", "Δ|r|")  # symbols of what lies in [-2, 2]


def signed(symbol: str, value: float | None) -> str:
    """A value with its sign, but 0: a correlation in two decimals, what may be of any size in three digits."""
    if value == 0:
        return "0"
    return f"{value:+.2f}" if symbol in _DECIMALS else f"{value:+.3g}"


def interval(estimate: Estimate) -> str:
    """The interval of an estimate, with its level if that is not 95%; empty where there is none."""
    level = "" if estimate.confidence == _USUAL or not estimate.ends else f" ({estimate.confidence:.0%})"
    return f"{estimate.ends}{level}"


def estimated(estimate: Estimate) -> str:
    """An estimate in short, with its interval and p: ``r = -0.66 [-0.91, -0.05], p = 0.039``."""
    p = "" if estimate.p is None else f", {stated_p(estimate.p)}"
    if p and estimate.p_error is not None and "=" in p:
        p += f" ± {estimate.p_error:.1g}"
    return f"{estimate.symbol} = {signed(estimate.symbol, estimate.value)} {interval(estimate)}".rstrip() + p


def p_value(p: float) -> str:
    """``0.039``, ``< 0.001``, or ``> 0.99``."""
    if p < _LEAST:
        return f"< {_LEAST}"
    return f"> {_MOST}" if p > _MOST else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def stated_p(p: float) -> str:
    """``p = 0.039``, or ``p < 0.001``."""
    return stated(p_value(p))


def stated(told: str) -> str:
    """The same of a p in words, such as ``0.039`` or ``< 0.001``."""
    return f"p {told}" if told.startswith(("<", ">")) else f"p = {told}"
