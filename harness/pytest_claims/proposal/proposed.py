"""A proposal for a file: the declaration and the first claim, both tried before anybody sees them.

Knows nothing about where they are written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.data.table import Table
from pytest_claims.proposal.first_claim import drafts
from pytest_claims.proposal.guess import Guess, consistent, left_out, of_role
from pytest_claims.proposal.guesses import guess, row_of, seen_in
from pytest_claims.proposal.seen import Seen
from pytest_claims.proposal.toml_text import toml_text
from pytest_claims.proposal.tried import is_answered, table_of
from pytest_claims.reading.cells import Cells

_TRIES: Final = 40  # claims: one that fits is among the first few


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The text of ``finding.toml``, that of a test file, and the guesses on which both rest."""

    toml: str
    claim: str
    guesses: tuple[Guess, ...]


def proposed(cells: Cells, *, name: str, file: str, data: str) -> Proposal:
    """What to begin with for these cells.

    Args:
        name: of the finding.
        file: the name of the file that holds them.
        data: its path, as the finding's folder sees it.

    Raises:
        InputError: for cells of which no table can be made, and for a table in which nothing is measured.
    """
    if not len(cells):
        raise InputError(f"{file}: a header without rows; wanted at least one row under it")
    columns = seen_in(cells)
    guesses = _fitting(guess(cells), cells, columns)
    if not of_role(guesses, "measured"):
        have = ", ".join(cells.columns)
        raise InputError(f"{file} has no column that holds numbers (have {have}); wanted at least one: add it")
    row = row_of(guesses, columns)
    toml = toml_text(guesses, file=file, data=data, row=row)
    claim = _first_claim(guesses, columns, table_of(toml, cells, name), row or "row", name)
    return Proposal(toml=toml, claim=claim, guesses=guesses)


def _fitting(guesses: Sequence[Guess], cells: Cells, columns: Mapping[str, Seen]) -> tuple[Guess, ...]:
    """The guesses of which a table can be made: all, or else as many as can be added to those before them."""
    if not _why_not(guesses, cells, columns):
        return tuple(guesses)
    kept: tuple[Guess, ...] = ()
    gone: tuple[Guess, ...] = of_role(guesses, "left out")
    for one in of_role(guesses, "measured", "unit", "factor"):
        why = _why_not(consistent([*kept, one]), cells, columns)
        kept, gone = (kept, (*gone, left_out(one, why))) if why else ((*kept, one), gone)
    return consistent([*kept, *gone])


def _why_not(guesses: Sequence[Guess], cells: Cells, columns: Mapping[str, Seen]) -> str:
    """Why no table can be made of guesses; empty if it can."""
    try:
        table_of(toml_text(guesses, file="it", data="it", row=row_of(guesses, columns)), cells, "proposal")
    except InputError as error:
        return str(error)
    return ""


def _first_claim(guesses: Sequence[Guess], columns: Mapping[str, Seen], table: Table, row: str, name: str) -> str:
    """The first claim that is held or failed; if none is, the first that can be asked."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    claim_id = "-".join([*words, "first", "look"])
    asked = []
    for draft in islice(drafts(guesses, columns, row), _TRIES):
        text = draft.text(claim_id)
        answered = is_answered(text, table)
        if answered:
            return text
        if answered is not None:
            asked.append(text)
    if not asked:
        raise InputError(f"nothing can be asked about {', '.join(table.columns)}; write finding.toml by hand")
    return asked[0]
