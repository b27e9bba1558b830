"""What a run says that is not on record, and what is on record that it does not say.

Knows nothing about pytest, or about how a difference is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_claims.verdicts.baseline import Difference, Known, Place, difference
from pytest_claims.verdicts.record import Record


@dataclass(frozen=True, kw_only=True)
class Since:
    """How the verdicts of a run differ from those on record.

    Attributes:
        changed: the verdicts that differ, by claim and subject, in the order of the run.
        claims: the claims that are on record for no subject.
        subjects: the subjects that are on record for no claim, by finding and name, where claims on record were asked.
        others: new verdicts of claims and subjects that are both on record.
        missing: verdicts on record that the run should have asked, and did not.
        unchanged: how many verdicts are as on record.
    """

    changed: Mapping[Place, Difference]
    claims: tuple[str, ...]
    subjects: tuple[tuple[str, str], ...]
    others: tuple[Place, ...]
    missing: tuple[Place, ...]
    unchanged: int

    @property
    def nothing(self) -> bool:
        """Whether all is as on record."""
        return not (self.changed or self.claims or self.subjects or self.others or self.missing)

    def differs(self, claim: str) -> bool:
        """Whether anything about a claim is not as on record."""
        return claim in self.claims or any(claim == other for other, _ in (*self.changed, *self.others))


def since(record: Record, known: Mapping[Place, Known], missing: Iterable[Place] = ()) -> Since:
    """How a record differs from the baseline; everything is new where that is empty."""
    subjects = {(one.finding, one.name): one for one in record.subjects}
    claims, names = {claim for claim, _ in known}, {name for _, name in known}
    changed: dict[Place, Difference] = {}
    new_claims, new_subjects, others = dict[str, None](), dict[tuple[str, str], None](), list[Place]()
    for verdict in record.verdicts:
        place = verdict.claim.id, verdict.subject
        if place in known:
            found = difference(known[place], verdict, subjects[verdict.finding, verdict.subject])
            changed |= {place: found} if found else {}
        elif verdict.claim.id not in claims:
            new_claims[verdict.claim.id] = None
        elif verdict.subject not in names:
            new_subjects[verdict.finding, verdict.subject] = None
        else:
            others.append(place)
    return Since(
        changed=changed,
        claims=tuple(new_claims),
        subjects=tuple(new_subjects),
        others=tuple(others),
        missing=tuple(missing),
        unchanged=sum((one.claim.id, one.subject) in known for one in record.verdicts) - len(changed),
    )
