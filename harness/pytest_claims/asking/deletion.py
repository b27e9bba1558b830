"""Deletions: the answers without each level of a unit in turn, and what they say together.

Knows nothing about verdicts, nor about how a level is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pytest_claims.asking.answer import Answer, Outcome
from pytest_claims.data.gap import Gap

LEAST_LEVELS: Final = 3  # of two, the copies share nothing: without one it is another study, and not the same with less


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """The ``answer`` without one ``level`` of a unit, one family of levels, or one group of many."""

    level: str
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What a claim says without each level of a unit, or without each family of levels, in turn.

    Attributes:
        unit: the unit's name.
        families: whether families of its levels were left out, and not levels.
        count: how many levels, or families, there are; more than there are ``deletions`` where many were left
            out in groups.
        deletions: the answers; none where there are fewer than :data:`LEAST_LEVELS`.
        gap: why there are none.
    """

    unit: str
    families: bool = False
    count: int
    deletions: tuple[Deletion, ...] = ()
    gap: Gap | None = None

    @property
    def grouped(self) -> bool:
        """Whether levels were left out in groups, for there are many."""
        return bool(self.deletions) and len(self.deletions) < self.count

    @property
    def decidable(self) -> tuple[Deletion, ...]:
        """The copies on which the claim could be answered; the others count neither way."""
        return decidable(self.deletions)

    def overturning(self, outcome: Outcome) -> tuple[str, ...]:
        """The levels without which the outcome is the opposite."""
        return overturning(self.deletions, outcome)


def decidable(deletions: Iterable[Deletion]) -> tuple[Deletion, ...]:
    """The copies on which the claim could be answered; the others count neither way."""
    return tuple(deletion for deletion in deletions if deletion.answer.outcome != "undecided")


def overturning(deletions: Iterable[Deletion], outcome: Outcome) -> tuple[str, ...]:
    """The levels without which the outcome is the opposite."""
    return tuple(deletion.level for deletion in decidable(deletions) if deletion.answer.outcome != outcome)
