"""The nearest name: what somebody may have meant who wrote one that does not exist.

Knows nothing about what is named.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher


def nearest(name: str, known: Iterable[str]) -> str:
    """Of the names that there are the one most like ``name``, the first of equals; empty if there are none."""
    return max(known, key=lambda one: SequenceMatcher(None, name.casefold(), one.casefold()).ratio(), default="")
