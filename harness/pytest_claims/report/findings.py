"""The page of findings: what is known, what each claim says of every subject, what stays open, where numbers are from.

Knows nothing about any finding, and nothing about pytest: all of it comes from a record, and from what is declared
beside its claims. It holds no date but those of the data, so that the same data give the same page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pytest_claims.base.whole_file import write_whole
from pytest_claims.data.declaration import QuestionEntry
from pytest_claims.data.finding import Finding
from pytest_claims.report.conclusions import parts, sentence
from pytest_claims.report.estimates import estimates
from pytest_claims.report.gaps import Gaps
from pytest_claims.report.headline import headline
from pytest_claims.report.inserted import with_parts
from pytest_claims.report.links import Links
from pytest_claims.report.marks import legend, mark_of
from pytest_claims.report.matrix import letter
from pytest_claims.report.multilevel import one_model
from pytest_claims.report.pitfalls import by_title, on_purpose
from pytest_claims.report.replies import overview
from pytest_claims.report.sentences import any_one
from pytest_claims.report.short_replies import briefly_answered
from pytest_claims.report.staying_open import staying_open
from pytest_claims.report.table import table
from pytest_claims.report.templates import environment
from pytest_claims.report.text import Markdown, code, inline
from pytest_claims.verdicts.conclusions import Conclusion, conclusions_of
from pytest_claims.verdicts.questions import Questions, questions_of
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.words.listed import joined
from pytest_claims.words.registered import each_subject
from pytest_claims.words.subjects import counted_apart
from pytest_claims.words.verdict import counted, numbers

_SYMBOLS: Final = {
    "r": "correlation",
    "r_M": "correlation of two matrices (Mantel)",
    "Δr": "difference of two correlations",
    "Δr_M": "difference of two correlations of matrices",
    "Δ|r|": "how much stronger a correlation is than the others",
    "χ²/df": "spread of rates, 1 if it is sampling noise alone",
    "max Δrate": "greatest difference of two rates",
    "rate": "share of trials that are successes",
    "share": "share of the chosen rows",
    "ICC": "share of variance between rows rather than repetitions",
    "miss": "how far what was printed lies from the nearest table that rounds to the printed one",
}


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """Where a claim stands: its file and line."""

    file: Path
    line: int


def findings(record: Record, places: Mapping[str, Place], finding: Finding | None = None) -> str:
    """The page of one finding. ``places`` gives the place of every claim of the record, by id.

    Raises:
        InputError: for questions, conclusions or a headline of the finding that do not fit the record.
    """
    asked = [questions_of(finding, record)] if finding and finding.declared.questions else []
    record = _by_role(record, asked)
    named = _named(asked)
    told = [subject.name for subject in record.subjects if all(one.place(subject.name) < 2 for one in asked)]
    missing = {verdict.answer.gap.missing for verdict in record.verdicts if verdict.answer.gap}
    symbols = {estimate.symbol for verdict in record.verdicts for estimate in verdict.answer.estimates[:1]}
    return environment().get_template("findings.md.jinja").render(
        record=record,
        title=finding.title if finding else "Claims of no finding",
        source=finding.source if finding else "each claim names its own",
        known=list(_known(record, conclusions_of(finding, record))) if finding else [],
        headline=headline(record, finding) if finding else "",
        anyone=any_one(record),
        marks=Markdown("; ".join(f"{code(one.sign)} {one.meaning}" for one in legend(map(mark_of, record.verdicts)))),
        symbols="; ".join(f"{symbol}: {what}" for symbol, what in _SYMBOLS.items() if symbol in symbols),
        asked=[(one, *_answers(record, one)) for one in asked],
        subjects=table(_subject_lines(record, asked)),
        beside=list(_beside(record)),
        together=Markdown("\n\n".join(said for model in record.multilevel for said in one_model(model, record.words))),
        matrix=table(_matrix_line(record, claim) for claim in sorted(record.matrix, key=places.__getitem__)),
        estimates=estimates(record, named, told) if named else "",
        counted=counted_apart(record, told),
        open=table(map(_open_line, staying_open(record))),
        columns={name: what for one in asked for name, what in one.columns.items() if name in missing},
        origins=table(map(_origin_line, record.subjects)),
    )  # fmt: skip


def index(record: Record, pages: Iterable[str], titles: Iterable[str]) -> str:
    """The page of a run with several findings: where that of each is, and how many of its verdicts hold.

    ``pages`` and ``titles`` are those of its findings, in their order.
    """
    lines = ["# Findings", "", f"Generated by pytest-claims {record.version}; nothing here is typed by hand.", ""]
    for name, page, title in zip(record.findings, pages, titles, strict=True):
        told = counted(record.of(name).verdicts)
        lines.append(f"- [{inline(title or name or 'Claims of no finding')}]({page}): {told}")
    return "\n".join([*lines, ""])


def inserted(text: str, record: Record, finding: Finding, *, where: str) -> str:
    """A page, its ``text``, with headline, conclusions and the one model of a finding where its marks want them.

    Raises:
        InputError: for a mark that is none, and what does not fit the record.
    """
    sentences = parts(record, conclusions_of(finding, record))
    together = [said for model in record.multilevel for said in one_model(model, record.words)]
    found = {"headline": [headline(record, finding)], **({"together": together} if together else {}), **sentences}
    return with_parts(text, finding.name, found, where=where)


def write_if_changed(text: str, path: Path) -> bool:
    """Write a page, never half of it, and not at all if it is there already; whether it was written."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    write_whole(text, path)
    return True


