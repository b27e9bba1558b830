"""Where what commonly goes wrong shows: on which subjects, in a line, and in a sentence each.

Knows nothing about what is looked for, or about the page that it stands on.
"""

from collections.abc import Iterator

from pytest_claims.data.pitfall import Pitfall
from pytest_claims.verdicts.pitfalls import pitfalls_beside
from pytest_claims.verdicts.record import Record
from pytest_claims.words.pitfalls import TITLES, meant, told
from pytest_claims.words.verdict import several


def met(record: Record) -> dict[str, list[Pitfall]]:
    """What is worth saying beside each subject, by its name; nothing of one where nothing is."""
    by_place: dict[tuple[str, str], list[tuple[Pitfall, ...]]] = {}
    for verdict in record.verdicts:
        by_place.setdefault((verdict.finding, verdict.subject), []).append(verdict.pitfalls)
    found = {
        subject.name: pitfalls_beside(subject.pitfalls, by_place.get((subject.finding, subject.name), ()))
        for subject in record.subjects
    }
    told = {name: [one for one in some if one.is_met] for name, some in found.items()}
    return {name: some for name, some in told.items() if some}


def in_a_line(record: Record) -> Iterator[str]:
    """On how many subjects which of it shows; nothing where none does."""
    found = met(record)
    names = [name for name in TITLES if any(one.name == name for some in found.values() for one in some)]
    if names:
        on = f"{len(found)} of {several(len(record.subjects), 'subject')}"
        yield f"what commonly goes wrong shows on {on}: {', '.join(names)}"


def each(record: Record) -> Iterator[tuple[str, str]]:
    """All of it: a subject, and a sentence."""
    words = {subject.name: subject.words for subject in record.subjects}
    for name, found in met(record).items():
        yield from ((name, told(one, words[name])) for one in found)


def on_purpose(record: Record) -> Iterator[tuple[str, list[str]]]:
    """What differs between models by a rule, in words, and the subjects on which it does."""
    found: dict[str, list[str]] = {}
    for subject in record.subjects:
        for said in filter(None, map(meant, subject.pitfalls)):
            found.setdefault(said, []).append(subject.name)
    yield from found.items()


def by_title(record: Record) -> Iterator[tuple[str, list[str]]]:
    """What it is, and the subjects on which it shows."""
    found = met(record)
    for name, title in TITLES.items():
        if subjects := [subject for subject, some in found.items() if any(one.name == name for one in some)]:
            yield title, subjects
