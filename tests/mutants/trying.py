"""Trying: a mutant is put into a copy of the tree, its tests are run there, and the copy is made whole again.

Knows nothing about how mutants are drawn, or where outcomes are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from mutants import child, suite
from mutants.child import Child
from mutants.drawing import Mutant
from mutants.judges import Judges
from mutants.session import KILLED, SURVIVED, TIMED_OUT, Outcome

_START: Final = 30.0  # seconds until the first test, on a machine that others use too
_SLOWER: Final = 4.0  # how much slower than before tests may be


@dataclass
class Trial:
    """A mutant that is being tried."""

    number: str
    mutant: Mutant
    judges: Judges
    tree: Path
    log: Path
    child: Child

    def outcome(self) -> Outcome | None:
        """What became of it, or nothing if its tests still run."""
        status = self.child.poll()
        if status is None:
            return None
        self.end()
        seconds = round(self.child.seconds, 1)
        return Outcome(_how(status), seconds, len(self.judges.tests), self.judges.key, _failed(self.log))

    def end(self) -> None:
        """Stop the tests, and make the copy whole."""
        self.child.stop()
        (self.tree / self.mutant.path).write_text(self.mutant.before)


def begin(number: str, mutant: Mutant, judges: Judges, *, tree: Path, log: Path) -> Trial:
    """Put the mutant into the tree, and start its tests."""
    (tree / mutant.path).write_text(mutant.after)
    run: Callable[[], int] = partial(suite.run, tree, judges.files, plugins=[suite.Chosen(judges.tests)], first=True)
    limit = _START + _SLOWER * judges.seconds
    return Trial(number, mutant, judges, tree, log, child.start(run, log=log, limit=limit))


def _how(status: int) -> str:
    if status in (0, suite.NONE):
        return SURVIVED
    return TIMED_OUT if status == child.TIMED_OUT else KILLED


def _failed(log: Path) -> str:
    """The test that failed, as pytest says at the end of its output."""
    lines = log.read_text(errors="replace").splitlines()
    return next((line for line in reversed(lines) if line.startswith(("FAILED ", "ERROR "))), "")[:300]
