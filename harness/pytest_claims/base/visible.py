r"""Text as a terminal or a page may show it: what would act on them instead of being seen is written out, as ``\x1b``.

Knows nothing about where the text comes from, or about Markdown.
"""

import json
import unicodedata
from collections.abc import Callable
from typing import Final

_ACTING: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, marks of direction, half characters, breaks of lines
_WITHIN_WORDS: Final = "\u200c\u200d"  # act on nothing but the letters or signs that they stand between


def visible(text: str) -> str:
    r"""``text`` in one line: an escape character shows as ``\x1b``, a line break as ``\n``, a mark of direction too."""
    return _written_out(text, lambda sign: sign.encode("unicode_escape").decode())


def visible_lines(text: str) -> str:
    """The same, with its line breaks."""
    return "\n".join(map(visible, text.split("\n")))


def json_text(value: object) -> str:
    """Plain values as JSON in which nothing is hidden either; reading gives back what came.

    Of an object each entry begins a line, and of a list in it each item: Python indents deeper ones ten times as slowly
    as it writes them.
    """
    lines = (_entries(value) if isinstance(value, dict) else _dumped(value)).split("\n")
    return "".join(f"{_written_out(line, lambda sign: json.dumps(sign)[1:-1])}\n" for line in lines)


def _entries(value: dict[str, object]) -> str:
    return "{\n" + ",\n".join(f"{_dumped(key)}: {_items(one)}" for key, one in value.items()) + "\n}"


def _items(value: object) -> str:
    if not isinstance(value, list) or not value:
        return _dumped(value)
    return "[\n" + ",\n".join(map(_dumped, value)) + "\n]"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written_out(text: str, write: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(write(sign) if _acts(sign) else sign for sign in text)


def _acts(sign: str) -> bool:
    return unicodedata.category(sign) in _ACTING and sign not in _WITHIN_WORDS
