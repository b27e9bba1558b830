"""The code that a function names, and all that this names in turn, as far as it is the project's own.

Knows nothing about what the function is for. Names count wherever they stand, so too much may be taken, and nothing
that is called by its name is missed; where names are looked up otherwise, all of a file that is reached is taken. What
is not reached may change, and so may the layout, comments and docstrings of what is.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pytest_claims.base.canonical import canonical, without_docstring
from pytest_claims.base.code_of_test import LOOKING
from pytest_claims.base.project import content_of, imported_by, own_file_of

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_CALLED_BY_PYTEST: Final = frozenset({"setup_module", "setup_function"})
_HARMLESS: Final = re.compile(r"(^|\.)claim$|(^|\.)mark\.")
_TEST: Final = "test"


@dataclass(frozen=True, kw_only=True)
class _Statement:
    """One of a file: the names that it makes, None if it does more than that; those in it, and modules it imports."""

    makes: frozenset[str] | None
    words: frozenset[str]
    text: str
    imports: frozenset[str]


def code_of(function: Any) -> list[ast.AST]:
    """What a function takes and does, less its name, statement and marks; none for one that was typed or made.

    It is of several parts where its file writes it anew.
    """
    return [
        part for node in _definitions(function) for part in (node.args, *_others(node), *without_docstring(node.body))
    ]


def named_code(function: Any, others: Iterable[Any] = ()) -> str:
    """All that a function of the project reaches, less itself; and ``others`` with all that they reach.

    Whatever else a file that is reached does when it is imported is taken, too, but for what only makes a name that
    nothing names: other functions, classes and constants, and above all other tests.
    """
    others = list(others)
    words = {*_CALLED_BY_PYTEST, *_words(code_of(function)), *(other.__name__ for other in others)}
    words |= {part for part in function.__qualname__.split(".")[:-1] if part != "<locals>"}  # what it stands in
    files = {_file_of(one): one.__module__ for one in (function, *others)}
    taken: dict[tuple[str, int], str] = {}
    before = -1
    while len(taken) > before:
        before = len(taken)
        for file, module in list(files.items()):
            for place, one in enumerate(_statements(content_of(file), module, file.endswith("__init__.py"))):
                if (file, place) not in taken and _is_reached(one, words):
                    taken[file, place] = one.text
                    words |= one.words
                    files |= _own(one.imports)
    return "\n".join(sorted(set(taken.values())))


def _definitions(function: Any) -> list[_Function]:
    return [node for name, node in _functions(content_of(_file_of(function))) if name == function.__qualname__]


def _others(node: _Function) -> list[ast.expr]:
    """The decorators that are neither a claim nor a mark of pytest, whose values are known elsewhere."""
    return [one for one in node.decorator_list if not _HARMLESS.search(ast.unparse(getattr(one, "func", one)))]


def _is_reached(one: _Statement, words: set[str]) -> bool:
    if one.makes is None or not one.makes.isdisjoint(words):
        return True
    return not words.isdisjoint(LOOKING) and not any(name.startswith(_TEST) for name in one.makes)


def _file_of(function: Any) -> str:
    """Of a function that wraps another, the file in which that other stands."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_filename if code else getattr(sys.modules.get(function.__module__), "__file__", None) or ""


def _own(modules: Iterable[str]) -> dict[str, str]:
    """Of these modules those of the project, by their files."""
    return {str(file): name for name in modules if (file := own_file_of(name))}


@lru_cache(maxsize=64)
def _functions(content: bytes) -> tuple[tuple[str, _Function], ...]:
    """Every function of a file, by its qualified name."""
    return tuple(_within(_tree(content), ""))


def _within(node: ast.AST, above: str) -> Iterator[tuple[str, _Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _within(child, f"{above}{child.name}.")
        elif isinstance(child, _Function):
            yield f"{above}{child.name}", child
            yield from _within(child, f"{above}{child.name}.<locals>.")
        else:
            yield from _within(child, above)


def _tree(content: bytes) -> ast.Module:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


@lru_cache(maxsize=64)
def _statements(content: bytes, module: str, is_package: bool) -> tuple[_Statement, ...]:
    package = module if is_package else module.rpartition(".")[0]
    return tuple(_statement(part, package) for node in _tree(content).body for part in _parts(node))


def _parts(node: ast.stmt) -> Iterator[ast.stmt]:
    """A statement; an import name by name, and of a class its tests apart."""
    if isinstance(node, ast.Import):
        yield from (ast.Import(names=[alias]) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (ast.ImportFrom(module=node.module, names=[alias], level=node.level) for alias in node.names)
    elif isinstance(node, ast.ClassDef):
        tests = [one for one in node.body if isinstance(one, _Function) and one.name.startswith(_TEST)]
        rest = [one for one in node.body if one not in tests]
        yield ast.ClassDef(**{**dict(ast.iter_fields(node)), "body": rest})
        yield from tests
    elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield node


def _statement(node: ast.stmt, package: str) -> _Statement:
    modules = {name for one in ast.walk(node) for name in imported_by(one, package)}
    return _Statement(
        makes=_made(node), words=frozenset(_words([node])), text=canonical(node), imports=frozenset(modules)
    )


def _made(node: ast.stmt) -> frozenset[str] | None:
    """The names that a statement makes; None if it may do something else, such as change what is there."""
    if isinstance(node, ast.ClassDef | _Function):
        return frozenset({node.name})
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        return None if "*" in names else frozenset(names)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    several = [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
    names = {one.id for one in several if isinstance(one, ast.Name)}
    return frozenset(names) if several and len(names) == len(several) else None


def _words(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in (one for top in nodes for one in ast.walk(top)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found |= {*node.name.split("."), node.asname or ""}
    return found
