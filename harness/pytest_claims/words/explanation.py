"""A verdict explained, for a message: short, for all of the evidence is in the record.

Knows nothing about who is told, or why.
"""

from collections.abc import Iterator

from pytest_claims.data.design import Words
from pytest_claims.verdicts.firmness import DECISIVE
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.checks import told
from pytest_claims.words.left_out import left_out
from pytest_claims.words.lost import lost
from pytest_claims.words.power import prospects
from pytest_claims.words.reason import reason
from pytest_claims.words.verdict import word


def explain(verdict: Verdict, words: Words) -> str:
    """Statement, estimate, reason, and what of the data matters."""
    return "\n".join(_lines(verdict, words))


def _lines(verdict: Verdict, words: Words) -> Iterator[str]:
    yield f"{verdict.claim.id} ({verdict.claim.source}) on {verdict.subject}: {word(verdict)}"
    yield f"  statement: {verdict.claim.statement}"
    estimate = verdict.deciding
    if estimate is not None:
        yield f"  estimate:  {estimate.told}"
    if why := reason(verdict):
        yield f"  reason:    {why}"
    for said in [*prospects(verdict)][:1]:  # what its interval says of what is claimed, or else the power
        yield f"  means:     {said}"
    yield from (f"  missing:   {lost(one, words)}" for one in verdict.lost)
    yield from _what_matters(verdict, words)


def _what_matters(verdict: Verdict, words: Words) -> Iterator[str]:
    """Without what the outcome is the opposite; or else what moves the estimate most."""
    if verdict.outcome == "undecided":
        return
    overturning = [one for one in verdict.left_out if one.overturning(verdict.outcome)]
    for one in overturning:
        yield f"  matters:   {left_out(one, verdict.outcome, words, verdict.carrying(one))}"
    decisive = [one for one in verdict.checks if one.flips and one.check in DECISIVE]
    for check in decisive:
        yield f"  {check.check + ':':<10} {told(check, verdict, words)}"
    if not overturning and verdict.most_influential:
        moved = verdict.values_without[verdict.most_influential]
        yield f"  matters:   {verdict.most_influential} most: without it the estimate is {moved:+.3g}"
