"""What is read besides while something is called: files other than the code of modules, and connections.

Knows nothing about who opens them, or why.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

_CODE: Final = (".pyc", ".so", ".pyd", ".dylib", ".dll", ">")  # or <string>, of which Python looks for the code
_EVENTS: Final = frozenset(("open", "sqlite3.connect", "socket.connect", "subprocess.Popen", "urllib.Request"))
_lists: list[list[str]] = []


@contextmanager
def read_besides() -> Iterator[list[str]]:
    """Collect the names of what is opened to be read inside the block, however that is done in Python."""
    _listen()
    names: list[str] = []
    _lists.append(names)
    try:
        yield names
    finally:
        _lists.remove(names)
        if any(name.endswith(".py") for name in names):  # the code of modules is known by these
            modules = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
            names[:] = [name for name in names if name not in modules]


@cache
def _listen() -> None:
    """Python lets nobody stop who listens once; it costs a tenth of a microsecond an event."""
    sys.addaudithook(_hear)


def _hear(event: str, told: tuple[Any, ...]) -> None:
    if _lists and event in _EVENTS and not (event == "open" and _is_no_data(*told)):
        for names in _lists:
            names.append(str(told[0]) if told else event)


def _is_no_data(name: object, mode: object, flags: int) -> bool:
    return flags & (os.O_WRONLY | os.O_RDWR) == os.O_WRONLY or str(name).endswith(_CODE)
