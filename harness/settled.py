"""A settled answer: one that does not hang on which random tables were drawn.

Knows nothing about what a claim tests. Where its thresholds lie is not read from its code: it is asked
again with every simulated p moved by three of its Monte Carlo errors, down and up. If an answer is
another one, a threshold is that near, and more tables are drawn, or all orders of few rows counted.
"""

import itertools
from typing import Final

from harness.answer import Answer, Body, ask
from harness.panel import Panel
from harness.stats.analysis import LADDER, analysed
from harness.stats.finding import Finding
from harness.stats.simulation import Counts, counts_kept

ERRORS: Final = 3.0  # a p that is right is further from the truth than this once in 370 times
MOST_MOVED: Final = (
    4  # simulated p-values of one claim that are moved apart from each other; further ones go with the last
)


def settled(body: Body, panel: Panel) -> Answer:
    """What ``body`` says of one panel, on as many random tables as it takes for that not to hang on them.

    Undecided, with p and its error, where the most that are drawn do not settle it. Raises as :func:`ask`.
    """
    with counts_kept() as counts:
        for tables in LADDER:
            with analysed(tables=tables):
                answer = ask(body, panel)
                if not _hangs_on_tables(answer, body, panel, counts):
                    return answer
    return Answer(outcome="undecided", reason=_reason(answer.findings), findings=answer.findings)


def is_simulated(answer: Answer) -> bool:
    """Whether the answer rests on a simulated p."""
    return any(finding.p_error is not None for finding in answer.findings)


def _hangs_on_tables(answer: Answer, body: Body, panel: Panel, counts: Counts) -> bool:
    """Whether the outcome is another one with some simulated p-values three errors lower and the others higher."""
    if not is_simulated(answer):
        return False
    moved = min(MOST_MOVED, len(counts.simulated))
    return any(
        _moved(shifts, body, panel) != answer.outcome for shifts in itertools.product((-ERRORS, ERRORS), repeat=moved)
    )


def _moved(shifts: tuple[float, ...], body: Body, panel: Panel) -> str:
    with analysed(shifts=shifts):
        return ask(body, panel).outcome


def _reason(findings: tuple[Finding, ...]) -> str:
    simulated = [f"p = {one.p:.6g} ± {one.p_error:.1g}" for one in findings if one.p_error is not None]
    return (
        f"it hangs on which random tables are drawn: on {LADDER[-1]:,} of them {' and '.join(simulated)}, "
        f"within {ERRORS:.0f} errors of a threshold"
    )
