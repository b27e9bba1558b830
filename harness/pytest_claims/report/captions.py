"""What a figure shows of a name: the name, unless it is too long, or no font of this system has its signs.

Knows nothing about where it stands in the figure. What stands for another name is told on the page.
"""

from collections.abc import Sequence
from typing import Final

from pytest_claims.base.visible import visible
from pytest_claims.report.file_name import file_name
from pytest_claims.verdicts.record import Record

_LONGEST: Final = 32  # characters of a name beside a point
_LONGEST_TITLE: Final = 90


def captions(names: Sequence[str]) -> list[str]:
    """Of each name what stands beside its point, by the row in its table where the name itself cannot."""
    return [_caption(name, f"row {row}") for row, name in enumerate(names, 1)]


def title(text: str) -> str:
    """A line above a figure, of any text."""
    shown = visible(text)
    return _cut(shown, _LONGEST_TITLE) if _is_drawable(shown) else _cut(ascii(shown)[1:-1], _LONGEST_TITLE)


def subject_title(name: str) -> str:
    """The name of a subject above a figure; where it cannot be shown, that by which the figure's file goes."""
    shown = visible(name)
    return shown if len(shown) <= _LONGEST and _is_drawable(shown) else file_name(name)


def legend(record: Record) -> dict[str, list[tuple[str, str]]]:
    """By subject what stands in its figures for a name, and that name; a subject whose names are all shown is left out.

    The titles of figures, where they are not the subject's name, are there under an empty key.
    """
    said = {subject.name: _changed(captions(subject.rows), subject.rows) for subject in record.subjects}
    names = [subject.name for subject in record.subjects]
    said[""] = _changed(list(map(subject_title, names)), names)
    return {subject: changed for subject, changed in said.items() if changed}


def _changed(shown: Sequence[str], names: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, name) for one, name in zip(shown, names, strict=True) if one != visible(name)]


def _caption(name: str, row: str) -> str:
    shown = visible(name)
    if not _is_drawable(shown):
        return row
    return shown if len(shown) <= _LONGEST else f"{_cut(shown, _LONGEST - len(row) - 3)} ({row})"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _is_drawable(text: str) -> bool:
    if text.isascii():
        return True
    from pytest_claims.report.fonts import drawable  # brings matplotlib, which text alone does without

    return drawable(text)