def _by_role(record: Record, asked: Sequence[Questions]) -> Record:
    """The record with a finding's own data first, examples behind other new ones, and its controls last."""

    def place(subject: str) -> list[int]:
        return [one.place(subject) for one in asked]

    return replace(
        record,
        subjects=tuple(sorted(record.subjects, key=lambda subject: place(subject.name))),
        verdicts=tuple(sorted(record.verdicts, key=lambda verdict: place(verdict.subject))),
    )


def _named(asked: Sequence[Questions]) -> list[str]:
    """The claims that questions name, once each, in their order."""
    return list(dict.fromkeys(claim for one in asked for question in one.questions for claim in question.claims))


def _known(record: Record, conclusions: Iterable[Conclusion]) -> Iterator[tuple[Markdown, str]]:
    """Each sentence that holds, and the claims that it rests on."""
    for one in conclusions:
        if one.holds:
            yield sentence(record, one), joined(one.claims)


def _answers(record: Record, questions: Questions) -> tuple[Markdown, list[tuple[QuestionEntry, Markdown]]]:
    to = Links()
    answers = [(question, briefly_answered(record, questions, question, to)) for question in questions.questions]
    return overview(record, questions, to), answers


def _subject_lines(record: Record, asked: Sequence[Questions]) -> Iterator[dict[str, str]]:
    for place, subject in enumerate(record.subjects):
        judged = [verdict for verdict in record.verdicts if verdict.subject == subject.name]
        yield {
            "": letter(place),
            "subject": subject.name,
            "what it is": ", ".join(one.called(subject.name) or "new" for one in asked),
            "rows": subject.words.counted(subject.count),
            "held / failed / undecided": numbers(judged),
        }


def _beside(record: Record) -> Iterator[Markdown]:
    """What else has to stand beside a subject: how it deviates, what goes wrong there, and what was registered."""
    for subject in record.subjects:
        if deviation := subject.provenance.get("deviation"):
            yield Markdown(f"**{inline(subject.name)} deviates from what was planned**: {inline(deviation)}.")
    for problem, subjects in by_title(record):
        yield Markdown(f"*What commonly goes wrong*: {inline(problem)}: {inline(', '.join(subjects))}.")
    for said, subjects in on_purpose(record):
        yield Markdown(f"{inline(said)}: {inline(', '.join(subjects))}.")
    for name, said in each_subject(record.verdicts):
        yield Markdown(f"*registered*: {inline(f'{name}: {said}' if name else said)}.")


def _matrix_line(record: Record, claim: str) -> dict[str, str]:
    verdicts = {verdict.subject: verdict for verdict in record.verdicts if verdict.claim.id == claim}
    statement = next(iter(verdicts.values())).claim.statement
    marks = {
        letter(place): code(mark_of(verdicts[subject.name]).sign) if subject.name in verdicts else ""
        for place, subject in enumerate(record.subjects)
    }
    return {"claim": claim, "what it says": statement, **marks}


def _open_line(gap: Gaps) -> dict[str, str]:
    return {
        "reason": gap.reason,
        "what would decide it": gap.remedy,
        "claims": ", ".join(gap.claims),
        "subjects": ", ".join(gap.subjects),
    }


def _origin_line(subject: SubjectRecord) -> dict[str, str]:
    command, why = _repeats(subject)
    return {
        "subject": subject.name,
        "data": "recorded" if subject.recorded else "measured live",
        "sha256": code(subject.sha256),
        "date": subject.provenance.get("date", ""),
        "machine": subject.provenance.get("machine", ""),
        "repeated by": code(command) if command else why,
    }


def _repeats(subject: SubjectRecord) -> tuple[str, str]:
    """The command that repeats a measurement, or why there is none."""
    command = subject.provenance.get("repeat", "")
    origin = subject.provenance.get("origin", "its provenance names none")
    return command, "" if command else f"no command: {origin}"
