"""Replications: what other subjects say of an estimate that a source reports, one by one.

Knows nothing about pytest, or about which estimate it is: it reads verdicts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_claims.asking.original import Original
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.replicated_estimate import replicate_estimate
from pytest_claims.stats.replication import MINIMUM_ROWS, Replication, replicate
from pytest_claims.verdicts.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class SubjectReplication:
    """The estimate of a ``claim`` of a ``finding`` on one ``subject``, held against the original by every criterion.

    ``replication`` is None where the two cannot be compared, for the reason in ``not_compared``.
    """

    claim: str
    finding: str = ""
    subject: str
    replication: Replication | None
    not_compared: str = ""


def replications(
    verdicts: Iterable[Verdict], studies: Mapping[tuple[str, str], str] | None = None
) -> tuple[SubjectReplication, ...]:
    """Every claim with an original that was decided, on every subject but the original's own, and more of its study.

    ``studies`` gives, by finding and subject, the subject of whose study its data are more.
    """
    more = studies or {}
    return tuple(
        _on_subject(verdict, original)
        for verdict in verdicts
        if (original := verdict.claim.original) is not None
        and original.subject not in (verdict.subject, more.get((verdict.finding, verdict.subject)))
        and verdict.outcome != "undecided"
    )


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
        return without_z(original) or without_z(new)
    return ""


def without_z(correlation: Original | Estimate) -> str:
    """Why a correlation has no Fisher's z on which it could be compared or pooled; empty if it has one."""
    if abs(correlation.value) < 1 and correlation.n >= MINIMUM_ROWS:
        return ""
    return f"a correlation of {correlation.value:g}, n = {correlation.n}, has no Fisher's z"
