"""The plain body: a claim's function as Python alone compiles it, without pytest's rewriting of its asserts.

Knows nothing about claims. A rewritten assert that fails writes out every value in it, which takes ten
times as long as most statistics; where a claim is asked thousands of times nobody reads that.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType, FunctionType, MethodType
from typing import Any

from pytest_claims.base.project import content_of

_Place = tuple[str, int]


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` with the code that its whole file gives when it is compiled; itself where there is no such file.

    Everything else is the same: globals, defaults, what it closes over, and the object that a method belongs to.
    """
    if isinstance(function, MethodType):
        return MethodType(plain(function.__func__), function.__self__)
    if not isinstance(function, FunctionType):
        return function
    was = function.__code__
    several = _codes(was.co_filename, content_of(was.co_filename)).get((was.co_qualname, was.co_firstlineno), ())
    if len(several) != 1 or several[0].co_freevars != was.co_freevars:  # none, or two lambdas on one line
        return function
    (code,) = several
    again = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    again.__kwdefaults__ = function.__kwdefaults__
    return again


@lru_cache(maxsize=256)
def _codes(file: str, content: bytes) -> dict[_Place, list[CodeType]]:
    """The code of every function of a file, by its name and line."""
    try:
        # What this file says of __future__ must not reach that one; asserts are there whatever Python was told.
        whole = compile(content, file, "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError):
        return {}
    codes: dict[_Place, list[CodeType]] = {}
    for code in _within(whole):
        codes.setdefault((code.co_qualname, code.co_firstlineno), []).append(code)
    return codes


def _within(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _within(one)
