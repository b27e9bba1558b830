"""Deletions: the answers without each row in turn, and what they say together.

Knows nothing about verdicts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_claims.asking.answer import Answer, Outcome


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """The answer without one row."""

    row: str
    answer: Answer


def decidable(deletions: Iterable[Deletion]) -> tuple[Deletion, ...]:
    """The copies on which the claim could be answered; the others count neither way."""
    return tuple(deletion for deletion in deletions if deletion.answer.outcome != "undecided")


def overturning(deletions: Iterable[Deletion], outcome: Outcome) -> tuple[str, ...]:
    """The rows without which the outcome is the opposite."""
    return tuple(deletion.row for deletion in decidable(deletions) if deletion.answer.outcome != outcome)
