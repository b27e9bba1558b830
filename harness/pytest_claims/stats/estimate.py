"""The estimate: what a claim computed, and the ledger on which the judge reads it.

Knows nothing about which statistics exist. Every statistic of the harness notes its estimate, so
that the author of a claim need not hand it over.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from pytest_claims.base.errors import InputError

_NARROW: Final = 0.1  # an interval of which a hundredth is a tenth or more


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its evidence.

    ``symbol`` is what ``value`` is called (``r``); ``low`` and ``high`` bound the confidence
    interval at level ``confidence``; ``p`` is the p-value of ``method``, and ``p_error`` its Monte Carlo
    standard error where it was simulated; ``n`` the rows it rests on; ``details`` whatever else is needed
    to recompute or understand it.

    ``null`` is the value without any effect, which ``p`` is against; a p of one ``side`` is small for values above
    it alone. Of a test of equivalence ``within`` are the bounds between which a small p says that the value lies.
    """

    method: str
    symbol: str
    value: float
    n: int
    p: float | None = None
    p_error: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    null: float = 0.0
    side: Literal["both", "above"] = "both"
    within: tuple[float, float] | None = None
    details: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        raise InputError(f"an estimate is neither true nor false ({self}); compare its p, its value or its interval")

    @property
    def ends(self) -> str:
        """The interval as text, empty where there is none: in two decimals, unless they say little of a narrow one."""
        if self.low is None or self.high is None:
            return ""
        digits = "+.2f" if self.high - self.low >= _NARROW else "+.3g"
        return f"[{self.low:{digits}}, {self.high:{digits}}]"

    @property
    def told(self) -> str:
        """All of it in a line: how it was computed, itself, and what else it rests on."""
        method = f"{self.method}: " if self.method else ""
        details = ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in self.details.items())
        return f"{method}{self}{f' ({details})' if details else ''}"

    def __str__(self) -> str:
        interval = f" {self.ends}" if self.ends else ""
        p = "" if self.p is None else ", p < 1e-300" if self.p == 0 else f", p = {self.p:.3g}"
        error = "" if self.p_error is None else f" ± {self.p_error:.1g}"
        return f"{self.symbol} = {self.value:+.3g}{interval}{p}{error}, n = {self.n}"


@dataclass(frozen=True, kw_only=True)
class Tested(Estimate):
    """An estimate of a test: its ``p`` is always there, in [0, 1]."""

    p: float


SomeEstimate = TypeVar("SomeEstimate", bound=Estimate)
_ledger: ContextVar[list[Estimate] | None] = ContextVar("ledger", default=None)


class ledger:  # noqa: N801  it is called as a function would be; a generator takes as long as a claim
    """Collect every estimate noted inside the block, in order."""

    __slots__ = ("_token",)

    def __enter__(self) -> list[Estimate]:
        estimates: list[Estimate] = []
        self._token = _ledger.set(estimates)
        return estimates

    def __exit__(self, *error: object) -> None:
        _ledger.reset(self._token)


def noted() -> tuple[Estimate, ...]:
    """What is on the open ledger so far; nothing where there is none."""
    return tuple(_ledger.get() or ())


def note(estimate: SomeEstimate, *, ahead_of: Estimate | None = None) -> SomeEstimate:
    """Put ``estimate`` on the open ledger, if there is one, and hand it back.

    Args:
        estimate: what was computed.
        ahead_of: an estimate that it was made from, which it takes the place of as headline.
    """
    estimates = _ledger.get()
    if estimates is not None:
        places = [place for place, one in enumerate(estimates) if one is ahead_of]
        estimates.insert(places[0] if places else len(estimates), estimate)
    return estimate
