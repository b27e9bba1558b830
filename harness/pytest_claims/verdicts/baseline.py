"""The baseline: the file that keeps what is known of verdicts.

Knows nothing about pytest, or about how a verdict differs from the one on record.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import pydantic
from pydantic_core import PydanticCustomError

from pytest_claims.asking.answer import Outcome
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text, is_given, json_in
from pytest_claims.base.schema import Content, Many, Sha256, shown, validated
from pytest_claims.base.whole_file import write_whole
from pytest_claims.verdicts.difference import is_as
from pytest_claims.verdicts.firmness import Robustness
from pytest_claims.verdicts.known import Baseline, Known, KnownSubject, Place, is_below
from pytest_claims.verdicts.ruling import Ruling

# 1 did not say in which file a claim stands, 2 not what the data exclude, and 3 nothing of the data but their hash.
FORMAT: Final = 4
_ANEW: Final = "write it anew with pytest claims/ --claims-save"
# What pytest_claims.verdicts.verdict.Verdict.robustness may say of each ruling, and what it said before.
_FIRM: Final = ("robust", "fragile", "untested")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "held": (*_FIRM, "uninformative", "not shown otherwise"),
    "contradicted": _FIRM,
    "failed": _FIRM,
    "inconclusive": ("untested",),
    "undecided": ("untested",),
}
_WORDS_BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "held": _FIRM,
    "failed": ("clear", "fragile", "underpowered", "untested"),
    "undecided": ("untested",),
}
_Number = Annotated[float, pydantic.Field(allow_inf_nan=False)]
_Positive = Annotated[float, pydantic.Field(gt=0, allow_inf_nan=False)]
_Share = Annotated[float, pydantic.Field(ge=0, le=1)]


class _Numbers(Content):
    """What the file holds of a verdict in every format."""

    estimate: _Number | None
    p: _Share | None
    n: Annotated[int, pydantic.Field(ge=0)] | None
    data: Sha256
    recorded: bool
    date: str
    file: str = ""

    @pydantic.field_validator("file")
    @classmethod
    def _is_below_the_root(cls, file: str) -> str:
        if not is_below(file):
            raise PydanticCustomError("file", "a path from the root of the project, and below it")
        return file


class _EntryOf3(_Numbers):
    """A verdict in format 3."""

    ruling: Ruling
    robustness: Robustness

    @pydantic.field_validator("robustness")
    @classmethod
    def _goes_with_the_ruling(cls, robustness: Robustness, read: pydantic.ValidationInfo) -> Robustness:
        return _fitting(robustness, read.data.get("ruling", ""), _WORDS)

    def known(self) -> Known:
        return Known(**self.model_dump())


class _Entry(_EntryOf3):
    """A verdict as the file holds it: the fields of :class:`Known`."""

    symbol: str
    error: _Positive | None
    alpha: _Number | None
    code: str


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


class _Subject(Content):
    """The data of a subject as the file holds them: a list for each row, its name first."""

    sha256: Sha256
    recorded: bool
    declared: str
    versions: dict[str, str]
    provenance: dict[str, str]
    columns: Many[str]
    rows: Many[Many[str | _Number | None]]
    hashes: dict[str, str]

    @pydantic.field_validator("rows")
    @classmethod
    def _are_as_long_as_columns(cls, rows: Any, read: pydantic.ValidationInfo) -> Any:
        width = len(read.data.get("columns", ())) + 1
        if any(len(row) != width or not isinstance(row[0], str) for row in rows):
            raise PydanticCustomError("rows", "lists of a name and a number for each column")
        return rows

    def known(self) -> KnownSubject:
        fields = self.model_dump()
        names, cells = fields.pop("columns"), fields.pop("rows")
        columns = {name: tuple(row[place] for row in cells) for place, name in enumerate(names, start=1)}
        return KnownSubject(**fields, rows=tuple(row[0] for row in cells), columns=columns)


class _File(Content):
    format: Literal[4]
    subjects: dict[str, dict[str, _Subject]]
    verdicts: dict[str, dict[str, _Entry]]

    def baseline(self) -> Baseline:
        pairs = {(finding, name): one for finding, several in self.subjects.items() for name, one in several.items()}
        subjects = {place: one.known() for place, one in pairs.items()}
        return Baseline(verdicts=_verdicts(self.verdicts), subjects=subjects)


class _FileOf3(Content):
    format: Literal[3]
    verdicts: dict[str, dict[str, _EntryOf3]]

    def baseline(self) -> Baseline:
        return Baseline(verdicts=_verdicts(self.verdicts))


class _FileBefore(Content):
    format: Literal[1, 2]
    verdicts: dict[str, dict[str, _EntryBefore]]

    def baseline(self) -> Baseline:
        return Baseline(verdicts=_verdicts(self.verdicts))


_FILES: Final[Mapping[str, type[_File | _FileOf3 | _FileBefore]]] = {
    "1": _FileBefore,
    "2": _FileBefore,
    "3": _FileOf3,
    "4": _File,
}
_Word = TypeVar("_Word", bound=str)


def _verdicts(entries: Mapping[str, Mapping[str, _EntryOf3 | _EntryBefore]]) -> dict[Place, Known]:
    return {(claim, name): one.known() for claim, several in entries.items() for name, one in several.items()}


def _fitting(robustness: _Word, ruling: str, words: Mapping[str, tuple[str, ...]]) -> _Word:
    """A word that goes with a ruling; raises what pydantic tells."""
    if robustness not in (fitting := words.get(ruling, (robustness,))):
        wanted = f"{' or '.join(fitting)} of a claim that is {ruling}"
        raise PydanticCustomError("robustness", "{wanted}", {"wanted": wanted})
    return robustness


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


def read_baseline(path: Path) -> Baseline:
    """What is on record. Raises InputError for a file that is missing or not a baseline."""
    if not is_given(path):
        raise InputError(f"no baseline {path}; write one with --claims-save")
    text = given_text(path, kind="a baseline", remedy=_ANEW)
    content = json_in(text, file=str(path), kind="a baseline", remedy=_ANEW)
    format_ = content.get("format") if isinstance(content, dict) else FORMAT
    if repr(format_) not in _FILES:  # true == 1.0 == 1
        raise InputError(f"{path} has format {shown(format_)}, wanted {FORMAT}; {_ANEW}")
    return validated(_FILES[repr(format_)], content, where=str(path), remedy=_ANEW).baseline()


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write all of it, sorted, a line for each row of a table, so that a change is a small diff; never half a file."""
    claims: dict[str, dict[str, object]] = {}
    for (claim, subject), entry in sorted(baseline.verdicts.items()):
        claims.setdefault(claim, {})[subject] = asdict(entry)
    findings: dict[str, dict[str, object]] = {}
    for (finding, name), one in sorted(baseline.subjects.items()):
        findings.setdefault(finding, {})[name] = _as_written(one)
    write_whole(_text({"format": FORMAT, "subjects": findings, "verdicts": claims}) + "\n", path)


