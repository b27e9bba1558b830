"""The JSON schema of a dataclass that is written as tables: each table and column, with what docstrings say of it.

Knows nothing about any dataclass.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pydantic

from pytest_claims.base.table_shape import KEY, REQUIRED, VALUE, Entry, Item, Shape, marker_of, shapes_of
from pytest_claims.base.tables import IN, TABLES

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ATTRIBUTE: Final = re.compile(r"^ +(\w+(?:, \w+)*): (.+(?:\n {8,}.+)*)", re.MULTILINE)
_SENTENCE: Final = re.compile(r"(?<=[.;]) (?=[A-Z`])|(?<=;) ")
_ALONE: Final = "0 for each row, where no other column is written: then it says how many there are."
_NULL: Final = {"type": "null"}
_COUNTS: Final = {"type": "integer", "minimum": 0}
_ANY: Final = {"$ref": "#/$defs/column"}
_ANY_COLUMN: Final = {
    "anyOf": [{"type": "array"}, {"type": "object", "additionalProperties": _ANY}],
    "description": "A column of lists that is made of lists which come back.",
}
_OBJECT: Final = {"type": "object", "additionalProperties": False}


def tables_schema(kind: type, *, title: str, description: str, beside: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of what :func:`pytest_claims.base.tables.tables_of` gives.

    Args:
        kind: the dataclass.
        title: what it is called.
        description: how it is to be read.
        beside: the schemas of what the file has besides, by name.
    """
    made = _Schema()
    tabled = [shape for shape in shapes_of(kind) if isinstance(shape.item, type)]
    for shape in tabled:
        made.add(shape.name, shape, above="")
    plain = {
        one.name: _value(one.hint) | {"description": _said(kind, one)} for one in shapes_of(kind) if one not in tabled
    }
    return {
        "$schema": _DIALECT,
        "title": title,
        "description": description,
        "type": "object",
        "properties": {**plain, **beside, TABLES: {"$ref": f"#/$defs/{TABLES}"}},
        "required": [*plain, TABLES],
        "$defs": {TABLES: _OBJECT | {"properties": made.tables}, **made.columns},
    }


class _Schema:
    """The schemas of tables, and of their columns by what values these have."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {}
        self.columns: dict[str, Any] = {"column": _ANY_COLUMN}

    def add(self, path: str, shape: Shape, *, above: str, said: str = "") -> None:
        """Add the table of what a field holds several of, and those within it."""
        self.tables[path] = {"description": said or _about(shape.item), **_OBJECT, "properties": {}}
        of = f"The row of {above} that it belongs to, counted from 0." if above else _ALONE
        self.tables[path]["properties"][IN] = {"description": of, "$ref": self.column(_COUNTS)}
        self.fill(path, "", shape.item, missing=False)

    def fill(self, path: str, before: str, item: Item | None, *, missing: bool) -> None:
        """Add the columns of an item, which may be ``missing`` in a row."""
        for shape in shapes_of(item) if item else ():
            name, said = before + shape.name, _said(item, shape)
            if shape.form == "many":
                self.add(f"{path}.{name}", shape, above=path, said=said)
            elif shape.form == "one":
                self.fill(path, f"{name}.", shape.item, missing=missing or shape.optional)
            for column, values in _cells(name, shape):
                told = {"description": said, **_default(shape)}
                self.tables[path]["properties"][column] = {**told, "$ref": self.column(_or_null(values, missing))}

    def column(self, values: Mapping[str, Any]) -> str:
        """Where the schema of a column of such values is."""
        name = f"column-of-{_named(values)}".replace(" ", "-")  # it is part of an address
        if name not in self.columns:
            self.columns[name] = {}  # taken, while those of its parts are made
            self.columns[name] = {"anyOf": list(self.forms({"$ref": f"#/$defs/{name}"}, values))}
        return f"#/$defs/{name}"

    def forms(self, itself: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """All that a column of such values may look like."""
        yield {"type": "array", "items": values}
        counts = itself if values == _COUNTS else {"$ref": self.column(_COUNTS)}
        yield _parts(of=itself, at=counts)
        yield _parts(of=itself, runs=counts)
        if values == _COUNTS:
            yield _parts(runs=counts)
        if items := _items(values):
            each = {"$ref": self.column({"anyOf": [_COUNTS, _NULL]})}
            yield _parts(each=each, items={"$ref": self.column(items)})
            yield _parts(lists=_ANY)
        else:
            yield _parts(lists={"$ref": self.column({"type": "array", "items": values})})


def _parts(**parts: Mapping[str, Any]) -> dict[str, Any]:
    return {**_OBJECT, "properties": parts, "required": list(parts)}


def _cells(name: str, shape: Shape) -> Iterator[tuple[str, dict[str, Any]]]:
    """The columns of a field, and the schema of a value of each."""
    if shape.form == "cell":
        yield name, _value(shape.hint)
    elif shape.form == "mapping":
        mapping = _value(shape.hint)
        yield f"{name}.{KEY}", {"type": "array", "items": {"type": "string"}}
        yield f"{name}.{VALUE}", {"type": "array", "items": mapping["additionalProperties"]}
    elif shape.form == "one" and shape.item and shape.optional and not marker_of(shape.item):
        yield name, {"anyOf": [{"type": "boolean"}, _NULL]}


def _default(shape: Shape) -> dict[str, Any]:
    return {} if shape.default is REQUIRED or shape.form == "one" else {"default": shape.default}


def _or_null(values: dict[str, Any], missing: bool) -> dict[str, Any]:
    """These values, or null where what they are of may be ``missing``."""
    several = values.get("anyOf", [values])
    return {"anyOf": [*several, _NULL]} if missing and _NULL not in several else values


def _value(hint: Any) -> dict[str, Any]:
    return pydantic.TypeAdapter(hint).json_schema()


def _items(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the items of lists are, if these values are lists, or missing."""
    for one in values.get("anyOf", [values]):
        if one.get("type") == "array":
            items: list[dict[str, Any]] = one.get("prefixItems") or [one["items"]]
            return items[0]
    return None


def _named(values: Mapping[str, Any]) -> str:
    """What a column of these is called: another name for whatever is another schema."""
    if "anyOf" in values:
        rest = [one for one in values["anyOf"] if one != _NULL]
        names = dict.fromkeys(_named(one).removeprefix("optional-") for one in rest)
        return ("optional-" if rest != values["anyOf"] else "") + "-or-".join(names)
    if items := _items(values):
        return f"list-of-{_named(items)}"
    if "enum" in values:
        return "-".join(one or "nothing" for one in values["enum"])
    return str("count" if values == _COUNTS else values["type"])


def _about(item: Item | None) -> str:
    """The first sentence of what an item says of itself."""
    return "" if isinstance(item, Entry) or item is None else _SENTENCE.split(inspect.cleandoc(item.__doc__ or ""))[0]


def _said(item: Item | None, shape: Shape) -> str:
    """What the docstring of an item says of a field: its entry there, or those that name it, or else sentences."""
    text = "" if isinstance(item, Entry) or item is None else inspect.getdoc(item) or ""
    entries = _ATTRIBUTE.findall(text)
    name = f"``{shape.name}``"
    own = [said for names, said in entries if shape.name in names.split(", ")]
    others = [said for _, said in entries if name in said]
    prose = _SENTENCE.split(" ".join(text.partition("\nAttributes:")[0].split()))
    several = own or [one for one in prose if name in one] or others
    return _plain(" ".join(several))


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("``", "")
