"""Replications: what other subjects say of an estimate that a source reports, one by one and together.

Knows nothing about pytest, or about which estimate it is: it reads verdicts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pytest_claims.asking.original import Original
from pytest_claims.base.errors import Undecided
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.pooling import Pooled, pool_estimates, pool_resampled
from pytest_claims.stats.replicated_estimate import replicate_estimate
from pytest_claims.stats.replication import MINIMUM_ROWS, Replication, replicate
from pytest_claims.stats.scale import standard_error
from pytest_claims.verdicts.verdict import Verdict

_REPLICATES = "bootstrap-units"
_Study = tuple[Verdict, Estimate]  # a verdict and its headline


@dataclass(frozen=True, kw_only=True)
class SubjectReplication:
    """The claim's estimate on one subject, held against the original by every criterion.

    ``replication`` is None where the two cannot be compared, for the reason in ``not_compared``.
    """

    claim: str
    finding: str = ""
    subject: str
    replication: Replication | None
    not_compared: str = ""


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """The claim's estimate on one subject of each base model together, the original's among them.

    ``low`` and ``high`` bound the mean estimate when rows are resampled, the same for every
    subject; None with the reason in ``not_resampled``. ``not_pooled`` gives the subjects whose estimate
    could not be pooled, each with the reason.
    """

    claim: str
    subjects: tuple[str, ...]
    pooled: Pooled
    low: float | None
    high: float | None
    not_resampled: str = ""
    not_pooled: Mapping[str, str] = field(default_factory=dict)


def replications(verdicts: Iterable[Verdict]) -> tuple[SubjectReplication, ...]:
    """Every claim with an original that was decided, on every subject but the original's own."""
    return tuple(
        _on_subject(verdict, original)
        for verdict in verdicts
        if (original := verdict.claim.original) is not None
        and verdict.subject != original.subject
        and verdict.outcome != "undecided"
    )


def syntheses(verdicts: Iterable[Verdict]) -> tuple[Synthesis, ...]:
    """Every claim with an original that was answered on at least two base models."""
    by_claim: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.claim.original is not None and verdict.outcome != "undecided":
            by_claim.setdefault(verdict.claim.id, []).append(verdict)
    found = (_of_claim(claim, several) for claim, several in by_claim.items())
    return tuple(synthesis for synthesis in found if synthesis is not None)


def _on_subject(verdict: Verdict, original: Original) -> SubjectReplication:
    new = verdict.answer.estimate
    reason = _why_not_compared(original, new)
    replication = None if new is None or reason else _replication(original, new)
    return SubjectReplication(
        claim=verdict.claim.id,
        finding=verdict.finding,
        subject=verdict.subject,
        replication=replication,
        not_compared=reason,
    )


def _replication(original: Original, new: Estimate) -> Replication:
    if original.symbol == "r":
        return replicate(original_r=original.value, original_n=original.n, r=new.value, n=new.n)
    reported = Estimate(
        method="reported",
        symbol=original.symbol,
        value=original.value,
        n=original.n,
        low=original.low,
        high=original.high,
    )
    return replicate_estimate(reported, new, null=original.null)


def _why_not_compared(original: Original, new: Estimate | None) -> str:
    """Why an estimate and the original are not comparable; empty if they are."""
    if new is None:
        return "the claim computes no estimate"
    if new.symbol != original.symbol:
        return f"the source reports {original.symbol} and the claim computes {new.symbol}"
    if original.symbol == "r":
        return _without_z(original) or _without_z(new)
    return ""


def _without_z(correlation: Original | Estimate) -> str:
    """Why a correlation has no Fisher's z on which it could be compared or pooled; empty if it has one."""
    if abs(correlation.value) < 1 and correlation.n >= MINIMUM_ROWS:
        return ""
    return f"a correlation of {correlation.value:g}, n = {correlation.n}, has no Fisher's z"


def _why_not_pooled(verdict: Verdict) -> str:
    """Why an estimate cannot be pooled; empty if it can."""
    original, estimate = verdict.claim.original, verdict.answer.estimate
    if original is None or estimate is None:
        return "the claim computes no estimate"
    if estimate.symbol != original.symbol:
        return f"the claim computes {estimate.symbol}"
    if estimate.symbol == "r":
        return _without_z(estimate)
    try:
        standard_error(estimate)
    except Undecided as reason:
        return str(reason)
    return ""


def _of_claim(claim: str, verdicts: Sequence[Verdict]) -> Synthesis | None:
    """What the subjects of a claim say together, if they are of two base models."""
    reasons = {verdict.subject: reason for verdict in verdicts if (reason := _why_not_pooled(verdict))}
    studies = [
        (verdict, verdict.answer.estimate)
        for verdict in verdicts
        if verdict.subject not in reasons and verdict.answer.estimate is not None
    ]
    models = _one_of_each_model(studies)
    return _synthesis(claim, models, reasons) if len(models) > 1 else None


def _one_of_each_model(studies: Iterable[_Study]) -> list[_Study]:
    """The original's own study, and of each base model the one on most rows, of equals the first.

    Several measurements of one model are not several studies: each would count it again.
    """
    by_model: dict[tuple[bool, str], list[_Study]] = {}
    for verdict, estimate in studies:
        original = verdict.claim.original
        own = original is not None and verdict.subject == original.subject
        by_model.setdefault((own, verdict.base_model), []).append((verdict, estimate))
    return [max(several, key=lambda study: study[1].n) for several in by_model.values()]


def _synthesis(claim: str, studies: Sequence[_Study], not_pooled: Mapping[str, str]) -> Synthesis:
    verdicts, estimates = zip(*studies, strict=True)
    low, high, reason = _resampled(verdicts, estimates[0].symbol)
    return Synthesis(
        claim=claim,
        subjects=tuple(verdict.subject for verdict in verdicts),
        pooled=pool_estimates(estimates),
        low=low,
        high=high,
        not_resampled=reason,
        not_pooled=not_pooled,
    )


def _resampled(verdicts: Sequence[Verdict], symbol: str) -> tuple[float | None, float | None, str]:
    if len({tuple(deletion.level for deletion in verdict.deletions) for verdict in verdicts}) > 1:
        return None, None, "they are not the same in all subjects"
    several = [
        check.replicates
        for verdict in verdicts
        for check in verdict.checks
        if check.check == _REPLICATES and check.replicates
    ]
    if len(several) < len(verdicts) or len({len(one) for one in several}) != 1:
        return None, None, f"{_REPLICATES} was not made on every subject"
    try:
        low, high = pool_resampled(np.array(several, dtype=float).T, symbol=symbol)
    except Undecided as reason:
        return None, None, str(reason)
    return low, high, ""
