"""A trial: one disturbance of a run in a child process, and what came of it.

Knows nothing about what is run. Children are forked, so that each begins with everything imported.
"""

import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LIMIT = 300.0  # seconds; a child that takes longer hangs
TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What was done in one trial, of which ``number`` and the run's seed give all draws."""

    part: str
    number: int
    did: str
    ended: str
    disturbances: int
    wrong: str = ""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child ended: its exit status, or minus the signal that killed it, and all that it printed."""

    status: int
    said: str
    seconds: float

    @property
    def fault(self) -> str:
        """What no disturbance may lead to: a traceback, a crash, or a child that hangs."""
        if TRACEBACK in self.said or "INTERNALERROR" in self.said:
            return f"traceback: {self.said.strip().splitlines()[-1][:300]}"
        if self.status in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT):
            return f"crash by signal {-self.status}"
        return "" if self.seconds < LIMIT else f"took longer than {LIMIT:.0f} s"


def in_child(
    work: Callable[[], object],
    *,
    moments: Sequence[tuple[float, Callable[[int], object]]] = (),
    file_limit: int | None = None,
) -> Ended:
    """Run ``work`` in a child of its own.

    Args:
        moments: after how many seconds what is done, in order; it gets the child's process id.
        file_limit: bytes that no file may exceed, as on a disk that becomes full.
    """
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            _be(work, output.fileno(), file_limit)
        waiting = list(moments)
        while not (ended := os.waitpid(child, os.WNOHANG))[0]:
            since = time.monotonic() - start
            if since > LIMIT:
                os.kill(child, signal.SIGKILL)
            while waiting and since >= waiting[0][0]:
                waiting.pop(0)[1](child)
            time.sleep(0.002)
        output.seek(0)
        said = output.read().decode(errors="replace")
    return Ended(status=os.waitstatus_to_exitcode(ended[1]), said=said, seconds=time.monotonic() - start)


def _be(work: Callable[[], object], output: int, file_limit: int | None) -> None:
    """The child: as a command that was started by itself would be."""
    status = 1
    try:
        for descriptor in (1, 2):
            os.dup2(output, descriptor)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, resource.RLIM_INFINITY))
        status = _status(work)
    except BaseException:  # what Python would print of it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _status(work: Callable[[], object]) -> int:
    try:
        result = work()
    except SystemExit as error:
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
            return 1
        return error.code or 0
    return result if isinstance(result, int) else 0


def folder_of(path: Path) -> dict[str, bytes]:
    """Every file below a folder, by its name from there."""
    return {str(file.relative_to(path)): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}
