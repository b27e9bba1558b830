"""The premise of every claim: that some adapter produced the marker. Where none did, that is told first.

Knows nothing about the page that it stands on.
"""

from collections.abc import Iterator

from pytest_claims.data.measurement import LEARN_MORE, NOTHING_MARKED
from pytest_claims.report.evidence import reason
from pytest_claims.verdicts.record import Record


def unmarked(record: Record) -> Iterator[str]:
    """One line for each subject on which no claim was judged, because no adapter produced the marker."""
    several = dict.fromkeys(verdict.subject for verdict in record.verdicts if reason(verdict) == NOTHING_MARKED)
    yield from (f"{subject}: {NOTHING_MARKED}; {LEARN_MORE}" for subject in several)
