"""Data as they stand in the page: JSON that no tag can end, and rows as columns, which take a third of the room.

Knows nothing about what is in them.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from pytest_claims.page.chart import Cell, Rows

_DIGITS: Final = 6  # of a number: more than any picture shows


def json_text(value: Any) -> Markup:
    """JSON for a script element of data: within it nothing is a tag."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def columns_of(rows: Rows) -> dict[str, Any]:
    """Rows as columns: each a list, or, of words that are repeated, the words and the place of each row's."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _column([row.get(name) for row in rows]) for name in names}


def _column(values: Sequence[Cell]) -> Any:
    words = list(dict.fromkeys(values))
    if len(words) * 2 < len(values) and all(isinstance(one, str) for one in words):
        places = {word: place for place, word in enumerate(words)}
        return {"of": words, "at": [places[value] for value in values]}
    return [_short(value) if isinstance(value, float) else value for value in values]


def _short(value: float) -> float | int:
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short
