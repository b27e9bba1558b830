"""What is left of an estimate without the one part of the data that leaves least of it.

Knows nothing about how a part is left out, nor about the page that this stands on.
"""

from dataclasses import dataclass

from pytest_claims.asking.deletion import LeftOut
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Weakest:
    """The ``estimate`` without a ``level``, or a family of levels, that was ``left_out``."""

    left_out: LeftOut
    level: str
    estimate: Estimate


def weakest(verdict: Verdict) -> Weakest | None:
    """Of all parts that were left out one by one the one without which least is left of the headline, by its sign.

    None where there is no headline, or nothing was left out of it.
    """
    headline = verdict.answer.estimate
    if headline is None or verdict.outcome == "undecided":
        return None
    sign = 1.0 if headline.value >= headline.null else -1.0
    without = [
        Weakest(left_out=one, level=deletion.level, estimate=estimate)
        for one in verdict.left_out
        for deletion in one.deletions
        if (estimate := deletion.answer.estimate) is not None and estimate.symbol == headline.symbol
    ]
    return min(without, key=lambda one: sign * one.estimate.value, default=None)
