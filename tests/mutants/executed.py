"""Executed: which tests execute a line, and how long they take.

Each file of tests is run twice in the same copy: under coverage, with a context for each test, and then without, in
the order of a mutant's tests. Only tests that pass both times, and are quick, may judge. What is found is kept per
file, until that file or the code changes. Knows nothing about changes.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import coverage
import pytest
from mutants import child, suite
from mutants.child import Child
from mutants.drawing import PACKAGES
from mutants.tree import digest

LONGEST: Final = 5.0  # seconds of a test that may judge
LIMIT: Final = 480.0  # seconds of a file of tests
# The laboratory: what it needs takes long to import.
_HEAVY: Final = re.compile(r"^\s*(import|from) (torch|transformers|pytest_claims_lab|inspect_ai|tiny)\b", re.MULTILINE)

Lines = dict[str, dict[int, list[str]]]  # by file and line, the tests


@dataclass(frozen=True)
class Executed:
    """What is known about all tests that may judge."""

    seconds: Mapping[str, float]  # by test
    files: Mapping[str, str]  # by file of tests, what tells one version from another
    _lines: Mapping[str, Mapping[int, frozenset[str]]] = field(repr=False)

    def tests(self, places: Iterable[tuple[str, int]]) -> set[str]:
        """The tests that execute one of these lines."""
        return {test for path, line in places for test in self._lines.get(path, {}).get(line, ())}

    def tests_of_file(self, path: str) -> set[str]:
        """The tests that execute anything in it."""
        return {test for tests in self._lines.get(path, {}).values() for test in tests}


class _Contexts:
    """Tells coverage which test runs."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._measured.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._measured.switch_context("")


def files_of_tests(root: Path) -> list[str]:
    """Those that can be relevant, as seen from the root."""
    paths = sorted((root / "tests").glob("test_*.py"))
    return [path.relative_to(root).as_posix() for path in paths if not _HEAVY.search(path.read_text())]


def fingerprint(root: Path, file: str) -> str:
    """Of all that decides what the tests of this file execute."""
    helpers = [path for path in (root / "tests").glob("*.py") if not path.name.startswith("test_")]
    return digest([root / file, *helpers, *(root / "harness").rglob("*.py")])


class Learning:
    """A file of tests that is being run, first under coverage and then without."""

    def __init__(self, file: str, print_of: str, kept: Path, tree: Path) -> None:
        self.file = file
        self._log = kept.with_suffix(".log")
        half = kept.with_suffix(".half")
        steps = [partial(_cover, tree, file, half), partial(_time, tree, file, print_of, half, kept)]
        self._left: Iterator[Callable[[], int]] = iter(steps)
        self._child = self._next()

    def _next(self) -> Child | None:
        step = next(self._left, None)
        return step and child.start(step, log=self._log, limit=LIMIT)

    @property
    def went_wrong(self) -> bool:
        """Whether nothing is known about it."""
        return self._child is not None

    def is_done(self) -> bool:
        """Whether it is known, or went wrong; begins the second run when the first has ended."""
        if self._child is not None and self._child.poll() == 0:
            self._child = self._next()
        return self._child is None or self._child.poll() not in (None, 0)

    def end(self) -> None:
        """Stop the tests."""
        if self._child is not None:
            self._child.stop()


def _cover(tree: Path, file: str, half: Path) -> int:
    include = [f"{tree}/{package}/*" for package in PACKAGES]
    measured = coverage.Coverage(data_file=None, config_file=False, include=include)
    timed = suite.Timed(LONGEST)
    measured.start()
    status = suite.run(tree, [file], plugins=[timed, _Contexts(measured)])
    measured.stop()
    if status == suite.WRONG:
        return status
    lines: Lines = {}
    data = measured.get_data()
    for path in data.measured_files():
        of_file = {line: [c for c in contexts if c] for line, contexts in data.contexts_by_lineno(path).items()}
        lines[Path(path).relative_to(tree).as_posix()] = {line: tests for line, tests in of_file.items() if tests}
    half.write_text(json.dumps({"seconds": timed.seconds, "lines": lines}))
    return 0


def _time(tree: Path, file: str, print_of: str, half: Path, kept: Path) -> int:
    found = json.loads(half.read_text())
    timed = suite.Timed(LONGEST)
    able = {test for of_file in found["lines"].values() for tests in of_file.values() for test in tests}
    order = sorted(able & found["seconds"].keys(), key=found["seconds"].__getitem__)
    if order:
        suite.run(tree, [file], plugins=[timed, suite.Chosen(order)])
    whole = half.with_suffix(".new")
    whole.write_text(json.dumps({"print": print_of, "seconds": timed.seconds, "lines": found["lines"]}))
    whole.replace(kept)
    half.unlink()
    return 0


def is_known(kept: Path, print_of: str) -> bool:
    """Whether this file of tests needs no other run."""
    return kept.exists() and bool(json.loads(kept.read_text())["print"] == print_of)


def together(kept: Mapping[str, Path], prints: Mapping[str, str]) -> Executed:
    """What is known about all files of tests as they are now."""
    seconds: dict[str, float] = {}
    lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file, path in kept.items():
        if not is_known(path, prints[file]):
            continue
        found = json.loads(path.read_text())
        seconds |= found["seconds"]
        for source, of_file in found["lines"].items():
            for line, tests in of_file.items():
                lines[source][int(line)].update(found["seconds"].keys() & set(tests))
    frozen = {
        path: {line: frozenset(tests) for line, tests in of_file.items() if tests} for path, of_file in lines.items()
    }
    return Executed(seconds, prints, frozen)
