"""What the terminal shows of a run: a table per subject, and the matrix of all of them.

Knows nothing about pytest: it returns text.
"""

import io
import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pytest_claims.base.visible import visible
from pytest_claims.report.gaps import Gaps, gaps
from pytest_claims.report.premise import unjudged
from pytest_claims.report.row import row
from pytest_claims.verdicts.record import Record

_MOST_NAMES: Final = 2  # more would leave the other columns no room; the Markdown page has all
_LEAST_WIDTH: Final = 120
_VERDICT: Final = len("uninformative") + 2  # the narrowest column of verdicts that breaks no word
_WIDEST: Final = len("contradicted, fragile")  # a verdict that is longer takes two lines
_HEADERS: Final = (
    "claim",
    "verdict",
    "estimate",
    "p",
    "leave-\none-out",
    "re-\nsampled",
    "by\nchance",
    "flips without",
)
_LEGEND: Final = (
    "leave-one-out: agrees without one level of the first unit; resampled: holds in this share of tables with other "
    "levels of a unit drawn, the lowest of all units; by chance: in worlds without its effect. Each check's sentence, "
    "and the power for the smallest effect that counts, are in claims.md."
)


def summary(record: Record, *, width: int) -> str:
    """Where nothing can be judged; a table per subject, a line per verdict; all subjects at once; what is undecided."""
    if len(record.findings) > 1:
        parts = ((name or "claims of no finding", summary(record.of(name), width=width)) for name in record.findings)
        return "\n\n".join(f"{name}\n{'=' * len(name)}\n{part}" for name, part in parts)
    output = io.StringIO()
    console = Console(file=output, width=max(width, _LEAST_WIDTH), color_system=None, highlight=False)
    for line in unjudged(record):
        console.print(line, markup=False, soft_wrap=True)
    for subject in record.subjects:
        console.print(visible(subject.name), markup=False)
        console.print(_of_subject(record, subject.name))
    if any(line.resampled or line.by_chance for line in map(row, record.verdicts)):
        console.print(_LEGEND, markup=False)
    if len(record.subjects) > 1:
        console.print("\nclaims by subject", markup=False)
        for part in _matrix(record, console.width):
            console.print(part)
    undecided = list(gaps(record))
    if undecided:
        console.print("\nundecided", markup=False)
        console.print(_reasons(undecided))
    return output.getvalue().rstrip()


def _of_subject(record: Record, subject: str) -> Table:
    grid = _grid(_HEADERS, wrapped=_HEADERS[-1:])
    for verdict in record.verdicts:
        if verdict.subject == subject:
            line = row(verdict)
            firm = tuple(part for one in _beneath(line.verdict, "(") for part in textwrap.wrap(one, _WIDEST))
            p = _beneath(line.p, "±")
            held = (line.leave_one_out, line.least_resampled, line.by_chance)
            _add(grid, line.claim, firm, line.estimate, p, *held, _shortened(line.flips))
    return grid


def _matrix(record: Record, width: int) -> Iterator[Table]:
    """Claims against subjects, beneath each other as many subjects at a time as there is room for."""
    subjects = [subject.name for subject in record.subjects]
    room = max(1, (width - max(map(len, record.matrix)) - 2) // _VERDICT)
    size = math.ceil(len(subjects) / math.ceil(len(subjects) / room))
    for start in range(0, len(subjects), size):
        shown = subjects[start : start + size]
        headers = [_in_lines(subject) for subject in shown]
        grid = _grid(["claim", *headers], wrapped=headers)
        for claim, words in record.matrix.items():
            _add(grid, claim, *(words.get(subject, "") for subject in shown))
        yield grid


def _reasons(undecided: Sequence[Gaps]) -> Table:
    """Why claims are undecided, and on which subjects; each claim is named."""
    grid = _grid(("reason", "claims", "subjects"), wrapped=("reason", "claims", "subjects"))
    for gap in undecided:
        remedy = f"; {gap.remedy}" if gap.remedy else ""
        _add(grid, f"{gap.reason}{remedy}", ", ".join(gap.claims), ", ".join(gap.subjects))
    return grid


def _in_lines(subject: str) -> str:
    """A subject's name in lines that the narrowest column holds, broken before its @ and at hyphens."""
    parts = visible(subject).replace("@", "\n@").splitlines()
    return "\n".join(line for part in parts for line in textwrap.wrap(part, _VERDICT - 2))


def _grid(headers: Sequence[str], *, wrapped: Sequence[str]) -> Table:
    """Columns of which only those that are ``wrapped`` may be narrower than what they hold."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header in headers:
        grid.add_column(Text(header), no_wrap=header not in wrapped, overflow="fold")
    return grid


def _add(grid: Table, *cells: str | tuple[str, ...]) -> None:
    """A line of cells as they are: rich would read a name in brackets as markup, and a terminal what it hides."""
    lines = ((cell,) if isinstance(cell, str) else cell for cell in cells)
    grid.add_row(*(Text("\n".join(map(visible, several))) for several in lines))


def _beneath(text: str, sign: str) -> tuple[str, ...]:
    """What stands before a sign, and beneath it what begins with it: columns are narrow."""
    before, found, after = text.partition(f" {sign}")
    return (before, f"{sign}{after}") if found else (text,)


def _shortened(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
