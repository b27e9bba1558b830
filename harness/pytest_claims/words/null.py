"""The null in words: what a claim calls a world without its effect, and how many such worlds there are.

Knows nothing about how such a world is made, nor about what the claim says in it.
"""

from pytest_claims.asking.null import Null
from pytest_claims.data.design import Words
from pytest_claims.words.listed import joined


def world(null: Null | None, words: Words) -> str:
    """Where the effect is not, as a clause: ``where scores are dealt to items at random``."""
    if null is None or null.kind == "none":
        return "where there is no effect"
    if null.kind == "swapped":
        return f"where the labels of {joined(null.names)} are swapped within each {null.unit} at random"
    names = _called(null, words)
    verb = "is" if len(null.names) == 1 and names == null.names[0] else "are"
    return f"where {names} {verb} dealt to {words.several(null.unit)} at random{_within(null)}"


def ways(null: Null | None, words: Words, count: float) -> str:
    """All worlds without the effect, where they are few: ``all 10 ways to deal arm to runs``."""
    if null is None or null.kind == "none":
        return f"all {count:.0f} worlds without the effect"
    if null.kind == "swapped":
        return f"all {count:.0f} ways to swap the labels of {joined(null.names)} within each {null.unit}"
    return f"all {count:.0f} ways to deal {_called(null, words)} to {words.several(null.unit)}{_within(null)}"


def _called(null: Null, words: Words) -> str:
    """What is dealt: the declaration's word for outcomes, where that is the plural of the one column's name."""
    plain = null.names[0].replace("_", " ")
    return words.outcomes if len(null.names) == 1 and words.outcomes == f"{plain}s" else joined(null.names)


def _within(null: Null) -> str:
    return f" within each {joined(null.strata)}" if null.strata else ""
