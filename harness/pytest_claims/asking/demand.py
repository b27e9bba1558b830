"""Demands: what a body asserts of the numbers of its estimates, read from its asserts as they are met or not.

Knows nothing about claims. A demand is known by its number: the side of a comparison that is a value, a p or an end
of an interval of an estimate that was noted. A number that a body computes from one, such as ``abs(r)``, is no demand.
"""

import ast
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import CodeType, FrameType
from typing import Any, Final, Literal, get_args

from pytest_claims.asking.condition import OPERATORS, evaluated
from pytest_claims.base.project import asserts_of, content_of
from pytest_claims.stats.estimate import Estimate, ledger, noted

Part = Literal["p", "low", "high", "value"]
_NEGATED: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_SWAPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
# A call is made again only for what it has, as that of a statistic for its p.
_SIMPLE: Final = (ast.Attribute, ast.Name, ast.Constant, ast.UnaryOp)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """That ``part`` of the estimate at place ``about`` is as ``operator`` and ``number`` say, written as ``text``."""

    about: int
    part: Part
    operator: Literal["<", "<=", ">", ">=", "=="]
    number: float
    text: str

    def met(self, estimates: Sequence[Estimate]) -> bool:
        """Whether these estimates meet it; not where one of them lacks that number."""
        found = getattr(estimates[self.about], self.part) if self.about < len(estimates) else None
        return found is not None and bool(_HOLDS[self.operator](found, self.number))


_HOLDS: Final = {sign: holds for sign, holds in OPERATORS.values() if sign in _SWAPPED}


def demands_in(frame: FrameType) -> Iterator[tuple[Estimate, Demand]]:
    """What the asserts of a function demand that ends in this frame, each with the estimate that it is about."""
    asserts, estimates = _asserts_of(frame.f_code), noted()
    if not (asserts and estimates):
        return
    with ledger():  # sides are evaluated again, and what they note was noted before
        for node in asserts:
            yield from ((estimates[one.about], one) for one in _demands(node.test, frame, estimates))


def demands_on(estimates: Sequence[Estimate], found: Iterable[tuple[Estimate, Demand]]) -> tuple[Demand, ...]:
    """Those of the demands that are about one of these very estimates, by its place among them."""
    places = {id(one): place for place, one in enumerate(estimates)}
    here = [replace(demand, about=places[id(one)]) for one, demand in found if id(one) in places]
    return tuple(dict.fromkeys(here))


@cache  # a function that a body calls in a loop ends thousands of times
def _asserts_of(code: CodeType) -> tuple[ast.Assert, ...]:
    """The asserts that stand in a function."""
    lines = {line for *_, line in code.co_lines()}
    return tuple(node for node in asserts_of(content_of(code.co_filename)) if node.lineno in lines)


def _demands(test: ast.expr, frame: FrameType, estimates: Sequence[Estimate]) -> Iterator[Demand]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for part in test.values:
            yield from _demands(part, frame, estimates)
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    compared = test.operand if isinstance(test, ast.UnaryOp) and negated else test
    if isinstance(compared, ast.Compare) and not (negated and len(compared.ops) > 1):
        sides = [compared.left, *compared.comparators]
        for left, kind, right in zip(sides, compared.ops, sides[1:], strict=False):
            sign, _ = OPERATORS[type(kind)]
            sign = _NEGATED.get(sign, "") if negated else sign
            if sign in _SWAPPED and isinstance(left, _SIMPLE) and isinstance(right, _SIMPLE):
                yield from _compared(ast.unparse(test), (left, sign, right), frame, estimates)


def _compared(
    text: str, pair: tuple[ast.expr, str, ast.expr], frame: FrameType, estimates: Sequence[Estimate]
) -> Iterator[Demand]:
    left, sign, right = pair
    try:
        values = evaluated(left, frame), evaluated(right, frame)
    except Exception:  # whatever the code of a claim raises when it is asked twice, or before a name is there
        return
    parts = [_part(side, one, _meant(side, frame, estimates)) for side, one in zip((left, right), values, strict=True)]
    found, how, number = (parts[0], sign, values[1]) if parts[0] is not None else (parts[1], _SWAPPED[sign], values[0])
    # Where both sides are estimates, neither is a number that the other has to be beyond.
    if found is None or None not in parts or not isinstance(number, int | float):
        return
    about, part = found
    demand = Demand(about=about, part=part, operator=how, number=float(number), text=text)  # type: ignore[arg-type]
    if not (part == "p" and demand.number in (0.0, 1.0)):  # which every p meets, or none
        yield demand


def _part(side: ast.expr, value: Any, estimates: Mapping[int, Estimate]) -> tuple[int, Part] | None:
    """Of which estimate a value is what; the last of those that have it."""
    if isinstance(side, ast.Constant | ast.UnaryOp) or not isinstance(value, float):
        return None
    named = side.attr if isinstance(side, ast.Attribute) else ""
    parts: tuple[Part, ...] = get_args(Part)
    wanted = [part for part in parts if part == named] or sorted(parts, key="value".__ne__)  # r is the value
    pairs = ((place, part) for place in sorted(estimates, reverse=True) for part in wanted)
    same = operator.eq if named in (*parts, "r") else operator.is_  # another number may be as large by coincidence
    return next((one for one in pairs if same(getattr(estimates[one[0]], one[1]), value)), None)


def _meant(side: ast.expr, frame: FrameType, estimates: Sequence[Estimate]) -> dict[int, Estimate]:
    """By their places, the estimates that a side may be about: the one whose name stands there, or else any."""
    every = dict(enumerate(estimates))
    if not (isinstance(side, ast.Attribute) and isinstance(side.value, ast.Name)):
        return every
    named = frame.f_locals.get(side.value.id)
    return {place: one for place, one in every.items() if one is named} or every
