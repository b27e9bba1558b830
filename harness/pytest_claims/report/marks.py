"""A mark for each verdict: one sign, which differs by its shape, so that no colour is needed to read it.

Knows nothing about the page that it stands on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pytest_claims.verdicts.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A sign, what it means, and the colour that it may have beside its shape."""

    sign: str
    meaning: str
    colour: str


_HELD: Final = Mark(sign="H", meaning="held, robust", colour="green")
_HELD_FRAGILE: Final = Mark(sign="h", meaning="held, fragile", colour="green")
_HELD_ALONE: Final = Mark(sign="+", meaning="held, nothing could be left out", colour="green")
_SAYS_LITTLE: Final = Mark(sign="~", meaning="held, says little (uninformative, not shown otherwise)", colour="yellow")
_FAILED: Final = Mark(sign="X", meaning="contradicted or failed", colour="red")
_FAILED_FRAGILE: Final = Mark(sign="x", meaning="contradicted or failed, fragile", colour="red")
_INCONCLUSIVE: Final = Mark(sign="?", meaning="inconclusive", colour="yellow")
_UNDECIDED: Final = Mark(sign=".", meaning="undecided", colour="")
MARKS: Final = (
    _HELD, _HELD_FRAGILE, _HELD_ALONE, _SAYS_LITTLE, _FAILED, _FAILED_FRAGILE, _INCONCLUSIVE, _UNDECIDED,
)  # fmt: skip


def mark_of(verdict: Verdict) -> Mark:
    """The mark of a verdict."""
    if verdict.ruling == "undecided":
        return _UNDECIDED
    if verdict.ruling == "inconclusive":
        return _INCONCLUSIVE
    fragile = verdict.robustness == "fragile"
    if verdict.ruling != "held":
        return _FAILED_FRAGILE if fragile else _FAILED
    if fragile:
        return _HELD_FRAGILE
    if verdict.robustness == "untested":
        return _HELD_ALONE
    return _HELD if verdict.robustness == "robust" else _SAYS_LITTLE


def legend(used: Iterable[Mark]) -> list[Mark]:
    """Those that are used, in the order in which they are explained."""
    several = set(used)
    return [one for one in MARKS if one in several]
