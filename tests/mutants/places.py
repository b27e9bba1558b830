"""Places: the lines of the code that are run when what stands in a line is needed.

What stands in a function is run with its line. Anything else is run once, on import, by whichever test imports it
first: there the lines that use it count. Knows nothing about tests.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mutants.drawing import sources

Line = tuple[str, int]  # a file, as seen from the root, and a line of it


@dataclass(frozen=True)
class _File:
    text: str
    tree: ast.Module
    run: frozenset[int]  # the lines of the bodies of functions


def lines_of(root: Path, path: str, line: int) -> set[Line]:
    """Where a test that can notice a change of this line comes along."""
    file = _file(root, path)
    *outer, statement = _chain(file.tree, line)
    if any(isinstance(one, ast.FunctionDef) for one in outer):
        return {(path, number) for number in _own(statement)}
    around = [one for one in (*outer, statement) if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    within = {(path, number) for one in around[-1:] for number in _all(one) if number in file.run}
    if isinstance(statement, ast.FunctionDef):
        return within
    names = {around[-1].name} if around else _bound(statement)
    used = {place for name in names for place in _mentions(root, path, name)}
    return within | used or {(path, number) for number in file.run}


def _chain(tree: ast.Module, line: int) -> list[ast.stmt]:
    """The statements around this line, from the outermost to the one to which it belongs."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and line in _all(node)]
    return sorted(found, key=lambda node: len(_all(node)), reverse=True)


def _all(statement: ast.stmt) -> range:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return range(first, (statement.end_lineno or first) + 1)


def _own(statement: ast.stmt) -> range:
    """The lines of a statement without those of its body."""
    body = getattr(statement, "body", None)
    lines = _all(statement)
    return range(lines.start, max(lines.start + 1, body[0].lineno)) if body else lines


def _bound(statement: ast.stmt) -> set[str]:
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.asname or node.name for node in ast.walk(statement) if isinstance(node, ast.alias)}


@cache
def _mentions(root: Path, path: str, name: str) -> set[Line]:
    """Lines in functions that name it: of all files, or of its own for a name that is private."""
    files = [path] if name.startswith("_") else [source.as_posix() for source in sources(root)]
    return {place for file in files for place in _mentions_in(root, file, name)}


def _mentions_in(root: Path, path: str, name: str) -> Iterator[Line]:
    file, word = _file(root, path), re.compile(rf"\b{re.escape(name)}\b")
    for number, text in enumerate(file.text.splitlines(), start=1):
        if number in file.run and word.search(text):
            yield path, number


@cache
def _file(root: Path, path: str) -> _File:
    text = (root / path).read_text()
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    run = {number for one in functions for number in range(one.body[0].lineno, (one.end_lineno or 0) + 1)}
    return _File(text, tree, frozenset(run))
