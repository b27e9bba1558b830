"""Parts of a Markdown file that are written by machine, between two comments that say which parts these are.

Knows nothing about what the parts say.

    <!-- claims/my_finding: one part, another part -->
    what stands here is replaced
    <!-- end -->
"""

import itertools
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown

_BEGIN: Final = re.compile(r"^<!-- claims/(?P<finding>\S+): (?P<parts>.+?) -->$", re.M)
_END: Final = "<!-- end -->"
_COLUMNS: Final = 130


def with_parts(text: str, finding: str, parts: Mapping[str, Sequence[str]], *, where: str) -> str:
    """``text`` in which parts of a finding, each of several sentences or of blocks, stand as they are; all else stays.

    Sentences between the same two comments are one paragraph, whatever parts they belong to.

    Raises:
        InputError: for a part that is none, one that does not end, and a text that has no part of the finding.
    """
    pieces, place = [], 0
    for begin in _BEGIN.finditer(text):
        if begin["finding"] != finding:
            continue
        end = text.find(_END, begin.end())
        following = _BEGIN.search(text, begin.end())
        if end < 0 or (following and following.start() < end):
            raise InputError(f"{where}: {begin[0]} does not end; write {_END} in a line after it")
        names = begin["parts"].split(", ")
        refuse_unknown(names, parts, what="part", where=where)
        pieces += [text[place : begin.end()], f"\n{_filled([one for name in names for one in parts[name]])}\n"]
        place = end
    if not pieces:
        raise InputError(f"{where} has no line <!-- claims/{finding}: ... -->; write one, with {_END} after it")
    return "".join([*pieces, text[place:]])


def _filled(pieces: Sequence[str]) -> str:
    """Blocks, which have lines already, as they are, and the sentences between them as paragraphs, in lines."""
    groups = itertools.groupby(pieces, key=lambda one: "\n" in one)
    return "\n\n".join("\n\n".join(some) if is_block else _in_lines(" ".join(some)) for is_block, some in groups)


def _in_lines(text: str) -> str:
    return textwrap.fill(text, _COLUMNS, break_long_words=False, break_on_hyphens=False)
