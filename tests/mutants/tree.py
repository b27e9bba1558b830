"""A tree: a copy of the repository in which code may be broken, so that the working tree never is.

Knows nothing about what is changed, or why.
"""

import compileall
import hashlib
import py_compile
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_LEFT_OUT: Final = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist")


def fresh(root: Path, at: Path) -> Path:
    """A copy of the repository as it is now."""
    shutil.rmtree(at, ignore_errors=True)
    shutil.copytree(root, at, ignore=_LEFT_OUT, symlinks=True)
    # Compiled files are held against the text of the source, not against its time: a mutant may be younger by less.
    for folder in ("harness", "fixtures", "claims", "tests"):
        compileall.compile_dir(
            at / folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH, maxlevels=20
        )
    return at


def digest(paths: Iterable[Path]) -> str:
    """The same as long as the files are."""
    together = hashlib.sha256()
    for path in sorted(paths):
        together.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return together.hexdigest()[:16]
