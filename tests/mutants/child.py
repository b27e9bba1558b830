"""A child: work done in a fork of this process, so that what it imports and breaks goes away with it.

It has a limit of time and of memory, and a group of its own, which is killed with it; and it ends when this process is
killed (on Linux). Knows nothing about pytest.
"""

import ctypes
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TIMED_OUT: Final = -1
CRASHED: Final = 70
_MEMORY: Final = 8 * 2**30
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG


@dataclass
class Child:
    """A process that runs."""

    pid: int
    began: float
    limit: float
    status: int | None = None

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def poll(self) -> int | None:
        """How it ended, or nothing if it still runs."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif self.seconds > self.limit:
                self.stop()
                self.status = TIMED_OUT
        return self.status

    def stop(self) -> None:
        """Kill it, and whatever it started."""
        if self.status is None:
            _kill(self.pid)
            os.waitpid(self.pid, 0)
            self.status = TIMED_OUT


def start(work: Callable[[], int], *, log: Path, limit: float) -> Child:
    """Do the work in a fork; what it writes goes to the log."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return Child(pid, time.monotonic(), limit)
    status = CRASHED
    try:
        _alone(log, parent)
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _alone(log: Path, parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            raise SystemExit
    os.setsid()
    os.nice(5)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _kill(pid: int) -> None:
    """The group; or the process, which may not have had the time to make one."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)
