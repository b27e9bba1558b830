"""The view of a subject: its data and where they come from, as facts for a template.

Knows nothing about HTML, or about what a finding adds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_claims.data.measurement import COMPLETIONS_KEPT
from pytest_claims.page.chart import Cell, Chart, Rows
from pytest_claims.page.reply import Reply
from pytest_claims.verdicts.pitfalls import pitfalls_beside
from pytest_claims.verdicts.record import SubjectRecord
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.lost import dropped
from pytest_claims.words.pitfalls import looked_at, told
from pytest_claims.words.registered import UNKNOWN, of_subject


@dataclass(frozen=True, kw_only=True)
class SubjectView:
    """A subject.

    Attributes:
        provenance: what is known of where it comes from.
        differs: what of that is another than of the subject it is compared with, as (what, here, there).
        registered: whether its claims were registered before it was measured.
        rows: its table; ``columns`` the heading of each field.
        dropped: what its finding leaves out of its files.
        pitfalls: what commonly goes wrong, and does here; ``looked_at`` what was looked for besides.
        charts, replies: what its finding adds.
        kept: how many of all completions lie beside the data, where that is known.
    """

    subject: SubjectRecord
    role: str
    against: str
    provenance: Mapping[str, str]
    differs: tuple[tuple[str, str, str], ...]
    registered: str
    rows: Rows
    columns: Mapping[str, str]
    dropped: tuple[str, ...]
    pitfalls: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    replies: tuple[Reply, ...] = ()
    kept: str = ""


def subject_view(
    subject: SubjectRecord,
    role: str,
    against: SubjectRecord | None,
    charts: Sequence[Chart] = (),
    replies: Sequence[Reply] = (),
    *,
    verdicts: Sequence[Verdict] = (),
) -> SubjectView:
    """The view of a subject, ``against`` the one that its finding compares it with; ``verdicts`` are all on it."""
    pitfalls = pitfalls_beside(subject.pitfalls, (one.pitfalls for one in verdicts))
    return SubjectView(
        subject=subject,
        role=role,
        against=against.name if against else "",
        provenance=dict(sorted(subject.provenance.items())),
        differs=_differences(subject, against) if against else (),
        registered=of_subject(verdicts) or UNKNOWN,
        rows=_rows(subject),
        columns={"row": subject.words.unit, **{f"c{place}": name for place, name in enumerate(subject.columns)}},
        dropped=tuple(dropped(one, subject.words) for one in subject.dropped),
        pitfalls=tuple(told(one, subject.words) for one in pitfalls if one.is_met),
        looked_at=tuple(looked_at(pitfalls)),
        charts=tuple(charts),
        replies=tuple(replies),
        kept=subject.provenance.get(COMPLETIONS_KEPT, ""),
    )


def _rows(subject: SubjectRecord) -> Rows:
    rows: list[dict[str, Cell]] = [{"row": name} for name in subject.rows]
    for place, values in enumerate(subject.columns.values()):
        for row, value in zip(rows, values, strict=True):
            row[f"c{place}"] = value
    return rows


def _differences(subject: SubjectRecord, against: SubjectRecord) -> tuple[tuple[str, str, str], ...]:
    """What both say of themselves, and differently; and how many rows they have."""
    shared = [key for key in sorted(subject.provenance) if key in against.provenance]
    found = [(key, subject.provenance[key], against.provenance[key]) for key in shared]
    counts = ("rows", str(subject.count), str(against.count))
    return tuple(one for one in (counts, *found) if one[1] != one[2])
