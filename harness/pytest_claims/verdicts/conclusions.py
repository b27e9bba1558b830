"""Conclusions: sentences of a finding, and whether the verdicts that each needs are what it needs.

Knows nothing about any finding, or about the page that a sentence stands on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.declaration import ConclusionEntry, NeedEntry
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.finding import Finding
from pytest_claims.verdicts.questions import Questions
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict

_PATTERN: Final = "*?["  # signs that make a name of a subject a pattern of several


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A verdict that a conclusion rests on, and what it ``needs`` of it."""

    verdict: Verdict
    needs: NeedEntry

    @property
    def is_so(self) -> bool:
        """Whether the verdict is what is needed of it."""
        return self._is_said and (not self.needs.without or self._is_overturned)

    @property
    def _is_said(self) -> bool:
        words = str(self.verdict)
        return any(words == said or words.startswith((f"{said},", f"{said} (")) for said in self.needs.says)

    @property
    def _is_overturned(self) -> bool:
        verdict = self.verdict
        return any(self.needs.without in one.overturning(verdict.outcome) for one in verdict.left_out)


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """A sentence, and the verdicts that it rests on, need by need."""

    entry: ConclusionEntry
    grounds: tuple[tuple[Ground, ...], ...]

    @property
    def holds(self) -> bool:
        """Whether all of them are what is needed; no need is met by nothing."""
        return all(several and all(one.is_so for one in several) for several in self.grounds)

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that it rests on, each once."""
        return tuple(dict.fromkeys(one.verdict.claim.id for several in self.grounds for one in several))

    @property
    def missing(self) -> tuple[Ground, ...]:
        """The verdicts that are not."""
        return tuple(one for several in self.grounds for one in several if not one.is_so)


def conclusions_of(finding: Finding, record: Record) -> tuple[Conclusion, ...]:
    """All that a finding declares, in their order.

    Raises:
        InputError: for one that needs a claim or a subject that is not on ``record``.
    """
    questions, where = Questions.of(finding.declared), f"{finding.name}/{FILE}"
    by_place = {(verdict.claim.id, verdict.subject): verdict for verdict in record.verdicts}
    return tuple(
        Conclusion(
            entry=one,
            grounds=tuple(
                tuple(_grounds(record, by_place, questions, need, f"{where}, conclusion {one.text!r}"))
                for need in one.needs
            ),
        )
        for one in finding.declared.conclusions
    )


def subjects_of(record: Record, questions: Questions, names: tuple[str, ...], where: str) -> tuple[str, ...]:
    """The subjects of a record that names stand for: each by itself, and a pattern for new ones that are no examples.

    Raises:
        InputError: for a name that is not on record, and a pattern that none matches.
    """
    known = [subject.name for subject in record.subjects]
    found: dict[str, None] = {}
    for name in names:
        if any(sign in name for sign in _PATTERN):
            matching = [one for one in known if questions.matches(one, name)]
            if not matching:
                raise InputError(f"{where}: no new subject matches {name!r}: have {', '.join(known)}; correct it")
            found |= dict.fromkeys(matching)
        else:
            refuse_unknown([name], known, what="subject", where=where)
            found[name] = None
    return tuple(found)


def _grounds(
    record: Record,
    by_place: dict[tuple[str, str], Verdict],
    questions: Questions,
    need: NeedEntry,
    where: str,
) -> Iterator[Ground]:
    refuse_unknown(need.claims, record.matrix, what="claim", where=where)
    subjects = subjects_of(record, questions, need.subjects, where)
    for place in ((claim, subject) for claim in need.claims for subject in subjects):
        if place not in by_place:
            raise InputError(f"{where}: no verdict of {place[0]} on {place[1]}; judge it, or need another")
        yield Ground(verdict=by_place[place], needs=need)
