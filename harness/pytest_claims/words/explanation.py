"""A verdict explained, for a message. Knows nothing about who is told, or why."""

from collections.abc import Iterator

from pytest_claims.data.design import Words
from pytest_claims.verdicts.firmness import DECISIVE
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.checks import told
from pytest_claims.words.left_out import left_out
from pytest_claims.words.lost import lost
from pytest_claims.words.power import prospects
from pytest_claims.words.reason import reason


def explain(verdict: Verdict, words: Words) -> str:
    """Statement, estimate, threshold, and what of the data matters."""
    lines = [
        f"{verdict.claim.id} ({verdict.claim.source}) on {verdict.subject}: {verdict}",
        f"  statement: {verdict.claim.statement}",
    ]
    lines += [f"  estimate:  {one.told}" for one in verdict.answer.estimates]
    if why := reason(verdict):
        lines.append(f"  reason:    {why}")
    lines += [f"  {said}" for said in prospects(verdict)]
    lines += [f"  missing:   {lost(one, words)}" for one in verdict.lost]
    if verdict.outcome != "undecided":
        for one in verdict.left_out:
            lines.append(f"  left out:  {left_out(one, verdict.outcome, words, verdict.carrying(one))}")
        lines += _overturning_checks(verdict, words)
    if not verdict.flips and verdict.most_influential:
        without = verdict.values_without[verdict.most_influential]
        lines.append(f"  moves most without: {verdict.most_influential} (estimate {without:+.3g})")
    return "\n".join(lines)


def _overturning_checks(verdict: Verdict, words: Words) -> Iterator[str]:
    """The checks on which the word for its robustness rests, where they overturn the outcome."""
    for one in verdict.checks:
        if one.flips and one.check in DECISIVE:
            yield f"  {one.check + ':':<10} {told(one, verdict, words)}"
