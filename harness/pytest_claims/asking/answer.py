"""The answer: what the body of a claim says of one table.

Knows nothing about verdicts or pytest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pytest_claims.asking.condition import Condition, condition_of
from pytest_claims.asking.watched import Watched
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.gap import Gap
from pytest_claims.data.table import Table
from pytest_claims.stats.estimate import Estimate, ledger

Outcome = Literal["held", "failed", "undecided"]
Body = Callable[[Table], object]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a body says of one table.

    Attributes:
        outcome: whether the claim held.
        unmet: what a failed claim asserts and the data do not meet.
        gap: why one is undecided.
        estimates: what it computed, in that order: the first is the headline.
    """

    outcome: Outcome
    unmet: Condition | None = None
    gap: Gap | None = None
    estimates: tuple[Estimate, ...] = ()

    @property
    def estimate(self) -> Estimate | None:
        """The headline: what the body computed first."""
        return self.estimates[0] if self.estimates else None

    @property
    def reason(self) -> str:
        """Why it is undecided, as a sentence may end; empty if it is not."""
        return str(self.gap or "")


def ask(body: Body, table: Table, *, explain: bool = True) -> Answer:
    """What ``body`` says of one table, with every estimate that it noted on the way.

    Args:
        explain: whether to find out which condition failed, which evaluates its two sides again.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.

    Raises:
        InputError: for a body that returns something: whatever it is, it cannot fail.
    """
    with ledger() as estimates:
        try:
            returned = body(table if isinstance(table, Watched) else table.again())
        except AssertionError as error:
            unmet = condition_of(error) if explain else None
            return Answer(outcome="failed", unmet=unmet, estimates=tuple(estimates))
        except Undecided as why:
            return Answer(outcome="undecided", gap=Gap.of(why), estimates=tuple(estimates))
    if returned is not None:
        raise InputError(f"the claim returned {returned!r:.60}; write what must be so with assert, and return nothing")
    return Answer(outcome="held", estimates=tuple(estimates))
