"""The original: what the source of a claim reports, for other subjects to be held against.

Knows nothing about claims, nor about how a replication is judged.
"""

import math
from dataclasses import dataclass

from pytest_claims.base.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Original:
    """What the source of a claim reports of ``subject``: an estimate with its symbol, as the claim computes it anew.

    Attributes:
        subject: the name of the subject that the source measured.
        value: the estimate, in its own unit.
        n: the rows that it rests on.
        symbol: what it is called, as in the estimate of the claim: r, ρ, κ, Δ, the name of a parameter.
        low, high: its 95% interval, where the source reports one; those of r follow from ``n``.
        null: the value where there is no effect: 0, or that of chance.

    Raises:
        InputError: for numbers that cannot be, half an interval, or a value that equals ``null`` and has no direction.
    """

    subject: str
    value: float
    n: int
    symbol: str = "r"
    low: float | None = None
    high: float | None = None
    null: float = 0.0

    def __post_init__(self) -> None:
        for name in ("subject", "symbol"):
            if not isinstance(words := getattr(self, name), str) or not words.strip():
                raise InputError(f"an original with {name}={words!r}; wanted words: say in {name}= what it is")
        self._check_numbers()
        self._check_interval()
        if self.value == self.null:
            raise InputError(
                f"an original of {self.symbol} = {self.value:g}, which is its null: it has no direction to replicate; "
                "give the null that it differs from as null=, or leave the original out"
            )
        if self.symbol == "r" and (abs(self.value) > 1 or self.null != 0):
            raise InputError(
                f"an original of r = {self.value:g} with the null {self.null:g}; wanted a correlation from -1 to 1 and "
                "the null 0: check the number, or give another symbol="
            )

    def _check_numbers(self) -> None:
        for name in ("value", "null", "low", "high"):
            number = getattr(self, name)
            if name in ("low", "high") and number is None:
                continue
            if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
                raise InputError(f"an original with {name}={number!r}; wanted a finite number: give it as printed")
        if isinstance(self.n, bool) or not isinstance(self.n, int) or self.n < 1:
            raise InputError(
                f"an original with n={self.n!r}; wanted a whole number from 1 on: give the rows it rests on"
            )

    def _check_interval(self) -> None:
        low, high = self.low, self.high
        if (low is None) != (high is None):
            raise InputError(
                f"an original with low={low} and high={high}; wanted both ends of its interval, or neither"
            )
        if low is not None and high is not None and not low <= self.value <= high:
            raise InputError(f"an original of {self.value:g} in [{low:g}, {high:g}]; wanted low <= value <= high")
