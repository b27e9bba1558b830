"""Whether a proposal holds: that a table can be made of a declaration, and that a claim can be asked about the table.

Knows nothing about how either was guessed. What is run here is text that the proposal wrote, and nothing of the file.
"""

import runpy
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.plain import plain
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.whole_file import write_whole
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.finding import read_finding
from pytest_claims.data.table import Table
from pytest_claims.reading.cells import Cells
from pytest_claims.robustness.null_world import null_world


def table_of(toml: str, cells: Cells, name: str) -> Table:
    """The table that a declaration makes of cells. Raises InputError where it makes none."""
    with TemporaryDirectory() as above:
        folder = Path(above) / name
        folder.mkdir()
        write_whole(toml.encode(), folder / FILE)
        return read_finding(folder).table(cells)


def is_answered(claim: str, table: Table) -> bool | None:
    """Whether a claim, given as the text of its file, is held or failed on a table, and has the null that it says.

    None where it cannot be asked at all.
    """
    with TemporaryDirectory() as folder:
        body = _body(claim, Path(folder) / "test_first_look.py")
        marked = claim_of(body)
        try:
            answer = ask(plain(body), table, explain=False)
            if marked is not None and marked.null is not None and marked.null.kind != "none":
                null_world(marked.null, table)
        except Undecided:
            return False
        except InputError:
            return None
    return answer.outcome != "undecided"


def _body(claim: str, path: Path) -> Callable[[Table], object]:
    """The function in the text of a claim's file."""
    write_whole(claim.encode(), path)
    body: Callable[[Table], object] = runpy.run_path(str(path))["test_first_look"]
    return body
