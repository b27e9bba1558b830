"""The sentence of what was left out: of each unit its levels, groups of many, or families of them.

Knows nothing about how anything is left out, nor about the page that the sentence stands on.
"""

from collections.abc import Iterable, Sequence

from pytest_claims.asking.answer import Outcome
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.data.design import Words
from pytest_claims.words.listed import listed
from pytest_claims.words.span import span


def left_out(one: LeftOut, outcome: Outcome, words: Words, carrying: Sequence[str] = ()) -> str:
    """What a claim says without each part of a unit, or why none was left out.

    ``outcome`` is that on all the data, and ``carrying`` are the parts without which the estimate is another one.
    """
    if not one.deletions:
        return f"{begun(str(one.gap))}." if one.gap else f"No {called(one, words)} was left out."
    before = _before(one, words)
    if not one.decidable:
        return f"{before} it cannot be answered ({one.deletions[0].answer.reason})."
    if outcome == "undecided":
        return f"{before} it can be answered in {len(one.decidable)} of {len(one.deletions)} copies."
    agreeing, names = sum(copy.answer.outcome == outcome for copy in one.decidable), one.overturning(outcome)
    copies = f"{agreeing} of {len(one.decidable)} copies{_undecided(one)}"
    carried = f"; it is carried by {listed(carrying)}" if carrying else ""
    without = f"; it is overturned without {listed(names)}" if names else ""
    return f"{before} the outcome is the same in {copies}{carried}{without}{_spread(one.decidable)}."


def called(one: LeftOut, words: Words) -> str:
    """What is left out at a time: ``item``, ``group of items`` where there are many, or ``family of items``."""
    several = words.several(one.unit)
    if one.families:
        return f"family of {several}"
    return f"group of {several}" if one.grouped else one.unit or words.unit


def named(one: LeftOut) -> str:
    """What stands before the name of a level, or of a family."""
    return "family" if one.families else one.unit


def parts(one: LeftOut, names: Sequence[str], *, main: bool) -> str:
    """Levels, or families, in a sentence: ``model a and b``; the unit is named unless it is the main one."""
    if not names:
        return ""
    if one.families:
        return f"{'family' if len(names) == 1 else 'families'} {listed(names)}"
    return listed(names) if main else f"{one.unit} {listed(names)}"


def _before(one: LeftOut, words: Words) -> str:
    if one.grouped:
        several = f"Its {one.count} {words.several(one.unit)}"
        return f"{several} are left out in {len(one.deletions)} groups: without one group"
    return f"Without one {called(one, words)}"


def begun(reason: str) -> str:
    """A reason at the beginning of a sentence; ``str.capitalize`` would change the names in it."""
    return reason[:1].upper() + reason[1:]


def _undecided(one: LeftOut) -> str:
    undecided = len(one.deletions) - len(one.decidable)
    return f", {undecided} undecided" if undecided else ""


def _spread(deletions: Iterable[Deletion]) -> str:
    """From where to where the headline runs; empty where there is none."""
    estimates = (deletion.answer.estimate for deletion in deletions)
    values = [estimate.value for estimate in estimates if estimate is not None]
    return f"; {span(min(values), max(values))}" if values else ""
