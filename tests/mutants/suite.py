"""The suite: pytest in this process, over a copy of the repository. Only ever called in a child.

Hypothesis draws the same examples each time, keeps none, and does not look for smaller ones: that a test fails is all
that is asked. Knows nothing about mutants.
"""

import os
import signal
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import hypothesis
import pytest
from hypothesis import Phase

NONE: Final = int(pytest.ExitCode.NO_TESTS_COLLECTED)
WRONG: Final = 71  # other code was tested than that of the copy
_ARGUMENTS: Final = (
    "-q", "--assert=plain", "--tb=short", "--hypothesis-seed=0",
    "-W", "ignore::SyntaxWarning",  # of `is "text"`: that a warning is an error would kill it, and no test
    "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:benchmark",
)  # fmt: skip
_OTHERS: Final = frozenset({"pytester", "testdir", "subprocess"})  # what tests ask for that run pytest in pytest


class TooSlow(BaseException):
    """A test took longer than a test may."""


class Chosen:
    """These tests and no others, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._rank: Mapping[str, int] = {test: rank for rank, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._rank), key=lambda item: self._rank[item.nodeid]
        )


class Timed:
    """Measures tests in the processor's time, and ends those that are slow; ``seconds`` has those that passed."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._spent: dict[str, float] = {}
        self._bad: set[str] = set()

    @property
    def seconds(self) -> dict[str, float]:
        return {test: spent for test, spent in self._spent.items() if test not in self._bad and spent <= self._longest}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not _OTHERS & _asked_for(item)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        signal.signal(signal.SIGPROF, _too_slow)
        signal.setitimer(signal.ITIMER_PROF, 2 * self._longest)
        began = time.process_time()
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._spent[item.nodeid] = round(time.process_time() - began, 4)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed" or hasattr(report, "wasxfail"):
            self._bad.add(report.nodeid)


def _asked_for(item: pytest.Item) -> set[str]:
    code = getattr(getattr(item, "function", None), "__code__", None)
    return {*getattr(item, "fixturenames", ()), *getattr(code, "co_names", ())}


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise TooSlow


def run(tree: Path, files: Sequence[str], *, plugins: Sequence[object], first: bool = False) -> int:
    """Run the tests that the plugins leave of these files; ``first``: up to the first that fails."""
    _only(tree)
    hypothesis.settings.register_profile(
        "mutants", database=None, phases=(Phase.explicit, Phase.generate), print_blob=False
    )
    hypothesis.settings.load_profile("mutants")  # what the project's own profile leaves open
    arguments = [*_ARGUMENTS, f"--rootdir={tree}", *(["-x"] if first else []), *files]
    status = int(pytest.main(arguments, plugins=list(plugins)))
    return status if str(sys.modules["pytest_claims"].__file__).startswith(str(tree)) else WRONG


def _only(tree: Path) -> None:
    """Import the project from this copy, and from nowhere else."""
    root = Path(__file__).parents[2]
    here = [str(tree / folder) for folder in ("harness", "fixtures")]
    others = [entry for entry in sys.path if entry and not _of_the_project(Path(entry).resolve(), root)]
    sys.path[:] = [*here, *others]
    os.environ["PYTHONPATH"] = os.pathsep.join(here)
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.chdir(tree)


def _of_the_project(entry: Path, root: Path) -> bool:
    return entry in (root, root / "tests", root / "tests" / "mutants", root / "harness", root / "fixtures")
