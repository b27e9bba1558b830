"""What the data of a run cannot answer, and why: one line for all claims and subjects with one reason.

Knows nothing about the page that it stands on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_claims.report.evidence import reason, remedy
from pytest_claims.verdicts.record import Record


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """A reason, what would decide it, and the claims that it keeps undecided on each of the subjects."""

    reason: str
    remedy: str
    claims: tuple[str, ...]
    subjects: tuple[str, ...]


def gaps(record: Record) -> Iterator[Gaps]:
    """Every reason for which a claim is undecided, in the order of the alphabet."""
    subjects: dict[tuple[str, str, str], list[str]] = {}
    for verdict in record.verdicts:
        if verdict.ruling == "undecided":
            place = (reason(verdict), remedy(verdict), verdict.claim.id)
            subjects.setdefault(place, []).append(verdict.subject)
    claims: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (why, what, claim), several in subjects.items():
        claims.setdefault((why, what, tuple(several)), []).append(claim)
    for (why, what, names), some in sorted(claims.items()):
        yield Gaps(reason=why, remedy=what, claims=tuple(some), subjects=names)
