"""Schemas: what a file may hold, and what holds something else refused: where, what came, and the nearest known name.

Knows nothing about what any file is for.
"""

import difflib
import re
import reprlib
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import pydantic
from pydantic_core import ErrorDetails, PydanticCustomError

from pytest_claims.base.boundary import reading
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_text

Item = TypeVar("Item")
# Strict but for this: a list of a file becomes a tuple, which nobody changes afterwards.
Many = Annotated[tuple[Item, ...], pydantic.Strict(False)]
"""Several values of one type, a list in a file: ``Many[str]``."""
_NAME, _SHA256 = r"^\S([^\r\n]*\S)?$", "^[0-9a-f]{64}$"
Name = Annotated[str, pydantic.StringConstraints(pattern=_NAME)]
"""A text of one line, not empty, without spaces at its ends."""
Sha256 = Annotated[str, pydantic.StringConstraints(pattern=_SHA256)]
# Numbers that are written in a cell. Narrower than float(), which takes also 1_000, inf, and digits of any script.
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_UNKNOWN: Final = "unknown_key"
_SHORT: Final = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother = 3, 200, 200
_WANTED: Final = {
    "dict_type": "a table of key = value",
    "model_type": "a table of key = value",
    "tuple_type": "a list",
    "string_type": "a string",
    "too_short": "at least one, or no such line",
    "string_too_short": "one that is not empty",
}
_FITTING: Final = {
    _NAME: "a name: not empty, in one line, and without blanks around it",
    _SHA256: "a sha256 in hex, of 64 digits",
}


def number_in(text: str) -> float | None:
    """The number that ``text`` is, digits and a point as in 0.5 or 1e-3; None for any other text."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _number(cell: str) -> object:
    """The number, or what is none, for its schema to refuse."""
    number = number_in(cell)
    return cell if number is None else number


def _count(cell: str) -> object:
    return int(cell) if cell.isascii() and cell.isdigit() else cell


Number = Annotated[float, pydantic.BeforeValidator(_number)]
Count = Annotated[int, pydantic.BeforeValidator(_count)]


class Content(pydantic.BaseModel):
    """What a file, or a table in it, may hold: the fields of a subclass, of the types that they name, and no other."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", strict=True)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, content: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        if isinstance(content, Mapping) and (unknown := [key for key in content if key not in known]):
            # Said in place of all else: what is missing is often what was misspelt.
            raise PydanticCustomError(_UNKNOWN, "{words}", {"words": unknown_name("key", str(unknown[0]), known)})
        return content


Kind = TypeVar("Kind", bound=Content)


def validated(kind: type[Kind], content: object, *, where: str, remedy: str = "") -> Kind:
    """The ``content`` of a file as its schema, ``kind``.

    Args:
        where: the file, as an error calls it.
        remedy: what to do about all that is wrong; otherwise the error says so of each.

    Raises:
        InputError: for content that is anything else.
    """
    try:
        return kind.model_validate(content)
    except pydantic.ValidationError as error:
        details = sorted(error.errors(), key=lambda one: one["type"] != _UNKNOWN)
        raise InputError(f"{where}: {_in_words(details[0], remedy)}") from error


def read_toml(kind: type[Kind], path: Path, *, name: str = "") -> Kind:
    """The content of a TOML file, which errors call by its ``name``, or that of its path.

    Raises:
        InputError: where it is no TOML, or not of this ``kind``.
    """
    text = given_text(path, remedy="give the path of a .toml file, in UTF-8")
    with reading(name or path.name, kind="TOML", remedy="correct it"):
        content = tomllib.loads(text)
    return validated(kind, content, where=name or path.name)


def refuse_unknown(names: Iterable[str], known: Collection[str], *, what: str, where: str) -> None:
    """Raise InputError for the first of ``names`` that is none of ``known``."""
    for name in names:
        if name not in known:
            raise InputError(f"{where}: {unknown_name(what, name, known)}")


def unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """That there is no such name, which is the nearest to it, and which there are."""
    known = list(known)
    folded = {one.casefold(): one for one in reversed(known)}
    nearest = difflib.get_close_matches(name.casefold(), folded, n=1)
    meant = f" did you mean {folded[nearest[0]]!r}?" if nearest else ""
    return f"unknown {what} {name!r};{meant} known are {', '.join(known) or 'none'}"


def shown(value: object) -> str:
    """What came, as an error shows it: a list of lists not to its end, and a number only if it can be written."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # of more digits than Python writes
        return f"{type(value).__name__} of too many digits"


def _in_words(details: ErrorDetails, remedy: str) -> str:
    """What came, what was wanted and what to do, in one line."""
    steps = _steps(details["loc"])
    if details["type"] == _UNKNOWN:
        return f"{_inside(steps)}{details['msg']}{remedy and f'; {remedy}'}"
    *place, last = steps or ["content"]
    if details["type"] == "missing":
        have = ", ".join(map(str, details["input"])) or "nothing"
        return f"{_inside(place)}no {last!r}: have {have}; {remedy or 'add it'}"
    wanted = _WANTED.get(details["type"], details["msg"].removeprefix("Input should be "))
    if details["type"] == "string_pattern_mismatch":
        wanted = _FITTING.get(details["ctx"]["pattern"], details["msg"])
    return f"{_inside(place)}{last} is {shown(details['input'])}, wanted {wanted}; {remedy or 'correct it'}"


def _steps(place: tuple[int | str, ...]) -> list[str]:
    """The keys that lead there; of a list, the number of the item, from 1, joined to its key."""
    steps: list[str] = []
    for key in place:
        if isinstance(key, int) and steps:
            steps[-1] += f" {key + 1}"
        else:
            steps.append(str(key))
    return steps


def _inside(place: Iterable[str]) -> str:
    return "".join(f"{step}: " for step in place)
