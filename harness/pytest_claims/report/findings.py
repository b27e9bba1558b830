"""The page of findings: every claim on every subject, what follows, what stays open, and where numbers come from.

Knows nothing about any finding, and nothing about pytest: all of it comes from a record, the files of the
claims, and the questions that lie beside them. It holds no date but those of the data, so that the same
data give the same page.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from pytest_claims.base.whole_file import write_whole
from pytest_claims.data.declaration import QuestionEntry
from pytest_claims.data.finding import Finding
from pytest_claims.report.anchors import Links, anchor, linked
from pytest_claims.report.evidence import corrected, estimate, fewest, overturned, p_value, rows_of, unmet
from pytest_claims.report.evidence import verdict_words as words
from pytest_claims.report.gaps import Gaps, gaps
from pytest_claims.report.pitfalls import by_title
from pytest_claims.report.replies import answered, overview
from pytest_claims.report.sentences import any_one, asked_of, checks_made, told
from pytest_claims.report.templates import environment
from pytest_claims.report.text import Markdown, code, in_cell, inline, shortened
from pytest_claims.robustness.result import CheckResult
from pytest_claims.verdicts.questions import Questions, questions_of
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.syntheses import LEAST_INDEPENDENT
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.multiplicity import of_subjects
from pytest_claims.words.power import smallest
from pytest_claims.words.registered import MEANING as REGISTERED
from pytest_claims.words.registered import beside, each_subject
from pytest_claims.words.replication import reported
from pytest_claims.words.verdict import counted, meanings, numbers

_HEADINGS: Final = ("Findings", "How to read it", "Subjects", "What stays open", "Inconclusive", "Undecided")
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
        InputError: for questions of the finding that do not fit the record.
    """
    asked = [questions_of(finding, record)] if finding and finding.declared.questions else []
    record = _by_role(record, asked)
    missing = {verdict.answer.gap.missing for verdict in record.verdicts if verdict.answer.gap}
    inconclusive = [verdict for verdict in record.verdicts if verdict.ruling == "inconclusive"]
    others = [name for one in asked for name in (one.title, *(question.name for question in one.questions))]
    names = (*record.matrix, *(subject.name for subject in record.subjects))
    to = Links(names, others=(*others, *_HEADINGS))
    symbols = {estimate.symbol for verdict in record.verdicts for estimate in verdict.answer.estimates[:1]}
    return environment().get_template("findings.md.jinja").render(
        asks=partial(asked_of, record),
        record=record,
        words=record.words,
        anyone=any_one(record),
        meanings=meanings(any_one(record)),
        checks=checks_made(record),
        least=LEAST_INDEPENDENT,
        criteria=next((one.replication.criteria for one in record.replications if one.replication), ()),
        symbols={symbol: what for symbol, what in _SYMBOLS.items() if symbol in symbols},
        columns={name: what for one in asked for name, what in one.columns.items() if name in missing},
        subjects=table(_subject_line(record, subject, asked, to) for subject in record.subjects),
        chapters=[_chapter(record, file, places, to) for file in sorted({place.file for place in places.values()})],
        asked=[(one, *_answers(record, one, to)) for one in asked],
        inconclusive=table(_inconclusive_line(record, one, to) for one in inconclusive),
        undecided=table(_gap_line(gap, to) for gap in gaps(record)),
        pitfalls=list(by_title(record)),
        registered=each_subject(record.verdicts),
        registered_means=REGISTERED if any(map(beside, record.verdicts)) else "",
        origins=[(subject, _repeats(subject), _provenance(subject)) for subject in record.subjects],
        title=lambda one: linked(one.title, {one.title: anchor(one.title)}),
        link=to.link,
        definitions=to.definitions,
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


def write_if_changed(text: str, path: Path) -> bool:
    """Write a page, never half of it, and not at all if it is there already; whether it was written."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    write_whole(text, path)
    return True


def table(lines: Iterable[Mapping[str, str]]) -> Markdown:
    """A Markdown table with the columns that are not empty in every line; empty without lines.

    What is not Markdown already is escaped.
    """
    rows = list(lines)
    heads = [head for head in (rows[0] if rows else ()) if any(row[head] for row in rows)]
    cells: list[Sequence[str]] = [
        heads,
        [Markdown("---")] * len(heads),
        *([row[head] for head in heads] for row in rows),
    ]
    return Markdown("\n".join("| " + " | ".join(map(in_cell, line)) + " |" for line in cells if heads))


def _by_role(record: Record, asked: Sequence[Questions]) -> Record:
    """The record with a finding's own data first and its controls last."""

    def place(subject: str) -> list[int]:
        return [("own", "new", "control").index(one.role(subject)) for one in asked]

    return replace(
        record,
        subjects=tuple(sorted(record.subjects, key=lambda subject: place(subject.name))),
        verdicts=tuple(sorted(record.verdicts, key=lambda verdict: place(verdict.subject))),
    )


def _answers(record: Record, questions: Questions, to: Links) -> tuple[Markdown, list[tuple[QuestionEntry, Markdown]]]:
    answers = [(question, answered(record, questions, question, to)) for question in questions.questions]
    return overview(record, questions, to), answers


def _subject_line(record: Record, subject: SubjectRecord, asked: Sequence[Questions], to: Links) -> dict[str, str]:
    said = {"own": "the finding's own data", "control": "control", "new": "new"}
    command, why = _repeats(subject)
    return {
        "subject": to.link(subject.name),
        "what it is": ", ".join(said[one.role(subject.name)] for one in asked),
        "data": "recorded" if subject.recorded else "measured live",
        "rows": f"{subject.count} {subject.words.units}",
        "held / failed / undecided": numbers(verdict for verdict in record.verdicts if verdict.subject == subject.name),
        "repeated by": code(command) if command else why,
    }


def _repeats(subject: SubjectRecord) -> tuple[str, str]:
    """The command that repeats a measurement, or why there is none."""
    command = subject.provenance.get("repeat", "")
    origin = subject.provenance.get("origin", "its provenance names none")
    return command, "" if command else f"no command: {origin}"


@dataclass(frozen=True, kw_only=True)
class _Chapter:
    title: str
    file: str
    # One verdict of each claim, the methods, the table, and what is said beneath it.
    claims: Sequence[tuple[Verdict, str, Markdown, str]]


def _chapter(record: Record, file: Path, places: Mapping[str, Place], to: Links) -> _Chapter:
    ids = sorted((claim for claim, place in places.items() if place.file == file), key=places.__getitem__)
    several = [[verdict for verdict in record.verdicts if verdict.claim.id == claim] for claim in ids]
    claims = [
        (some[0], _methods(some), table(_verdict_line(record, one, to) for one in some), of_subjects(some))
        for some in several
    ]
    about = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or file.stem
    return _Chapter(title=about.splitlines()[0].rstrip("."), file=file.name, claims=claims)


def _methods(verdicts: Iterable[Verdict]) -> str:
    headlines = [verdict.answer.estimate for verdict in verdicts if verdict.ruling != "undecided"]
    return "; ".join(dict.fromkeys(one.method for one in headlines if one is not None))


def _verdict_line(record: Record, verdict: Verdict, to: Links) -> dict[str, str]:
    return {
        "subject": to.link(verdict.subject),
        "N": rows_of(record, verdict),
        "estimate [95% interval]": estimate(verdict),
        "p": p_value(verdict),
        "p, corrected": corrected(record, verdict),
        "power": f"{verdict.power.share:.0%}" if verdict.power else "",
        "deletions that overturn it": overturned(verdict),
        "fewest that do": fewest(verdict),
        "verdict": words(verdict),
        "registered": beside(verdict),
        "not met": unmet(verdict),
    }


def _inconclusive_line(record: Record, verdict: Verdict, to: Links) -> dict[str, str]:
    original, power = verdict.claim.original, verdict.power
    return {
        "claim": to.link(verdict.claim.id),
        "subject": to.link(verdict.subject),
        "N": rows_of(record, verdict),
        "estimate [95% interval]": estimate(verdict),
        "the source reports": reported(original) if original else "",
        "smallest effect that counts": smallest(verdict),
        "power for it": f"{power.share:.0%}" if power else "",
        "rows for 80% power for it": str(power.size) if power and power.size else "",
        "rows for 80% power for what was observed": _rows_for_power(record, verdict),
    }


def _rows_for_power(record: Record, verdict: Verdict) -> str:
    made = [one for one in verdict.checks if one.check == "planted-effect"]
    if not made:
        return "not computed: run with planted-effect among the checks"
    sizes = [_size_for_power(record, verdict, one) for one in made if one.applies]
    return "; ".join(sizes) or told(record, verdict, made[0])


def _size_for_power(record: Record, verdict: Verdict, check: CheckResult) -> str:
    """Of one unit; it is named where it is not what rows are called."""
    words = record.subject_of(verdict).words
    several = "" if check.unit in ("", words.unit) else words.several(check.unit)
    if "size_for_80_percent" in check.numbers:
        return f"about {check.numbers['size_for_80_percent']:.0f} {several}".rstrip()
    number = f"number of {several}" if several else "number"
    return f"no {number} up to {check.numbers['no_size_up_to']:.0f} gives 80%"


def _gap_line(gap: Gaps, to: Links) -> dict[str, str]:
    return {
        "reason": gap.reason,
        "what would decide it": gap.remedy,
        "claims": to.all(gap.claims),
        "subjects": to.all(gap.subjects),
    }


def _provenance(subject: SubjectRecord) -> dict[str, str]:
    """All that is known of a subject's origin but the command; long values are cut."""
    return {key: _shown(value) for key, value in sorted(subject.provenance.items()) if key != "repeat"}


def _shown(value: str) -> str:
    text = shortened(value)
    return code(text) if any(sign in text for sign in "{}[]_*<>") else text
