"""What a run writes beside its page: the record as JSON, and in Markdown what fits into a comment.

Those of a part have names of their own: those of the last whole run stay as they are.
"""

from pathlib import Path

from pytest_claims.base.visible import json_text
from pytest_claims.base.writing import Writing
from pytest_claims.report.context import Context
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


def write_comment(record: Record, context: Context, directory: Path, writing: Writing) -> None:
    """Write what a run says of all its findings, to be put into a comment."""
    writing.write(_comment_of(record, directory), lambda: markdown(record, context))
