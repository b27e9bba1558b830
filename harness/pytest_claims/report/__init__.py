"""What a run writes for people: JSON, Markdown and, where they are asked for, figures, from a record and nothing else.

The record of a part has names of its own, and no figures: those of the last whole run stay as they are.
"""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_claims.base.visible import json_text
from pytest_claims.base.writing import Writing
from pytest_claims.report.file_name import FOREST, folder_of
from pytest_claims.report.markdown import page_of, with_figures
from pytest_claims.report.text import inline
from pytest_claims.verdicts.record import Record, to_json

WHOLE, PART = "claims", "claims.partial"


def write_record(record: Record, directory: Path, writing: Writing) -> None:
    """Write the record as JSON; that of a whole run takes the place of what parts have left."""
    name = PART if record.left_out else WHOLE
    file = directory / f"{name}.json"
    writing.write(file, lambda: json_text(to_json(record)))
    if not record.left_out and file in writing.written:
        pages = [directory / folder_of(finding) / f"{PART}.md" for finding in record.findings]
        for part in (directory / f"{PART}.json", directory / f"{PART}.md", *pages):
            with writing.telling(part):
                part.unlink(missing_ok=True)


def write_pages(record: Record, directory: Path, writing: Writing, drawn: Mapping[str, Iterable[Path]] | None) -> None:
    """Write the page of each finding, of several each in a folder of its own, and a page of all.

    Args:
        drawn: if figures are drawn, the folders of each finding's claims, which may bring figures of their own.
    """
    if len(record.findings) < 2:
        every = None if drawn is None else [one for several in drawn.values() for one in several]
        _write_one(record, directory, writing, every)
        return
    page = directory / f"{PART if record.left_out else WHOLE}.md"
    links = [f"- [{inline(name or 'Of no finding')}]({folder_of(name)}/{page.name})" for name in record.findings]
    writing.write(page, lambda: "\n".join(["# Claims", "", *links, ""]))
    for name in record.findings:
        own = None if drawn is None else drawn.get(name, ())
        _write_one(record.of(name), directory / folder_of(name), writing, own)


def has_figures(record: Record, directory: Path) -> bool:
    """Whether an earlier run has drawn figures beside the pages of this one."""
    folders = [directory, *(directory / folder_of(finding) for finding in record.findings)]
    return any(next(folder.glob(f"{FOREST}*.png"), None) for folder in folders)


def _write_one(record: Record, directory: Path, writing: Writing, folders: Iterable[Path] | None) -> None:
    """Write the page at once, then the figures, and the page again with those that could be drawn."""
    pictures: list[Path] = []
    page = directory / f"{PART if record.left_out else WHOLE}.md"
    text = functools.cache(functools.partial(page_of, record))
    writing.write(page, lambda: with_figures(text(), record, pictures))
    if folders is None or record.left_out:
        return
    from pytest_claims.report.beside import drawings_beside
    from pytest_claims.report.figures import write_figures  # takes half a second to import

    own = drawings_beside(folders, record, writing.notices)
    try:
        for files in write_figures(record, directory, writing, own):
            pictures += files
    finally:
        if pictures:
            writing.write(page, lambda: with_figures(text(), record, pictures))
            writing.written += pictures
