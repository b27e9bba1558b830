"""Questions that the source of a finding leaves open, and what the verdicts on a record reply.

Knows nothing about any finding, or about how a reply is worded: the questions stand in its ``finding.toml``, which
names the claims that answer each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, Literal

from pytest_claims.asking.claim import Claim
from pytest_claims.asking.deletion import LeftOut
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.declaration import Declaration, QuestionEntry
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.finding import Finding
from pytest_claims.robustness.battery import FULL
from pytest_claims.verdicts.multilevel import MultilevelModel
from pytest_claims.verdicts.multiplicity import AcrossSubjects, across_subjects
from pytest_claims.verdicts.record import Record, SubjectRecord, put_together
from pytest_claims.verdicts.syntheses import Synthesis
from pytest_claims.verdicts.verdict import Verdict

Conclusion = Literal["holds", "fails", "mixed", "open"]
Role = Literal["own", "control", "new"]
CONTROL: Final = 3  # the place of controls, behind all others
_PLACES: Final[Mapping[Role, int]] = {"own": 0, "new": 1, "control": CONTROL}
_CALLED: Final = ("source", "", "example", "control")  # by place


@dataclass(frozen=True, kw_only=True)
class Questions:
    """All questions of a finding; ``source`` is the subject that is its own data, ``own`` what to call that.

    Those in ``more`` are more data of the same study, which replicate nothing. Subjects that match ``controls`` answer
    none; all others are new, be they ``examples`` or not. ``columns`` says what columns are.
    """

    title: str
    source: str
    own: str
    controls: tuple[str, ...]
    columns: Mapping[str, str]
    questions: tuple[QuestionEntry, ...]
    examples: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    @classmethod
    def of(cls, declared: Declaration) -> "Questions":
        """What a finding declares of them."""
        return cls(
            title=declared.heading or declared.title,
            source=next(iter(declared.own), ""),
            own=declared.own_called or next(iter(declared.own), ""),
            more=declared.own[1:],
            controls=declared.controls,
            examples=declared.examples,
            columns=declared.columns,
            questions=declared.questions,
        )

    def role(self, subject: str) -> Role:
        """What a subject is to the finding."""
        if subject in (self.source, *self.more):
            return "own"
        return "control" if _matches(subject, self.controls) else "new"

    def place(self, subject: str) -> int:
        """Where a subject stands among others: the finding's own data, new ones, examples, controls."""
        role = self.role(subject)
        return 2 if role == "new" and _matches(subject, self.examples) else _PLACES[role]

    def asked(self, verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
        """Those on subjects that are no control: for their number p of a claim is corrected, wherever it stands."""
        return tuple(verdict for verdict in verdicts if self.role(verdict.subject) != "control")

    def matches(self, subject: str, pattern: str) -> bool:
        """Whether a pattern stands for a subject: it is new, matches it, and is no example."""
        return self.place(subject) == _PLACES["new"] and fnmatchcase(subject, pattern)

    def called(self, subject: str) -> str:
        """What a subject is to the finding, in a word; empty where it is any new one."""
        return _CALLED[self.place(subject)]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What one claim replies: on the finding's own data, on every subject that may answer, and together.

    ``model`` is the one model of several subjects, where it says something of the claim, whoever may answer; and
    ``corrected`` are p on all subjects that are no control.
    """

    claim: Claim
    own: Verdict | None
    new: tuple[Verdict, ...]
    synthesis: Synthesis | None
    model: MultilevelModel | None = None
    corrected: tuple[AcrossSubjects, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """That on the finding's own data, if there is one, and those of all who may answer."""
        return (*([self.own] if self.own else []), *self.new)

    @property
    def conclusion(self) -> Conclusion:
        """What the new subjects say."""
        return conclude(self.new)


def _matches(subject: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(subject, pattern) for pattern in patterns)


def conclude(verdicts: Iterable[Verdict]) -> Conclusion:
    """The one outcome of all verdicts that say yes or no, ``mixed`` if they differ, ``open`` if none does."""
    told = {verdict.outcome for verdict in verdicts if verdict.says}
    if not told:
        return "open"
    if len(told) > 1:
        return "mixed"
    return "holds" if told == {"held"} else "fails"


def questions_of(finding: Finding, record: Record) -> Questions:
    """The questions of a finding; none where it declares none.

    Raises:
        InputError: for one that names a claim, a unit, a check or a subject that is not on ``record``.
    """
    questions, where = Questions.of(finding.declared), f"{finding.name}/{FILE}"
    checks, names = [check.name for check in FULL], [one.name for one in record.subjects]
    units = dict.fromkeys(one.unit for verdict in record.verdicts for one in verdict.left_out)
    for one in questions.questions:
        asked = f"{where}, question {one.name!r}"
        refuse_unknown(one.claims, record.matrix, what="claim", where=asked)
        refuse_unknown([one.unit] if one.unit else [], units, what="unit", where=asked)
        refuse_unknown([one.check] if one.check else [], checks, what="check", where=asked)
        refuse_unknown(one.subjects, names, what="subject", where=asked)
    if questions.questions and questions.source:
        refuse_unknown([questions.source, *questions.more], names, what="own subject", where=where)
    return questions


def reply(record: Record, questions: Questions, question: QuestionEntry, claim: str) -> Reply:
    """What one claim of a question says."""
    by_subject = {verdict.subject: verdict for verdict in record.verdicts if verdict.claim.id == claim}
    own = by_subject.get(questions.source)
    names = [subject.name for subject in answering(record, questions, question)]
    new = tuple(by_subject[name] for name in names if name in by_subject)
    together = put_together([*([own] if own else []), *new], record.subjects)
    about = next(iter(by_subject.values())).claim
    return Reply(
        claim=about,
        own=own,
        new=new,
        synthesis=together[0] if together else None,
        model=record.model_of(claim),
        corrected=across_subjects(questions.asked(by_subject.values())),
    )


def answering(record: Record, questions: Questions, question: QuestionEntry) -> list[SubjectRecord]:
    """The subjects that a question names, or else the new ones that can answer it."""
    if question.subjects:
        return [subject for subject in record.subjects if subject.name in question.subjects]
    return [
        subject
        for subject in record.subjects
        if questions.role(subject.name) == "new"
        and subject.count >= question.least_rows
        and (not question.unit or _can_be_left_out(record, question.unit, subject.name))
        and (not question.check or _applies(record, question.check, subject.name))
    ]


def without_levels(verdict: Verdict, unit: str) -> LeftOut | None:
    """What a claim says without each level of a unit; None where none could be left out, or the claim is undecided."""
    several = (one for one in verdict.left_out if one.unit == unit and not one.families and one.deletions)
    return None if verdict.outcome == "undecided" else next(several, None)


def _can_be_left_out(record: Record, unit: str, subject: str) -> bool:
    """Whether levels of a unit could be left out for any claim on a subject."""
    return any(without_levels(verdict, unit) for verdict in record.verdicts if verdict.subject == subject)


def _applies(record: Record, check: str, subject: str) -> bool:
    """Whether a check applies to any claim on a subject: what it needs of the data is then there."""
    return any(verdict.result(check) for verdict in record.verdicts if verdict.subject == subject)
