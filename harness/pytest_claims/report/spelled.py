"""Each verdict in words, claim by claim, for the terminal: what it says, of which number, and why.

Knows nothing about pytest.
"""

from collections.abc import Iterator, Sequence

from pytest_claims.base.visible import visible
from pytest_claims.report.filling import filled
from pytest_claims.report.matrix import Line, Matrix
from pytest_claims.report.part import Parts, plain
from pytest_claims.report.sentences import label, left_out_sentences, told
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.number import estimated
from pytest_claims.words.power import prospects
from pytest_claims.words.reason import briefly, gap_of
from pytest_claims.words.registered import because, beside
from pytest_claims.words.repetition import repeated
from pytest_claims.words.verdict import carried, turned, word


def spelled(record: Record, matrix: Matrix, *, every_check: bool) -> Iterator[Parts]:
    """The verdicts of each claim by the letters of subjects; with ``every_check`` also what each check says."""
    for line in matrix.lines:
        yield from plain([visible(line.claim)])
        open_ = _undecided(matrix, line)
        for column in matrix.columns:
            verdict = line.verdicts.get(column.name)
            if verdict is not None and verdict.ruling != "undecided":
                yield from _decided(record, column.letter, verdict, every_check=every_check)
            for why, letters in open_.items():
                if letters[0] == column.letter:
                    yield from plain(filled(f"{' '.join(letters)} undecided: {why}", indent=2))
        yield ()


def in_a_line(verdict: Verdict) -> str:
    """A verdict with the estimate that decided it, why it failed, what carries or overturns it; was it registered?"""
    estimate = verdict.deciding
    parts = ["" if estimate is None else estimated(estimate), briefly(verdict), carried(verdict), turned(verdict)]
    told = "; ".join(part for part in (*parts, beside(verdict)) if part)
    return f"{word(verdict)}: {told}" if told else word(verdict)


def _decided(record: Record, letter: str, verdict: Verdict, *, every_check: bool) -> Iterator[Parts]:
    yield from plain(filled(f"{letter} {in_a_line(verdict)}", _levels(verdict), indent=2))
    if every_check:
        for said in _evidence(record, verdict):
            yield from plain(filled(said, _levels(verdict), indent=4))


def _evidence(record: Record, verdict: Verdict) -> Iterator[str]:
    if registered := because(verdict.registered):
        yield registered
    yield from prospects(verdict)
    yield from left_out_sentences(record, verdict)
    if verdict.repetition:
        yield f"repetition: {repeated(verdict.repetition)}"
    for check in verdict.checks:
        if check.applies:
            yield f"{label(verdict, check)}: {told(record, verdict, check)}"


def _undecided(matrix: Matrix, line: Line) -> dict[str, list[str]]:
    """The letters of the subjects on which a claim is undecided, by the reason."""
    letters: dict[str, list[str]] = {}
    for column in matrix.columns:
        verdict = line.verdicts.get(column.name)
        if verdict is not None and verdict.ruling == "undecided":
            gap = gap_of(verdict)
            letters.setdefault(gap.reason if gap else "", []).append(column.letter)
    return letters


def _levels(verdict: Verdict) -> Sequence[str]:
    """The levels that its words may name."""
    return [name for one in verdict.left_out for name in one.overturning(verdict.outcome)]
