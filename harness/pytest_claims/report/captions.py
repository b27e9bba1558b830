"""What a figure shows of a name: the name, unless it is too long, or no font of this system has its signs.

Knows nothing about where it stands in the figure. What stands for another name is told on the page.
"""

from collections.abc import Sequence
from typing import Final

from pytest_claims.base.visible import visible
from pytest_claims.report.file_name import file_name
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.verdict import Verdict

_MOST_NAMES: Final = 2  # levels that overturn the outcome; more names than this would lie on each other
_LONGEST: Final = 32  # characters of a name beside a point
_LONGEST_TITLE: Final = 90


def captions(names: Sequence[str], what: str = "row") -> list[str]:
    """Of each name what stands beside its point, by its number where the name itself cannot: ``what`` is counted."""
    return [_caption(name, f"{what} {number}") for number, name in enumerate(names, 1)]


def level_captions(verdict: Verdict, subject: SubjectRecord) -> dict[str, str]:
    """What stands in figures for each level of the main unit, or group of levels: of one a row has, as for the row."""
    levels, main = [deletion.level for deletion in verdict.deletions], verdict.main
    what = "row" if tuple(levels) == tuple(subject.rows) else "group" if main.grouped else main.unit
    return dict(zip(levels, captions(levels, what), strict=True))


def named_levels(verdict: Verdict) -> set[str]:
    """The levels that a figure names: without which the outcome is the opposite, and the one that moves most."""
    flips = verdict.flips if len(verdict.flips) <= _MOST_NAMES else ()
    return {*flips, *([verdict.most_influential] if verdict.most_influential else [])}


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
    said = {subject.name: _changed_names(record, subject) for subject in record.subjects}
    names = [subject.name for subject in record.subjects]
    said[""] = _changed(list(map(subject_title, names)), names)
    return {subject: changed for subject, changed in said.items() if changed}


def _changed_names(record: Record, subject: SubjectRecord) -> list[tuple[str, str]]:
    """Of rows, where there are columns to draw them by, and of levels that figures name."""
    rows = subject.rows if subject.columns else ()
    changed = dict.fromkeys(_changed(captions(rows), rows))
    for verdict in record.verdicts:
        if verdict.subject == subject.name:
            shown, levels = level_captions(verdict, subject), named_levels(verdict)
            several = [(shown[level], level) for level in shown if level in levels]
            changed.update(dict.fromkeys(_changed(*zip(*several, strict=True)) if several else []))
    return list(changed)


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
