"""What is told of errors: each once, in full, and of the same error of other tests where to find it.

Knows nothing about judging. It hears of errors through pytest's reports, so it works alike in one process and
with workers; there it also hears which tests a worker would not ask at all.
"""

from collections.abc import Generator
from dataclasses import asdict, dataclass
from typing import Any, Final

import pytest

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
        self._told: set[str] = set()
        self._refused: dict[str, None] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Shorten an error that was told before."""
        same: Any = getattr(report, "same_error", None)
        if same is None:
            return
        if same["what"] in self._told:
            report.longrepr = same["short"]
        self._told.add(same["what"])

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
