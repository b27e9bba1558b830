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
    """

    changed: Mapping[Place, Difference]
    data: tuple[ChangedData, ...] = ()
    traces: Mapping[Named, Trace] = field(default_factory=dict)
    claims: tuple[str, ...]
    subjects: tuple[Named, ...]
    others: tuple[Place, ...]
    missing: tuple[Place, ...]
    unchanged: int

    @property
    def nothing(self) -> bool:
        """Whether all is as on record."""
        return not (self.changed or self.data or self.claims or self.subjects or self.others or self.missing)

    def differs(self, claim: str) -> bool:
        """Whether anything about a claim is not as on record."""
        return claim in self.claims or any(claim == other for other, _ in (*self.changed, *self.others))


def since(record: Record, known: Baseline, missing: Iterable[Place] = ()) -> Since:
    """How a record differs from the baseline; everything is new where that is empty."""
    subjects = {(one.finding, one.name): one for one in record.subjects}
    claims, names = {claim for claim, _ in known.verdicts}, {name for _, name in known.verdicts}
    changed: dict[Place, Difference] = {}
    new_claims, new_subjects, others = dict[str, None](), dict[Named, None](), list[Place]()
    for verdict in record.verdicts:
        place = verdict.claim.id, verdict.subject
        if place in known.verdicts:
            found = difference(known.verdicts[place], verdict, subjects[verdict.finding, verdict.subject])
            changed |= {place: found} if found else {}
        elif verdict.claim.id not in claims:
            new_claims[verdict.claim.id] = None
        elif verdict.subject not in names:
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
        unchanged=sum((one.claim.id, one.subject) in known.verdicts for one in record.verdicts) - len(changed),
    )


def subject_known(known: Baseline, subject: SubjectRecord, claims: Iterable[str]) -> KnownSubject | None:
    """What is on record of the data of a subject, of which ``claims`` were asked.

    An older format kept their hash with each verdict, and not of which finding a subject is.
    """
    if known.subjects:
        return known.subjects.get((subject.finding, subject.name))
    several = (known.verdicts.get((claim, subject.name)) for claim in claims)
    entries = {(one.data, one.recorded) for one in several if one is not None and one.recorded}
    others = {one for one in entries if one[0] != subject.sha256}
    return next((KnownSubject(sha256=data, recorded=live) for data, live in sorted(others or entries)), None)


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
        before = known.subjects.get((subject.finding, subject.name))
        found = trace(before, subject, claims=edited, versions=record.versions)
        yield (subject.finding, subject.name), found


def _asked_of(record: Record, subject: SubjectRecord) -> list[str]:
    place = subject.finding, subject.name
    return [one.claim.id for one in record.verdicts if (one.finding, one.subject) == place]
