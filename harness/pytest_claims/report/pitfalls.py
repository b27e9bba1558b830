"""Where what commonly goes wrong shows: on which subjects, in a line, and in a sentence each.

Knows nothing about what is looked for, or about the page that it stands on.
"""

from collections.abc import Iterator

from pytest_claims.data.pitfall import Pitfall
from pytest_claims.verdicts.pitfalls import pitfalls_beside
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.words.pitfalls import TITLES, told


def met(record: Record, subject: SubjectRecord) -> list[Pitfall]:
    """What is worth saying beside a subject."""
    own = (one.pitfalls for one in record.verdicts if record.subject_of(one) is subject)
    return [one for one in pitfalls_beside(subject.pitfalls, own) if one.is_met]


def in_a_line(record: Record) -> Iterator[str]:
    """On how many subjects which of it shows; nothing where none does."""
    several = [found for subject in record.subjects if (found := met(record, subject))]
    names = [name for name in TITLES if any(one.name == name for found in several for one in found)]
    if names:
        yield f"what commonly goes wrong shows on {len(several)} of {len(record.subjects)} subjects: {', '.join(names)}"


def each(record: Record) -> Iterator[tuple[str, str]]:
    """All of it: a subject, and a sentence."""
    for subject in record.subjects:
        yield from ((subject.name, told(one, subject.words)) for one in met(record, subject))


def by_title(record: Record) -> Iterator[tuple[str, list[str]]]:
    """What it is, and the subjects on which it shows."""
    found = {subject.name: {one.name for one in met(record, subject)} for subject in record.subjects}
    for name, title in TITLES.items():
        if subjects := [subject for subject, names in found.items() if name in names]:
            yield title, subjects
