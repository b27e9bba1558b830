"""The code as it is now and as it was before, each in a folder of its own, and what a command takes with either.

Both are copies: nothing that is measured can touch the checkout, or is touched by edits of it. Knows nothing about what
is measured, or how often.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("harness", "fixtures")  # the folders of the code that lie on Python's path
BEFORE = os.environ.get("BENCH_BEFORE") or "083aa88"  # the revision that the code is compared with
# A small process starts the command: the peak of what a large one starts is never below its own.
_WATCH = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
status = subprocess.call(sys.argv[1:], stdout=sys.stderr)
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([status, seconds, used.ru_utime + used.ru_stime, peak]))
"""
_WHERE = "import importlib.util as u; print(*(u.find_spec(n).origin for n in ('pytest_claims', 'pytest_claims_lab')))"


@dataclass(frozen=True, kw_only=True)
class Took:
    """What one run of a command took: seconds, those of all its processors, and its largest memory in bytes."""

    seconds: float
    processor: float
    peak: int


@dataclass(frozen=True, kw_only=True)
class Tree:
    """All files of one state of the repository."""

    name: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """That of this process, but this tree's code is found first, and compiled code is kept."""
        dropped = ("PYTEST_", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        return kept | {"PYTHONPATH": os.pathsep.join(str(self.folder / part) for part in PARTS)}

    def run(self, *command: str, at: Path | None = None, ends_with: int = 0) -> Took:
        """Run a command in the tree, or ``at`` a folder; RuntimeError if it ends with another exit status."""
        watched = self._call("-I", "-S", "-c", _WATCH, *command, at=at)
        status, seconds, processor, peak = json.loads(watched.stdout)
        if status != ends_with:
            said = watched.stderr[-3000:]
            raise RuntimeError(f"with the code {self.name} status {status}, not {ends_with}: {command}\n{said}")
        return Took(seconds=seconds, processor=processor, peak=peak)

    def says(self, *arguments: str) -> str:
        """What Python writes with these arguments."""
        return self._call(*arguments).stdout

    def check(self) -> None:
        """RuntimeError unless it is this tree's code that Python loads here."""
        for file in self.says("-c", _WHERE).split():
            if not Path(file).resolve().is_relative_to(self.folder.resolve()):
                raise RuntimeError(f"the code {self.name} is to be loaded from {self.folder}, and Python loads {file}")

    def compile(self) -> None:
        """Compile all code, so that no run that is timed has to."""
        self.says("-m", "compileall", "-q", *(str(self.folder / part) for part in (*PARTS, "claims")))

    def _call(self, *arguments: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
        return _called([sys.executable, *arguments], at or self.folder, self.environment)


def now(folder: Path) -> Tree:
    """The checkout as it is, committed or not, without what git ignores."""
    listed = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():  # and not deleted since
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return _checked("now", folder)


def before(folder: Path) -> Tree:
    """The revision :data:`BEFORE`."""
    archive = folder.with_suffix(".tar")
    _git("archive", f"--output={archive}", BEFORE)
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    return _checked(f"before ({BEFORE})", folder)


def _checked(name: str, folder: Path) -> Tree:
    tree = Tree(name=name, folder=folder)
    tree.check()
    tree.compile()
    return tree


def _git(*arguments: str) -> str:
    return _called(["git", *arguments], ROOT, dict(os.environ)).stdout


def _called(command: Sequence[str], at: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"status {done.returncode}: {list(command)}\n{done.stderr[-3000:]}")
    return done