def merged(old: Baseline, new: Baseline) -> Baseline:
    """``old`` with what is known anew; the date of a verdict that did not change stays.

    Of subjects those stay of which there are verdicts.
    """
    verdicts = dict(old.verdicts)
    for place, entry in new.verdicts.items():
        was = verdicts.get(place)
        # A claim may move, and a number's last digits differ between processors, without anything having changed.
        if was is not None and is_as(was, entry):
            same = was.robustness is not None and bool(was.symbol) == bool(entry.symbol)
            entry = replace(was, file=entry.file, code=entry.code) if same else replace(entry, date=was.date)
        verdicts[place] = entry
    names = {name for _, name in verdicts}
    subjects = {place: one for place, one in {**old.subjects, **new.subjects}.items() if place[1] in names}
    return Baseline(verdicts=verdicts, subjects=subjects)


def _as_written(one: KnownSubject) -> dict[str, object]:
    fields = asdict(one)
    columns = fields.pop("columns")
    fields["rows"] = [list(row) for row in zip(one.rows, *columns.values(), strict=True)]
    return {**fields, "columns": list(columns)}


def _text(value: Any, indent: str = "") -> str:
    """JSON in which a list of plain values stands in one line."""
    inner = f"{indent} "
    if isinstance(value, dict) and value:
        lines = [f"{inner}{json.dumps(name)}: {_text(one, inner)}" for name, one in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and any(isinstance(one, dict | list | tuple) for one in value):
        return "[\n" + ",\n".join(f"{inner}{_text(one, inner)}" for one in value) + f"\n{indent}]"
    return json.dumps(value)


def _is_in(file: Path, folders: Collection[Path]) -> bool:
    return any(folder.resolve() in file.resolve().parents for folder in folders)
