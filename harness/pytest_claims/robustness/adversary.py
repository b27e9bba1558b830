"""The adversary: the smallest change of what was counted that flips the verdict.

Knows nothing about what a claim tests. Changes of rates are in whole trials, and measured in their standard errors.
Those of one row are tried in the order of their size; those of several are proposed and shrunk by Hypothesis, each
find smaller than the last. Where nothing was counted, answers are changed that are 0 or 1.
"""

import math
from dataclasses import dataclass
from typing import Final

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.design import Rate
from pytest_claims.data.table import Table
from pytest_claims.robustness.answers import fewest_answers, marked_columns
from pytest_claims.robustness.case import Case, Check
from pytest_claims.robustness.change import Change, bounds, changed, counts_of, size_of, standard_errors
from pytest_claims.robustness.result import CheckResult, Move

_ROUNDS: Final = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class _Attack:
    """A claim, and the rate whose counts are changed; ``errors`` (N,) are their standard errors."""

    case: Case
    rate: Rate | None
    errors: FloatArray

    def flips(self, change: Change) -> bool:
        return self.case.flips(changed(self.case.table, change, self.rate))

    def size(self, change: Change) -> float:
        return size_of(change, self.errors)


def adversary(check: Check, case: Case) -> CheckResult:
    """The smallest change of at most three rows' successes, of one rate; or the fewest answers of one column."""
    rates = [rate for rate in case.table.design.rates if rate.trials in case.table.columns]
    if not rates and not case.table.design.rates and marked_columns(case.table):
        return _answers(check, case)
    found: list[tuple[_Attack, Change]] = []
    some: list[Rate | None] = [*rates] or [None]  # without one it is told what is lacking
    for rate in some:
        attack = _Attack(case=case, rate=rate, errors=standard_errors(case.table, rate))
        if (same := case.ask(changed(case.table, {}, rate))).outcome == "undecided":
            raise Undecided(same.reason)
        best = _together(attack, _alone(attack), check.draws)
        found.extend([(attack, best)] if best else [])
    if not found:
        return CheckResult(check=check.name)
    attack, change = min(found, key=lambda one: one[0].size(one[1]))
    return CheckResult(
        check=check.name,
        numbers={"standard_errors": attack.size(change)},
        flips=True,
        names=tuple(case.table.rows[row] for row in change),
        moves=tuple(_move(case.table, attack.rate, row, by) for row, by in sorted(change.items())),
    )


def _answers(check: Check, case: Case) -> CheckResult:
    found = fewest_answers(case)
    if found is None:
        raise Undecided("no change of answers in one column, all in one direction, was found that overturns it")
    column, count = found
    return CheckResult(check=check.name, numbers={"answers": count}, flips=True, names=(column,))


def _alone(attack: _Attack) -> Change | None:
    """The smallest change of one row that flips the verdict, None if none within the bounds does."""
    low, high = bounds(attack.case.table, attack.errors, attack.rate)
    single = [{row: by} for row in range(len(low)) for by in range(low[row], high[row] + 1) if by]
    return next((change for change in sorted(single, key=attack.size) if attack.flips(change)), None)


def _together(attack: _Attack, best: Change | None, examples: int) -> Change | None:
    """A smaller change of several rows, if one is found; else ``best``."""
    from pytest_claims.robustness.search import smaller_change

    for _ in range(_ROUNDS):
        limit = math.inf if best is None else attack.size(best)
        low, high = bounds(attack.case.table, attack.errors, attack.rate, within=limit)

        def will_do(change: Change, limit: float = limit) -> bool:
            return attack.size(change) < limit and attack.flips(change)

        found = smaller_change(low, high, will_do, examples=examples)
        if found is None:
            break
        best = found
    return best


def _move(table: Table, rate: Rate | None, row: int, by: int) -> Move:
    successes, trials = (float(counts[row]) for counts in counts_of(table, rate))
    which = f", {rate.name}" if rate and len(table.design.rates) > 1 else ""
    return Move(row=f"{table.rows[row]}{which}", before=successes / trials, after=(successes + by) / trials)
