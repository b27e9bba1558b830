"""The first screen: of each finding what is known, and its claims by its subjects, as facts for a template.

Knows nothing about HTML.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from pytest_claims.data.finding import Finding
from pytest_claims.page.known import Known, ViewLinks, asked_of, conclusions, known, summary
from pytest_claims.page.mark import Mark, mark
from pytest_claims.verdicts.questions import Questions
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.since import Since
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.news import news
from pytest_claims.words.subjects import of_base_models
from pytest_claims.words.verdict import counted, size

_KINDS: Final[Mapping[str, str]] = {
    "held": "held",
    "failed": "contradicted or failed",
    "weak": "held, and says little",
    "open": "open",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A subject, what its view is called, and what it is to its finding."""

    name: str
    view: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Marked:
    """The mark of a claim on a subject."""

    subject: str
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class Line:
    """A claim with its marks, None where it was not judged; ``kinds`` are those of its marks, by which it is found."""

    id: str
    statement: str
    marks: tuple[Marked | None, ...]
    kinds: str
    failed: int
    held: int


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """A finding on the first screen."""

    title: str
    source: str
    heading: str
    counts: str
    size: str
    conclusions: Markup
    summary: Markup
    known: tuple[Known, ...]
    subjects: tuple[Column, ...]
    rows: tuple[Line, ...]
    news: tuple[tuple[str, str], ...]


def finding_view(
    record: Record, finding: Finding | None, views: Mapping[str, str], since: Since | None = None
) -> FindingView:
    """What ``record``, which is of one finding alone, says of it; ``views`` is what views of subjects are called."""
    asked = asked_of(finding, record)
    subjects = sorted(record.subjects, key=lambda one: place_of(one.name, finding))
    to = ViewLinks(record.matrix, views)
    return FindingView(
        title=finding.title if finding else "Claims",
        source=finding.source if finding else "",
        heading=asked.title if asked else "",
        counts=counted(record.verdicts),
        size=size(len(record.matrix), len(record.subjects)) + of_base_models(record.verdicts),
        conclusions=conclusions(record, finding, to) if asked and finding else Markup(""),
        summary=summary(record, asked, to) if asked else Markup(""),
        known=tuple(known(record, asked, to)) if asked else (),
        subjects=tuple(Column(name=one.name, view=views[one.name], role=role_of(one, finding)) for one in subjects),
        rows=tuple(_line(record, claim, subjects) for claim in _as_written(record)),
        news=tuple(news(record, since)) if since else (),
    )


def kinds() -> list[tuple[str, str]]:
    """The kinds of marks, and what they are called."""
    return list(_KINDS.items())


def role_of(subject: SubjectRecord, finding: Finding | None) -> str:
    """What a subject is to its finding, where that is worth a word."""
    return Questions.of(finding.declared).called(subject.name) if finding else ""


def source_of(record: Record, subject: SubjectRecord, finding: Finding | None) -> SubjectRecord | None:
    """The finding's own data, which a subject is held against; None for these themselves, and where there are none."""
    own = Questions.of(finding.declared).source if finding else ""
    same = (one for one in record.subjects if (one.finding, one.name) == (subject.finding, own))
    return None if subject.name == own else next(same, None)


def place_of(subject: str, finding: Finding | None) -> int:
    """Where a subject stands: the finding's own data first, examples and controls last."""
    return Questions.of(finding.declared).place(subject) if finding else 0


def _as_written(record: Record) -> list[str]:
    """Its claims in the order in which they are written, those first of which nobody knows where."""
    places = {one.claim: (one.file, one.line) for one in record.written}
    return sorted(record.matrix, key=lambda claim: places.get(claim, ("", 0)))


def _line(record: Record, claim: str, subjects: list[SubjectRecord]) -> Line:
    verdicts = {one.subject: one for one in record.verdicts if one.claim.id == claim}
    marks = tuple(_cell(verdicts, subject.name) for subject in subjects)
    counts = Counter(one.mark.kind for one in marks if one)
    about = next(iter(verdicts.values())).claim
    return Line(
        id=claim,
        statement=about.statement,
        marks=marks,
        kinds=" ".join(counts),
        failed=counts["failed"],
        held=counts["held"],
    )


def _cell(verdicts: Mapping[str, Verdict], subject: str) -> Marked | None:
    if subject not in verdicts:
        return None
    return Marked(subject=subject, mark=mark(verdicts[subject]))
