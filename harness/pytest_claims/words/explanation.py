"""A verdict explained, for a message. Knows nothing about who is told, or why."""

from pytest_claims.data.design import Words
from pytest_claims.verdicts.verdict import DECISIVE, Verdict
from pytest_claims.words.checks import sentence


def explain(verdict: Verdict, words: Words) -> str:
    """Statement, estimate, threshold and the rows that matter."""
    lines = [
        f"{verdict.claim.id} ({verdict.claim.source}) on {verdict.subject}: {verdict}",
        f"  statement: {verdict.claim.statement}",
    ]
    lines += [f"  estimate:  {estimate.method}: {estimate}" for estimate in verdict.answer.estimates]
    if verdict.answer.reason:
        lines.append(f"  reason:    {verdict.answer.reason}")
    if verdict.decidable:
        lines.append(f"  leave one out: {verdict.agreeing}/{len(verdict.decidable)} agree")
    if verdict.flips:
        lines.append(f"  flips without: {', '.join(verdict.flips)}")
    lines += [
        f"  {one.check}: {sentence(one, verdict.outcome, words)}"
        for one in verdict.checks
        if one.flips and one.check in DECISIVE
    ]
    if not verdict.flips and verdict.most_influential:
        without = verdict.values_without[verdict.most_influential]
        lines.append(f"  moves most without: {verdict.most_influential} (estimate {without:+.3g})")
    return "\n".join(lines)
