"""The page of a run, where the session writes it: what findings add is gathered here.

Knows nothing about what is on the page.
"""

import functools
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from pytest_claims.base.writing import Writing
from pytest_claims.data.finding import Finding
from pytest_claims.page.document import Added, Made, Page
from pytest_claims.page.views import FILE, Viewed, views_beside
from pytest_claims.report.context import Context
from pytest_claims.session.offer import offer_of
from pytest_claims.verdicts.record import Record, SubjectRecord

WHOLE: Final = "index.html"
PART: Final = "index.partial.html"


def page_of(record: Record, directory: Path) -> Path:
    """The page that has all of a run; of a part it has a name of its own."""
    return directory / (PART if record.left_out else WHOLE)


def write_index(config: pytest.Config, record: Record, directory: Path, writing: Writing, context: Context) -> None:
    """Write the page of a run; that of a whole one removes what a part has left."""
    page = page_of(record, directory)
    added = dict(_added(config, record, context.findings, writing.notices))
    whole = Page(
        record=record,
        since=context.since if context.baseline else None,
        baseline=str(context.baseline or ""),
        findings=context.findings,
        added=added,
    )
    writing.write(page, lambda: whole.html(page))
    if not record.left_out:
        with writing.telling(directory / PART):
            (directory / PART).unlink(missing_ok=True)


def _added(
    config: pytest.Config, record: Record, findings: Mapping[str, Finding], notices: list[str]
) -> Iterator[tuple[tuple[str, str], Added]]:
    """What each finding adds to its subjects, made where the page of before does not have it."""
    for subject in record.subjects:
        finding = findings.get(subject.finding)
        if finding and (finding.folder / FILE).is_file():
            make = functools.partial(_views, config, finding, subject, notices)
            key = f"{_code_in(finding.folder)} {_beside(config, finding, subject.name)}"
            yield (subject.finding, subject.name), Added(key=key, make=make)


def _views(config: pytest.Config, finding: Finding, subject: SubjectRecord, notices: list[str]) -> Made:
    found, before = offer_of(config).data_of(finding, subject.name), len(notices)
    if found is None:
        return Made()
    charts, replies = views_beside(finding.folder, Viewed.of(subject, found[1], found[0]), notices)
    return Made(charts=charts, replies=replies, whole=len(notices) == before)


def _beside(config: pytest.Config, finding: Finding, subject: str) -> str:
    """What tells whether files that lie beside a subject's data, under its name, are others than before."""
    found = next((one for one in offer_of(config).all_of(finding) if one.name == subject), None)
    origin = Path(found.origin) if found and found.recorded and found.origin else None
    if origin is None or not origin.parent.is_dir():
        return ""
    files = sorted(path for path in origin.parent.iterdir() if path.name.startswith(f"{subject}."))
    return " ".join(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)


@functools.cache
def _code_in(folder: Path) -> str:
    """The hash of all code in a folder: views may import what lies beside them."""
    files = sorted(folder.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
