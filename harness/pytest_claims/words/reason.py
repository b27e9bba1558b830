"""Why a verdict is not that a claim held, as a sentence may end.

Knows nothing about the page that it stands on.
"""

import ast
from collections.abc import Sequence
from typing import Final

from pytest_claims.asking.condition import Condition, Value
from pytest_claims.data.gap import Gap
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.number import p_value, signed

_SIGNS: Final = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_ENDS: Final = {"low": "lower", "high": "upper"}
_DIGITS: Final = 4
_MOST_DIGITS: Final = 17  # in as many every two numbers differ


def reason(verdict: Verdict) -> str:
    """Why a claim failed, or is undecided: what was observed, and what it needs; empty where it held."""
    if (gap := gap_of(verdict)) is not None:
        return str(gap)
    condition = verdict.answer.unmet
    return "" if condition is None else unmet(condition, verdict.answer.estimates)


def briefly(verdict: Verdict) -> str:
    """The same beside the estimate that decided, without the number that stands there: ``needs r < 0``."""
    condition, estimate = verdict.answer.unmet, verdict.deciding
    if gap_of(verdict) is not None or condition is None or estimate is None or condition.right is None:
        return reason(verdict)
    beside = (estimate.value, estimate.p, estimate.low, estimate.high)
    of_it = _is_written(condition.right, condition.right_text) and condition.left in beside
    if not of_it or not _is_name(condition.left_text):
        return reason(verdict)
    before = f"{condition.message}: " if condition.message else ""
    return f"{before}needs {_needs(condition, verdict.answer.estimates)}"


def gap_of(verdict: Verdict) -> Gap | None:
    """What the data lack that would decide it, where it is undecided."""
    power = verdict.power
    if verdict.ruling != "undecided" or verdict.outcome == "undecided" or power is None:
        return verdict.answer.gap
    called = "tries of each rate" if power.of == "trials" else "rows"
    return Gap(
        reason=f"data of this size could hardly show it: with no effect at all it would hold in {power.share:.0%}",
        remedy=f"with {power.size:,} {called} it would in 80%" if power.size else "give wider bounds",
    )


def unmet(condition: Condition, estimates: Sequence[Estimate]) -> str:
    """What was observed, and what the claim needs: ``r = +0.16, and the claim needs r < 0``."""
    before = f"{condition.message}: " if condition.message else ""
    return before + _unmet(condition, estimates)


def _unmet(condition: Condition, estimates: Sequence[Estimate]) -> str:
    if condition.left is None:
        return condition.text
    if condition.right is None:
        return f"{condition.text} is {condition.left}, and the claim needs it to be true"
    told = _sides(condition, estimates)
    observed = " and ".join(f"{name} {'' if number[0] in '<>' else '= '}{number}" for name, number in told if name)
    either = " and ".join(number for _, number in told)
    return f"{observed or either}, and the claim needs {_needs(condition, estimates)}"


def _needs(condition: Condition, estimates: Sequence[Estimate]) -> str:
    """What a comparison is to be: ``r < 0``."""
    (left, first), (right, second) = _sides(condition, estimates)
    return f"{left or first} {_SIGNS.get(condition.operator, condition.operator)} {right or second}"


def _sides(condition: Condition, estimates: Sequence[Estimate]) -> list[tuple[str, str]]:
    """What each side of a comparison is called, and its value."""
    assert condition.left is not None  # noqa: S101  who asks has seen that
    assert condition.right is not None  # noqa: S101
    sides = (condition.left, condition.left_text), (condition.right, condition.right_text)
    told = [_side(*side, sides, estimates) for side in sides]
    if told[0][0] and told[0][0] == told[1][0]:  # two estimates of one kind: they are called as they are written
        return [(text, number) for (_, text), (_, number) in zip(sides, told, strict=True)]
    return told


def _side(
    value: Value, text: str, sides: Sequence[tuple[Value, str]], estimates: Sequence[Estimate]
) -> tuple[str, str]:
    """What a side of a comparison is called, empty for a value that is written there, and its value."""
    if _is_written(value, text):
        return "", text
    others = [other for other, written in sides if written != text]
    if isinstance(value, str):
        return text, value
    for one in reversed(estimates) if _is_name(text) else ():  # abs(r) may be the same number as r, and is another
        if value == one.p:
            return "p", _apart(value, p_value(one.p), others)
        if value == one.value:
            return one.symbol, _apart(value, signed(one.symbol, one.value), others)
        for end, called in _ENDS.items():
            if value == getattr(one, end):
                name = f"the {called} end of the interval of {one.symbol}"
                return name, _apart(value, signed(one.symbol, value), others)
    return text, _apart(value, f"{value:.4g}" if isinstance(value, float) else str(value), others)


def _is_name(text: str) -> bool:
    """Whether a side is written as a name, or what something has: a number of an estimate as it is."""
    return isinstance(ast.parse(text, mode="eval").body, ast.Name | ast.Attribute)


def _is_written(value: Value, text: str) -> bool:
    if isinstance(value, str):
        return text == value  # 'a' in quotes, or a list
    try:
        return float(text) == value
    except ValueError:
        return False


def _apart(value: Value, told: str, others: Sequence[Value]) -> str:
    """A number in as many digits as it takes to tell on which side it is of what it is compared with."""
    numbers = [one for one in others if isinstance(one, float | int) and one != value]
    digits = _DIGITS
    while isinstance(value, float) and digits <= _MOST_DIGITS and not all(_tells(told, value, one) for one in numbers):
        told, digits = f"{value:+.{digits}g}" if told[0] in "+-" else f"{value:.{digits}g}", digits + 1
    return told


def _tells(told: str, value: float, other: float) -> bool:
    """Whether a number as it is told is on the same side of another as it is."""
    if told[0] in "<>":
        bound = float(told[1:])
        return bound <= other if told[0] == "<" else bound >= other
    return (float(told) > other) == (value > other) and float(told) != other
