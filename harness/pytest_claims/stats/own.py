"""A statistic of the author's own: its value and evidence, checked and put on the verdict.

Knows nothing about how they were computed.
"""

from pytest_claims.stats.estimate import Estimate, note

_LONGEST = 40  # signs of a symbol: it stands in cells of tables


def estimated(
    symbol: str,
    value: float,
    *,
    n: int,
    low: float | None = None,
    high: float | None = None,
    p: float | None = None,
    confidence: float = 0.95,
    method: str = "",
    **details: float,
) -> Estimate:
    """Put a statistic that you computed yourself on the verdict, as the statistics of the harness put theirs.

    >>> estimated("median Δ", 0.12, n=40, low=0.05, high=0.21, method="BCa bootstrap").low
    0.05

    Args:
        symbol: what the value is called, in a few signs.
        value: the estimate; the first one of a claim is its headline.
        n: the rows that it rests on.
        low, high: its interval, both or neither.
        p: its p-value.
        confidence: the level of the interval.
        method: how it was computed, in a few words.
        details: numbers that are needed to compute or understand it, by name.

    Raises:
        Undecided: if a number is NaN or infinite: the statistic is not defined on these data.
        InputError: if the value is not within its interval, p or the level is no probability, n is no number of rows, or a
            word is empty or has a sign that cannot be seen.
    """
    given = {"value": value, "low": low, "high": high, "p": p, "confidence": confidence, **details}
    numbers = {name: _number(symbol, name, one) for name, one in given.items() if one is not None}
    estimate = Estimate(
        symbol=_words("symbol", symbol),
        method=_words("method", method) if method else "",
        n=_rows(n),
        **{name: numbers.pop(name) for name in ("value", "low", "high", "p", "confidence") if name in numbers},
        details=numbers,
    )
    _check(estimate)
    return note(estimate)
