"""What else differs where a verdict does, in words. Knows nothing about where the words stand."""

from collections.abc import Iterator
from typing import Final

from pytest_claims.verdicts.trace import Kind, Thing, Trace
from pytest_claims.words.listed import joined, listed

_CALLED: Final[dict[Kind, str]] = {
    "data": "the data",
    "weights": "the weights",
    "recipe": "the recipe",
    "measuring code": "the code that measured",
    "declaration": "what finding.toml declares",
}
_LONGEST: Final = 40  # characters of a value that is told


def traced(one: Trace) -> str:
    """What differs, and whether it is one thing alone: ``one thing differs: the data``."""
    things = list(_things(one))
    if not one.known:
        unknown = "the record is of an older format, and does not keep what the data came of"
        return f"{joined(things)} differs; {unknown}" if things else unknown
    if not things:
        return "nothing that is on record differs: neither data, code nor versions"
    return f"one thing differs: {things[0]}" if len(things) == 1 else f"{len(things)} things differ: {joined(things)}"


def _things(one: Trace) -> Iterator[str]:
    for thing in one.causes:
        if thing.kind == "claim":
            yield f"the code of {listed(one.claims)}"
        elif thing.kind in _CALLED:
            yield _CALLED[thing.kind]
        else:
            yield _changed(thing)


def _changed(thing: Thing) -> str:
    name = thing.name if thing.kind in ("version", "provenance") else f"the {thing.kind}"
    short = 0 < max(len(thing.was), len(thing.now)) <= _LONGEST
    values = f" ({thing.was}, now {thing.now})" if short else ""
    return f"{name}{values}"
