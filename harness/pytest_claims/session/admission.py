"""Admission: what a test must be before it can be judged, and what to do about one that is not.

Knows nothing about pytest: it sees a test's name, what it asks for, and what it is marked with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pytest_claims.asking.claim import Claim

DATA: Final = "table"  # the argument that brings a claim its data
_BEFORE: Final = "panel"  # what it was called before


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A test that is a claim, or that asks for the data of one.

    ``place`` is the claim's id with that of the values it is asked with. ``arguments`` are what its function
    takes, ``parameters`` those of them whose values are written in a parametrize above it; ``repetition`` is what
    tells it from a test that asks the same again, as other plugins make them; ``has_data`` says whether it, or a
    fixture of its, gets a subject's data, and ``borrowers`` are such fixtures.
    """

    name: str
    claim: Claim | None
    place: str
    subject: str
    arguments: tuple[str, ...]
    parameters: tuple[str, ...]
    repetition: tuple[str, ...]
    has_data: bool
    borrowers: tuple[str, ...]
    marks: tuple[str, ...]


def objections(candidates: Iterable[Candidate]) -> Iterator[str]:
    """Of each test why it cannot be judged and what to do instead; empty if it can, or is no claim and need not be."""
    named: dict[str, str] = {}
    taken: set[tuple[str, str, tuple[str, ...]]] = set()
    for one in candidates:
        if one.claim is None:
            yield _of_no_claim(one)
            continue
        why = _why_not(one)
        if not why and named.setdefault(one.claim.id, one.name) != one.name:
            why = f"is used by {named[one.claim.id]}, too; rename one, or parametrise one instead of repeating it"
        question = one.place, one.subject, one.repetition
        if not why and question in taken:
            why = f"is asked twice as {one.place!r}; give its sets of values different ids"
        taken.add(question)
        # Without asserts the same is said of all, and so once.
        yield _no_asserts() if not __debug__ else f"{one.name}: claim id {one.claim.id!r} {why}" if why else ""


def _no_asserts() -> str:
    from pytest_claims.verdicts.judge import NO_ASSERTS

    return NO_ASSERTS


def _of_no_claim(candidate: Candidate) -> str:
    if not candidate.has_data:
        return ""
    return f"{candidate.name} asks for {DATA} and is no claim; write @claim(...) directly above its def"


def _why_not(candidate: Candidate) -> str:
    if DATA not in candidate.arguments:
        if _BEFORE in candidate.arguments:
            return f"takes {_BEFORE!r}, which is called {DATA!r} now; rename it, and write {DATA}['x'] for its columns"
        return f"has no argument {DATA!r}, so there is nothing to judge it on; add it, and compute from it"
    if not candidate.has_data:
        return f"gets its {DATA} from a fixture or parameter of that name; rename that, and it gets a subject's data"
    taken = [name for name in candidate.arguments if name != DATA and name not in candidate.parameters]
    if fixtures := dict.fromkeys([*taken, *candidate.borrowers]):
        return (
            f"uses {', '.join(fixtures)}, and a fixture is the same for every copy of the data; "
            f"compute it from {DATA} in the body, or give values with pytest.mark.parametrize"
        )
    if "xfail" in candidate.marks:
        return "is marked xfail; remove the mark, for the baseline knows which claims fail"
    return ""
