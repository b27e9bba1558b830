"""A settled answer: one that does not hang on which random tables were drawn.

Knows nothing about what a claim tests. Where its thresholds lie is not read from its code: it is asked
again with every simulated p moved by three of its Monte Carlo errors, down and up, and with all of them
moved together by one and by two: a claim may want p outside of a window, whose edges both lie within
three. If an answer is another one, a threshold is that near, and more tables are drawn, or all orders of
few rows counted. A window that lies between two of these steps is not seen.
"""

import itertools
from collections.abc import Sequence
from typing import Final

from pytest_claims.asking.answer import Answer, Body, ask
from pytest_claims.data.gap import Gap
from pytest_claims.data.table import Table
from pytest_claims.stats.analysis import LADDER, analysed
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.simulation import Counts, counts_kept

ERRORS: Final = 3.0  # a p that is right is further from the truth than this once in 370 times
# Of a copy fewer are drawn first: there are hundreds, and the outcome of most does not hang on more.
OF_COPIES: Final = (1_000, *LADDER)
_BETWEEN: Final = (-2.0, -1.0, 1.0, 2.0)
MOST_MOVED: Final = 4  # simulated p-values that are moved apart from each other; further ones go with the last


def settled(body: Body, table: Table, *, ladder: Sequence[int] = LADDER) -> Answer:
    """What ``body`` says of one table, on as many random tables as it takes for that not to hang on them.

    Args:
        body: the claim.
        table: the data.
        ladder: how many tables are drawn first, and then as long as the outcome hangs on them.

    Undecided, with p and its error, where the most that are drawn do not settle it. Raises as :func:`ask`.
    """
    with counts_kept() as counts:
        for tables in ladder:
            with analysed(tables=tables):
                answer = ask(body, table)
                if not _hangs_on_tables(answer, body, table, counts):
                    return answer
    gap = Gap(reason=_reason(answer.estimates, ladder[-1]))
    return Answer(outcome="undecided", gap=gap, estimates=answer.estimates)


def is_simulated(answer: Answer) -> bool:
    """Whether the answer rests on a simulated p."""
    return any(estimate.p_error is not None for estimate in answer.estimates)


def _hangs_on_tables(answer: Answer, body: Body, table: Table, counts: Counts) -> bool:
    """Whether the outcome is another one with some simulated p-values three errors lower and the others higher.

    Or with all of them one or two errors lower, or higher.
    """
    moved = 0
    while is_simulated(answer) and moved < min(MOST_MOVED, len(counts.simulated)):
        moved = min(MOST_MOVED, len(counts.simulated))  # asked like this it may go on to simulate others
        furthest = itertools.product((-ERRORS, ERRORS), repeat=moved)
        every = itertools.chain(furthest, ((errors,) * moved for errors in _BETWEEN))
        if any(_moved(shifts, body, table).outcome != answer.outcome for shifts in every):
            return True
    return False


def _moved(shifts: tuple[float, ...], body: Body, table: Table) -> Answer:
    with analysed(shifts=shifts):
        return ask(body, table, explain=False)


def _reason(estimates: tuple[Estimate, ...], tables: int) -> str:
    simulated = [f"p = {one.p:.6g} ± {one.p_error:.1g}" for one in estimates if one.p_error is not None]
    return (
        f"it hangs on which random tables are drawn: on {tables:,} of them {' and '.join(simulated)}, "
        f"within {ERRORS:.0f} errors of a threshold"
    )
