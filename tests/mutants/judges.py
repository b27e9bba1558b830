"""Judges: the tests that a mutant is given, out of those that execute its line.

Knows nothing about how tests are run.
"""

import ast
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from mutants.drawing import Mutant
from mutants.executed import Executed

ENOUGH: Final = 20.0  # seconds of tests for one mutant


@dataclass(frozen=True)
class Judges:
    """Tests, the fastest first."""

    tests: tuple[str, ...]
    files: tuple[str, ...]
    seconds: float
    key: str  # another when other tests are chosen, or the files in which they lie have changed


def judges_of(mutant: Mutant, executed: Executed) -> Judges:
    """Those that execute its statement; if none does, as it is run on import, those of its function or file."""
    statement, around = _lines(mutant.before, mutant.line)
    able = (
        executed.tests(mutant.path, statement)
        or executed.tests(mutant.path, around)
        or executed.tests_of_file(mutant.path)
    )
    chosen = _enough(able, mutant.path, executed)
    files = tuple(sorted({test.partition("::")[0] for test in chosen}))
    key = hashlib.sha256(repr((sorted(chosen), [executed.files[file] for file in files])).encode()).hexdigest()[:16]
    return Judges(chosen, files, sum(executed.seconds[test] for test in chosen), key)


def _enough(tests: Collection[str], path: str, executed: Executed) -> tuple[str, ...]:
    """The file's own tests before others, and among each the fastest, until there are enough."""
    own = f"tests/test_{PurePosixPath(path).stem}.py::"
    order = sorted(tests, key=lambda test: (not test.startswith(own), executed.seconds[test], test))
    chosen, spent = list[str](), 0.0
    for test in order:
        spent += executed.seconds[test]
        if chosen and spent > ENOUGH:
            break
        chosen.append(test)
    return tuple(sorted(chosen, key=lambda test: (executed.seconds[test], test)))


@cache
def _statements(text: str) -> list[tuple[range, range]]:
    """Of every statement its own lines, without those of its body, and those of all that it holds."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            body = getattr(node, "body", None)
            last = max(first, body[0].lineno - 1) if body else (node.end_lineno or first)
            found.append((range(first, last + 1), range(first, (node.end_lineno or first) + 1)))
    return found


def _lines(text: str, line: int) -> tuple[range, range]:
    """The lines of the statement at this one; and of the smallest function or class around it."""
    whole = [(own, all_of_it) for own, all_of_it in _statements(text) if line in all_of_it]
    own = min((own for own, _ in whole if line in own), key=len, default=range(line, line + 1))
    around = min((all_of_it for _, all_of_it in whole if len(all_of_it) > len(own)), key=len, default=own)
    return own, around
