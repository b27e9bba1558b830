"""Names in the addresses of views. Knows nothing about what a view shows."""

from urllib.parse import quote

from pytest_claims.verdicts.record import Record, SubjectRecord


def address(name: str) -> str:
    """A name as ``encodeURIComponent`` of a browser gives it, so that both call a view the same."""
    return quote(name, safe="!~*'()", errors="replace")


def view_of(record: Record, subject: SubjectRecord) -> str:
    """What the view of a subject is called: by its name, and its finding where several have one of that name."""
    several = sum(one.name == subject.name for one in record.subjects) > 1
    return f"{subject.finding}/{subject.name}" if several else subject.name
