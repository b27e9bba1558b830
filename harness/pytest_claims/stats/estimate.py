"""The finding: what a claim computed, and the ledger on which the judge reads it.

Knows nothing about which statistics exist. Every statistic of the harness notes its finding, so
that the author of a claim need not hand it over.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from pytest_claims.base.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Finding:
    """An estimate with its evidence.

    ``symbol`` is what the estimate is called (``r``); ``low`` and ``high`` bound the confidence
    interval at level ``confidence``; ``p`` is the p-value of ``method``, and ``p_error`` its Monte Carlo
    standard error where it was simulated; ``n`` the rows it rests on; ``details`` whatever else is needed
    to recompute or understand it.
    """

    method: str
    symbol: str
    estimate: float
    n: int
    p: float | None = None
    p_error: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    details: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        raise InputError(f"a finding is neither true nor false ({self}); compare its p, its estimate or its interval")

    def __str__(self) -> str:
        interval = "" if self.low is None or self.high is None else f" [{self.low:+.2f}, {self.high:+.2f}]"
        p = "" if self.p is None else f", p = {self.p:.3g}"
        error = "" if self.p_error is None else f" ± {self.p_error:.1g}"
        return f"{self.symbol} = {self.estimate:+.3g}{interval}{p}{error}, n = {self.n}"


@dataclass(frozen=True, kw_only=True)
class Tested(Finding):
    """A finding of a test: its ``p`` is always there, in [0, 1]."""

    p: float


SomeFinding = TypeVar("SomeFinding", bound=Finding)
_ledger: ContextVar[list[Finding] | None] = ContextVar("ledger", default=None)


@contextmanager
def ledger() -> Iterator[list[Finding]]:
    """Collect every finding noted inside the block, in order."""
    findings: list[Finding] = []
    token = _ledger.set(findings)
    try:
        yield findings
    finally:
        _ledger.reset(token)


def note(finding: SomeFinding) -> SomeFinding:
    """Put ``finding`` on the open ledger, if there is one, and hand it back."""
    findings = _ledger.get()
    if findings is not None:
        findings.append(finding)
    return finding
