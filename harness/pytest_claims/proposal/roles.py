"""The role of each column by itself: what its name and its cells speak for.

Knows nothing about what columns are to each other, but for a unit that is there twice.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from pytest_claims.proposal import naming
from pytest_claims.proposal.guess import Guess, Said
from pytest_claims.proposal.seen import Seen, same_as

_FEW, _MANY_FEW = 4, 12
_MARKS: Final = (
    ("c", "i"),
    ("yes", "no"),
    ("y", "n"),
    ("correct", "incorrect"),
    ("correct", "wrong"),
    ("right", "wrong"),
    ("pass", "fail"),
    ("passed", "failed"),
    ("true", "false"),
    ("success", "failure"),
    ("win", "loss"),
)


def role_of(seen: Seen, name: str, units: Sequence[Seen]) -> Guess:
    """The guess about one column; ``units`` are those found before it.

    The first of these that has something to say is right: nothing to compare, marks in words, numbers, names.
    """
    for guess in (_nothing, _again(units), _marks, _named, _numbers, _odd):
        if (found := guess(seen, name)) is not None:
            return found
    return _text(seen, name)


def _nothing(seen: Seen, name: str) -> Guess | None:
    if not seen.said:
        return _out(seen, name, "it is empty", "nothing")
    if len(seen.levels) == 1 and len(seen.codes) > 1:
        return _out(seen, name, f"it is {_short(seen.levels[0])} in all rows", "what all rows share: say it in title")
    if name.casefold().startswith("unnamed"):
        return _out(seen, name, "it has no name, as a number of rows", "a column that lost its name: give it one")
    return None


def _again(units: Sequence[Seen]) -> Callable[[Seen, str], Guess | None]:
    """What is another name of a unit that is there already; a number with few different values may be chance."""

    def guess(seen: Seen, name: str) -> Guess | None:
        twin = next((unit for unit in units if same_as(seen, unit)), None)
        if twin is None or (seen.numbers is not None and not naming.is_unit(name)):
            return None
        return _out(seen, name, f"it tells rows apart as {_short(twin.name)} does", "a unit, in the place of that one")

    return guess


def _marks(seen: Seen, name: str) -> Guess | None:
    """Words for right and wrong; rows with any other are left out, if these are the most."""
    said = {level.casefold(): level for level in seen.said}
    found = next(((good, bad) for good, bad in _MARKS if good in said and bad in said), None)
    if found is None or seen.numbers is not None or len(seen.said) > _FEW or naming.is_unit(name):
        return None
    good, bad = (said[mark] for mark in found)
    entry: dict[str, Said] = {"values": {good: 1.0, bad: 0.0}, "range": (0.0, 1.0)}
    guess = _made("measured", seen, name, f"its cells are {good} or {bad}", "a factor", entry)
    return _with_gaps(seen, _without(seen, guess, [level for level in seen.said if level not in (good, bad)]))


def _without(seen: Seen, guess: Guess, others: Sequence[str]) -> Guess:
    """The rows with these texts are left out."""
    if not others:
        return guess
    rows = int(np.isin(seen.codes, [seen.levels.index(other) for other in others]).sum())
    told = f"{rows} rows are left out, with {_short(others[0])} or the like: or say in values what these stand for"
    return guess.saying(otherwise="drop").because(told)


def _named(seen: Seen, name: str) -> Guess | None:
    """Units and factors by their name; a number with a fraction is neither."""
    if seen.numbers is not None and not seen.whole:
        return None
    count = len(seen.said)
    if (naming.is_contrast(name) and count <= _MANY_FEW) or (naming.is_either(name) and count <= _FEW):
        return _level(seen, name, "factor", f"by its name, and it has {count} levels", "a unit, if more could be drawn")
    if naming.is_unit(name) or (naming.is_either(name) and seen.numbers is None):
        told = f"by its name; more than these {count} could be drawn"
        return _level(seen, name, "unit", told, "a factor, if these are all that there are to compare")
    return None


def _numbers(seen: Seen, name: str) -> Guess | None:
    if seen.numbers is None:
        return None
    low, high = seen.bounds
    entry: dict[str, Said] = {}
    why = f"its cells are numbers from {low:g} to {high:g}"
    if low >= 0 and high <= 1:
        entry["range"] = (0.0, 1.0)
        why = "its cells are 0 or 1" if seen.whole else f"{why}, as shares are"
    names = "a factor" if entry else "a unit"
    other = f"{names}, if its numbers are names" if seen.whole else "left out, if no claim is about it"
    if seen.whole:
        entry["whole"] = True
    return _with_gaps(seen, _made("measured", seen, name, why, other, entry))


def _odd(seen: Seen, name: str) -> Guess | None:
    if not seen.odd:
        return None
    guess = _made("measured", seen, name, "most of its cells are numbers", "left out, if no claim is about it", {})
    return _with_gaps(seen, _without(seen, guess, seen.odd))


def _text(seen: Seen, name: str) -> Guess:
    count, rows = len(seen.said), len(seen.codes)
    if count == 2 and rows > 2:
        levels = " or ".join(map(_short, seen.said))
        return _level(seen, name, "factor", f"it is {levels}", "a unit, if more than these two could be drawn")
    if seen.long and count * 2 > rows:
        return _out(seen, name, "it is long text that hardly repeats", "a unit, if it is what was drawn")
    why = "each row has its own" if seen.each_once else f"it is text with {count} levels"
    return _level(seen, name, "unit", why, "a factor, if these are all that there are to compare")


def _level(seen: Seen, name: str, role: str, why: str, other: str) -> Guess:
    if seen.empty:
        told = f"{seen.empty} rows have none: name it there, or leave them out with [[drop]]"
        return _out(seen, name, told, f"a {role}, {why}")
    return _made("unit" if role == "unit" else "factor", seen, name, why, other, {})


def _with_gaps(seen: Seen, guess: Guess) -> Guess:
    if "" not in seen.levels:
        return guess
    return guess.saying(gaps=True).because(f"{seen.empty} rows have none")


def _made(role: str, seen: Seen, name: str, why: str, other: str, entry: dict[str, Said]) -> Guess:
    if seen.name != name:
        entry = {**entry, "column": seen.name}
    kind = role if role in ("unit", "factor", "measured") else "left out"
    return Guess(role=kind, name=name, column=seen.name, why=why, other=other, entry=entry)  # type: ignore[arg-type]


def _out(seen: Seen, name: str, why: str, other: str) -> Guess:
    return Guess(role="left out", name=name, column=seen.name, why=why, other=other)


def _short(text: str) -> str:
    """Text as a comment can show it: in one line, and not to its end."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
