"""What ``-k`` and others deselect: that it was so, and, where no claim is left, which one may have been meant.

Knows nothing about judging. In a worker's process it tells the one that started it, with what a worker sends when
it ends.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import pytest

from pytest_claims.asking.claim import claim_of
from pytest_claims.base.nearest import nearest

DESELECTED: Final = "claims_deselected"
MEANT: Final = "claims_meant"
_OPERATORS: Final = {"and", "or", "not"}


class Selection:
    """The pytest plugin object that hears what is left out."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._ids: dict[str, None] = {}
        self._meant = ""

    @pytest.hookimpl(trylast=True)
    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Remember which claims were left out."""
        self._ids |= {claim.id: None for item in items if (claim := claim_of(getattr(item, "function", None)))}
        self._send(DESELECTED, True)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Of words that select no claim, find the one that they may stand for."""
        keywords = self._config.option.keyword
        if not (keywords and self._ids) or any(claim_of(getattr(item, "function", None)) for item in session.items):
            return
        words = [word for word in re.findall(r"[\w-]+", keywords) if word not in _OPERATORS] or [keywords]
        meant = nearest(words[0], self._ids)
        self._meant = f"-k {keywords!r} selects none of {len(self._ids)} claims; did you mean {meant}?"
        self._send(MEANT, self._meant)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear the same of a worker."""
        self._meant = getattr(node, "workeroutput", {}).get(MEANT, self._meant)

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Tell it."""
        if self._meant:
            terminalreporter.write_line(self._meant, yellow=True)

    def _send(self, name: str, what: object) -> None:
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[name] = what
