"""The judge: asks a claim about all the data, about every copy without one level of a unit, and on through the battery.

Knows nothing about pytest, and nothing about any particular claim.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import FrameType
from typing import Final, Protocol, TypeVar

from pytest_claims.asking.answer import Answer, Body
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.asking.demand import Demand, demands_in, demands_on
from pytest_claims.asking.leaving import Leaving, leavings
from pytest_claims.asking.reached import reaching
from pytest_claims.asking.settled import OF_COPIES, settled
from pytest_claims.asking.watched import Watched
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.one_thread import one_thread
from pytest_claims.data.gap import Gap
from pytest_claims.data.loss import Loss, losses
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, refuse_if_unmoved
from pytest_claims.robustness.result import CheckResult
from pytest_claims.robustness.shared import without
from pytest_claims.stats.analysis import LADDER
from pytest_claims.stats.compared import Compared, Heard, listening
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.evenness import uneven
from pytest_claims.stats.simulation import counts_kept
from pytest_claims.verdicts.claimed import Claimed, claimed_of
from pytest_claims.verdicts.coupling import pitfalls_of_comparison
from pytest_claims.verdicts.named import compared_of
from pytest_claims.verdicts.power import power_of, simulated_effect, simulated_power
from pytest_claims.verdicts.record import from_json, to_json
from pytest_claims.verdicts.verdict import Verdict

T = TypeVar("T")
NO_ASSERTS: Final = (
    "Python runs with -O or PYTHONOPTIMIZE and leaves asserts out, so every claim would hold; run it without"
)


class Keep(Protocol):
    """Gives what was kept under these words for this answer, or makes it."""

    def __call__(
        self, what: str, kind: type[T], answer: Answer | None, make: Callable[[], tuple[T, ...]]
    ) -> tuple[T, ...]:
        """``kind`` is the class of what ``make`` gives; without an answer it is what gives one, which is asked anew."""


@dataclass(frozen=True, kw_only=True)
class First:
    """The answer on all the data, with what its body demands of its estimates, and what was lost on the way to it.

    ``heard`` is what statistics said of their estimates.
    """

    answer: Answer
    demands: tuple[Demand, ...] = ()
    lost: tuple[Loss, ...] = ()
    heard: tuple[Heard, ...] = ()


def judge(
    claim: Claim,
    body: Body,
    table: Table,
    *,
    checks: Sequence[Check] = (),
    keep: Keep | None = None,
) -> Verdict:
    """Call ``body`` once on ``table``, once on each copy without a level of a unit, and as often as the checks want.

    Where it simulates a p it is called on each of these until the outcome does not hang on the random tables.
    Where the table says that nothing can be judged on it, it is not called, and nothing is checked.

    Args:
        keep: where what was left out and checks are kept, if anywhere.

    Any exception but AssertionError and Undecided is a bug in the claim and comes through.

    Raises:
        InputError: where asserts are left out, for a body that never looks at its table, reaches no assert,
            returns something, or gives two answers on the same data.
    """
    if not __debug__:
        raise InputError(NO_ASSERTS)
    if table.nothing is not None:
        return _verdict(claim, table, Answer(outcome="undecided", gap=table.nothing))
    keep = keep or _anew
    with counts_kept(), one_thread():
        (first,) = keep("answer", First, None, lambda: (_first(claim, body, table),))
        answer = first.answer
        left_out = keep("left out", LeftOut, answer, lambda: _left_out(claim, body, table, answer))
    claimed = claimed_of(answer, first.demands, claim, table.design)
    power = None if claimed is None else power_of(claimed, answer.estimates[claimed.about])
    verdict = _verdict(claim, table, answer, left_out)
    compared = _compared(first, claimed, table)
    verdict = replace(
        verdict,
        lost=first.lost,
        claimed=claimed,
        power=power,
        compared=compared,
        pitfalls=pitfalls_of_comparison(compared, table),
    )
    if not checks:
        return verdict
    keeps = claim.original is not None
    effect = None if claimed is None or power is not None else simulated_effect(claimed, answer.estimates)
    case = Case(
        body=body,
        table=table,
        answer=answer,
        null=claim.null,
        left_out=left_out,
        keeps_replicates=keeps,
        effect=effect,
    )
    names = ", ".join(f"{check.name} {check.draws}" for check in checks)
    with one_thread():
        made = keep(names, CheckResult, answer, lambda: tuple(one for check in checks for one in check.examine(case)))
    return replace(verdict, checks=made, power=simulated_power(effect, made) if effect else power)


def _verdict(claim: Claim, table: Table, answer: Answer, left_out: tuple[LeftOut, ...] = ()) -> Verdict:
    base_model = table.base_model or table.subject
    return Verdict(claim=claim, subject=table.subject, base_model=base_model, answer=answer, left_out=left_out)


def _compared(first: First, claimed: Claimed | None, table: Table) -> Compared | None:
    """What the estimate that decided was computed from; where nobody knows which it is, the first."""
    about = claimed.about if claimed else 0
    estimates = first.answer.estimates
    return compared_of(estimates[about], first.heard, table) if about < len(estimates) else None


def _first(claim: Claim, body: Body, table: Table) -> First:
    found: list[tuple[Estimate, Demand]] = []
    with losses() as lost, listening() as heard:
        answer = _asked(claim, body, table, ended=lambda frame: found.extend(demands_in(frame)))
    demands, spread = demands_on(answer.estimates, found), tuple(map(_spread, lost))
    return First(answer=answer, demands=demands, lost=spread, heard=tuple(heard))


def _asked(
    claim: Claim, body: Body, table: Table, without: str = "", ended: Callable[[FrameType], None] | None = None
) -> Answer:
    """The answer of a body that looks at its data and can fail on them; ``ended`` is told of each function that did."""
    where = f" without {without}" if without else ""

    def followed(data: Table) -> object:
        watched = Watched.of(data)
        with reaching(ended) as reached:
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

    return settled(followed, table, ladder=OF_COPIES if without else LADDER)


def _refuse_blind(claim: Claim, watched: Watched, where: str) -> None:
    if not watched.looked:
        raise InputError(
            f"claim {claim.id!r} never looks at its table{where}, so it says the same whatever the data are; "
            "compute what it asserts from table, in every call"
        )


def _spread(loss: Loss) -> Loss:
    """A loss with what chance there is of one as uneven."""
    across = tuple(replace(one, p=uneven(one.lost, one.of, same=one.same)) for one in loss.across)
    return replace(loss, across=across)


def _left_out(claim: Claim, body: Body, table: Table, answer: Answer) -> tuple[LeftOut, ...]:
    _refuse_another(claim, answer, settled(body, table))
    found = tuple(_without_each(claim, body, table, answer, leaving) for leaving in leavings(table))
    _refuse_another(claim, answer, settled(body, table))  # what adds up from call to call shows after many
    return found


def _without_each(claim: Claim, body: Body, table: Table, answer: Answer, leaving: Leaving) -> LeftOut:
    deletions, gap = [], leaving.gap
    copies = without(table, leaving, [(part,) for part in range(len(leaving.names))])
    for name, copy_of in zip(leaving.names, copies, strict=True):
        try:
            copy = copy_of()
        except Undecided as why:  # a row was tried there alone
            deletions.append(Deletion(level=name, answer=Answer(outcome="undecided", gap=Gap.of(why))))
        else:
            try:
                deletions.append(Deletion(level=name, answer=_asked(claim, body, copy, name)))
            except Exception as error:
                error.add_note(f"It was asked of the copy without {leaving.unit} {name}.")
                raise
    if leaving.unit in table.labels and table.design.rate is None and deletions:
        gap = _unmoved(answer, deletions, leaving.unit)  # columns that the table cannot make anew stay as they are
    kept = () if gap else tuple(deletions)
    return LeftOut(unit=leaving.unit, families=leaving.families, count=leaving.count, deletions=kept, gap=gap)


def _unmoved(answer: Answer, deletions: Sequence[Deletion], unit: str) -> Gap | None:
    try:
        refuse_if_unmoved(answer, [deletion.answer for deletion in deletions], f"what is kept by {unit}")
    except Undecided as why:
        return Gap.of(why)
    return None


def _refuse_another(claim: Claim, answer: Answer, again: Answer) -> None:
    if _plain(again) != _plain(answer):
        raise InputError(
            f"claim {claim.id!r} gives two answers on the same data, {_told(answer)}, then {_told(again)}; "
            "it must not draw at random or keep anything from one call to the next"
        )


def _plain(answer: Answer) -> str:
    """All of an answer as text, by which NaN is itself; one that was kept knows of estimates no more than that."""
    return repr(from_json(Answer, to_json(answer)))


def _told(answer: Answer) -> str:
    said = str(answer.estimate) if answer.estimate is not None else answer.reason or "without an estimate"
    return f"{answer.outcome} ({said})"


def _anew(what: str, kind: type[T], answer: Answer | None, make: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
    return make()
