"""The table of verdicts in the terminal.

Knows nothing about pytest: it returns text.
"""

import io
from typing import Final

from rich.console import Console
from rich.table import Table

from harness.record import Record
from harness.report.row import row

_MOST_NAMES: Final = 2  # more would leave the other columns no room; the Markdown page has all
_HEADERS: Final = ("claim", "verdict", "estimate", "p", "leave-one-out", "flips without")


def table(record: Record, *, width: int) -> str:
    """One table per subject, one line per verdict."""
    output = io.StringIO()
    console = Console(file=output, width=max(width, 100), color_system=None, highlight=False)
    for subject in record.subjects:
        console.print(subject.name, markup=False)
        console.print(_of_subject(record, subject.name))
    return output.getvalue().rstrip()


def _of_subject(record: Record, subject: str) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 1, 0, 1))
    for header in _HEADERS:
        grid.add_column(header, no_wrap=header != "flips without")
    for verdict in record.verdicts:
        if verdict.subject == subject:
            line = row(verdict)
            grid.add_row(line.claim, line.verdict, line.estimate, line.p, line.leave_one_out, _shortened(line.flips))
    return grid


def _shortened(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
