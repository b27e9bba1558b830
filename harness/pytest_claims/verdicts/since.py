"""What a run says that is not on record, and what is on record that it does not say.

Knows nothing about pytest, or about how a difference is told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pytest_claims.verdicts.changed_data import ChangedData, changed_data
from pytest_claims.verdicts.difference import Difference, difference
from pytest_claims.verdicts.known import Baseline, KnownSubject, Place
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.trace import Trace, trace

Named = tuple[str, str]  # a finding and its subject


@dataclass(frozen=True, kw_only=True)
class Since:
    """How the verdicts of a run differ from those on record.

    Attributes:
        changed: the verdicts that differ, by claim and subject, in the order of the run.
        data: the recorded subjects whose data are others.
        traces: of the subjects of both what else differs.
        claims: the claims that are on record for no subject.
        subjects: the subjects that are on record for no claim, by finding and name, where claims on record were asked.
        others: new verdicts of claims and subjects that are both on record.
        missing: verdicts on record that the run should have asked, and did not.
        unchanged: how many verdicts are as on record.
        apart: of live measurements why nothing of them can be compared, and for how many verdicts that is so.
    """

    changed: Mapping[Place, Difference]
    data: tuple[ChangedData, ...] = ()
    traces: Mapping[Named, Trace] = field(default_factory=dict)
    claims: tuple[str, ...]
    subjects: tuple[Named, ...]
    others: tuple[Place, ...]
    missing: tuple[Place, ...]
    unchanged: int
    apart: Mapping[Named, tuple[str, int]] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether all is as on record."""
        new = self.claims or self.subjects or self.others
        return not (self.changed or self.data or new or self.missing or self.apart)

    def differs(self, claim: str) -> bool:
        """Whether anything about a claim is not as on record."""
        return claim in self.claims or any(claim == other for other, _ in (*self.changed, *self.others))


def since(record: Record, known: Baseline, missing: Iterable[Place] = ()) -> Since:
    """How a record differs from the baseline; everything is new where that is empty."""
    subjects = {(one.finding, one.name): one for one in record.subjects}
    claims, findings = {claim for claim, _ in known.verdicts}, {one.claim.id: one.finding for one in record.verdicts}
    names = {(findings.get(claim), name) for claim, name in known.verdicts}  # another finding may have one called so
    changed: dict[Place, Difference] = {}
    new_claims, new_subjects, others = dict[str, None](), dict[Named, None](), list[Place]()
    for verdict in record.verdicts:
        place = verdict.claim.id, verdict.subject
        if place in known.verdicts:
            found = difference(known.verdicts[place], verdict, subjects[verdict.finding, verdict.subject])
            changed |= {place: found} if found else {}
        elif verdict.claim.id not in claims:
            new_claims[verdict.claim.id] = None
        elif (verdict.finding, verdict.subject) not in names:
            new_subjects[verdict.finding, verdict.subject] = None
        else:
            others.append(place)
    data = tuple(changed_subjects(record, known))
    return Since(
        changed=changed,
        data=data,
        traces=dict(_traces(record, known, changed, data)),
        claims=tuple(new_claims),
        subjects=tuple(new_subjects),
        others=tuple(others),
        missing=tuple(missing),
        apart=dict(_apart(record, known)),
        unchanged=sum((one.claim.id, one.subject) in known.verdicts for one in record.verdicts) - len(changed),
    )


def _apart(record: Record, known: Baseline) -> Iterator[tuple[Named, tuple[str, int]]]:
    """The live measurements whose verdicts are mostly held against nothing, though they are on record."""
    for subject in record.subjects:
        on_record = [
            one
            for one in record.verdicts
            if (one.finding, one.subject) == (subject.finding, subject.name)
            and (one.claim.id, one.subject) in known.verdicts
            and one.outcome != "undecided"
        ]
        gaps = [str(one.repetition.gap) for one in on_record if one.repetition and one.repetition.gap]
        if not subject.recorded and 2 * len(gaps) > len(on_record):
            yield (subject.finding, subject.name), (gaps[0], len(gaps))


def subject_known(known: Baseline, subject: SubjectRecord, claims: Iterable[str]) -> KnownSubject | None:
    """What is on record of the data of a subject, of which ``claims`` were asked.

    An older format kept nothing but their hash, with each verdict.
    """
    several = (known.verdicts.get((claim, subject.name)) for claim in claims)
    entries = {one.data for one in several if one is not None and one.recorded}
    data = min(entries - {subject.sha256}, default=subject.sha256)
    there = known.subjects.get((subject.finding, subject.name))
    # A verdict that a run of part did not save may be of other data; and a finding may have another name now.
    kept = [one for (_, name), one in known.subjects.items() if name == subject.name and one.sha256 == data]
    if there is not None and (not entries or there.sha256 == data):
        return there
    return kept[0] if kept else KnownSubject(sha256=data, recorded=True) if entries else there


def changed_subjects(record: Record, known: Baseline) -> Iterator[ChangedData]:
    """The recorded subjects whose data are not those on record."""
    for subject in record.subjects:
        was = subject_known(known, subject, _asked_of(record, subject))
        found = changed_data(was, subject) if was else None
        if found:
            yield found


def _traces(
    record: Record, known: Baseline, changed: Mapping[Place, Difference], data: Iterable[ChangedData]
) -> Iterator[tuple[Named, Trace]]:
    codes = {one.claim: one.runs for one in record.written}
    others = {(one.finding, one.subject) for one in data}
    for subject in record.subjects:
        asked = _asked_of(record, subject)
        here = [claim for claim in asked if (claim, subject.name) in changed]
        if not here and (subject.finding, subject.name) not in others:
            continue
        was = {claim: changed[claim, subject.name].was.code for claim in here}
        edited = tuple(claim for claim in here if was[claim] and codes.get(claim, "") not in ("", was[claim]))
        before = subject_known(known, subject, asked) if known.subjects else None
        found = trace(before, subject, claims=edited, versions=record.versions)
        yield (subject.finding, subject.name), found


def _asked_of(record: Record, subject: SubjectRecord) -> list[str]:
    place = subject.finding, subject.name
    return [one.claim.id for one in record.verdicts if (one.finding, one.subject) == place]
