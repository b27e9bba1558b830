"""The Markdown page of a run, short enough for a comment on a pull request.

Knows nothing about how verdicts are reached. All of a record is in ``claims.json``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pytest_claims.report.context import Context
from pytest_claims.report.cut import Block, cut
from pytest_claims.report.marks import legend
from pytest_claims.report.matrix import Line, Matrix, matrix_of
from pytest_claims.report.premise import unjudged
from pytest_claims.report.sentences import any_one
from pytest_claims.report.spelled import in_a_line
from pytest_claims.report.text import Markdown, code, in_cell, inline
from pytest_claims.verdicts.record import Record
from pytest_claims.words.listed import joined
from pytest_claims.words.news import news
from pytest_claims.words.registered import each_subject
from pytest_claims.words.subjects import of_base_models
from pytest_claims.words.verdict import counted, meanings
from pytest_claims.words.verdict import size as asked

MOST: Final = 65_000  # characters; a comment may have 65,536
_WHERE: Final = "All of it is in `index.html` and `claims.json`, beside this page"
_FOR_THE_END: Final = 500  # characters of the sentence that says what is left out
_CHANGES, _FINDING, _MATRIX, _FAILED, _SUBJECTS = range(5)  # who gets room first


def markdown(record: Record, context: Context | None = None) -> str:
    """The page: of each finding its counts, what changed, claims by subjects, and what failed; then the words.

    It has at most :data:`MOST` characters, and says what it leaves out.
    """
    context = context or Context()
    blocks = [_head(record), *_missing(context)]
    blocks += [block for name in record.findings for block in _finding(record.of(name), context)]
    blocks.append(_words(record))
    page, left_out = cut(blocks, MOST - _FOR_THE_END)
    return f"{page}\n{_left_out(left_out)}"


def _head(record: Record) -> Block:
    lines = ["# Claims", "", inline(f"Judged {record.created} with pytest-claims {record.version}.")]
    if record.left_out:
        part = f"{len(record.verdicts)} of {record.asked} verdicts ({', '.join(record.left_out)})"
        lines += ["", f"**This is a part of a run**: {inline(part)}. The page of a whole run is `claims.md`."]
    return Block(lines=["\n".join(lines)], what="heads", rank=_CHANGES)


def _finding(record: Record, context: Context) -> Iterator[Block]:
    (name,) = record.findings
    matrix = matrix_of(record, context)
    models = of_base_models(record.verdicts)
    size = f"{asked(len(record.matrix), len(record.subjects))}{models}: {counted(record.verdicts)}."
    yield Block(lines=[f"## {inline(context.title(name))}\n\n{size}"], what="findings", rank=_FINDING)
    yield Block(lines=[f"**{inline(line)}**\n" for line in unjudged(record)], what="subjects", rank=_SUBJECTS)
    if context.since:
        told = [f"- **{kind}**: {inline(said)}" for kind, said in news(record, context.since)]
        yield Block(lines=told or ["Nothing differs from the baseline."], what="changes", rank=_CHANGES)
    yield from _table(matrix)
    told = [f"- *registered*: {inline(': '.join(filter(None, pair)))}" for pair in each_subject(record.verdicts)]
    yield Block(lines=told, what="registrations", rank=_SUBJECTS)
    failed = [one for line in matrix.lines for one in _failures(line, matrix)]
    yield Block(head=["### Contradicted or failed", ""], lines=failed, what="failures", rank=_FAILED)


def _table(matrix: Matrix) -> Iterator[Block]:
    """The claims by the letters of subjects, and what letters and marks mean."""
    letters = [column.letter for column in matrix.columns]
    head = [_cells(["claim", *letters]), _cells(["---"] * (len(letters) + 1))]
    yield Block(head=head, lines=[_row(matrix, line) for line in matrix.lines], what="claims", rank=_MATRIX)
    used = legend(
        mark for line in matrix.lines for column in matrix.columns if (mark := line.mark(column.name)) is not None
    )
    signs = "; ".join(f"{code(mark.sign)} {mark.meaning}" for mark in used)
    differs = "; **bold** not as on record" if any(line.differs for line in matrix.lines) else ""
    yield Block(lines=[f"{signs}{differs}"], what="legends", rank=_FINDING)
    yield Block(lines=[_subject(*column) for column in _columns(matrix)], what="subjects", rank=_SUBJECTS)


def _row(matrix: Matrix, line: Line) -> str:
    marks = (line.mark(column.name) for column in matrix.columns)
    name = inline(line.claim)
    return _cells(
        [Markdown(f"**{name}**") if line.differs else name, *(code(one.sign) if one else "" for one in marks)]
    )


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(in_cell, cells))} |"


def _columns(matrix: Matrix) -> Iterator[tuple[str, str, str]]:
    yield from ((column.letter, column.name, column.role) for column in matrix.columns)


def _subject(letter: str, name: str, role: str) -> str:
    return f"- {letter}: {inline(name)}{f' ({role})' if role else ''}"


def _failures(line: Line, matrix: Matrix) -> Iterator[str]:
    """What is contradicted or failed, and why, in the order of the subjects."""
    for column in matrix.columns:
        verdict = line.verdicts.get(column.name)
        if verdict is not None and verdict.ruling in ("contradicted", "failed"):
            yield f"- {inline(line.claim)} on {inline(column.name)} ({column.letter}): {inline(in_a_line(verdict))}"


def _missing(context: Context) -> Iterator[Block]:
    missing = context.since.missing if context.since else ()
    told = [f"- {inline(claim)} on {inline(subject)}" for claim, subject in missing]
    yield Block(head=["## On record, and not asked", ""], lines=told, what="missing verdicts", rank=_CHANGES)


def _words(record: Record) -> Block:
    lines = [f"- *{word}*: {inline(meaning)}." for word, meaning in meanings(any_one(record)).items()]
    return Block(head=["## Words", ""], lines=lines, what="words", rank=_FINDING)


def _left_out(counts: Counter[str]) -> str:
    """What did not fit, and where it is; where it all is, if nothing was left out."""
    if not counts:
        return f"{_WHERE}.\n"
    told = joined([f"{count:,} {what}" for what, count in sorted(counts.items())])
    return f"**Left out here, for want of room: {told}.** {_WHERE}.\n"
