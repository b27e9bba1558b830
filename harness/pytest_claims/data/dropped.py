"""Rows that were left out of a table, and why. Knows nothing about which they were."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """How many ``rows`` were left out, and why."""

    because: str
    rows: int
