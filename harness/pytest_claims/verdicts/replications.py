"""Replications: what other subjects say of a correlation that a source reports, one by one and together.

Knows nothing about pytest, or about which correlation it is: it reads verdicts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_claims.base.errors import Undecided
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.pooling import Pooled, pool, pool_resampled
from pytest_claims.stats.replication import Replication, replicate
from pytest_claims.verdicts.verdict import Verdict

_REPLICATES = "bootstrap-rows"
_Study = tuple[Verdict, Estimate]  # a verdict and its correlation


@dataclass(frozen=True, kw_only=True)
class SubjectReplication:
    """The claim's correlation on one subject, held against the original by every criterion."""

    claim: str
    subject: str
    replication: Replication


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """The claim's correlation on one subject of each base model together, the original's among them.

    ``low`` and ``high`` bound the mean correlation when rows are resampled, the same for every
    subject; None with the reason in ``not_resampled``.
    """

    claim: str
    subjects: tuple[str, ...]
    pooled: Pooled
    low: float | None
    high: float | None
    not_resampled: str = ""


def replications(verdicts: Iterable[Verdict]) -> tuple[SubjectReplication, ...]:
    """Every claim with an original, on every subject but the original's own."""
    return tuple(
        SubjectReplication(
            claim=verdict.claim.id,
            subject=verdict.subject,
            replication=replicate(original_r=original.r, original_n=original.n, r=estimate.value, n=estimate.n),
        )
        for verdict in verdicts
        if (original := verdict.claim.original) is not None
        and verdict.subject != original.subject
        and (estimate := _correlation(verdict)) is not None
    )


def syntheses(verdicts: Iterable[Verdict]) -> tuple[Synthesis, ...]:
    """Every claim with an original that was answered on at least two base models."""
    by_claim: dict[str, list[_Study]] = {}
    for verdict in verdicts:
        if verdict.claim.original is not None and (estimate := _correlation(verdict)) is not None:
            by_claim.setdefault(verdict.claim.id, []).append((verdict, estimate))
    models = {claim: _one_of_each_model(several) for claim, several in by_claim.items()}
    return tuple(_synthesis(claim, several) for claim, several in models.items() if len(several) > 1)


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


def _synthesis(claim: str, studies: Sequence[_Study]) -> Synthesis:
    verdicts, estimates = zip(*studies, strict=True)
    low, high, reason = _resampled(verdicts)
    return Synthesis(
        claim=claim,
        subjects=tuple(verdict.subject for verdict in verdicts),
        pooled=pool([estimate.value for estimate in estimates], [estimate.n for estimate in estimates]),
        low=low,
        high=high,
        not_resampled=reason,
    )


def _resampled(verdicts: Sequence[Verdict]) -> tuple[float | None, float | None, str]:
    if len({tuple(deletion.row for deletion in verdict.deletions) for verdict in verdicts}) > 1:
        return None, None, "the subjects do not have the same rows"
    several = [check.replicates for verdict in verdicts for check in verdict.checks if check.check == _REPLICATES]
    if len(several) < len(verdicts) or len({len(one) for one in several}) != 1:
        return None, None, f"{_REPLICATES} was not made on every subject"
    try:
        low, high = pool_resampled(np.array(several, dtype=float).T)
    except Undecided as reason:
        return None, None, str(reason)
    return low, high, ""


def _correlation(verdict: Verdict) -> Estimate | None:
    """The headline, if it is a correlation that can be compared."""
    estimate = verdict.answer.estimate
    if verdict.outcome == "undecided" or estimate is None or estimate.symbol != "r" or abs(estimate.value) >= 1:
        return None
    return estimate
