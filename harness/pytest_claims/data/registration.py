"""The registration: what claims said before data were collected, as hashes with a date, and how a claim stands to it.

Knows nothing about what is hashed, or where a registration is kept: committed beside the claims, in a laboratory's
store, or in the provenance of a recording.
"""

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import pydantic

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text, json_in
from pytest_claims.base.schema import Content, Many, Name, Sha256, validated

FILE: Final = "registration.json"
PROVENANCE: Final = "registration"  # where a measurement carries its own
_FORMAT: Final = 1
_WRITTEN: Final = "%Y-%m-%dT%H:%M:%SZ"
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?(?![\d-])")


def _moment(written: str) -> datetime.datetime:
    return datetime.datetime.strptime(written, _WRITTEN).replace(tzinfo=datetime.UTC)


def _checked(written: str) -> str:
    _moment(written)
    return written


_Moment = Annotated[str, pydantic.AfterValidator(_checked)]
Word = Literal["registered", "after the fact", "unknown"]
Why = Literal["", "new", "claim", "calls", "said"]


class RegisteredClaim(Content):
    """A claim as it was: its ``statement``, and two sha256.

    ``claim`` is of its statement, its body, and what else of it decides; ``calls`` of the code that it calls, and of
    what its finding declares.
    """

    statement: str
    claim: Sha256
    calls: Sha256


class Registration(Content):
    """Claims of a finding, at one time.

    ``version`` is that of this tool. ``whole`` says that with earlier ones it holds all claims that the finding had.
    """

    written: _Moment
    version: str
    finding: str
    whole: bool
    claims: Mapping[Name, RegisteredClaim]


class Registrations(Content):
    """Several, as they were written one after the other; ``begun`` is when measuring began, if they belong to data."""

    format: Literal[1] = _FORMAT
    begun: _Moment | None = None
    registrations: Many[Registration] = ()

    @property
    def latest(self) -> dict[str, RegisteredClaim]:
        """Every claim as it was written last."""
        return {name: claim for one in _in_time(self.registrations) for name, claim in one.claims.items()}

    @property
    def whole(self) -> bool:
        """Whether one of them says that no claim of its finding was missing."""
        return any(one.whole for one in self.registrations)

    def text(self) -> str:
        """As JSON, claim by claim on lines of its own, so that one that changes is few lines of a diff."""
        return json.dumps(self.model_dump(exclude_none=True), indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a claim, as it was judged, stands to what was written before its data.

    Attributes:
        word: registered as it is; after the fact where it came or changed later; unknown where nobody can tell.
        registered: when what decides that was written; empty where it is unknown.
        begun: when its data began to be collected.
        why: of one that is after the fact: it is ``new``, or the ``claim`` or what it ``calls`` is another, or its
            author ``said`` so.
    """

    word: Word = "unknown"
    registered: str = ""
    begun: str = ""
    why: Why = ""


UNKNOWN: Final = Standing()
EXPLORATORY: Final = Standing(word="after the fact", why="said")


def standing(
    place: str, claim: RegisteredClaim, several: Iterable[Registration], begun: datetime.datetime | None
) -> Standing:
    """How the claim at ``place`` stands to what was registered before data that began to be collected then.

    What was registered last before that counts: of several forms of a claim only one was the plan.
    """
    before = before_the_data(several, begun)
    was = next((one for one in reversed(before) if place in one.claims), None)
    if begun is None or not before:
        return UNKNOWN
    since = begun.strftime(_WRITTEN)
    if was is None:
        whole = next((one for one in before if one.whole), None)
        after = Standing(word="after the fact", registered=whole.written, begun=since, why="new") if whole else None
        return after or UNKNOWN
    why = _differs(was.claims[place], claim)
    return Standing(word="after the fact" if why else "registered", registered=was.written, begun=since, why=why)


def before_the_data(several: Iterable[Registration], begun: datetime.datetime | None) -> list[Registration]:
    """Those that were written before data began to be collected, in time."""
    return [one for one in _in_time(several) if begun is not None and _moment(one.written) <= begun]


def read_registrations(path: Path) -> Registrations:
    """What a file holds. Raises InputError where it is none."""
    remedy = f"take it from the history of your project again: what {path.name} held is nowhere else"
    return _read(given_text(path, kind="a registration", remedy=remedy), str(path), remedy)


def carried_by(provenance: Mapping[str, str], name: str) -> Registrations:
    """What the provenance of the data of this name carries; nothing where it carries none."""
    if PROVENANCE not in provenance:
        return Registrations()
    return _read(provenance[PROVENANCE], f"{PROVENANCE} in the provenance of {name}", "record it again")


def date_in(text: str) -> datetime.datetime | None:
    """The date that a text begins with, as an hour of UTC unless it says another; None for any other text.

    Of a day without an hour it is the first: whatever was written on that day may have been written later.
    """
    found = _DATE.match(text)
    try:
        moment = datetime.datetime.fromisoformat(found[0]) if found else None
    except ValueError:  # as the 31st of February
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def now() -> str:
    """The time, as a registration has it."""
    return datetime.datetime.now(datetime.UTC).strftime(_WRITTEN)


def as_written(moment: datetime.datetime) -> str:
    """A moment as a registration has it."""
    return moment.astimezone(datetime.UTC).strftime(_WRITTEN)


def _read(text: str, where: str, remedy: str) -> Registrations:
    content = json_in(text, file=where, kind="a registration", remedy=remedy)
    made = content.get("format") if isinstance(content, dict) else None
    if type(made) is int and made != _FORMAT:
        raise InputError(f"{where} has format {made}, wanted {_FORMAT}; judge with the pytest-claims that wrote it")
    return validated(Registrations, content, where=where, remedy=remedy)


def _differs(was: RegisteredClaim, now: RegisteredClaim) -> Why:
    return "claim" if was.claim != now.claim else "calls" if was.calls != now.calls else ""


def _in_time(several: Iterable[Registration]) -> list[Registration]:
    return sorted(several, key=lambda one: one.written)
