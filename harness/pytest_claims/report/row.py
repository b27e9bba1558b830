"""One line about a verdict, in the words that the terminal and the Markdown page share.

Knows nothing about either of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.left_out import named


@dataclass(frozen=True, kw_only=True)
class Row:
    """The columns of the table of verdicts, as text; ``resampled`` and ``by_chance`` are shares of copies that hold.

    ``leave_one_out`` and ``flips`` are of the main unit, and of others, which are named, where they overturn the
    outcome; ``resampled`` is of each unit, named where there are several, and ``least_resampled`` the lowest of these;
    ``power`` is for the smallest effect that counts.
    """

    claim: str
    subject: str
    verdict: str
    estimate: str
    p: str
    leave_one_out: tuple[str, ...]
    undecided_copies: int
    resampled: tuple[str, ...]
    least_resampled: str
    by_chance: str
    power: str
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
        leave_one_out=tuple(_agreement(verdict)),
        undecided_copies=len(verdict.deletions) - len(verdict.decidable) if verdict.robustness != "untested" else 0,
        resampled=tuple(_resampled(verdict)),
        least_resampled=_least_resampled(verdict),
        by_chance=_by_chance(verdict),
        power=f"{verdict.power.share:.0%}" if verdict.power else "",
        flips=tuple(_flips(verdict)),
    )


def _p(estimate: Estimate) -> str:
    error = "" if estimate.p_error is None else f" ± {estimate.p_error:.1g}"
    return "" if estimate.p is None else f"{estimate.p:.2g}{error}"


def _agreement(verdict: Verdict) -> Iterator[str]:
    if verdict.robustness == "untested":
        return
    for one in verdict.left_out:
        main, flips = one is verdict.main, len(one.overturning(verdict.outcome))
        if one.decidable and (main or flips):
            counted = f"{len(one.decidable) - flips}/{len(one.decidable)}"
            yield counted if main else f"{named(one)} {counted}"


def _flips(verdict: Verdict) -> Iterator[str]:
    """What overturns the outcome, levels of the main unit first; nothing overturns an undecided one."""
    if verdict.outcome == "undecided":
        return
    yield from verdict.flips
    for one in verdict.left_out:
        if one is not verdict.main:
            yield from (f"{named(one)} {level}" for level in one.overturning(verdict.outcome))


def _resampled(verdict: Verdict) -> Iterator[str]:
    """Of each unit the share, in the order of the checks: of that with the fewest levels, which says least, first."""
    made = _bootstraps(verdict)
    for one in made:
        yield f"{f'{one.unit} ' if len(made) > 1 else ''}{one.numbers['share']:.0%}"


def _least_resampled(verdict: Verdict) -> str:
    shares = [one.numbers["share"] for one in _bootstraps(verdict)]
    return f"{min(shares):.0%}" if shares else ""


def _bootstraps(verdict: Verdict) -> list[CheckResult]:
    return [one for one in verdict.checks if one.check == "bootstrap-units" and one.applies]


def _by_chance(verdict: Verdict) -> str:
    result = verdict.result("permutation")
    return f"{result.numbers['share']:.0%}" if result else ""
