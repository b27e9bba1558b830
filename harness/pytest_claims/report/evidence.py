"""The evidence of a verdict in a few words: for a cell of a table, or for the end of a sentence.

Knows nothing about the page that they stand on.
"""

from collections.abc import Iterator, Mapping

from pytest_claims.asking.answer import Outcome
from pytest_claims.asking.deletion import LeftOut
from pytest_claims.report.text import Markdown, inline
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.number import interval
from pytest_claims.words.number import p_value as told_p
from pytest_claims.words.reason import gap_of
from pytest_claims.words.verdict import carried, tested_by, turned, word


def verdict_words(verdict: Verdict) -> Markdown:
    """The verdict with what carries it or overturns its outcome, or why it is undecided; a failure stands out."""
    if verdict.ruling == "undecided":
        return inline(f"undecided: {reason(verdict)}")
    words = word(verdict)
    for failure in ("contradicted", "failed"):
        words = words.replace(failure, f"**{failure}**")
    twin = tested_by(verdict) if verdict.ruling == "held" else ""
    told = [inline(said) for said in (carried(verdict), twin, turned(verdict)) if said]
    return Markdown(f"{words}: {'; '.join(told)}" if told else words)


def reason(verdict: Verdict) -> str:
    """Why a verdict is undecided, in short: the same words for every subject."""
    gap = gap_of(verdict)
    return gap.reason if gap else ""


def remedy(verdict: Verdict) -> str:
    """What would decide an undecided verdict, where that is known."""
    gap = gap_of(verdict)
    return gap.remedy if gap else ""


def estimate(verdict: Verdict) -> str:
    """The headline estimate with its interval, and the level of an interval that is not at 95%."""
    estimate = verdict.answer.estimate
    if estimate is None or verdict.outcome == "undecided":
        return ""
    return f"{estimate.symbol} {estimate.value:+.2f} {interval(estimate)}".rstrip()


def p_value(verdict: Verdict) -> str:
    """The p of the headline, with its error where it was simulated."""
    estimate = verdict.answer.estimate
    if estimate is None or estimate.p is None or verdict.outcome == "undecided":
        return ""
    p = told_p(estimate.p)
    return p if estimate.p_error is None or p[0] in "<>" else f"{p} ± {estimate.p_error:.1g}"


def corrected(record: Record, verdict: Verdict) -> str:
    """Holm's p, where the claim's family has several."""
    found = [
        one.holm
        for one in record.corrections
        if (one.claim, one.subject) == (verdict.claim.id, verdict.subject) and one.asked > 1
    ]
    return told_p(found[0]) if found else ""


def rows_of(record: Record, verdict: Verdict) -> str:
    """How many rows the headline rests on; without headline, those of the subject."""
    if verdict.outcome == "undecided":
        return ""
    estimate = verdict.answer.estimate
    return str(estimate.n if estimate is not None else record.subject_of(verdict).count)


def evidence(record: Record, verdict: Verdict) -> str:
    """All of it, for a sentence."""
    p, holm = p_value(verdict), corrected(record, verdict)
    parts = [estimate(verdict)]
    if p:
        parts.append(_with_sign(p) + (f" (corrected {holm})" if holm else ""))
    parts.append(f"N = {rows_of(record, verdict)}")
    numbers = ", ".join(part for part in parts if part)
    deletions = "; ".join(_deletions(record, verdict))
    return f"{numbers}; overturned {deletions}" if deletions else numbers


def _deletions(record: Record, verdict: Verdict) -> Iterator[str]:
    """How many deletions overturn it: of the main unit, and of another or of families where any does."""
    if verdict.robustness == "untested":
        return
    words = record.subject_of(verdict).words
    for one in verdict.left_out:
        counted = _of_decidable(one, verdict.outcome)
        if one is verdict.main and one.decidable:
            yield f"by {counted} single deletions{_together(verdict)}"
        elif one.overturning(verdict.outcome):
            several = f"{'families of ' if one.families else ''}{words.several(one.unit)}"
            yield f"by {counted} deletions of {several}"


def _of_decidable(one: LeftOut, outcome: Outcome) -> str:
    return f"{len(one.overturning(outcome))} of {len(one.decidable)}"


def _together(verdict: Verdict) -> str:
    """The same for a sentence that has told of single deletions."""
    numbers = _smallest_deletion(verdict)
    groups = " groups" if "grouped" in numbers else ""
    if "size" not in numbers:
        return f", and by none of up to {numbers['none_up_to']:.0f}{groups} together" if numbers else ""
    size = f"{'' if numbers['exact'] else 'at most '}{numbers['size']:.0f}{groups}"
    return "" if numbers["size"] == 1 else f", and by {size} together"


def _smallest_deletion(verdict: Verdict) -> Mapping[str, float]:
    found = verdict.result("smallest-deletion", verdict.main.unit)
    return found.numbers if found else {}


def _with_sign(p: str) -> str:
    return f"p {p}" if p[0] in "<>" else f"p = {p}"
