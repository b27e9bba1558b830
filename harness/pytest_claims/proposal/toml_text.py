"""The text of a declaration: guesses as TOML, each with its reason as a comment above it.

Knows nothing about how the guesses were made, or whether a table can be made of them.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pytest_claims.proposal.guess import Guess, Said, of_role

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_TABLES: Final = (("units", "unit"), ("factors", "factor"), ("measured", "measured"))
_ROW: Final = "# Units and factors do not tell rows apart, so that a row needs a name: is there a better word?"
_ABOVE: Final = """\
# A proposal, made from the names and cells of {file}. Each guess says why, and what else it could be:
# correct what is wrong, and then take this comment away. All keys: docs/finding.md
title = {title}
source = "not said yet: where this is claimed"
data = {data}
"""


def toml_text(guesses: Sequence[Guess], *, file: str, data: str, row: str = "") -> str:
    """The text of ``finding.toml``.

    Args:
        guesses: about all columns.
        file: the name of the file that they are about.
        data: its path, from the folder of the finding.
        row: what a row is called, where units do not tell rows apart.
    """
    parts = [_ABOVE.format(file=_comment(file), title=_text(f"A first look at {file}"), data=_text(data))]
    if row:
        parts[0] += (
            f"# Units and factors do not tell rows apart; a better word for what a row is?\nrow = {_text(row)}\n"
        )
    for table, role in _TABLES:
        if chosen := of_role(guesses, role):  # type: ignore[arg-type]
            parts.append("\n".join([f"[{table}]", *(line for guess in chosen for line in _lines(guess))]) + "\n")
    if gone := of_role(guesses, "left out"):
        parts.append("\n".join(["# Left out:", *map(_reason, gone)]) + "\n")
    return "\n".join(parts)


def _lines(guess: Guess) -> tuple[str, str]:
    return _reason(guess), f"{_key(guess.name)} = {_table(guess.entry)}"


def _reason(guess: Guess) -> str:
    what = f"{guess.role}" if guess.role != "left out" else _comment(guess.column)
    return f"# {what}: {_comment(guess.why)}. It could be {_comment(guess.other)}."


def _table(entry: Mapping[str, Said]) -> str:
    inside = ", ".join(f"{_key(key)} = {_value(value)}" for key, value in entry.items())
    return f"{{ {inside} }}" if inside else "{}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return _table(value)
    return _list(value) if isinstance(value, Iterable) else f"{value:g}"


def _list(values: Iterable[object]) -> str:
    several = [_value(value) for value in values]
    return several[0] if len(several) == 1 else f"[{', '.join(several)}]"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    """A basic string: JSON writes all that TOML wants escaped but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Text that can stand in a comment: one line, of signs that can be seen."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
