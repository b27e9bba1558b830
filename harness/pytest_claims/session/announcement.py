"""Announcing a verdict in pytest's terms: pass, fail, skip or xfail, with a message that explains itself.

Knows nothing about judging or reports, nor what a message says.
"""

from typing import NoReturn

import pytest

from pytest_claims.base.visible import visible_lines
from pytest_claims.verdicts.difference import difference
from pytest_claims.verdicts.failing import Failing
from pytest_claims.verdicts.known import Known
from pytest_claims.verdicts.record import SubjectRecord
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.difference import different
from pytest_claims.words.explanation import explain
from pytest_claims.words.reason import reason
from pytest_claims.words.verdict import word


def announce(
    verdict: Verdict, subject: SubjectRecord, *, was: Known | None, failing: Failing, strict: bool, saving: bool
) -> None:
    """End the running test as the verdict says.

    A verdict that differs from the baseline in a way that counts fails, whichever direction it changed in. Otherwise
    held passes, undecided and inconclusive skip, and contradicted or failed fails, or is an expected failure if the
    claim is on record (or is being put there).
    """
    changed = difference(was, verdict, subject) if was else None
    if changed and failing.counts(changed):
        _fail(f"{verdict.claim.id} on {verdict.subject} {different(changed)}\n{explain(verdict, subject.words)}")
    if strict and (not verdict.says or verdict.robustness == "fragile"):
        _fail(f"{word(verdict)} under --claims-strict\n{explain(verdict, subject.words)}")
    if verdict.ruling in ("undecided", "inconclusive"):
        pytest.skip(visible_lines(f"{verdict.ruling}: {reason(verdict)}"))
    if verdict.outcome == "failed":
        if was or saving:
            # Without a traceback, which nobody sees and which takes longer to write out than most claims to be asked.
            raise pytest.xfail.Exception(visible_lines(f"known to fail: {reason(verdict)}"), pytrace=False)
        _fail(explain(verdict, subject.words))


def _fail(words: str) -> NoReturn:
    pytest.fail(visible_lines(words), pytrace=False)
