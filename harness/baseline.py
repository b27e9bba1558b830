"""The baseline: verdicts on record, and how a new verdict differs from the one on record.

Knows nothing about pytest.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from harness.errors import InputError
from harness.record import SubjectRecord
from harness.verdict import Verdict
from harness.whole_file import write_whole

FORMAT: Final = 1
_TOLERANCE: Final = 1e-6  # of an estimate: what processors and libraries may differ by
Place = tuple[str, str]  # claim id, subject name


@dataclass(frozen=True, kw_only=True)
class Known:
    """One verdict on record."""

    outcome: str
    robustness: str
    estimate: float | None
    p: float | None
    n: int | None
    data: str  # sha256 of the measurement
    recorded: bool
    date: str


def known(verdict: Verdict, subject: SubjectRecord, date: str) -> Known:
    """What the baseline keeps of a verdict."""
    finding = verdict.answer.finding
    return Known(
        outcome=verdict.outcome,
        robustness=verdict.robustness,
        estimate=finding.estimate if finding else None,
        p=finding.p if finding else None,
        n=finding.n if finding else None,
        data=subject.sha256,
        recorded=subject.recorded,
        date=date,
    )


def difference(was: Known, verdict: Verdict, subject: SubjectRecord) -> str | None:
    """How ``verdict`` differs from the one on record, in words; None if it does not.

    The estimate is compared where the subject is recorded data both times: a new measurement of a
    live model has estimates of its own.
    """
    now = known(verdict, subject, was.date)
    if (was.outcome, was.robustness) != (now.outcome, now.robustness):
        return f"was {_words(was)}, is {_words(now)}"
    if was.recorded and now.recorded and not _same(was.estimate, now.estimate):
        return f"is still {now.outcome}, but its estimate was {_number(was.estimate)}, is {_number(now.estimate)}"
    return None


def read_baseline(path: Path) -> dict[Place, Known]:
    """The verdicts on record. Raises InputError for a file that is missing or not a baseline."""
    if not path.is_file():
        raise InputError(f"no baseline {path}; write one with --claims-save")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise InputError(
                f"{path} has format {content['format']}, wanted {FORMAT}; write it anew with --claims-save"
            )
        return {
            (claim, subject): Known(**entry)
            for claim, entries in content["verdicts"].items()
            for subject, entry in entries.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a baseline ({error}); write it anew with --claims-save") from error


def write_baseline(verdicts: Mapping[Place, Known], path: Path) -> None:
    """Write all verdicts, sorted, so that a change shows as a small diff; never half a file."""
    claims: dict[str, dict[str, object]] = {}
    for (claim, subject), entry in sorted(verdicts.items()):
        claims.setdefault(claim, {})[subject] = asdict(entry)
    write_whole(json.dumps({"format": FORMAT, "verdicts": claims}, indent=1) + "\n", path)


def merged(old: Mapping[Place, Known], new: Iterable[tuple[Place, Known]]) -> dict[Place, Known]:
    """``old`` with the verdicts that were judged anew; the date of one that did not change stays."""
    result = dict(old)
    for place, entry in new:
        was = result.get(place)
        if was is None or asdict(was) | {"date": ""} != asdict(entry) | {"date": ""}:
            result[place] = entry
    return result


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _words(entry: Known) -> str:
    robustness = "" if entry.robustness == "untested" else f", {entry.robustness}"
    return f"{entry.outcome}{robustness} (estimate {_number(entry.estimate)}, p {_number(entry.p)})"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"
