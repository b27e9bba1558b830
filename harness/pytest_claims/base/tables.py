"""A dataclass as tables of columns, and back: what it holds several of is a table, and all else stands beside them.

A row of a table within another says by ``in`` which row of that it belongs to, counted from 0. A column in which every
value is its field's default is left out, and so is a table without rows.
Knows nothing about any dataclass: it reads and gives the plain JSON values that pydantic has for one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pytest_claims.base.column import values_of, written, written_runs
from pytest_claims.base.errors import InputError
from pytest_claims.base.table_shape import KEY, REQUIRED, VALUE, Entry, Item, Shape, marker_of, shapes_of

TABLES: Final = "tables"
IN: Final = "in"  # a row of the table above, counted from 0
Rows = Sequence[Any]  # plain mappings, and None where there is none
_Tables = dict[str, dict[str, Any]]


def tables_of(kind: type, content: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of an instance of ``kind``, with tables in the place of what it holds several of."""
    tables: _Tables = {}
    tabled = {shape.name: shape.item for shape in shapes_of(kind) if shape.item and isinstance(shape.item, type)}
    for name, item in tabled.items():
        _add(tables, name, item, content[name], None)
    return {**{name: value for name, value in content.items() if name not in tabled}, TABLES: tables}


def _add(tables: _Tables, path: str, item: Item, rows: Rows, counts: Sequence[int] | None) -> None:
    """Add the table of these rows, and those within it; ``counts`` says how many each row above has."""
    if not rows:
        return
    table = tables.setdefault(path, {})
    if counts is not None:
        table[IN] = written_runs(counts)
    _fill(tables, path, "", item, rows, counts or ())
    if not table:
        table[IN] = written_runs([len(rows)])  # all that these rows say is how many they are


def _fill(tables: _Tables, path: str, before: str, item: Item, rows: Rows, counts: Sequence[int]) -> None:
    """Add the columns of an item to the table ``path``, their names behind ``before``."""
    for shape in shapes_of(item):
        name = before + shape.name
        values = [_blank(shape) if row is None else row[shape.name] for row in rows]
        if shape.form == "many":
            several = [_listed(value) for value in values]
            _add(
                tables, f"{path}.{name}", _item(shape), [one for some in several for one in some], [*map(len, several)]
            )
        elif shape.form == "one":
            _fill_one(tables, path, name, shape, values, counts)
        elif not all(value == shape.default for value in values):
            for column, parts in _columns(name, shape, values):
                plain = [_whole(part) for part in parts] if shape.floats else parts
                tables[path][column] = written(plain, counts)


def _columns(name: str, shape: Shape, values: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    if shape.form == "mapping":
        yield f"{name}.{KEY}", [None if value is None else list(value) for value in values]
        yield f"{name}.{VALUE}", [None if value is None else list(value.values()) for value in values]
    else:
        yield name, values


def _fill_one(tables: _Tables, path: str, name: str, shape: Shape, values: Rows, counts: Sequence[int]) -> None:
    if all(value is None for value in values):
        return
    if shape.optional and not marker_of(_item(shape)):
        tables[path][name] = written([None if value is None else True for value in values], counts)
    _fill(tables, path, f"{name}.", _item(shape), values, counts)


def _blank(shape: Shape) -> Any:
    """What stands in a column of something that is not there."""
    return None if shape.default is REQUIRED or shape.form in ("one", "many") else shape.default


def _listed(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [{KEY: key, VALUE: one} for key, one in value.items()]
    return list(value or ())


def _item(shape: Shape) -> Item:
    if shape.item is None:
        raise TypeError(f"{shape.name} holds no item")
    return shape.item


def _whole(value: Any) -> Any:
    """4 for 4.0, also in a list."""
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def content_of(kind: type, file: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values that :func:`tables_of` was given, but for defaults. Raises InputError for broken tables."""
    tables = file.get(TABLES)
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise InputError(f"{TABLES!r} are missing, or no tables of columns")
    content = {name: value for name, value in file.items() if name != TABLES}
    for shape in shapes_of(kind):
        if isinstance(shape.item, type):
            content[shape.name] = _read(tables, shape.name, shape.item)[1]
    return content


def _read(tables: _Tables, path: str, item: Item) -> tuple[list[Any], list[Any]]:
    """Which rows above those of a table belong to, and the rows."""
    table = {name: values_of(column) for name, column in tables.get(path, {}).items()}
    sizes = {len(values) for values in table.values()}
    if len(sizes) > 1:
        raise InputError(f"table {path!r} has columns of {' and '.join(map(str, sorted(sizes)))} values")
    return table.get(IN, []), _rows(tables, path, "", item, table, max(sizes, default=0))


def _rows(
    tables: _Tables, path: str, before: str, item: Item, table: Mapping[str, list[Any]], size: int
) -> list[dict[str, Any]]:
    """The items whose columns have names behind ``before``."""
    rows: list[dict[str, Any]] = [{} for _ in range(size)]
    for shape in shapes_of(item):
        name = before + shape.name
        if shape.form == "many":
            found: Sequence[Any] = _within(tables, f"{path}.{name}", shape, size)
        elif shape.form == "one":
            found = _ones(tables, path, name, shape, table, size)
        elif shape.form == "mapping":
            found = _mappings(table, name)
        else:
            found = table.get(name, [])
        for row, value in zip(rows, found, strict=False):
            row[shape.name] = value
    return rows


def _ones(
    tables: _Tables, path: str, name: str, shape: Shape, table: Mapping[str, list[Any]], size: int
) -> Sequence[Any]:
    rows, marker = _rows(tables, path, f"{name}.", _item(shape), table, size), marker_of(_item(shape))
    if not shape.optional:
        return rows
    there = table.get(f"{name}.{marker}" if marker else name, [None] * size)
    return [None if value is None else row for row, value in zip(rows, there, strict=True)]


def _mappings(table: Mapping[str, list[Any]], name: str) -> list[Any]:
    keys, values = table.get(f"{name}.{KEY}", []), table.get(f"{name}.{VALUE}", [])
    try:
        return [None if None in pair else dict(zip(*pair, strict=True)) for pair in zip(keys, values, strict=True)]
    except (TypeError, ValueError) as error:
        raise InputError(f"the keys and values of {name!r} do not fit") from error


def _within(tables: _Tables, path: str, shape: Shape, size: int) -> list[Any]:
    """What each of ``size`` rows above has of a table."""
    places, rows = _read(tables, path, _item(shape))
    if len(places) < len(rows):
        raise InputError(f"table {path!r} does not say by {IN!r} which rows it belongs to")
    several: list[list[Any]] = [[] for _ in range(size)]
    for place, row in zip(places, rows, strict=True):
        if type(place) is not int or not 0 <= place < size:
            raise InputError(f"table {path!r} belongs to row {place!r:.20} of {size} above it")
        several[place].append(row)
    if not isinstance(shape.item, Entry):
        return several
    try:
        return [{row[KEY]: row.get(VALUE) for row in rows} for rows in several]
    except (KeyError, TypeError) as error:
        raise InputError(f"table {path!r} has no {KEY!r} that names anything") from error
