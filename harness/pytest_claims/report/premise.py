"""Subjects on which nothing can be judged: that is told first.

Knows nothing about the page that it stands on.
"""

from collections.abc import Iterator

from pytest_claims.verdicts.record import Record


def unjudged(record: Record) -> Iterator[str]:
    """One line for each subject whose data say that nothing can be judged on them."""
    yield from (f"{subject.name}: {subject.nothing}" for subject in record.subjects if subject.nothing)
