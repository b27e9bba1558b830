"""The guesses about all columns of a file. Knows nothing about how they are written down."""

from collections.abc import Mapping, Sequence

from pytest_claims.proposal import naming
from pytest_claims.proposal.guess import Guess, consistent, of_role
from pytest_claims.proposal.relations import with_copies, with_errors, with_nesting, with_rates, with_twins
from pytest_claims.proposal.roles import role_of
from pytest_claims.proposal.seen import Seen, seen, told_apart
from pytest_claims.reading.cells import Cells


def guess(cells: Cells) -> tuple[Guess, ...]:
    """One guess for each column, and one more for a rate that only its counts are there of."""
    columns = seen_in(cells)
    guesses: tuple[Guess, ...] = ()
    for name in sorted(columns, key=lambda name: not naming.is_unit(name)):  # a unit that says so comes first
        units = [columns[one.name] for one in of_role(guesses, "unit")]
        guesses = (*guesses, role_of(columns[name], name, units))
    ordered = sorted(guesses, key=lambda one: list(columns).index(one.name))
    related = with_twins(with_errors(with_rates(ordered, columns)))
    return consistent(with_copies(with_nesting(related, columns), columns))


def seen_in(cells: Cells) -> Mapping[str, Seen]:
    """What is seen of each column, by the name that a declaration gives it."""
    found: dict[str, Seen] = {}
    for column, texts in cells.columns.items():
        found[naming.declarable(column, {*found, *(set(cells.columns) - {column})})] = seen(column, texts)
    return found


def row_of(guesses: Sequence[Guess], columns: Mapping[str, Seen]) -> str:
    """What a row is to be called; empty where units and factors tell all rows apart."""
    levels = [columns[one.name] for one in of_role(guesses, "unit", "factor")]
    names = {one.name for one in guesses}
    word = naming.declarable("row", names)
    has_unit = bool(of_role(guesses, "unit"))
    if (has_unit and told_apart(levels)) or (not levels and word == "row"):
        return ""
    return word
