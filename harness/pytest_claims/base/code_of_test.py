"""The code that one test runs on: its file, without the bodies of the other tests there, which nobody but pytest calls.

Knows nothing about claims. A file of twenty tests of which one was edited is to the nineteen others as it was.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TEST: Final = "test"  # how pytest knows one
# By these a function may be found without its name.
LOOKING: Final = ("globals", "locals", "vars", "getattr", "__dict__", "eval", "exec", "modules", "import_module")
# Decorators that hand a test to nobody else.
_HARMLESS: Final = re.compile(r"claim\(.*\)|(pytest\.)?mark\..*", re.DOTALL)
_WORD: Final = re.compile(rb"\w+")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A statement of a file as text; of a test by its ``name`` the ``body`` apart, and without lines and comments.

    It is ``registered`` where a decorator may have handed it to somebody who calls it.
    """

    name: str = ""
    rest: str
    body: str = ""
    registered: bool = False


def code_of_test(content: bytes, test: str, others: Iterable[bytes] = ()) -> str:
    """All that a file of code says, less what its other tests do.

    Args:
        content: the file's.
        test: the qualified name of a function of it.
        others: the contents of files that it runs: a test that one of them names, or that this file names twice, may
            be called by it, and stays; as do all where functions are looked up otherwise.
    """
    try:
        parts = _parts(content)
    except (SyntaxError, ValueError):
        return content.decode(errors="replace")
    own, elsewhere = _words(content), [_words(other) for other in others]

    looked_up = any(word in words for words in (own, *elsewhere) for word in map(str.encode, LOOKING))

    def stays(part: _Part) -> bool:
        word = part.name.rpartition(".")[2].encode()
        named = own[word] > 1 or any(word in words for words in elsewhere)
        return looked_up or part.name == test or part.registered or named

    return "\n".join(part.rest + (part.body if not part.name or stays(part) else "") for part in parts)


@lru_cache(maxsize=64)
def _words(content: bytes) -> Counter[bytes]:
    return Counter(_WORD.findall(content))


@lru_cache(maxsize=64)
def _parts(content: bytes) -> tuple[_Part, ...]:
    return tuple(part for node in ast.parse(content).body for part in _parts_of(node, ""))


def _parts_of(node: ast.stmt, within: str) -> Iterable[_Part]:
    if isinstance(node, ast.ClassDef):
        inner = node.body
        node.body = []
        yield _Part(rest=ast.dump(node))
        for one in inner:
            yield from _parts_of(one, f"{within}{node.name}.")
    elif isinstance(node, _Function) and node.name.startswith(_TEST):
        body, decorators = "".join(map(ast.dump, node.body)), map(ast.unparse, node.decorator_list)
        registered = not all(map(_HARMLESS.fullmatch, decorators))
        node.body = []
        yield _Part(name=within + node.name, rest=ast.dump(node), body=body, registered=registered)
    else:
        yield _Part(rest=ast.dump(node))
