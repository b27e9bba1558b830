"""Findings made of a few lines, for tests of what a declaration says and of the tables that follow from it."""

from collections.abc import Mapping
from pathlib import Path

from pytest_claims import Table, read_finding
from pytest_claims.data.finding import Finding

HEAD = 'title = "Answers"\nsource = "nowhere"\n'
ITEMS = "[units]\nitem = {}\n[measured]\nscore = {}\n"


def written(folder: Path, toml: str, files: Mapping[str, str] = {}) -> Finding:
    """The finding of a folder ``answers`` that holds this declaration under a head, and these files."""
    folder = folder / "answers"
    folder.mkdir(exist_ok=True)
    (folder / "finding.toml").write_bytes((HEAD + toml).encode())
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return read_finding(folder)


def table_in(folder: Path, toml: str, text: str) -> Table:
    """The table of a declaration and one file, answers.csv."""
    finding = written(folder, 'data = "answers.csv"\n' + toml, {"answers.csv": text})
    (subject,) = finding.subjects
    return finding.table(subject.measurement())
