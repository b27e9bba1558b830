"""What is heard: warnings that are told and end nothing, under a user's ``-W error``, too.

Knows nothing about what is computed. That a library calls something deprecated, be it its own use of another,
says nothing about a measurement or a verdict. What a user's own code warns of is the user's matter.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pytest_claims.base.project import loaded_names


@contextmanager
def heard(*, own: bool = True) -> Iterator[None]:
    """No warning is an error inside the block, and each is told once.

    Args:
        own: whether this holds for what the project's own code warns of, too.
    """
    with warnings.catch_warnings():
        # In place: each keeps its rank, and what was to be passed over is not told, either.
        filters: Any = warnings.filters
        ends = any(action == "error" for action, *_ in filters)
        of_others = _others() if ends and not own else None  # it takes a while, and most runs end at no warning
        filters[:] = [new for one in filters for new in _told(one, of_others)]
        warnings.showwarning = _once(warnings.showwarning)
        yield


def _once(show: Callable[..., None]) -> Callable[..., None]:
    """Python itself forgets what it told whenever somebody changes the filters, as libraries do at every step."""
    told: set[tuple[str, type[Warning], str, int]] = set()

    def show_once(message: Warning | str, category: type[Warning], filename: str, lineno: int, *others: Any) -> None:
        warning = str(message), category, filename, lineno
        if warning not in told:
            told.add(warning)
            show(message, category, filename, lineno, *others)

    return show_once


def _told(one: Any, of_others: re.Pattern[str] | None) -> Iterator[Any]:
    action, message, category, module, line = one
    if action != "error":
        yield one
    elif of_others is None:
        yield "default", message, category, module, line
    else:
        yield "default", message, category, of_others, line
        yield one


def _others() -> re.Pattern[str]:
    """The names of all modules but the project's own that are loaded: a warning is of the module of its line."""
    own = [re.escape(name) for name in loaded_names()]
    return re.compile(f"(?!(?:{'|'.join(own)})$)" if own else "")
