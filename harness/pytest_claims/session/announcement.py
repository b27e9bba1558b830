"""Announcing a verdict in pytest's terms: pass, fail, skip or xfail, with a message that explains itself.

Knows nothing about judging or reports, nor what a message says.
"""

from typing import NoReturn

import pytest

from pytest_claims.base.visible import visible_lines
from pytest_claims.verdicts.baseline import Known, difference
from pytest_claims.verdicts.record import SubjectRecord
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.difference import different
from pytest_claims.words.explanation import explain


def announce(verdict: Verdict, subject: SubjectRecord, *, was: Known | None, strict: bool, saving: bool) -> None:
    """End the running test as the verdict says.

    A verdict that differs from the baseline fails, whichever way it changed. Otherwise held passes,
    undecided skips, and failed fails, or is an expected failure if the baseline knows it (or is
    being written).
    """
    changed = difference(was, verdict, subject) if was else None
    if changed:
        _fail(f"{verdict.claim.id} on {verdict.subject} {different(changed)}\n{explain(verdict, subject.words)}")
    if strict and (verdict.outcome == "undecided" or verdict.robustness == "fragile"):
        _fail(f"{verdict} under --claims-strict\n{explain(verdict, subject.words)}")
    if verdict.outcome == "undecided":
        pytest.skip(visible_lines(f"undecided: {verdict.answer.reason}"))
    if verdict.outcome == "failed":
        if was or saving:
            # Without a traceback, which nobody sees and which takes longer to write out than most claims to be asked.
            raise pytest.xfail.Exception(visible_lines(f"known to fail: {verdict.answer.reason}"), pytrace=False)
        _fail(explain(verdict, subject.words))


def _fail(words: str) -> NoReturn:
    pytest.fail(visible_lines(words), pytrace=False)
