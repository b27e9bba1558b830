"""One line about a verdict, in the words that the terminal and the Markdown page share.

Knows nothing about either of them.
"""

from dataclasses import dataclass

from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Row:
    """The columns of the table of verdicts, as text; ``resampled`` and ``by_chance`` are shares of copies that hold."""

    claim: str
    subject: str
    verdict: str
    estimate: str
    p: str
    leave_one_out: str
    undecided_copies: int
    resampled: str
    by_chance: str
    flips: tuple[str, ...]


def row(verdict: Verdict) -> Row:
    """The line of one verdict; what it does not have stays empty."""
    estimate = verdict.answer.estimate
    return Row(
        claim=verdict.claim.id,
        subject=verdict.subject,
        verdict=str(verdict),
        estimate=f"{estimate.symbol} {estimate.value:+.2f}" if estimate is not None else "",
        p=_p(estimate) if estimate is not None else "",
        leave_one_out=_agreement(verdict),
        undecided_copies=len(verdict.deletions) - len(verdict.decidable) if verdict.robustness != "untested" else 0,
        resampled=_share(verdict, "bootstrap-rows"),
        by_chance=_share(verdict, "permutation"),
        flips=verdict.flips,
    )


def _p(estimate: Estimate) -> str:
    error = "" if estimate.p_error is None else f" ± {estimate.p_error:.1g}"
    return "" if estimate.p is None else f"{estimate.p:.2g}{error}"


def _agreement(verdict: Verdict) -> str:
    if verdict.robustness == "untested":
        return ""
    return f"{verdict.agreeing}/{len(verdict.decidable)}"


def _share(verdict: Verdict, check: str) -> str:
    result = verdict.result(check)
    return f"{result.numbers['share']:.0%}" if result else ""
