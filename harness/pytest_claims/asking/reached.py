"""What a body reached: the asserts of its project that were executed while it was asked.

Knows nothing about claims. A body that reaches no assert cannot fail, however many are written in it.
"""

import ast
import dis
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any, Final

from pytest_claims.base.project import asserts_of, content_of, is_own

_REWRITTEN: Final = "@pytest_ar"
_LOADS_NAME: Final = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_METHOD")


@dataclass(kw_only=True)
class Reached:
    """``lines`` of the project's code that were executed.

    ``fails`` says whether something was called, or stands in a function that was, which fails by other means
    than an assert; ``caught`` whether an assertion failed on the way.
    """

    lines: set[tuple[str, int]] = field(default_factory=set)
    fails: bool = False
    caught: bool = False

    @property
    def can_fail(self) -> bool:
        """Whether an assert was reached that says something about the data."""
        return self.fails or any(map(_says_something, self._asserts()))

    def _asserts(self) -> Iterator[ast.Assert]:
        for file in {file for file, _ in self.lines}:
            for node in asserts_of(content_of(file)):
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                if any((file, line) in self.lines for line in lines):
                    yield node


@contextmanager
def reaching(ended: Callable[[FrameType], None] | None = None) -> Iterator[Reached]:
    """Follow what is executed inside the block; ``ended`` is told of each function of the project that ends."""
    reached, before = Reached(), sys.gettrace()

    def called(frame: FrameType, event: str, arg: Any) -> Any:
        code = frame.f_code
        reached.fails |= code.co_name.startswith("assert")
        if not is_own(code.co_filename):
            return None
        reached.fails |= _may_raise(code, frame)
        return within

    def within(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            reached.lines.add((frame.f_code.co_filename, frame.f_lineno))
        elif event == "exception":
            reached.caught |= issubclass(arg[0], AssertionError)
        elif event == "return" and ended is not None:
            ended(frame)
        return within

    sys.settrace(called)
    try:
        yield reached
    finally:
        sys.settrace(before)


def _says_something(node: ast.Assert) -> bool:
    """Whether a condition depends on anything: not one of constants alone, and no tuple, which is always true."""
    always = isinstance(node.test, ast.Tuple | ast.List | ast.GeneratorExp | ast.Lambda)
    return not always and any(isinstance(part, ast.Name) for part in ast.walk(node.test))


def _may_raise(code: CodeType, frame: FrameType) -> bool:
    """Whether a function names an AssertionError, or pytest.fail, which it may raise."""
    names = _named(code)
    # Where pytest has rewritten an assert, the name is its doing: such an assert counts where it is reached.
    known = {} if _REWRITTEN in code.co_names else {"AssertionError": AssertionError}
    kinds = (known.get(name) or frame.f_globals.get(name) for name in names)
    return "fail" in names or any(isinstance(one, type) and issubclass(one, AssertionError) for one in kinds)


@cache
def _named(code: CodeType) -> frozenset[str]:
    steps = dis.get_instructions(code)
    return frozenset(str(step.argval) for step in steps if step.opname in _LOADS_NAME)
