"""The gap: why data cannot answer, as facts. Knows nothing about who asked."""

from dataclasses import dataclass

from pytest_claims.base.errors import Undecided


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Why the data cannot answer: the facts of :class:`pytest_claims.base.errors.Undecided`, by the same names.

    Attributes:
        reason: why they cannot.
        have: what they have instead.
        remedy: what would help.
        missing: the name of what is missing, where it has one.
        what: what kind of thing that is.
    """

    reason: str
    have: str = ""
    remedy: str = ""
    missing: str = ""
    what: str = ""

    @classmethod
    def of(cls, why: Undecided) -> "Gap":
        """The facts that were raised."""
        return cls(reason=why.reason, have=why.have, remedy=why.remedy, missing=why.missing, what=why.what)

    def __str__(self) -> str:
        return str(Undecided(self.reason, have=self.have, remedy=self.remedy, missing=self.missing))
