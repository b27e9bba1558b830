"""Trying: a mutant is put into a copy of the tree, its tests are run there, and the copy is made whole again.

Knows nothing about how mutants are drawn, or where outcomes are kept.
"""

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
_SLOWER: Final = 5.0  # how much longer than the processor's time tests may take


@dataclass
class Trial:
    """A mutant that is being tried."""

    number: str
    mutant: Mutant
    judges: Judges
    tree: Path
    log: Path
    child: Child
    seconds: float = 0.0

    def is_done(self) -> bool:
        """Whether its tests have ended."""
        return self.child.poll() is not None

    @property
    def outcome(self) -> Outcome:
        """What became of it; of one that is done."""
        how = _how(self.child.poll())
        by = _failed(self.log) if how == KILLED else ""
        return Outcome(how, round(self.seconds, 1), len(self.judges.tests), self.judges.key, by)

    def end(self) -> None:
        """Stop the tests, and make the copy whole."""
        self.seconds = self.child.seconds
        self.child.stop()
        (self.tree / self.mutant.path).write_text(self.mutant.before)


def begin(number: str, mutant: Mutant, judges: Judges, tree: Path) -> Trial:
    """Put the mutant into the tree, and start its tests, if there are any."""
    log = tree.with_suffix(".log")
    (tree / mutant.path).write_text(mutant.after)
    run = partial(_run, tree, judges)
    limit = _START + _SLOWER * judges.seconds
    return Trial(number, mutant, judges, tree, log, child.start(run, log=log, limit=limit))


def _run(tree: Path, judges: Judges) -> int:
    if not judges.tests:
        return suite.NONE
    return suite.run(tree, judges.files, plugins=[suite.Chosen(judges.tests)], first=True)


def _how(status: int | None) -> str:
    if status == suite.WRONG:
        raise RuntimeError("other code was tested than that of the copy")
    if status in (0, suite.NONE):
        return SURVIVED
    return TIMED_OUT if status == child.TIMED_OUT else KILLED


def _failed(log: Path) -> str:
    """The test that failed, as pytest says at the end of its output."""
    lines = log.read_text(errors="replace").splitlines()
    return next((line for line in reversed(lines) if line.startswith(("FAILED ", "ERROR "))), "")[:300]
