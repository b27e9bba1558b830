"""Rows that were left out of a table, and why; and text that was taken for a number.

Knows nothing about which rows they were.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """How many ``rows`` were left out, ``because`` of what."""

    because: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """Text in a column that has no number of its own and was taken for ``number``: each, and in how many rows."""

    column: str
    number: float
    texts: tuple[tuple[str, int], ...]
