"""Which tables and columns a dataclass has when its instances are written as columns, read from its fields.

A field that holds one dataclass gives columns of the same table, with its name and a point before theirs; one that
holds several gives a table of its own; a mapping gives two columns, and everything else is one.
Knows nothing about any dataclass, or about how a column is written.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

KEY, VALUE = "key", "value"  # the columns of a mapping
REQUIRED: Final = dataclasses.MISSING


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a mapping has: of each key a value of this type."""

    value: Any


Item = type | Entry  # what a row of a table is


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A field of an item.

    Attributes:
        name: the field's name.
        hint: its type, and ``default`` its default as plain JSON, :data:`REQUIRED` where it has none.
        form: ``cell``: a column. ``mapping``: a column of keys and one of values, a list in each row. ``one``: columns
            of the item that it holds. ``many``: a table of them.
        item: what it holds one or several of.
        optional: whether it may be None.
        floats: whether its numbers are floats, so that one without a fraction may be written as a whole number.
    """

    name: str
    hint: Any
    default: Any
    form: Literal["cell", "mapping", "one", "many"] = "cell"
    item: Item | None = None
    optional: bool = False
    floats: bool = False


@cache
def shapes_of(item: Item) -> tuple[Shape, ...]:
    """The fields of an item. Raises TypeError for a field of a type that fits into no column."""
    if isinstance(item, Entry):
        return _shape(KEY, str, REQUIRED), _shape(VALUE, item.value, REQUIRED)
    hints = typing.get_type_hints(item)
    return tuple(_shape(field.name, hints[field.name], _default(field)) for field in dataclasses.fields(item))


@cache
def marker_of(item: Item) -> str:
    """The column that is null where an item is missing; empty where each of its columns may be null."""
    several = shapes_of(item)
    sure = (one.name for one in several if one.form == "cell" and one.default is REQUIRED and not one.optional)
    return next(sure, "")


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not REQUIRED:
        made = field.default_factory()
        return dict(made) if isinstance(made, Mapping) else made
    return list(field.default) if isinstance(field.default, tuple) else field.default


def _shape(name: str, hint: Any, default: Any) -> Shape:
    rest = [one for one in _alternatives(hint) if one is not type(None)]
    optional = len(rest) < len(_alternatives(hint))
    only, arguments = rest[0], typing.get_args(rest[0])
    if len(rest) == 1 and dataclasses.is_dataclass(only):
        return Shape(name=name, hint=hint, default=default, form="one", item=typing.cast(type, only), optional=optional)
    if len(rest) == 1 and typing.get_origin(only) is Mapping and not optional:
        return _shape_of_mapping(name, hint, default, arguments[1])
    if len(rest) == 1 and typing.get_origin(only) is tuple and dataclasses.is_dataclass(arguments[0]) and not optional:
        return Shape(name=name, hint=hint, default=default, form="many", item=typing.cast(type, arguments[0]))
    if any(dataclasses.is_dataclass(one) or one is Mapping for one in _flat(hint)):
        raise TypeError(f"{name} is {hint}; wanted one dataclass, a tuple or a mapping of one kind, or plain values")
    return Shape(name=name, hint=hint, default=default, optional=optional, floats=_floats(hint))


def _shape_of_mapping(name: str, hint: Any, default: Any, value: Any) -> Shape:
    if _shape(VALUE, value, REQUIRED).form == "cell":
        return Shape(name=name, hint=hint, default=default, form="mapping", floats=_floats(value))
    return Shape(name=name, hint=hint, default=default, form="many", item=Entry(value=value))


def _floats(hint: Any) -> bool:
    several = set(_flat(hint))
    return float in several and int not in several


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)


def _flat(hint: Any) -> list[Any]:
    """All types that a type is made of."""
    parts = [] if typing.get_origin(hint) is Literal else [one for one in typing.get_args(hint) if one is not ...]
    origin = typing.get_origin(hint)
    return [origin or hint, *(inner for one in parts for inner in _flat(one))]
