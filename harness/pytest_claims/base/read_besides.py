"""What is read besides: the files, other than code, that are opened to be read while something is called.

Knows nothing about who opens them, or why.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

_CODE: Final = (".py", ".pyc", ".so", ".pyd", ".dylib", ".dll", ">")  # or <string>, of which Python looks for the code
_lists: list[list[str]] = []


@contextmanager
def read_besides() -> Iterator[list[str]]:
    """Collect the names of files that are opened inside the block, however that is done in Python."""
    _listen()
    names: list[str] = []
    _lists.append(names)
    try:
        yield names
    finally:
        _lists.remove(names)


@cache
def _listen() -> None:
    """Python lets nobody stop who listens once; it costs a tenth of a microsecond an event."""
    sys.addaudithook(_hear)


def _hear(event: str, told: tuple[Any, ...]) -> None:
    if _lists and event == "open":
        name, _, flags = told
        if flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY and not str(name).endswith(_CODE):
            for names in _lists:
                names.append(str(name))
