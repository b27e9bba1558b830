"""The baseline: verdicts on record, and how a new verdict differs from the one on record.

Knows nothing about pytest.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Final, Literal, TypeVar

import pydantic
from pydantic_core import PydanticCustomError

from pytest_claims.asking.answer import Outcome
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text, is_given, json_in
from pytest_claims.base.schema import Content, Sha256, shown, validated
from pytest_claims.base.whole_file import write_whole
from pytest_claims.verdicts.firmness import Robustness
from pytest_claims.verdicts.record import SubjectRecord
from pytest_claims.verdicts.ruling import Ruling
from pytest_claims.verdicts.verdict import Verdict

FORMAT: Final = 3  # 1 did not say in which file a claim stands, and 2 not what the data exclude
_TOLERANCE: Final = 1e-6  # of an estimate: what processors and libraries may differ by
_ANEW: Final = "write it anew with pytest claims/ --claims-save"
Place = tuple[str, str]  # claim id, subject name
_NUMBERS: Final = ("estimate", "p", "n")
# What pytest_claims.verdicts.verdict.Verdict.robustness may say of each ruling, and what it said before.
_FIRM: Final = ("robust", "fragile", "untested")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "held": (*_FIRM, "uninformative", "not shown otherwise"),
    "contradicted": _FIRM,
    "failed": _FIRM,
    "inconclusive": ("untested",),
    "undecided": ("untested",),
}
_BEFORE: Final[Mapping[Ruling, Outcome]] = {
    "held": "held",
    "contradicted": "failed",
    "failed": "failed",
    "inconclusive": "failed",
    "undecided": "undecided",
}
_WORDS_BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "held": _FIRM,
    "failed": ("clear", "fragile", "underpowered", "untested"),
    "undecided": ("untested",),
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """One verdict on record: its ruling, how firm it is, and its numbers.

    Where ``robustness`` is None it was written by an older format, whose words were others: ``ruling`` is then held,
    undecided, or a failed that may be contradicted, inconclusive, or beyond reach.
    """

    ruling: Ruling
    robustness: Robustness | None
    estimate: float | None
    p: float | None
    n: int | None
    data: str  # sha256 of the measurement
    recorded: bool
    date: str
    file: str = ""  # where the claim stands, from the root of the project; empty in format 1, and outside of it


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What was on record of a verdict, and what it is; ``numbers`` names those that differ where its words do not."""

    was: Known
    now: Known
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChangedData:
    """A recorded subject whose data are not those on record: the sha256 of both."""

    subject: str
    was: str
    now: str


class _Numbers(Content):
    """What the file holds of a verdict in every format."""

    estimate: Annotated[float, pydantic.Field(allow_inf_nan=False)] | None
    p: Annotated[float, pydantic.Field(ge=0, le=1)] | None
    n: Annotated[int, pydantic.Field(ge=0)] | None
    data: Sha256
    recorded: bool
    date: str
    file: str = ""

    @pydantic.field_validator("file")
    @classmethod
    def _is_below_the_root(cls, file: str) -> str:
        if not _is_below(file):
            raise PydanticCustomError("file", "a path from the root of the project, and below it")
        return file


class _Entry(_Numbers):
    """A verdict as the file holds it: the fields of :class:`Known`."""

    ruling: Ruling
    robustness: Robustness

    @pydantic.field_validator("robustness")
    @classmethod
    def _goes_with_the_ruling(cls, robustness: Robustness, read: pydantic.ValidationInfo) -> Robustness:
        return _fitting(robustness, read.data.get("ruling", ""), _WORDS)

    def known(self) -> Known:
        return Known(**self.model_dump())


class _EntryBefore(_Numbers):
    """The same in formats 1 and 2."""

    outcome: Outcome
    robustness: Literal["robust", "clear", "fragile", "underpowered", "untested"]

    @pydantic.field_validator("robustness")
    @classmethod
    def _goes_with_the_outcome(cls, robustness: str, read: pydantic.ValidationInfo) -> str:
        return _fitting(robustness, read.data.get("outcome", ""), _WORDS_BEFORE)

    def known(self) -> Known:
        fields = self.model_dump()
        return Known(ruling=fields.pop("outcome"), **{**fields, "robustness": None})


class _Baseline(Content):
    format: Literal[3]
    verdicts: dict[str, dict[str, _Entry]]


class _BaselineBefore(Content):
    format: Literal[1, 2]
    verdicts: dict[str, dict[str, _EntryBefore]]


_Word = TypeVar("_Word", bound=str)


def _fitting(robustness: _Word, ruling: str, words: Mapping[str, tuple[str, ...]]) -> _Word:
    """A word that goes with a ruling; raises what pydantic tells."""
    if robustness not in (fitting := words.get(ruling, (robustness,))):
        wanted = f"{' or '.join(fitting)} of a claim that is {ruling}"
        raise PydanticCustomError("robustness", "{wanted}", {"wanted": wanted})
    return robustness


