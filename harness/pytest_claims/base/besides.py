"""What is done besides while something is called: files, other than code, that are opened to be read, and warnings.

Knows nothing about who does it, or why.
"""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

_CODE: Final = (".py", ".pyc", ".so", ".pyd", ".dylib", ".dll")


@dataclass(kw_only=True)
class Besides:
    """The names of files that were ``read``, and how many warnings were told, ``warned``."""

    read: list[str] = field(default_factory=list)
    warned: int = 0


_open: list[Besides] = []


@contextmanager
def besides() -> Iterator[Besides]:
    """Collect what is done inside the block, however that is done in Python; warnings are told as ever."""
    _listen()
    found = Besides()
    _open.append(found)
    try:
        with warnings.catch_warnings():
            show = warnings.showwarning

            def counted(*warning: Any, **told: Any) -> None:
                found.warned += 1
                show(*warning, **told)

            warnings.showwarning = counted
            yield found
    finally:
        _open.remove(found)


@cache
def _listen() -> None:
    """Python lets nobody stop who listens once; it costs a tenth of a microsecond an event."""
    sys.addaudithook(_hear)


def _hear(event: str, told: tuple[Any, ...]) -> None:
    if _open and event == "open":
        name, _, flags = told
        if flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY and not str(name).endswith(_CODE):
            for found in _open:
                found.read.append(str(name))
