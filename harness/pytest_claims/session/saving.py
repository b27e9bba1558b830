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
    new, live = _without_live(kept, known_of(record, files), {one.claim.id: one.finding for one in record.verdicts})
    write_baseline(merged(kept, new), path)
    yield f"baseline: {path}"
    if live:
        yield (
            f"stays on record: {', '.join(live)}, of recorded data; a live measurement does not take its place, "
            "so save that with --claims-save=NAME, in a file of its own"
        )
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


def _without_live(old: Baseline, new: Baseline, findings: Mapping[str, str]) -> tuple[Baseline, list[str]]:
    """What is new, less live measurements of what is on record of recorded data; and the names of these.

    ``findings`` are those of the claims of this run: two findings may each have a subject of one name. Of claims that
    are not of this run an older format does not say which finding they are of.
    """
    recorded = {(findings.get(claim, ""), name) for (claim, name), one in old.verdicts.items() if one.recorded}
    recorded |= {place for place, one in old.subjects.items() if one.recorded}
    known = {name for _, name in old.subjects}
    whoever = {name for (_, name), one in old.verdicts.items() if one.recorded and name not in known}

    def is_live(finding: str, name: str, *, recorded_now: bool) -> bool:
        return not recorded_now and ((finding, name) in recorded or name in whoever)

    live = {
        (findings.get(claim, ""), name)
        for (claim, name), one in new.verdicts.items()
        if is_live(findings.get(claim, ""), name, recorded_now=one.recorded)
    }
    verdicts = {
        (claim, name): one for (claim, name), one in new.verdicts.items() if (findings.get(claim, ""), name) not in live
    }
    subjects = {place: one for place, one in new.subjects.items() if place not in live}
    return Baseline(verdicts=verdicts, subjects=subjects), sorted({name for _, name in live})


def _on_record(path: Path) -> tuple[Baseline, list[str]]:
    """What is in the file, and that it could not be read, if so: a run of part has refused before."""
    try:
        return (read_baseline(path) if path.is_file() else Baseline()), []
    except InputError as error:
        return Baseline(), [f"written anew: {error}"]