def known(verdict: Verdict, subject: SubjectRecord, date: str, file: str) -> Known:
    """What the baseline keeps of a verdict."""
    estimate = verdict.answer.estimate
    return Known(
        ruling=verdict.ruling,
        robustness=verdict.robustness,
        estimate=_finite(estimate.value) if estimate is not None else None,
        p=_finite(estimate.p) if estimate is not None else None,
        n=estimate.n if estimate is not None else None,
        data=subject.sha256,
        recorded=subject.recorded,
        date=date,
        file=file if _is_below(file) else "",
    )


def difference(was: Known, verdict: Verdict, subject: SubjectRecord) -> Difference | None:
    """How ``verdict`` differs from the one on record; None if it does not.

    Numbers are compared where the subject is recorded data both times: a new measurement of a
    live model has numbers of its own.
    """
    now = known(verdict, subject, was.date, was.file)
    same = was.ruling == verdict.outcome if was.robustness is None else _words(was) == _words(now)
    if not same:
        return Difference(was=was, now=now)
    changed = _changed_numbers(was, now) if was.recorded and now.recorded else ()
    return Difference(was=was, now=now, numbers=changed) if changed else None


def changed_data(
    verdicts: Mapping[Place, Known], subject: SubjectRecord, asked: Collection[str] = ()
) -> ChangedData | None:
    """That the data of a recorded subject are others than on record; None if they are the same.

    ``asked`` are the claims of its finding: another finding may have a subject of the same name.
    """
    if not subject.recorded:
        return None
    was = {
        entry.data
        for (claim, name), entry in verdicts.items()
        if name == subject.name and entry.recorded and (not asked or claim in asked)
    }
    others = was - {subject.sha256}
    return ChangedData(subject=subject.name, was=min(others), now=subject.sha256) if others else None


def not_asked(
    verdicts: Mapping[Place, Known], asked: Collection[Place], folders: Collection[Path], root: Path
) -> list[Place]:
    """The verdicts on record of recorded subjects that were not asked, though their claims stand in ``folders``.

    A baseline of format 1 does not say where a claim stands: it may be anywhere below ``root``, so one is
    missed only where ``folders`` include all of that.
    """
    everywhere = any(folder.resolve() in (root.resolve(), *root.resolve().parents) for folder in folders)
    return [
        place
        for place, entry in sorted(verdicts.items())
        if entry.recorded and place not in asked and (_is_in(root / entry.file, folders) if entry.file else everywhere)
    ]


def read_baseline(path: Path) -> dict[Place, Known]:
    """The verdicts on record. Raises InputError for a file that is missing or not a baseline."""
    if not is_given(path):
        raise InputError(f"no baseline {path}; write one with --claims-save")
    text = given_text(path, kind="a baseline", remedy=_ANEW)
    content = json_in(text, file=str(path), kind="a baseline", remedy=_ANEW)
    format_ = content.get("format") if isinstance(content, dict) else FORMAT
    if repr(format_) not in ("1", "2", repr(FORMAT)):  # true == 1.0 == 1
        raise InputError(f"{path} has format {shown(format_)}, wanted {FORMAT}; {_ANEW}")
    kind: type[_Baseline | _BaselineBefore] = _Baseline if format_ == FORMAT else _BaselineBefore
    read = validated(kind, content, where=str(path), remedy=_ANEW)
    return {
        (claim, subject): entry.known()
        for claim, entries in read.verdicts.items()
        for subject, entry in entries.items()
    }


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
        # A claim may move, and a number's last digits differ between processors, without anything having changed.
        if was is not None and _is_as(was, entry):
            same = was.robustness is not None
            entry = replace(was, file=entry.file) if same else replace(entry, date=was.date)
        result[place] = entry
    return result


def _is_below(file: str) -> bool:
    absolute = PurePosixPath(file).is_absolute() or PureWindowsPath(file).anchor
    return not absolute and ".." not in PureWindowsPath(file).parts  # which knows both kinds of slashes


def _is_in(file: Path, folders: Iterable[Path]) -> bool:
    return any(folder.resolve() in file.resolve().parents for folder in folders)


def _is_as(was: Known, entry: Known) -> bool:
    """Whether the two say the same of the same data."""
    words = was.ruling == _BEFORE[entry.ruling] if was.robustness is None else _words(was) == _words(entry)
    same = words and (was.data, was.recorded) == (entry.data, entry.recorded)
    return same and not _changed_numbers(was, entry)


def _words(one: Known) -> tuple[str, str | None]:
    return one.ruling, one.robustness


def _changed_numbers(was: Known, now: Known) -> tuple[str, ...]:
    return tuple(name for name in _NUMBERS if not _same(getattr(was, name), getattr(now, name)))


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _finite(value: float | None) -> float | None:
    """None in place of what JSON has no number for."""
    return value if value is not None and math.isfinite(value) else None
