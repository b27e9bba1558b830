"""Saving what a run says: the baseline that was named is written, and no other.

Knows nothing about how a verdict was reached. It is imported when there is something to save, or to miss.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.session import options
from pytest_claims.verdicts.baseline import merged, not_asked, read_baseline, write_baseline
from pytest_claims.verdicts.known import Baseline, Place, known_of
from pytest_claims.verdicts.record import Record


def save(
    record: Record, files: Mapping[str, str], path: Path, config: pytest.Config, heard: Collection[Place] | None
) -> Iterator[str]:
    """Write a record to a baseline, and say what was done; what a run of part did not ask stays.

    Args:
        files: those of claims, from the root of the project.
        heard: the questions that a run of whole folders asked; None of a run of part.
    """
    old, broken = _on_record(path)
    yield from broken
    gone = gone_from(old, heard, config)
    kept = replace(old, verdicts={place: entry for place, entry in old.verdicts.items() if place not in gone})
    write_baseline(merged(kept, known_of(record, files)), path)
    yield f"baseline: {path}"
    for claim, subjects in by_claim(gone).items():
        yield f"taken off the record: {claim} on {', '.join(subjects)}"


def gone_from(known: Baseline, heard: Collection[Place] | None, config: pytest.Config) -> list[Place]:
    """What is on record and should have been asked; nothing if the run was one of part."""
    if heard is None or not known:
        return []
    return not_asked(known.verdicts, heard, options.folders(config), options.home(config))


def by_claim(places: Collection[Place]) -> dict[str, list[str]]:
    """The subjects of each claim."""
    subjects: dict[str, list[str]] = {}
    for claim, subject in places:
        subjects.setdefault(claim, []).append(subject)
    return subjects


def _on_record(path: Path) -> tuple[Baseline, list[str]]:
    """What is in the file, and that it could not be read, if so: a run of part has refused before."""
    try:
        return (read_baseline(path) if path.is_file() else Baseline()), []
    except InputError as error:
        return Baseline(), [f"written anew: {error}"]
