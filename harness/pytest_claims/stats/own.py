"""A statistic of the author's own: its value and evidence, checked and put on the verdict.

Knows nothing about how they were computed.
"""

import math
from numbers import Real
from typing import Final

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.visible import visible
from pytest_claims.stats.estimate import Estimate, note

_LONGEST: Final = 40  # signs of a symbol, which stands in cells of tables


def estimated(
    symbol: str,
    value: float,
    *,
    n: int,
    low: float | None = None,
    high: float | None = None,
    p: float | None = None,
    confidence: float = 0.95,
    null: float = 0.0,
    method: str = "",
    **details: float,
) -> Estimate:
    """Put a statistic that you computed yourself on the verdict, as the statistics of the harness put theirs.

    In a claim: ``gap = estimated("median Δ", value, n=40, low=low, high=high, method="BCa bootstrap")``, and then
    ``assert gap.low > 0``.

    Args:
        symbol: what the value is called, in a few signs.
        value: the estimate; the first one of a claim is its headline.
        n: the rows that it rests on.
        low, high: its interval, both or neither.
        p: its p-value.
        confidence: the level of the interval.
        null: the value without any effect, that ``p`` is against.
        method: how it was computed, in a few words.
        details: numbers that are needed to compute or understand it, by name.

    Raises:
        Undecided: if a number is NaN or infinite: the statistic is not defined on these data.
        InputError: if the value is outside of its interval, p or the level is no probability, n no number of rows,
            anything no number, or a word empty or with a sign that cannot be seen.
    """
    bounds = None if low is None and high is None else _bounds(low, high)
    estimate = Estimate(
        method=_words("method", method) if method else "",
        symbol=_words("symbol", symbol),
        value=_number("value", value),
        n=_rows(n),
        p=None if p is None else _number("p", p),
        low=None if bounds is None else bounds[0],
        high=None if bounds is None else bounds[1],
        confidence=_number("confidence", confidence),
        null=_number("null", null),
        details={name: _number(name, one) for name, one in details.items()},
    )
    _check(estimate)
    return note(estimate)


def _check(estimate: Estimate) -> None:
    symbol, value, p = estimate.symbol, estimate.value, estimate.p
    if len(symbol) > _LONGEST:
        raise InputError(f"symbol {symbol!r} has {len(symbol)} signs; wanted at most {_LONGEST}, the rest in method")
    if estimate.low is not None and estimate.high is not None and not estimate.low <= value <= estimate.high:
        raise InputError(f"{symbol} = {value:g} is not in its interval [{estimate.low:g}, {estimate.high:g}]")
    if p is not None and not 0 <= p <= 1:
        raise InputError(f"p = {p:g} of {symbol}; wanted a probability, 0 to 1")
    if not 0 < estimate.confidence < 1:
        raise InputError(f"confidence {estimate.confidence:g} of {symbol}; wanted a level such as 0.95")


def _bounds(low: float | None, high: float | None) -> tuple[float, float]:
    if low is None or high is None:
        given, lacking = ("high", "low") if low is None else ("low", "high")
        raise InputError(f"an interval with {given} and without {lacking}; give both, or neither")
    return _number("low", low), _number("high", high)


def _number(name: str, value: object) -> float:
    """``value`` as a float, whichever library it is of."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InputError(f"{name} is {value!r:.60}; wanted one number")
    if not math.isfinite(value):
        raise Undecided(f"{name} of the claim's own statistic is {float(value)}: it is not defined on these data")
    return float(value)


def _rows(n: object) -> int:
    rows = _number("n", n)
    if rows < 1 or rows != int(rows):
        raise InputError(f"n = {rows:g}; wanted the number of rows, a whole number of 1 or more")
    return int(rows)


def _words(name: str, text: object) -> str:
    if not isinstance(text, str) or not text.strip() or visible(text) != text or text != text.strip():
        raise InputError(f"{name} {text!r:.60}; wanted visible words in one line, without spaces around them")
    return text
