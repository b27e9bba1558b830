"""A chart that a finding gives: made plain, and refused where a page could not hold or draw it.

Knows nothing about what it shows. What altair made is taken as what it says of itself, without importing altair.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pytest_claims.base.schema import shown
from pytest_claims.page.chart import Chart, Rows

MOST_ROWS: Final = 20_000  # of all data of a chart: more would make a page slow, and no picture shows them
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OUTSIDE: Final = frozenset({"url", "href", "loader"})  # names under which a specification asks for what is elsewhere
_UNUSED: Final = ("$schema", "usermeta", "datasets")


def given_chart(given: object) -> Chart:
    """The chart with its specification as plain JSON, and all named data beside it.

    Raises:
        TypeError: for what is no chart, or has data other than text and numbers.
        ValueError: for a name, a number or an address that no page can hold.
    """
    if not isinstance(given, Chart):
        raise TypeError(f"charts gives {shown(given)}, wanted pytest_claims.views.Chart")
    _check_words(given)
    spec = _named(_plain(given.spec))
    named = {str(name): rows for name, rows in {**given.data, **spec.get("datasets", {})}.items()}
    chart = replace(given, spec={key: value for key, value in spec.items() if key not in _UNUSED}, data=named)
    _check_rows(chart)
    _check_spec(chart)
    return chart


def _plain(spec: Any) -> dict[str, Any]:
    """A specification as it is, or as what made it says."""
    found = spec.to_dict() if hasattr(spec, "to_dict") else spec
    if not isinstance(found, Mapping):
        raise TypeError(f"a specification {shown(found)}; wanted a mapping, or a chart of altair")
    return dict(found)


def _named(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification with the data of all of it, if they stand in it, under a name: so a page finds their table."""
    data = spec.get("data")
    if not (isinstance(data, Mapping) and isinstance(data.get("values"), list)):
        return spec
    name = str(data.get("name") or "values")
    return {**spec, "data": {"name": name}, "datasets": {name: data["values"], **spec.get("datasets", {})}}


def _check_words(chart: Chart) -> None:
    if not (isinstance(chart.name, str) and _NAME.fullmatch(chart.name)):
        raise ValueError(f"a chart named {chart.name!r}; wanted small letters, digits and hyphens, as in by-layer")
    for what in ("title", "description"):
        text = getattr(chart, what)
        if not (isinstance(text, str) and text.strip()):
            raise ValueError(f"chart {chart.name} with {what} {text!r}; wanted a sentence, for those who do not see it")


def _check_rows(chart: Chart) -> None:
    count = 0
    for name, rows in chart.data.items():
        for row in _rows(rows, f"chart {chart.name}, data {name}"):
            count += 1
            for field, cell in row.items():
                if not (cell is None or isinstance(cell, str | int | float)):
                    raise TypeError(f"chart {chart.name}: {field} is {shown(cell)}; wanted text, a number or None")
    if count > MOST_ROWS:
        raise ValueError(f"chart {chart.name} has {count:,} rows; at most {MOST_ROWS:,} fit a page: give a summary")


def _rows(rows: Rows, where: str) -> Rows:
    if not (isinstance(rows, list | tuple) and all(isinstance(row, Mapping) for row in rows)):
        raise TypeError(f"{where} are {shown(rows)}; wanted a list of rows, each a mapping")
    return rows


def _check_spec(chart: Chart) -> None:
    if outside := sorted(set(_keys(chart.spec)) & _OUTSIDE):
        raise ValueError(f"chart {chart.name} asks for {', '.join(outside)}; a page loads nothing: give the data")
    whole = {"spec": chart.spec, "data": {name: list(map(dict, rows)) for name, rows in chart.data.items()}}
    try:
        json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"chart {chart.name} is no JSON ({error}); give None where there is no number") from error


def _keys(spec: Any) -> Iterator[str]:
    """Every name in a specification, whatever it lies in; those within data are none of it."""
    if isinstance(spec, Mapping):
        for key, value in spec.items():
            yield str(key)
            yield from () if key == "values" else _keys(value)
    elif isinstance(spec, list | tuple):
        for one in spec:
            yield from _keys(one)
