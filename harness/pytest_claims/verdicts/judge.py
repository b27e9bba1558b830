"""The judge: asks a claim about all the data, about every copy without one persona, and on through the battery.

Knows nothing about pytest, and nothing about any particular claim.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from pytest_claims.asking.answer import Answer, Body, Gap
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.reached import reaching
from pytest_claims.asking.settled import settled
from pytest_claims.asking.watched import Watched
from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement import LEARN_MORE, NOTHING_MARKED, Measurement
from pytest_claims.data.panel import Panel
from pytest_claims.robustness.case import Case, Check
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.simulation import counts_kept
from pytest_claims.verdicts.verdict import Deletion, Verdict

T = TypeVar("T")
NO_ASSERTS: Final = (
    "Python runs with -O or PYTHONOPTIMIZE and leaves asserts out, so every claim would hold; run it without"
)


class Keep(Protocol):
    """Gives what was kept under these words for this answer, or makes it."""

    def __call__(self, what: str, kind: type[T], answer: Answer, make: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        """``kind`` is the class of what ``make`` gives."""


def judge(
    claim: Claim,
    body: Body,
    panel: Panel,
    *,
    measurement: Measurement | None = None,
    checks: Sequence[Check] = (),
    keep: Keep | None = None,
) -> Verdict:
    """Call ``body`` once on ``panel``, once on each of its N leave-one-out copies, and as often as the checks want.

    Where it simulates a p it is called on each of these until the outcome does not hang on the random tables.
    Where no adapter produced the marker it is not called, and nothing is checked: whatever it says would be of
    rates that are all 0, and so of nothing.

    Args:
        measurement: what the panel was made from; some checks need more of it than the panel shows.
        keep: where deletions and checks are kept, if anywhere.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.

    Raises:
        InputError: where asserts are left out, for a body that never looks at its panel, reaches no assert,
            returns something, or gives two answers on the same data.
    """
    if not __debug__:
        raise InputError(NO_ASSERTS)
    if nothing := _nothing(panel, measurement):
        return _verdict(claim, panel, Answer(outcome="undecided", gap=nothing))
    keep = keep or _anew
    with counts_kept():
        answer = _asked(claim, body, panel)
        deletions = keep("deletions", Deletion, answer, lambda: _deletions(claim, body, panel, answer))
    verdict = _verdict(claim, panel, answer, deletions)
    if not checks:
        return verdict
    case = Case(body=body, panel=panel, measurement=measurement, verdict=verdict)
    names = ", ".join(f"{check.name} {check.draws}" for check in checks)
    made = keep(names, CheckResult, answer, lambda: tuple(check.examine(case) for check in checks))
    return replace(verdict, checks=made)


def _verdict(claim: Claim, panel: Panel, answer: Answer, deletions: tuple[Deletion, ...] = ()) -> Verdict:
    base_model = panel.base_model or panel.subject
    return Verdict(claim=claim, subject=panel.subject, base_model=base_model, answer=answer, deletions=deletions)


def _nothing(panel: Panel, measurement: Measurement | None) -> Gap | None:
    """Why nothing can be judged, if no adapter produced the marker."""
    known = next((name for name in ("marked", "source_rate") if name in panel.columns), None)
    is_marked = known is None or bool((panel.columns[known] > 0).any())  # by its own persona; others may produce it
    if is_marked or (measurement is not None and measurement.is_marked):
        return None
    return Gap(reason=NOTHING_MARKED, remedy=LEARN_MORE)


def _asked(claim: Claim, body: Body, panel: Panel, without: str = "") -> Answer:
    """The answer of a body that looks at its data and can fail on them."""
    where = f" without {without}" if without else ""

    def followed(data: Panel) -> object:
        watched = Watched.of(data)
        with reaching() as reached:
            try:
                returned = body(watched)
            except AssertionError:
                _refuse_blind(claim, watched, where)
                raise
        _refuse_blind(claim, watched, where)
        if reached.caught:
            raise InputError(f"claim {claim.id!r} catches an assertion that failed{where}; assert what must be so")
        if not reached.can_fail:
            raise InputError(
                f"claim {claim.id!r} reaches no assert about its data{where}, so it cannot fail; "
                "assert, or call undecided(reason) where the data cannot answer"
            )
        return returned

    return settled(followed, panel)


def _refuse_blind(claim: Claim, watched: Watched, where: str) -> None:
    if not watched.looked:
        raise InputError(
            f"claim {claim.id!r} never looks at its panel{where}, so it says the same whatever the data are; "
            "compute what it asserts from panel, in every call"
        )


def _deletions(claim: Claim, body: Body, panel: Panel, answer: Answer) -> tuple[Deletion, ...]:
    _refuse_another(claim, answer, settled(body, panel))
    copies = panel.leave_one_out()
    deletions = tuple(Deletion(persona=gone, answer=_asked(claim, body, copy, gone)) for gone, copy in copies)
    _refuse_another(claim, answer, settled(body, panel))  # what adds up from call to call shows after many
    return deletions


def _refuse_another(claim: Claim, answer: Answer, again: Answer) -> None:
    if repr(again) != repr(answer):  # not ==, by which NaN differs from itself
        raise InputError(
            f"claim {claim.id!r} gives two answers on the same data, {_told(answer)}, then {_told(again)}; "
            "it must not draw at random or keep anything from one call to the next"
        )


def _told(answer: Answer) -> str:
    said = str(answer.finding) if answer.finding is not None else answer.reason or "without a finding"
    return f"{answer.outcome} ({said})"


def _anew(what: str, kind: type[T], answer: Answer, make: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
    return make()
