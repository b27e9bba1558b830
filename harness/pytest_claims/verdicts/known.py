"""What is known of earlier verdicts: each with its numbers, and the data that they rest on.

Knows nothing about pytest, or about the file that keeps it.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from pytest_claims.base.errors import Undecided
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.scale import standard_error
from pytest_claims.verdicts.firmness import Robustness
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.ruling import Ruling
from pytest_claims.verdicts.verdict import Verdict

Place = tuple[str, str]  # claim id, subject name
_MOST_CELLS: Final = 5_000  # of a table that is kept whole: 50 kB
_LONGEST: Final = 100  # characters of an entry of provenance that is kept as it is
HASHED: Final = "sha256 "  # what stands before a hash in its place
_DIGITS: Final = 12  # of a hash that stands for what is not kept


@dataclass(frozen=True, kw_only=True)
class Known:
    """One verdict on record: its ruling, how firm it is, and the numbers of the estimate that decided.

    Where ``robustness`` is None it was written by an older format, whose words were others: ``ruling`` is then held,
    undecided, or a failed that may be contradicted, inconclusive, or beyond reach. Where ``symbol`` is empty the format
    kept the numbers of the first estimate. ``error`` is the standard error of the estimate, on the scale of its symbol;
    ``alpha`` the number that the claim holds p against; ``code`` the hash of what the claim says and calls.
    """

    ruling: Ruling
    robustness: Robustness | None
    symbol: str = ""
    estimate: float | None
    error: float | None = None
    p: float | None
    alpha: float | None = None
    n: int | None
    data: str  # sha256 of the measurement
    recorded: bool
    date: str
    file: str = ""  # where the claim stands, from the root of the project; empty in format 1, and outside of it
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class KnownSubject:
    """The data that verdicts on record rest on.

    ``columns`` are in the order of ``rows``; of a large table neither is kept, and of each column a hash in ``hashes``.
    A long entry of ``provenance`` is kept as its hash. ``declared`` is the hash of what its finding declares, and
    ``versions`` are those of what judged it.
    """

    sha256: str
    recorded: bool
    declared: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    columns: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What is on record: verdicts by claim and subject, and subjects by finding and name.

    An older format kept no subjects.
    """

    verdicts: Mapping[Place, Known] = field(default_factory=dict)
    subjects: Mapping[tuple[str, str], KnownSubject] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.verdicts)


def known_of(record: Record, files: Mapping[str, str] | None = None) -> Baseline:
    """What a record makes known, with its date; ``files`` are those of claims, from the root of the project."""
    codes = {one.claim: one.runs for one in record.written}
    return Baseline(
        verdicts={
            (one.claim.id, one.subject): known(
                one,
                record.subject_of(one),
                date=record.created[:10],
                file=(files or {}).get(one.claim.id, ""),
                code=codes.get(one.claim.id, ""),
            )
            for one in record.verdicts
        },
        subjects={(one.finding, one.name): known_subject(one, record.versions) for one in record.subjects},
    )


def known(
    verdict: Verdict, subject: SubjectRecord, *, date: str, file: str = "", code: str = "", first: bool = False
) -> Known:
    """What is kept of a verdict: the numbers of the estimate that decided, or of the ``first``, as older formats do."""
    estimate = verdict.answer.estimate if first else verdict.deciding
    numbers = _numbers(estimate) if estimate is not None else {"estimate": None, "p": None, "n": None}
    claimed = verdict.claimed
    return Known(
        ruling=verdict.ruling,
        robustness=verdict.robustness,
        **numbers,
        alpha=claimed.alpha if claimed and not first else None,
        data=subject.sha256,
        recorded=subject.recorded,
        date=date,
        file=file if is_below(file) else "",
        code=code,
    )


def known_subject(subject: SubjectRecord, versions: Mapping[str, str]) -> KnownSubject:
    """What is kept of the data of a subject."""
    names = list(subject.columns)
    whole = len(subject.rows) * len(names) <= _MOST_CELLS
    return KnownSubject(
        sha256=subject.sha256,
        recorded=subject.recorded,
        declared=subject.declared,
        versions=dict(versions),
        provenance={name: kept_text(text) for name, text in subject.provenance.items()},
        rows=subject.rows if whole else (),
        columns={name: tuple(map(_finite, subject.columns[name])) for name in names} if whole else {},
        hashes={} if whole else {name: column_hash(subject.columns[name]) for name in names},
    )


def column_hash(values: Iterable[float | None]) -> str:
    """What stands for a column that is not kept."""
    return hashlib.sha256(repr(tuple(map(_finite, values))).encode()).hexdigest()[:_DIGITS]


def is_below(file: str) -> bool:
    """Whether a file is written as from the root of the project, and lies below it."""
    absolute = PurePosixPath(file).is_absolute() or PureWindowsPath(file).anchor
    return not absolute and ".." not in PureWindowsPath(file).parts  # which knows both kinds of slashes


def _numbers(estimate: Estimate) -> dict[str, object]:
    try:
        error: float | None = standard_error(estimate)
    except Undecided:
        error = None
    value, p = _finite(estimate.value), _finite(estimate.p)
    return {"symbol": estimate.symbol, "estimate": value, "error": error, "p": p, "n": estimate.n}


def kept_text(text: str) -> str:
    """An entry of provenance as it is kept: a long one as its hash."""
    if len(text) <= _LONGEST:
        return text
    return f"{HASHED}{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def _finite(value: float | None) -> float | None:
    """None in place of what JSON has no number for."""
    return value if value is not None and math.isfinite(value) else None
