"""What is said of a verdict's evidence, and of what a record holds, on whichever page.

Knows nothing about a page: sentences come from ``words``, which knows no record.
"""

from pytest_claims.robustness.result import CheckResult
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words import checks as in_words
from pytest_claims.words.left_out import called, left_out
from pytest_claims.words.listed import joined
from pytest_claims.words.lost import lost


def told(record: Record, verdict: Verdict, check: CheckResult) -> str:
    """The sentence of a check."""
    return in_words.told(check, verdict, record.subject_of(verdict).words)


def left_out_sentences(record: Record, verdict: Verdict) -> list[str]:
    """What the claim did without, and says without parts of each unit; of one that is undecided only the former."""
    words = record.subject_of(verdict).words
    several = verdict.left_out if verdict.ruling != "undecided" else ()
    missing = [lost(one, words) for one in verdict.lost]
    return [*missing, *(left_out(one, verdict.outcome, words, verdict.carrying(one)) for one in several)]


def label(verdict: Verdict, check: CheckResult) -> str:
    """The name of a check, and of its unit, where the verdict has results of several units by that name."""
    several = [one for one in verdict.checks if one.check == check.check]
    return f"{check.check}, {check.unit}" if len(several) > 1 else check.check


def any_one(record: Record) -> str:
    """What was left out one at a time on any subject: ``any one item or seed``."""
    parts = dict.fromkeys(
        called(one, record.subject_of(verdict).words)
        for verdict in record.verdicts
        for one in verdict.left_out
        if one.deletions
    )
    return f"any one {joined(list(parts), 'or') or record.words.unit}"
