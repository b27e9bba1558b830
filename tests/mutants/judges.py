"""Judges: the tests that a mutant is given, out of those that execute its line.

Knows nothing about how tests are run.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from mutants.drawing import Mutant
from mutants.executed import Executed
from mutants.places import lines_of

ENOUGH: Final = 20.0  # seconds of tests for one mutant


@dataclass(frozen=True)
class Judges:
    """Tests, the fastest first."""

    tests: tuple[str, ...]
    files: tuple[str, ...]
    seconds: float
    key: str  # another when other tests are chosen, or the files in which they lie have changed


def judges_of(root: Path, mutant: Mutant, executed: Executed) -> Judges:
    """Those that execute its line, or that use what it defines; else any that execute something of its file."""
    able = executed.tests(lines_of(root, mutant.path, mutant.line)) or executed.tests_of_file(mutant.path)
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
