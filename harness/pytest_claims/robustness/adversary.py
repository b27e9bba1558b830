"""The adversary: the smallest change of the rates that flips the verdict.

Knows nothing about what a claim tests. Changes are in whole completions, and measured in standard
errors of the rates. Those of one rate are tried in the order of their size; those of several are
proposed and shrunk by Hypothesis, each find smaller than the last.
"""

import math
from typing import Final

from pytest_claims.base.errors import Undecided
from pytest_claims.data.panel import FloatArray, Panel
from pytest_claims.robustness.case import Case, Check
from pytest_claims.robustness.change import (
    MOST_ERRORS,
    MOST_PERSONAS,
    Change,
    bounds,
    changed,
    size_of,
    standard_errors,
)
from pytest_claims.robustness.result import CheckResult, listed

_ROUNDS: Final = 8


def adversary(check: Check, case: Case) -> CheckResult:
    """The smallest change of at most three personas' marked completions."""
    panel, errors = case.panel, standard_errors(case.panel)
    if (same := case.ask(changed(panel, {}))).outcome == "undecided":
        raise Undecided(same.reason)
    best = _together(case, errors, _alone(case, errors), check.draws)
    if best is None:
        reach = f"up to {MOST_PERSONAS} rates by up to {MOST_ERRORS:g} standard errors"
        sentence = f"No change of {reach} was found that flips it."
        return CheckResult(check=check.name, sentence=sentence)
    size = size_of(best, errors)
    alone = " alone" if len(best) == 1 else ""
    sentence = f"{_words(panel, best)}{alone} flips it ({size:.2g} standard errors); no smaller change was found."
    return CheckResult(
        check=check.name,
        sentence=sentence,
        numbers={"standard_errors": size},
        flips=True,
        personas=tuple(panel.personas[row] for row in best),
    )


def _alone(case: Case, errors: FloatArray) -> Change | None:
    """The smallest change of one rate that flips the verdict, None if none within the bounds does."""
    low, high = bounds(case.panel, errors)
    single = [{row: by} for row in range(len(errors)) for by in range(low[row], high[row] + 1) if by]
    in_order = sorted(single, key=lambda change: size_of(change, errors))
    return next((change for change in in_order if case.flips(changed(case.panel, change))), None)


def _together(case: Case, errors: FloatArray, best: Change | None, examples: int) -> Change | None:
    """A smaller change of several rates, if one is found; else ``best``."""
    from pytest_claims.robustness.search import smaller_change

    for _ in range(_ROUNDS):
        found = smaller_change(
            case.panel,
            errors,
            lambda change: case.flips(changed(case.panel, change)),
            examples=examples,
            limit=math.inf if best is None else size_of(best, errors),
        )
        if found is None:
            break
        best = found
    return best


def _words(panel: Panel, change: Change) -> str:
    parts = [
        f"{panel.personas[row]} {panel.marked[row] / panel.completions[row]:.2f} → "
        f"{(panel.marked[row] + by) / panel.completions[row]:.2f}"
        for row, by in sorted(change.items())
    ]
    return listed(parts)
