"""Records of any size with any names, whose verdicts are of all kinds."""

from dataclasses import replace
from itertools import cycle

from test_verdict_words import several

from pytest_claims.asking.claim import Claim
from pytest_claims.asking.condition import Condition
from pytest_claims.data.design import Words
from pytest_claims.verdicts.record import Record, SubjectRecord, record_of

UNMET = Condition(text="p < 0.05", left=0.2, operator="<", right=0.05, left_text="estimate.p", right_text="0.05")
NUMBERS = {"held": 180, "failed": 23, "undecided": 0, "share": 180 / 203, "asked": 202, "flipped": 23}


def _kinds():
    """A verdict of each mark and word."""
    words = {str(one): one for one in several()}
    for one in words.values():
        answer = one.answer if one.answer.unmet is None else replace(one.answer, unmet=UNMET)
        checks = [replace(check, numbers=NUMBERS | dict(check.numbers)) for check in one.checks]
        yield replace(one, answer=answer, checks=tuple(checks))


KINDS = list(_kinds())


def subject(name: str, finding: str = "") -> SubjectRecord:
    return SubjectRecord(
        finding=finding, name=name, sha256="0" * 64, recorded=True, words=Words(), count=9, levels={}, units=(),
        rows=(), columns={}, rounding={}, provenance={},
    )  # fmt: skip


def record_with(claims, subjects, finding: str = "", kinds=KINDS) -> Record:
    """Every claim on every subject, of one kind of verdict after the other."""
    kind = cycle(kinds)
    return record_of(
        created="2026-11-24",
        version="0",
        subjects=[subject(name, finding) for name in subjects],
        verdicts=[
            replace(
                next(kind), claim=Claim(id=one, statement="Made up.", source="nowhere"), subject=name, finding=finding
            )
            for one in claims
            for name in subjects
        ],
    )
