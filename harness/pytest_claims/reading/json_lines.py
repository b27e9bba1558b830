"""JSON lines as cells: an object in each line, or a list of objects. Knows nothing about what the keys mean."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pytest_claims.base.boundary import unreadable
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_bytes, json_in, text_in
from pytest_claims.base.schema import shown
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.column import Column
from pytest_claims.reading.places import Places
from pytest_claims.reading.value import cell_of

_WANTED: Final = "wanted an object in each line, in UTF-8; write it anew"
_WANTED_LIST: Final = "wanted a list of objects; write it anew"
_LIST: Final = ".json"
_KINDS: Final = {str: "text", bool: "true or false", int: "a number", float: "a number"}


def is_one(path: Path) -> bool:
    """Whether a file is JSON, by its name: any that no reader of a log takes."""
    return path.suffix.lower() in {".jsonl", ".ndjson", _LIST}


def read(path: Path, name: str, wanted: Collection[str] | None = None) -> Cells:
    """The cells of all objects, of all keys or of those that are wanted; of one inside another ``outer.inner``.

    A key that an object lacks, null, and NaN are missing. Lists are not read.

    Raises:
        InputError: with file and line, for what is no such file, a key that is there twice, and a column in which text,
            numbers and truths are mixed.
    """
    content = given_bytes(path, remedy=_WANTED, kind="JSON", name=path.name)
    text = text_in(content, file=path.name, remedy=_WANTED, kind="JSON")
    if path.suffix.lower() == _LIST:
        objects, numbers, source = _listed(text, path.name)
    else:
        objects, numbers, source = _lines(text, path.name)
    places = Places.of(source, numbers)
    columns, unread = _columns(objects, places, wanted)
    return Cells(
        name=name,
        columns=columns,
        places=places,
        sha256=hashlib.sha256(content).hexdigest(),
        provenance={"file": path.name},
        unread=unread,
    )


def objects_in(text: str, file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The object in each line of a text that is not empty, with the number of the line.

    Raises:
        InputError: for a line that is none.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{file}, line {number}"
        one = _parsed(line, where)
        if not isinstance(one, dict) or not one:
            raise InputError(f"{where} is {shown(one)}, wanted an object with keys; correct or remove the line")
        yield number, one


def _parsed(line: str, where: str) -> Any:
    """Quickly, and only of what is wrong again, to say why."""
    pairs = 0

    def counted(several: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal pairs
        one = dict(several)
        pairs += len(several) - len(one)
        return one

    try:
        content = json.loads(line, object_pairs_hook=counted)
    except ValueError:
        pairs = 1
    pairs += "\\ud" in line.lower()  # half of a character, perhaps
    return json_in(line, file=where, remedy=_WANTED) if pairs else content


def _lines(text: str, file: str) -> tuple[Sequence[dict[str, Any]], Sequence[int], str]:
    found = list(objects_in(text, file))
    return [one for _, one in found], [number for number, _ in found], f"{file}, line"


def _listed(text: str, file: str) -> tuple[Sequence[dict[str, Any]], Sequence[int], str]:
    content = json_in(text, file=file, remedy="wanted a list of objects; write it anew")
    if not isinstance(content, list):
        raise InputError(
            unreadable(file, f"it holds {shown(content)}", kind="a table", remedy="wanted a list of objects")
        )
    for number, one in enumerate(content, start=1):
        if not isinstance(one, dict) or not one:
            raise InputError(
                f"{file}, object {number} is {shown(one)}, wanted an object with keys; correct or remove it"
            )
    return content, range(1, len(content) + 1), f"{file}, object"


def _columns(
    objects: Sequence[dict[str, Any]], places: Places, wanted: Collection[str] | None
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """The wanted columns, and the names of the others, in the order in which they come first."""
    values: dict[str, list[Any]] = {}
    unread: dict[str, None] = {}
    for row, one in enumerate(objects):
        for key, value in flat(one):
            if isinstance(value, list) or (wanted is not None and key not in wanted):
                unread[key] = None
                continue
            column = values.setdefault(key, [])
            if len(column) > row:
                raise InputError(
                    f"{places[row]}: {key!r} appears more than once, by itself and as outer.inner; rename one"
                )
            column += [None] * (row - len(column))
            column.append(value)
    for key, column in values.items():
        column += [None] * (len(objects) - len(column))
        _refuse_mixed(key, column, places)
    columns = {key: Column.of(map(cell_of, column)) for key, column in values.items()}
    return columns, tuple(key for key in unread if key not in columns)


def flat(one: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Keys and values of an object, and of those inside it, as ``outer.inner``."""
    for key, value in one.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _refuse_mixed(key: str, column: Sequence[Any], places: Places) -> None:
    """Raise InputError where values are of several kinds: a number in quotes is often a mistake in a few rows."""
    first: dict[str, int] = {}
    for kind in {type(value) for value in column} - {type(None)}:
        row = next(row for row, value in enumerate(column) if type(value) is kind)
        first[_KINDS[kind]] = min(row, first.get(_KINDS[kind], row))
    if len(first) > 1:
        (one, row), (other, later), *_ = sorted(first.items(), key=lambda item: item[1])
        raise InputError(
            f"{places[later]}: {key} is {other}, and {one} at {places[row]}; wanted one kind in a column: correct it"
        )
