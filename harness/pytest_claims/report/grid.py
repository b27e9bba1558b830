"""The matrix of claims and subjects in the terminal: a row for each claim, a letter for each subject, a mark for each
verdict. Knows nothing about pytest, or about what stands above and below it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len

from pytest_claims.base.visible import visible
from pytest_claims.report.filling import COLUMNS, filled
from pytest_claims.report.marks import Mark, legend
from pytest_claims.report.matrix import Column, Line, Matrix
from pytest_claims.report.part import Part, Parts, plain

_DIFFERS: Final = "* "  # before a claim that is not as on record
_WIDEST: Final = 40  # of the names of claims; the marks of one that is wider stand beneath it


def grid(matrix: Matrix) -> Iterator[Parts]:
    """The matrix, as many subjects at a time as there is room for, with what its letters and marks mean."""
    before = max([0, *(width for line in matrix.lines if (width := cell_len(_name(line))) <= _WIDEST)])
    for some in _blocks(matrix.columns, COLUMNS - before):
        yield from _block(matrix.lines, some, before)
        yield ()
    for column in matrix.columns:
        role = f" ({column.role})" if column.role else ""
        yield from plain(filled(f"{column.letter} {column.name}{role}", [column.name]))
    yield ()
    yield from plain(filled("; ".join(_meanings(matrix))))


def _blocks(columns: Sequence[Column], room: int) -> Iterator[Sequence[Column]]:
    """The columns in groups of about one size, each of which fits beside the names."""
    if not columns:
        return
    width = 1 + max(len(column.letter) for column in columns)
    groups = -(-len(columns) // max(1, room // width))
    size = -(-len(columns) // groups)
    yield from (columns[start : start + size] for start in range(0, len(columns), size))


def _block(lines: Sequence[Line], columns: Sequence[Column], before: int) -> Iterator[Parts]:
    width = max(len(column.letter) for column in columns)
    yield (Part(text=" " * before + "".join(f" {column.letter:>{width}}" for column in columns)),)
    for line in lines:
        marks = [line.mark(column.name) for column in columns]
        if any(marks):
            yield from _row(_name(line), marks, before, width)


def _row(name: str, marks: Sequence[Mark | None], before: int, width: int) -> Iterator[Parts]:
    """A name and its marks; beneath it, where it is wider than its column."""
    while marks and marks[-1] is None:
        marks = marks[:-1]
    told = tuple(_cell(mark, width) for mark in marks)
    if cell_len(name) > before:
        yield from plain([name])
        name = ""
    yield (Part(text=name + " " * (before - cell_len(name))), *told)


def _cell(mark: Mark | None, width: int) -> Part:
    return Part(text=f" {mark.sign if mark else '':>{width}}", colour=mark.colour if mark else "")


def _name(line: Line) -> str:
    return f"{_DIFFERS if line.differs else ' ' * len(_DIFFERS)}{visible(line.claim)}"


def _meanings(matrix: Matrix) -> Iterator[str]:
    """What each sign means that stands in the matrix."""
    used = {mark for line in matrix.lines for column in matrix.columns if (mark := line.mark(column.name))}
    yield from (f"{mark.sign} {mark.meaning}" for mark in legend(used))
    if any(line.differs for line in matrix.lines):
        yield "* not as on record"
