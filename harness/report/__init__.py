"""What a run writes for people: JSON, Markdown and figures, from a record and nothing else."""

import json
from pathlib import Path

from harness.record import Record, to_json
from harness.report.figures import write_figures
from harness.report.markdown import markdown


def write_reports(record: Record, directory: Path) -> list[Path]:
    """Write ``claims.json``, the figures and ``claims.md`` into ``directory``; the files written."""
    directory.mkdir(parents=True, exist_ok=True)
    content = directory / "claims.json"
    content.write_text(json.dumps(to_json(record), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    figures = write_figures(record, directory)
    page = directory / "claims.md"
    page.write_text(markdown(record, figures), encoding="utf-8")
    return [content, page, *figures]
