"""What stays open on a record, in few lines: without numbers, which the page of a run has for each verdict.

Knows nothing about the page that it stands on.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pytest_claims.report.gaps import Gaps, gaps
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict

_INCONCLUSIVE: Final = "inconclusive: the interval holds values that would make it true, or there is none"
_TOO_FEW: Final = "undecided: data of this size could hardly show that nothing differs, though it were true"
_MORE: Final = "more data; the page of a run says how many, where that is known"


def staying_open(record: Record) -> Iterator[Gaps]:
    """The claims that are inconclusive on any subject, those that too few data leave undecided, and all other gaps."""
    few = [one for one in record.verdicts if one.ruling == "undecided" and one.outcome != "undecided"]
    inconclusive = [one for one in record.verdicts if one.ruling == "inconclusive"]
    for reason, several in ((_INCONCLUSIVE, inconclusive), (_TOO_FEW, few)):
        if several:
            yield _of(reason, several)
    yield from gaps(replace(record, verdicts=tuple(one for one in record.verdicts if one.outcome == "undecided")))


def _of(reason: str, several: list[Verdict]) -> Gaps:
    claims = dict.fromkeys(verdict.claim.id for verdict in several)
    return Gaps(reason=reason, remedy=_MORE, claims=tuple(claims), subjects=())
