"""The page of a run, where the session writes it: what findings declare and add is gathered here.

Knows nothing about what is on the page.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest

from pytest_claims.base.writing import Writing
from pytest_claims.data.finding import Finding
from pytest_claims.page.document import Page
from pytest_claims.session.belonging import finding_at
from pytest_claims.verdicts.record import Record

_WHOLE: Final = "index.html"
_PART: Final = "index.partial.html"


def declared_of(config: pytest.Config, files: Iterable[tuple[str, Path]]) -> dict[str, Finding | None]:
    """What each finding declares, by its name, from the file of one of its claims."""
    return {name: finding_at(config, file) for name, file in files}


def write_index(record: Record, directory: Path, writing: Writing, findings: Mapping[str, Finding | None]) -> Path:
    """Write the page of a run, and say where; of a part under a name of its own, which a whole run removes."""
    page = directory / (_PART if record.left_out else _WHOLE)
    writing.write(page, lambda: Page(record=record, findings=findings).html(page))
    if not record.left_out:
        with writing.telling(directory / _PART):
            (directory / _PART).unlink(missing_ok=True)
    return page
