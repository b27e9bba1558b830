"""Parts of a Markdown file that are written by machine, between two comments that say which part it is.

Knows nothing about what the parts say.

    <!-- claims/my_finding: headline -->
    what stands here is replaced
    <!-- end -->
"""

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import unknown_name

_BEGIN: Final = re.compile(r"^<!-- claims/(?P<finding>\S+): (?P<part>.+?) -->$", re.M)
_END: Final = "<!-- end -->"
_COLUMNS: Final = 130


def with_parts(text: str, finding: str, parts: Mapping[str, str], *, where: str) -> str:
    """``text`` in which every part of a finding stands as it is in ``parts``; all else stays.

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
        if begin["part"] not in parts:
            raise InputError(f"{where}: {unknown_name('part', begin['part'], parts)}")
        pieces += [text[place : begin.end()], f"\n{parts[begin['part']]}\n"]
        place = end
    if not pieces:
        raise InputError(f"{where} has no line <!-- claims/{finding}: ... -->; write one, with {_END} after it")
    return "".join([*pieces, text[place:]])


def paragraph(sentences: Iterable[str]) -> str:
    """Sentences as a paragraph, in lines."""
    return textwrap.fill(" ".join(sentences), _COLUMNS, break_long_words=False, break_on_hyphens=False)
