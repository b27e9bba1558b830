"""What is told of errors: each once, in full, and of the same error of other tests where to find it.

Knows nothing about judging. It hears of errors through pytest's reports, so it works alike in one process and
with workers; there it also hears which tests a worker would not ask at all.
"""

from collections.abc import Generator
from dataclasses import asdict, dataclass
from traceback import extract_tb
from typing import Any, Final

import pytest

from pytest_claims.base.project import is_own

REFUSED: Final = "claims_refused"  # what a worker sends when it ends


@dataclass(frozen=True, kw_only=True)
class Same:
    """An error that many tests share: ``what`` is the same for all of them, ``short`` what all but the first say."""

    what: str
    short: str

    def on(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Send it along with a report, which may travel as JSON."""
        report.same_error = asdict(self)  # type: ignore[union-attr]


class Told:
    """The pytest plugin object that knows what was told in this session. Not for a worker."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._refused: dict[str, None] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Shorten an error that was told of another test; one that is run again tells it again."""
        same: Any = getattr(report, "same_error", None)
        if same is None:
            return
        if self._told.setdefault(same["what"], report.nodeid) != report.nodeid:
            report.longrepr = same["short"]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear what a worker would not ask."""
        self._refused |= dict.fromkeys(getattr(node, "workeroutput", {}).get(REFUSED, ()))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Refuse as one process does, where a usage error of a worker would be a crash."""
        result = yield
        if self._refused:
            raise pytest.UsageError(*self._refused)
        return result


def where(error: BaseException) -> str:
    """The line of the project's own code that an error comes from; empty if it comes from none."""
    own = [frame for frame in extract_tb(error.__traceback__) if is_own(frame.filename)]
    return f"{own[-1].filename}:{own[-1].lineno}: " if own else ""
