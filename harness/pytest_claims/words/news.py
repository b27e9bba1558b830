"""What a run says that is not on record, a line for each, and what to do about it.

Knows nothing about the page that the lines stand on, or about where the record lies.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.since import Since
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.changed_data import how
from pytest_claims.words.difference import CALLED, different
from pytest_claims.words.trace import traced
from pytest_claims.words.verdict import counted, several, word

_MOST: Final = 5  # new claims, or subjects, that are told one by one
_ACCEPT: Final = "--claims-save accepts"


def news(record: Record, since: Since) -> Iterator[tuple[str, str]]:
    """Each change with its kind: ``moved``, ``crossed``, ``changed``, ``data``, ``why``, ``new claim``, and so on."""
    yield from changes(record, since)
    yield from _new_claims(record, since)
    yield from _new_subjects(record, since)
    by_place = {(one.claim.id, one.subject): one for one in record.verdicts}
    for claim, subject in since.others:
        if (claim, subject) in by_place:
            yield "new", f"{claim} on {subject}: {word(by_place[claim, subject])}; {_ACCEPT} it"


def changes(record: Record, since: Since) -> Iterator[tuple[str, str]]:
    """The verdicts that are not as on record, what each was and is; then by subject what else is not."""
    places = {(one.claim.id, one.subject) for one in record.verdicts}
    for (claim, subject), one in since.changed.items():
        if (claim, subject) in places:
            yield CALLED[one.kind], f"{claim} on {subject} {different(one)}"
    names = {(one.finding, one.name) for one in record.subjects}
    for place, (reason, count) in since.apart.items():
        if place in names:
            yield CALLED["apart"], f"{several(count, 'verdict')} of {place[1]}: {reason}"
    data = {(one.finding, one.subject): one for one in since.data}
    for place, trace in since.traces.items():
        if place in names:
            if place in data:
                yield "data", f"{place[1]}: {how(data[place])}"
            yield "why", f"{place[1]}: {traced(trace)}"


def by_ruling(verdicts: Sequence[Verdict]) -> str:
    """What a claim says of its subjects: ``held on 1 of 11 subjects, undecided on 10``."""
    if len(verdicts) == 1:
        return f"{word(verdicts[0])} on {verdicts[0].subject}"
    counts = Counter(one.ruling for one in verdicts).most_common()
    counts.sort(key=lambda one: one[0] != "held")
    (first, number), *rest = counts
    others = "".join(f", {ruling} on {count}" for ruling, count in rest)
    return f"{first} on {number} of {len(verdicts)} subjects{others}"


def _new_claims(record: Record, since: Since) -> Iterator[tuple[str, str]]:
    new = [claim for claim in record.matrix if claim in since.claims]
    if len(new) > _MOST:
        told = counted(one for one in record.verdicts if one.claim.id in since.claims)
        yield "new", f"{len(new)} claims: {told}; {_ACCEPT} them"
        return
    for claim in new:
        several = [one for one in record.verdicts if one.claim.id == claim]
        yield "new claim", f"{claim}: {by_ruling(several)}; {_ACCEPT} it"


def _new_subjects(record: Record, since: Since) -> Iterator[tuple[str, str]]:
    new = [one.name for one in record.subjects if (one.finding, one.name) in since.subjects]
    if len(new) > _MOST:
        told = counted(one for one in record.verdicts if (one.finding, one.subject) in since.subjects)
        yield "new", f"{len(new)} subjects: {told}; {_ACCEPT} them"
        return
    for name in new:
        told = counted(one for one in record.verdicts if one.subject == name and one.claim.id not in since.claims)
        yield "new subject", f"{name}: {told}; {_ACCEPT} it"
