"""The condition: an assert that the data did not meet, with what it compared.

Knows nothing about claims or pytest. What was compared is read from the frame in which the assert
stands, so it is the same for a body, for a helper in another module, and however asserts were compiled.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Final

import numpy as np

from pytest_claims.base.project import asserts_of, content_of
from pytest_claims.stats.estimate import ledger

Value = int | float | str
_LONGEST: Final = 80  # characters of a value that is not a number
OPERATORS: Final[Mapping[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
    ast.In: ("in", lambda one, many: one in many),
    ast.NotIn: ("not in", lambda one, many: one not in many),
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What was asserted and is not so.

    ``text`` is the condition as it is written, ``left``, ``operator`` and ``right`` are what it compared:
    numbers where they are numbers; ``left_text`` and ``right_text`` are these sides as they are written. A condition
    that compares nothing has only ``left``, its value; an error that no assert raised has only ``text``.
    ``message`` is what the author wrote for this case.
    """

    text: str
    left: Value | None = None
    operator: str = ""
    right: Value | None = None
    message: str = ""
    left_text: str = ""
    right_text: str = ""


def condition_of(error: AssertionError) -> Condition:
    """The assert that raised ``error``; the text of an error that none raised."""
    frame, line = _innermost(error.__traceback__)
    with ledger():  # sides are evaluated again, and what they note was noted before
        for test, message in _asserts(content_of(frame.f_code.co_filename), line) if frame else ():
            found = _unmet(test, message, frame)
            if found:
                return found
    lines = (line.strip() for line in str(error).splitlines())
    return Condition(text=next(filter(None, lines), "an assertion without message"))


def _innermost(trace: TracebackType | None) -> tuple[FrameType | None, int]:
    if trace is None:
        return None, 0
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame, trace.tb_lineno


def _asserts(content: bytes, line: int) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The condition and the message of each assert that stands on a line."""
    for node in asserts_of(content):
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            yield node.test, node.msg


def _unmet(test: ast.expr, message: ast.expr | None, frame: FrameType | None) -> Condition | None:
    """The condition, if it is indeed not met when it is looked at again."""
    try:
        return _looked_at(test, str(evaluated(message, frame)) if message else "", frame)
    except Exception:  # whatever the code of a claim raises when it is asked twice: then its text has to do
        return Condition(text=ast.unparse(test))


def _looked_at(test: ast.expr, message: str, frame: FrameType | None) -> Condition | None:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        parts = (_looked_at(part, message, frame) for part in test.values)
        return next((part for part in parts if part), None)
    if isinstance(test, ast.Compare):
        return _pair(test, message, frame)
    value = evaluated(test, frame)
    return None if value else Condition(text=ast.unparse(test), left=_told(value), message=message)


def _pair(test: ast.Compare, message: str, frame: FrameType | None) -> Condition | None:
    """The first pair of a chain of comparisons that is not as it should be."""
    left, written = evaluated(test.left, frame), test.left
    for kind, side in zip(test.ops, test.comparators, strict=True):
        right = evaluated(side, frame)
        sign, holds = OPERATORS[type(kind)]
        if not holds(left, right):
            return Condition(
                text=ast.unparse(test),
                left=_told(left),
                operator=sign,
                right=_told(right),
                message=message,
                left_text=ast.unparse(written),
                right_text=ast.unparse(side),
            )
        left, written = right, side
    return None


def evaluated(expression: ast.expr, frame: FrameType | None) -> Any:
    """What an expression of the claim's code is in a frame. Raises whatever that raises."""
    if frame is None:
        raise ValueError("no frame to look at")
    code = compile(ast.Expression(body=expression), frame.f_code.co_filename, "eval")
    # One namespace, or what a comprehension or lambda of the condition names would not be found.
    return eval(code, {**frame.f_globals, **frame.f_locals})  # noqa: S307  the claim's own source


def _told(value: object) -> Value:
    """A number as one, anything else as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value):
        return value
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
