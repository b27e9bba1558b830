"""Replies to the questions of a finding in a few lines: a line for each claim, and what is concluded.

Knows nothing about any finding. The page of a run has the same with all numbers (``replies``).
"""

from collections.abc import Iterator, Sequence

from pytest_claims.data.declaration import QuestionEntry
from pytest_claims.report.evidence import reason
from pytest_claims.report.links import Links
from pytest_claims.report.replies import concluded, quoted_check, replies_of
from pytest_claims.report.text import Markdown, inline
from pytest_claims.verdicts.multiplicity import across_subjects
from pytest_claims.verdicts.questions import Questions, Reply, without_levels
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.listed import listed
from pytest_claims.words.multilevel import briefly
from pytest_claims.words.multiplicity import of_subjects
from pytest_claims.words.replication import several_together
from pytest_claims.words.verdict import carried, word


def briefly_answered(record: Record, questions: Questions, question: QuestionEntry, to: Links) -> Markdown:
    """The paragraph of a question: of each claim the words on every subject, and the conclusion."""
    lines: list[str] = []
    for one in replies_of(record, questions, question):
        own = [f"in {inline(questions.own)} {inline(_said(one.own))}"] if one.own else []
        lines.append(f"- {to.link(one.claim.id)}: {'; '.join([*own, *_new(one.new, to)])}.")
        lines += [f"  - {said}" for said in _besides(record, question, one, to)]
    return Markdown("\n".join([*lines, "", f"**{concluded(record, questions, question, to)}**"]))


def _new(verdicts: Sequence[Verdict], to: Links) -> Iterator[str]:
    """What is said of new subjects, those together of which the same is said."""
    by_words: dict[str, list[str]] = {}
    for verdict in verdicts:
        by_words.setdefault(_said(verdict), []).append(verdict.subject)
    yield from (f"on {to.all(subjects)} {inline(said)}" for said, subjects in by_words.items())


def _said(verdict: Verdict) -> str:
    """The word, and what carries it; of what is undecided why."""
    if verdict.ruling == "undecided":
        return f"undecided ({reason(verdict)})"
    told = carried(verdict)
    return f"{word(verdict)} ({told})" if told else word(verdict)


def _besides(record: Record, question: QuestionEntry, one: Reply, to: Links) -> Iterator[Markdown]:
    """What the question wants of units and checks, and what the subjects say together."""
    yield from _without_levels(one.verdicts, question.unit, to)
    for verdict in one.verdicts:
        yield from quoted_check(record, question, verdict, to)
    if corrected := of_subjects(across_subjects(one.verdicts)):
        yield Markdown(inline(corrected))
    told = briefly(one.model, one.claim.id, record.words)
    yield from map(inline, several_together(one.synthesis, told, record.words))


def _without_levels(verdicts: Sequence[Verdict], unit: str, to: Links) -> Iterator[Markdown]:
    """On which subjects no level of a unit overturns the outcome, and which do on others."""
    by_levels: dict[tuple[str, ...], list[str]] = {}
    for verdict in verdicts:
        if (left := without_levels(verdict, unit)) is not None:
            by_levels.setdefault(left.overturning(verdict.outcome), []).append(verdict.subject)
    for levels, subjects in by_levels.items():
        if not levels:
            yield Markdown(f"Without any one {inline(unit)} the outcome is the same on {to.all(subjects)}.")
        else:
            said = f"Without {unit} {listed(levels)}, each by itself, it is the opposite"
            yield Markdown(f"{inline(said)} on {to.all(subjects)}.")
