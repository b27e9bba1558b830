"""What a run writes for people: JSON, Markdown and, where they are asked for, figures, from a record and nothing else.

The record of a part has names of its own, and no figures: those of the last whole run stay as they are.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_claims.base.visible import json_text
from pytest_claims.base.writing import Writing
from pytest_claims.report.context import Context
from pytest_claims.report.file_name import FOREST, folder_of
from pytest_claims.report.markdown import markdown
from pytest_claims.verdicts.record import Record, to_json

WHOLE, PART = "claims", "claims.partial"


def _comment_of(record: Record, directory: Path) -> Path:
    """Where `claims.md` is written; of a part it has a name of its own."""
    return directory / f"{PART if record.left_out else WHOLE}.md"


def write_record(record: Record, directory: Path, writing: Writing) -> None:
    """Write the record as JSON; that of a whole run takes the place of what parts have left."""
    name = PART if record.left_out else WHOLE
    file = directory / f"{name}.json"
    writing.write(file, lambda: json_text(to_json(record)))
    if not record.left_out and file in writing.written:
        for part in (directory / f"{PART}.json", directory / f"{PART}.md"):
            with writing.telling(part):
                part.unlink(missing_ok=True)


def write_page(record: Record, context: Context, directory: Path, writing: Writing) -> None:
    """Write the page of a run, of all its findings."""
    writing.write(_comment_of(record, directory), lambda: markdown(record, context))


def write_figures(record: Record, directory: Path, writing: Writing, drawn: Mapping[str, Iterable[Path]]) -> None:
    """Draw the figures of a whole run, of several findings each in a folder of its own.

    Args:
        drawn: the folders of each finding's claims, which may bring figures of their own.
    """
    if record.left_out:
        return
    if len(record.findings) < 2:
        _draw(record, directory, writing, [one for several in drawn.values() for one in several])
        return
    for name in record.findings:
        _draw(record.of(name), directory / folder_of(name), writing, drawn.get(name, ()))


def has_figures(record: Record, directory: Path) -> bool:
    """Whether an earlier run has drawn figures beside the pages of this one."""
    folders = [directory, *(directory / folder_of(finding) for finding in record.findings)]
    return any(next(folder.glob(f"{FOREST}*.png"), None) for folder in folders)


def _draw(record: Record, directory: Path, writing: Writing, folders: Iterable[Path]) -> None:
    from pytest_claims.report import figures  # takes half a second to import
    from pytest_claims.report.beside import drawings_beside

    own = drawings_beside(folders, record, writing.notices)
    for files in figures.write_figures(record, directory, writing, own):
        writing.written += files
