"""How the data of a subject differ from those on record: down to the cell, where a table was kept.

Knows nothing about verdicts, or about how a difference is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pytest_claims.verdicts.known import KnownSubject, column_hash
from pytest_claims.verdicts.record import SubjectRecord


@dataclass(frozen=True, kw_only=True)
class ChangedCell:
    """One value of a table that was another; None where there is no number."""

    row: str
    column: str
    was: float | None
    now: float | None


@dataclass(frozen=True, kw_only=True)
class ChangedData:
    """What differs in the data of a recorded subject.

    Attributes:
        finding, subject: whose data these are.
        was, now: the sha256 of both.
        kept: whether the table on record is there, so that cells can be told.
        cells: those that differ, of rows and columns that both have, in the order of the rows.
        sizes: by column, how many values both have.
        columns: those that differ, where their cells are not kept.
        rows_gone, rows_new, columns_gone, columns_new: what one of the two has alone.
    """

    finding: str
    subject: str
    was: str
    now: str
    kept: bool = False
    cells: tuple[ChangedCell, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    rows_gone: tuple[str, ...] = ()
    rows_new: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    columns_new: tuple[str, ...] = ()


def changed_data(was: KnownSubject, now: SubjectRecord) -> ChangedData | None:
    """What differs; None where the data are the same, or one of the two was measured live."""
    if was.sha256 == now.sha256 or not (was.recorded and now.recorded):
        return None
    known = {*was.columns, *was.hashes}
    before, after = _rows(was.rows), _rows(now.rows)
    kept = bool(was.rows) and bool(now.rows)
    both = [name for name in now.columns if name in was.columns]
    return ChangedData(
        finding=now.finding,
        subject=now.name,
        was=was.sha256,
        now=now.sha256,
        kept=kept,
        cells=tuple(_cells(was, now, both)) if kept else (),
        sizes=dict.fromkeys(both, len(before.keys() & after.keys())),
        columns=tuple(name for name in now.columns if name in was.hashes and _differs(was, now, name)),
        rows_gone=tuple(row for row, again in before if (row, again) not in after) if kept else (),
        rows_new=tuple(row for row, again in after if (row, again) not in before) if kept else (),
        columns_gone=tuple(sorted(known - now.columns.keys())),
        columns_new=tuple(name for name in now.columns if name not in known) if known else (),
    )


def _cells(was: KnownSubject, now: SubjectRecord, columns: list[str]) -> Iterator[ChangedCell]:
    before, after = _rows(was.rows), _rows(now.rows)
    for row, place in after.items():
        for name in columns if row in before else ():
            old, new = was.columns[name][before[row]], now.columns[name][place]
            if old != new:
                yield ChangedCell(row=row[0], column=name, was=old, now=new)


def _rows(names: tuple[str, ...]) -> dict[tuple[str, int], int]:
    """The places of rows; a name that is there again counts as another row."""
    seen: dict[str, int] = {}
    places = {}
    for place, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        places[name, seen[name]] = place
    return places


def _differs(was: KnownSubject, now: SubjectRecord, column: str) -> bool:
    return was.hashes[column] != column_hash(now.columns[column])
