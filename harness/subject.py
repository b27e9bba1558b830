"""Subjects on offer: named measurements that are read, or made, when a claim first asks for them.

Knows nothing about how a measurement is made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from harness.errors import InputError
from harness.measurement import Measurement


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A name and how to get its measurement; ``recorded`` is False for one that is measured live."""

    name: str
    load: Callable[[], Measurement]
    recorded: bool


def select(subjects: Sequence[Subject], patterns: Sequence[str]) -> list[Subject]:
    """The subjects whose name matches any of the patterns (all, if there are none), each name once.

    A live subject takes the place of a recorded one of the same name.

    Raises:
        InputError: if nothing matches.
    """
    by_name: dict[str, Subject] = {}
    for subject in sorted(subjects, key=lambda subject: not subject.recorded):
        by_name[subject.name] = subject
    chosen = [
        subject
        for name, subject in by_name.items()
        if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
    ]
    if patterns and not chosen:
        raise InputError(f"no subject matches {', '.join(patterns)}: have {', '.join(by_name)}")
    return chosen
