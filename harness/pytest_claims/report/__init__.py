"""What a run writes beside its page: the record as JSON, and in Markdown what fits into a comment.

Those of a part have names of their own: those of the last whole run stay as they are.
"""

from pathlib import Path

from pytest_claims.base.whole_file import write_whole
from pytest_claims.base.writing import Writing
from pytest_claims.report.context import Context
from pytest_claims.report.markdown import markdown
from pytest_claims.verdicts.record import Record, files_of
from pytest_claims.verdicts.record_parts import evidence_of

WHOLE, PART = "claims", "claims.partial"


def _comment_of(record: Record, directory: Path) -> Path:
    """Where `claims.md` is written; of a part it has a name of its own."""
    return directory / f"{PART if record.left_out else WHOLE}.md"


def write_record(record: Record, directory: Path, writing: Writing) -> None:
    """Write the record as JSON, and its evidence beside it; those of a whole run replace what parts have left."""
    name = PART if record.left_out else WHOLE
    file = directory / f"{name}.json"
    text, evidence = files_of(record)
    with writing.telling(evidence_of(file)):
        write_whole(evidence, evidence_of(file))
    writing.write(file, lambda: text)
    if not record.left_out and file in writing.written:
        part = directory / f"{PART}.json"
        for one in (part, evidence_of(part), directory / f"{PART}.md"):
            with writing.telling(one):
                one.unlink(missing_ok=True)


def write_comment(record: Record, context: Context, directory: Path, writing: Writing) -> None:
    """Write what a run says of all its findings, to be put into a comment."""
    writing.write(_comment_of(record, directory), lambda: markdown(record, context))
