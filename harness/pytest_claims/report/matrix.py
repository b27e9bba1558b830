"""The claims of a finding against its subjects: what stands first, and the letter of each subject.

Knows nothing about the page that it stands on: the terminal and the Markdown page both show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pytest_claims.report.context import Context
from pytest_claims.report.marks import Mark, mark_of
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A subject: its letter, its name, and what it is to the finding, empty where it is any new one."""

    letter: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A claim: its verdicts by subject, and whether it differs from what is on record."""

    claim: str
    differs: bool
    verdicts: Mapping[str, Verdict]

    @property
    def failed(self) -> bool:
        """Whether it is contradicted or failed on any subject."""
        return any(one.ruling in ("contradicted", "failed") for one in self.verdicts.values())

    def mark(self, subject: str) -> Mark | None:
        """The mark of its verdict on a subject; None where there is none."""
        return mark_of(self.verdicts[subject]) if subject in self.verdicts else None


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The subjects of one finding, the source first, examples and controls last, and its claims.

    Claims that differ from what is on record stand first, then those that are contradicted or failed.
    """

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each subject."""
        return {one.name: one.letter for one in self.columns}


def matrix_of(record: Record, context: Context) -> Matrix:
    """The matrix of a record of one finding."""
    by_claim: dict[str, dict[str, Verdict]] = {claim: {} for claim in record.matrix}
    for verdict in record.verdicts:
        by_claim[verdict.claim.id][verdict.subject] = verdict
    asked = context.questions(record.findings[0]) if record.findings else None
    names = sorted((one.name for one in record.subjects), key=lambda name: asked.place(name) if asked else 0)
    called = {name: asked.called(name) if asked else "" for name in names}
    differs = context.since.differs if context.since else _nothing
    lines = [Line(claim=claim, differs=differs(claim), verdicts=verdicts) for claim, verdicts in by_claim.items()]
    if all(line.differs for line in lines):  # as where nothing is on record: that is said above, and marks none
        lines = [replace(line, differs=False) for line in lines]
    lines.sort(key=lambda line: (not line.differs, not line.failed))
    columns = (Column(letter=letter(place), name=name, role=called[name]) for place, name in enumerate(names))
    return Matrix(columns=tuple(columns), lines=tuple(lines))


def letter(place: int) -> str:
    """``a`` to ``z``, then ``aa``, ``ab``."""
    before, last = divmod(place, len(_ALPHABET))
    return (letter(before - 1) if before else "") + _ALPHABET[last]


def _nothing(_: str) -> bool:
    return False
