"""The adversary: the smallest change of the rates that flips the verdict.

Knows nothing about what a claim tests. Changes are in whole trials, and measured in standard errors of the
rates. Those of one rate are tried in the order of their size; those of several are proposed and shrunk by
Hypothesis, each find smaller than the last.
"""

import math
from typing import Final

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check
from pytest_claims.robustness.change import Change, bounds, changed, size_of, standard_errors
from pytest_claims.robustness.result import CheckResult, Move

_ROUNDS: Final = 8


def adversary(check: Check, case: Case) -> CheckResult:
    """The smallest change of at most three rows' successes."""
    table, errors = case.table, standard_errors(case.table)
    if (same := case.ask(changed(table, {}))).outcome == "undecided":
        raise Undecided(same.reason)
    best = _together(case, errors, _alone(case, errors), check.draws)
    if best is None:
        return CheckResult(check=check.name)
    return CheckResult(
        check=check.name,
        numbers={"standard_errors": size_of(best, errors)},
        flips=True,
        names=tuple(table.rows[row] for row in best),
        moves=tuple(_move(table, row, by) for row, by in sorted(best.items())),
    )


def _alone(case: Case, errors: FloatArray) -> Change | None:
    """The smallest change of one rate that flips the verdict, None if none within the bounds does."""
    low, high = bounds(case.table, errors)
    single = [{row: by} for row in range(len(errors)) for by in range(low[row], high[row] + 1) if by]
    in_order = sorted(single, key=lambda change: size_of(change, errors))
    return next((change for change in in_order if case.flips(changed(case.table, change))), None)


def _together(case: Case, errors: FloatArray, best: Change | None, examples: int) -> Change | None:
    """A smaller change of several rates, if one is found; else ``best``."""
    from pytest_claims.robustness.search import smaller_change

    for _ in range(_ROUNDS):
        found = smaller_change(
            case.table,
            errors,
            lambda change: case.flips(changed(case.table, change)),
            examples=examples,
            limit=math.inf if best is None else size_of(best, errors),
        )
        if found is None:
            break
        best = found
    return best


def _move(table: Table, row: int, by: int) -> Move:
    successes, trials = float(table.successes[row]), float(table.trials[row])
    return Move(row=table.rows[row], before=successes / trials, after=(successes + by) / trials)
