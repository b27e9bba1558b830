"""How verdicts differ from those on record, in words. Knows nothing about where the record lies."""

from collections.abc import Sequence
from typing import Final

from pytest_claims.verdicts.difference import Difference, Kind
from pytest_claims.verdicts.known import Known
from pytest_claims.words.apart import apart
from pytest_claims.words.listed import joined
from pytest_claims.words.repetition import drawn, where

# What stands before a difference; docs/regression.md says what each of these words means.
CALLED: Final[dict[Kind, str]] = {
    "moved": "moved",
    "crossed": "crossed",
    "changed": "changed",
    "repeated": "same within noise",
    "apart": "cannot be compared",
}


def different(one: Difference) -> str:
    """How a verdict differs, as what is said of it."""
    if one.kind in ("repeated", "apart"):
        return f"{_is(one)}; {_held_against(one)}"
    if one.repetition is not None:
        return f"{_is(one)}: {_held_against(one)}"
    if not one.words:
        return f"is still {one.now.ruling}, but {_numbers(one)}{_how_far(one)}"
    return f"{_is(one)}{_crossing(one)}{_how_far(one)}"


def missed(claim: str, subjects: Sequence[str]) -> str:
    """That a claim on record was not asked, and what to do about it."""
    return (
        f"{claim} is on record for {', '.join(subjects)} and was not asked; restore it, "
        "or take it off the record with --claims-save"
    )


def _is(one: Difference) -> str:
    """Both words, each with its numbers."""
    estimates, ps = apart(one.was.estimate, one.now.estimate), apart(one.was.p, one.now.p)
    words, symbols = (_verdict(one.was), _verdict(one.now)), ("estimate", "estimate")
    if one.another_estimate:
        symbols = (one.was.symbol, one.now.symbol)
    if (one.was.estimate, one.was.p, one.now.estimate, one.now.p) == (None,) * 4:
        before, after = words
    else:
        facts = zip(words, symbols, estimates, ps, strict=True)
        before, after = (f"{word} ({symbol} {value}, p {p})" for word, symbol, value, p in facts)
    return f"was {before}, is {after}" if one.words else f"is still {after}, and was {before}"


def _numbers(one: Difference) -> str:
    pairs = [(name, apart(getattr(one.was, name), getattr(one.now, name))) for name in one.numbers]
    return joined([f"its {name} was {before}, is {after}" for name, (before, after) in pairs])


def _crossing(one: Difference) -> str:
    if one.another_estimate:
        return f"; {one.now.symbol} decides now, and {one.was.symbol} did before"
    if one.another_alpha:
        return f"; p is held against {one.now.alpha:g} now, and was against {one.was.alpha:g}"
    if not one.crosses:
        return ""
    before, after = apart(one.was.p, one.now.p)
    alpha = one.now.alpha if one.now.alpha is not None else one.was.alpha
    return f"; p crossed {alpha:g}: {before}, now {after}"


def _how_far(one: Difference) -> str:
    """How far the estimate moved, in its standard errors."""
    if one.distance is None or "estimate" not in one.numbers:
        return "; the estimate is the same" if one.kind == "crossed" and one.distance is not None else ""
    told = f"{one.distance:.1f}" if one.distance >= 0.05 else "less than 0.1"
    return f"; the estimate moved by {told} standard errors"


def _held_against(one: Difference) -> str:
    """What a repetition of the recorded measurement gives, and what that says of this one."""
    again = one.repetition
    if again is None:
        return "there is no recorded measurement of this name to draw a repetition from"
    if again.gap is not None:
        return str(again.gap)
    expected = where(again)
    if one.kind == "repeated":
        return f"a repetition may say that: {expected}"
    if one.kind == "moved":
        return f"no repetition is expected there: {expected}"
    return f"that is beyond what {drawn(again)} explain: {expected}"


def _verdict(known: Known) -> str:
    return known.ruling if known.robustness in ("untested", None) else f"{known.ruling}, {known.robustness}"
