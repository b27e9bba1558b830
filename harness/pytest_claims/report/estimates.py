"""The estimates of those claims that the questions of a finding name, on its own subject and on new ones.

The last column is p of one claim on all of them, so that a small one among many is not mistaken for one that was asked
for.

Knows nothing about the page that they stand on.
"""

from collections.abc import Iterable, Sequence

from pytest_claims.report.evidence import corrected, estimate
from pytest_claims.report.evidence import p_value as p_of_verdict
from pytest_claims.report.marks import mark_of
from pytest_claims.report.table import table
from pytest_claims.report.text import Markdown, code, inline
from pytest_claims.verdicts.multiplicity import across_subjects
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.number import p_value, stated


def estimates(record: Record, claims: Sequence[str], subjects: Sequence[str]) -> Markdown:
    """A table of claims by subjects: mark, estimate, interval, p, and behind it p corrected; empty without claims."""
    by_place = {(verdict.claim.id, verdict.subject): verdict for verdict in record.verdicts}
    lines = []
    for claim in claims:
        asked = {name: by_place.get((claim, name)) for name in subjects}
        cells = {name: _cell(record, verdict) for name, verdict in asked.items()}
        lines.append({"claim": claim, **cells, "least p of these": _least(asked.values())})
    return table(lines)


def _least(verdicts: Iterable[Verdict | None]) -> str:
    """The least p, corrected for the subjects that the claim was asked on; empty for fewer than two."""
    several = across_subjects(verdict for verdict in verdicts if verdict is not None)
    return p_value(min(one.holm for one in several)) if several else ""


def _cell(record: Record, verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    sign, told = code(mark_of(verdict).sign), estimate(verdict)
    if not told:
        return sign
    p, holm = p_of_verdict(verdict), corrected(record, verdict)
    with_p = f", {stated(p)}" if p else ""
    return Markdown(f"{sign} {inline(told + with_p + (f' (corrected {holm})' if holm else ''))}")
