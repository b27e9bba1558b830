"""Digits: what was computed of perturbed copies keeps five of them, which is more than any picture or sentence shows.

A deletion moves an estimate by a two-hundredth of what its levels differ by, or more, and five digits still show that.
What was computed of all the data keeps every digit. Knows nothing about files.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from pytest_claims.verdicts.firmness import carrying
from pytest_claims.verdicts.verdict import Verdict

DIGITS: Final = 5
_ALL: Final = 17  # that a float has


def rounded(verdict: Verdict) -> Verdict:
    """The verdict with five digits of each number of a copy; itself where it would say something else.

    It would where a third of two thirds is exactly half, and no longer when both are rounded.
    """
    checks = tuple(replace(check, numbers=_short(check.numbers)) for check in verdict.checks)
    short = replace(verdict, left_out=_short(verdict.left_out), checks=checks)
    return short if _says(short) == _says(verdict) else verdict


def short_of(value: float) -> float:
    """``value`` in five digits, or one that rounds to fewer as it does: a last digit 5 could go the other way."""
    for digits in range(DIGITS - 1, _ALL - 1):
        text = f"{value:.{digits}e}"
        if not text.partition("e")[0].rstrip("0").endswith("5"):
            return float(text)
    return value


def _says(verdict: Verdict) -> tuple[object, ...]:
    """What is read from the numbers of copies."""
    carried = [carrying(one, verdict.answer, verdict.claimed) for one in verdict.left_out]
    return str(verdict), verdict.most_influential, carried


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return value if value.is_integer() else short_of(value)
    if isinstance(value, tuple):
        return tuple(map(_short, value))
    if isinstance(value, Mapping):
        return {key: _short(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        before = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: short for name, one in before.items() if (short := _short(one)) is not one and short != one}
        return replace(value, **changed) if changed else value
    return value
