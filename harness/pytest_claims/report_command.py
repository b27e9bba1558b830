"""The command ``pytest-claims report``: opens the page of the last run, or writes its charts as files.

Knows nothing about what is on the page.
"""

import argparse
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.page.chart import Chart
from pytest_claims.page.charts.forest import forest
from pytest_claims.page.charts.of_verdict import of_verdict
from pytest_claims.page.static import FORMATS, save
from pytest_claims.report.file_name import file_name
from pytest_claims.verdicts.record import Record, read_record

_PAGE, _PART, _RECORD, _FIGURES = "index.html", "index.partial.html", "claims.json", "figures"
_ALL: Final = "*"


def report(arguments: Sequence[str]) -> int:
    """Open the page of the last run, or write its charts as files."""
    asked = _parser().parse_args(arguments)
    if asked.figures:
        return _write(asked.folder, asked.figures, asked.claim, asked.subject)
    pages = [page for name in (_PAGE, _PART) if (page := asked.folder / name).is_file()]
    if not pages:
        raise InputError(f"no {_PAGE} in {asked.folder}; pytest claims/ writes it there, or name the folder of reports")
    page = max(pages, key=lambda one: one.stat().st_mtime_ns)  # a part may have been judged since
    print(page)  # noqa: T201  a command's answer
    webbrowser.open(page.resolve().as_uri())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pytest-claims report", description=report.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("reports"), help="of reports; reports/ by default")
    parser.add_argument(
        "--figures",
        nargs="+",
        choices=FORMATS,
        metavar="FORMAT",
        help=f"write charts to figures/ there, as {', '.join(FORMATS)}, and open nothing",
    )
    parser.add_argument("--claim", default=_ALL, metavar="PATTERN", help="of these claims alone, such as rates-*")
    parser.add_argument("--subject", default=_ALL, metavar="PATTERN", help="on these subjects alone")
    return parser


def _write(folder: Path, formats: Sequence[str], claim: str, subject: str) -> int:
    from rich.progress import track

    record = read_record(folder / _RECORD, say=lambda line: print(line, file=sys.stderr))  # noqa: T201
    charts = list(_charts(record, claim, subject))
    if not charts:
        raise InputError(f"no chart of a claim like {claim!r} on a subject like {subject!r}; see {folder / _PAGE}")
    for stem, chart in track(charts, description="charts", transient=True):
        for suffix in formats:
            save(chart, folder / _FIGURES / f"{stem}.{suffix}")
    print(f"{len(charts)} charts in {folder / _FIGURES}")  # noqa: T201
    return 0


def _charts(record: Record, claim: str, subject: str) -> Iterator[tuple[str, Chart]]:
    """The charts that are asked for, and what their files are called."""
    for one in (one for one in record.matrix if fnmatchcase(one, claim)):
        verdicts = [verdict for verdict in record.verdicts if verdict.claim.id == one]
        if subject == _ALL:
            yield from ((f"{file_name(one)}-{chart.name}", chart) for chart in forest(record, verdicts))
        for verdict in (verdict for verdict in verdicts if fnmatchcase(verdict.subject, subject)):
            stem = f"{file_name(one)}-{file_name(verdict.subject)}"
            for chart in of_verdict(verdict, record.subject_of(verdict).words):
                yield f"{stem}-{file_name(chart.name)}", chart
