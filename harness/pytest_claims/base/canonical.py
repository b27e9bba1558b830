"""Code as text that layout, comments, docstrings, and the version of Python leave as it is.

Knows nothing about what the code is for.
"""

import ast
import json
from collections.abc import Iterable
from typing import Final

_DOCUMENTED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
_SILENT: Final = frozenset({"ctx", "kind", "type_comment", "type_ignores", "returns"})  # fields that decide nothing


def canonical(nodes: ast.AST | Iterable[ast.AST]) -> str:
    """What these nodes say: two that differ in more than looks differ here."""
    several = [nodes] if isinstance(nodes, ast.AST) else list(nodes)
    return json.dumps([_plain(node) for node in several], ensure_ascii=True, separators=(",", ":"))


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a function, class or file, less what only describes it."""
    first = body[0] if body else None
    described = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return body[1:] if described else body


def _plain(node: object) -> object:
    """Python adds fields from version to version: those that are empty are left out."""
    if isinstance(node, ast.Constant):
        return ["Constant", type(node.value).__name__, repr(node.value)]
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: value for name, value in ast.iter_fields(node) if name not in _SILENT and value not in (None, [])}
    if isinstance(node, _DOCUMENTED):
        fields["body"] = without_docstring(node.body)
    if isinstance(node, ast.arg):
        fields.pop("annotation", None)
    return [type(node).__name__, {name: _plain(value) for name, value in sorted(fields.items())}]
