"""The plain body: a claim's function as it is written, without pytest's rewriting of its asserts.

Knows nothing about claims. A rewritten assert that fails writes out every value in it, which takes ten
times as long as most statistics; where a claim is asked thousands of times nobody reads that.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import FunctionType
from typing import Any


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` compiled anew from its source; the function itself where that is not possible.

    It is not for a method, or a function that uses variables of another one.
    """
    if not isinstance(function, FunctionType) or function.__closure__ is not None:
        return function
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return function
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        return function
    definition.decorator_list = []
    definition.args.defaults, definition.args.kw_defaults = [], [None] * len(definition.args.kwonlyargs)
    namespace = dict(function.__globals__)
    exec(compile(tree, inspect.getfile(function), "exec"), namespace)  # noqa: S102  the claim's own source
    again: FunctionType = namespace[definition.name]
    again.__defaults__, again.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    return again
