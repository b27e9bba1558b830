r"""Text as Markdown that shows it as it is, whatever signs it holds, and is never interpreted.

Knows nothing about pages. What is not marked as :class:`Markdown` is text, and templates escape it by themselves.
Only what Markdown would interpret is escaped: ``r_M``, ``[ABC]`` and ``a - b`` stay as they are.
"""

import re
from functools import lru_cache
from typing import Final

from pytest_claims.base.visible import visible

_SIGNS: Final = re.compile(
    r"""
      \\(?=[!-/:-@\[-`{-~]|$)              # a backslash that would escape what follows
    | [`*~$|]
    | (?<!\w)_++ | _++(?!\w)               # but not within a word
    | <(?=[A-Za-z/!?])                     # a tag
    | &(?=\#?[A-Za-z0-9]+;)                # an entity
    | (?<=.)(?<![!\]])\[ (?![a-z0-9@._-]*\] | [ xX]\]) [^\]\[`*~$|\\_<&^!]+ \](?![\[(:])   # a pair that makes no link
    | [\[\]]
    """,
    re.VERBOSE,
)
_AT_START: Final = re.compile(r"(?=#{1,6}(?:\s|$))|(?=>)|(?=[-+](?:\s|$))|(?<=\d)(?=[.)](?:\s|$))|(?=[-=]+\s*$)")
_LONGEST: Final = 700  # characters of a provenance that are shown; claims.json has all
_AT_END: Final = re.compile(r"(?<=\s)(?=#+$)")


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def inline(value: object) -> Markdown:
    """``value`` as Markdown within a line, a cell of a table, or a link; unchanged if it is Markdown."""
    return value if isinstance(value, Markdown) else _inline(str(value))


@lru_cache(maxsize=4096)  # the same names stand in hundreds of sentences
def _inline(value: str) -> Markdown:
    escaped = _within(value)
    start = re.match(r"\d{0,9}", escaped)
    place = start.end() if start and start.end() else 0
    if _AT_START.match(escaped, place):
        escaped = f"{escaped[:place]}\\{escaped[place:]}"
    return Markdown(_AT_END.sub(lambda _: "\\", escaped))


def shortened(value: str) -> str:
    """A long value of a provenance, cut, with how long it is."""
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}… ({len(value)} characters; claims.json has all)"


def code(value: object) -> Markdown:
    """``value`` as code within a line; empty if there is none."""
    text = _in_a_line(str(value))
    fence = _fence(text, least=1)
    pad = " " if "`" in (text[:1], text[-1:]) else ""
    return Markdown(f"{fence}{pad}{text}{pad}{fence}" if text else "")


def in_cell(value: str) -> str:
    """``value`` for a cell of a table, in which nothing stands at the start of a line, and code has bars to escape."""
    return re.sub(r"(?<!\\)\|", r"\|", value if isinstance(value, Markdown) else _within(value))


def _within(text: str) -> str:
    return _SIGNS.sub(lambda found: _escaped(found[0]), _in_a_line(text))


def _in_a_line(text: str) -> str:
    return visible(re.sub(r"[ \t\r\n]+", " ", text).strip(" "))


def _escaped(signs: str) -> str:
    return signs if len(signs) > 1 and signs[0] == "[" else "".join(f"\\{sign}" for sign in signs)


def _fence(text: str, *, least: int) -> str:
    return "`" * max([least, *(len(run) + 1 for run in re.findall("`+", text))])
