r"""Text as a terminal or a page may show it: what would act on them instead of being seen is written out, as ``\x1b``.

Knows nothing about where the text comes from, or about Markdown.
"""

import json
import unicodedata
from collections.abc import Callable
from typing import Final

_ACTING: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, marks of direction, half characters, breaks of lines
_BROKEN: Final = 3  # levels of objects whose entries begin a line: of a record its tables, and their columns
_WITHIN_WORDS: Final = "\u200c\u200d"  # act on nothing but the letters or signs that they stand between


def visible(text: str) -> str:
    r"""``text`` in one line: an escape character shows as ``\x1b``, a line break as ``\n``, a mark of direction too."""
    return _written_out(text, lambda sign: sign.encode("unicode_escape").decode())


def visible_lines(text: str) -> str:
    """The same, with its line breaks."""
    return "\n".join(map(visible, text.split("\n")))


def json_text(value: object) -> str:
    """Plain values as JSON in which nothing is hidden either; reading gives back what came.

    There are no blanks; of an object each entry begins a line, and of the objects in it, down to the third.
    """
    lines = _dumped(value, _BROKEN).split("\n")
    return "".join(f"{_written_out(line, lambda sign: json.dumps(sign)[1:-1])}\n" for line in lines)


def _dumped(value: object, levels: int) -> str:
    """One of so many levels of objects that are broken into lines."""
    if not levels or not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    entries = (f"{_dumped(key, 0)}:{_dumped(one, levels - 1)}" for key, one in value.items())
    return "{\n" + ",\n".join(entries) + "\n}"


def _written_out(text: str, write: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(write(sign) if _acts(sign) else sign for sign in text)


def _acts(sign: str) -> bool:
    return unicodedata.category(sign) in _ACTING and sign not in _WITHIN_WORDS
