"""What the terminal says of a run: counts, what is new, the matrix, and as much more as is wanted.

Knows nothing about pytest: it returns lines, and whoever prints them has the colours.
"""

from collections.abc import Iterator
from typing import Final

from pytest_claims.report import pitfalls
from pytest_claims.report.context import Context
from pytest_claims.report.filling import filled
from pytest_claims.report.gaps import gaps
from pytest_claims.report.grid import grid
from pytest_claims.report.matrix import Matrix, matrix_of
from pytest_claims.report.part import Parts, plain
from pytest_claims.report.premise import unjudged
from pytest_claims.report.spelled import spelled
from pytest_claims.verdicts.record import Record
from pytest_claims.words.news import news
from pytest_claims.words.registered import each_subject
from pytest_claims.words.subjects import of_base_models
from pytest_claims.words.verdict import counted, several
from pytest_claims.words.verdict import size as asked

_MOST_FINDINGS: Final = 3  # that are told one by one where nothing changed
_MOST_LINES: Final = 2  # of the claims that failed as before
_COLOURS: Final = {"changed": "red", "crossed": "red", "moved": "red", "data": "red"}


def summary(record: Record, context: Context, *, verbose: int = 0) -> Iterator[Parts]:
    """What a run says, in lines of 80 columns.

    Where nothing changed since the baseline, counts and where to read more. Else what is new, and the matrix of each
    finding. With ``verbose`` of 1 the matrix in any case, each verdict, and why claims are undecided; of 2 also what
    each check says.
    """
    short = verbose < 1 and context.since is not None and context.since.nothing
    yield from _unchanged(record, context) if short else _findings(record, context, verbose)
    yield from _more(record, context, verbose)


def _findings(record: Record, context: Context, verbose: int) -> Iterator[Parts]:
    for name in record.findings:
        yield from _finding(record.of(name), context, verbose)
        yield ()


def _finding(record: Record, context: Context, verbose: int) -> Iterator[Parts]:
    yield from _counts(record)
    for line in unjudged(record):
        yield from plain(filled(line, _names(record)), "yellow")
    for line in pitfalls.in_a_line(record):
        yield from plain(filled(f"{line}{'' if verbose > 0 else '; -v says more'}"), "yellow")
    for kind, told in news(record, context.since) if context.since else ():
        yield from plain(filled(f"{kind}: {told}", _names(record)), _COLOURS.get(kind, ""))
    yield ()
    matrix = matrix_of(record, context)
    yield from grid(matrix)
    if verbose > 0:
        yield ()
        for name, said in each_subject(record.verdicts):
            yield from plain(filled(f"registered: {name and f'{name}: '}{said}", _names(record)))
        for name, said in pitfalls.each(record):
            yield from plain(filled(f"{name}: {said}", _names(record)))
        yield ()
        yield from spelled(record, matrix, every_check=verbose > 1)
        yield from _undecided(record, matrix)


def _unchanged(record: Record, context: Context) -> Iterator[Parts]:
    """At most ten lines, with those that follow."""
    names = record.findings
    for name in names[:_MOST_FINDINGS]:
        yield from _counts(record.of(name))
    for line in pitfalls.in_a_line(record):
        yield from plain(filled(f"{line}; -v says more"), "yellow")
    if len(names) > _MOST_FINDINGS:
        rest = counted(one for one in record.verdicts if one.finding in names[_MOST_FINDINGS:])
        yield from plain([f"and {len(names) - _MOST_FINDINGS} findings more: {rest}"])
    on_record = f", as on record in {context.baseline}" if context.baseline else ", as on record"
    yield from plain(filled(f"nothing changed: {several(len(record.verdicts), 'verdict')}{on_record}"))
    failed = dict.fromkeys(one.claim.id for one in record.verdicts if one.ruling in ("contradicted", "failed"))
    if failed:
        yield from plain(_few(f"{several(len(failed), 'claim')} contradicted or failed, as before:", list(failed)))


def _more(record: Record, context: Context, verbose: int) -> Iterator[Parts]:
    """What else there is to see, and where."""
    open_ = {one.claim.id for one in record.verdicts if one.ruling in ("undecided", "inconclusive")}
    if verbose < 1:
        if open_:
            are = "claim is" if len(open_) == 1 else "claims are"
            where = "undecided or inconclusive on at least one subject"
            yield from plain(filled(f"{len(open_)} {are} {where}; -v says why"))
        else:
            yield from plain(["-v shows every verdict"])
    if context.page:
        yield from plain(filled(f"all of it: {context.page}"))


def _counts(record: Record) -> Iterator[Parts]:
    (name,) = record.findings or ("",)
    size = asked(len(record.matrix), len(record.subjects)) + of_base_models(record.verdicts)
    yield from plain(filled(f"{f'{name}: ' if name else ''}{size}: {counted(record.verdicts)}", [name]))


def _undecided(record: Record, matrix: Matrix) -> Iterator[Parts]:
    """Each reason why claims are undecided, what would decide it, and which they are, by the letters of subjects."""
    found = list(gaps(record))
    if found:
        yield from plain(["undecided, and why"])
    for gap in found:
        remedy = f"; {gap.remedy}" if gap.remedy else ""
        where = " ".join(sorted((matrix.letters[name] for name in gap.subjects), key=lambda one: (len(one), one)))
        yield from plain(filled(f"{gap.reason}{remedy}", _names(record), indent=2))
        yield from plain(filled(f"{', '.join(gap.claims)} on {where}", gap.claims, indent=4, hang=0))


def _few(begun: str, names: list[str]) -> list[str]:
    """As many names as there is room for in a few lines, and how many more there are."""
    lines: list[str] = []
    for count in range(len(names), -1, -1):
        more = f" and {len(names) - count} more" if count < len(names) else ""
        lines = filled(f"{begun} {', '.join(names[:count])}{more}", names)
        if len(lines) <= _MOST_LINES:
            break
    return lines


def _names(record: Record) -> list[str]:
    """All names that may have blanks, in whose midst no line ends."""
    return [name for name in (*record.matrix, *(one.name for one in record.subjects)) if " " in name]
