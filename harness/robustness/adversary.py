"""The adversary: the smallest change of the rates that flips the verdict.

Knows nothing about what a claim tests. Changes are in whole completions, and measured in standard
errors of the rates. Those of one rate are tried in the order of their size; those of several are
proposed and shrunk by Hypothesis, each find smaller than the last.
"""

import math
from typing import Final

import hypothesis
import numpy as np
from hypothesis import strategies as st

from harness.errors import Undecided
from harness.panel import FloatArray, Panel
from harness.robustness.case import Case, Check
from harness.robustness.result import CheckResult

MOST_ERRORS: Final = 4.0  # standard errors by which one rate may change
MOST_PERSONAS: Final = 3
_ROUNDS: Final = 8
Change = dict[int, int]  # row to the change of its marked completions


def adversary(check: Check, case: Case) -> CheckResult:
    """The smallest change of at most three personas' marked completions."""
    panel, errors = case.panel, standard_errors(case.panel)
    if (same := case.ask(changed(panel, {}))).outcome == "undecided":
        raise Undecided(same.reason)
    best = _alone(case, errors)
    for _ in range(_ROUNDS if len(_movable(panel, errors)) > 1 else 0):
        found = _smaller_flip(case, errors, check.draws, math.inf if best is None else size_of(best, errors))
        if found is None:
            break
        best = found
    if best is None:
        bounds = f"up to {MOST_PERSONAS} rates by up to {MOST_ERRORS:g} standard errors"
        sentence = f"No change of {bounds} was found that flips it."
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


def standard_errors(panel: Panel) -> FloatArray:
    """Of each rate, after Agresti and Coull (1998), Am. Stat. 52, 119-126: above 0 for rates of 0 and 1, too."""
    completions = panel.completions
    rates = (panel.marked + 2) / (completions + 4)
    return np.asarray(np.sqrt(rates * (1 - rates) / (completions + 4)) * completions)


def changed(panel: Panel, change: Change) -> Panel:
    """The panel with other counts of marked completions."""
    marked = panel.marked.copy()
    for row, by in change.items():
        marked[row] += by
    return panel.changed(marked=marked, source_rate=marked / panel.completions)


def size_of(change: Change, errors: FloatArray) -> float:
    """The length of a change, each rate measured in its own standard errors."""
    return math.hypot(*(by / errors[row] for row, by in change.items()))


def _alone(case: Case, errors: FloatArray) -> Change | None:
    """The smallest change of one rate that flips the verdict, None if none within the bounds does."""
    low, high = _bounds(case.panel, errors)
    single = [{row: by} for row in range(len(errors)) for by in range(low[row], high[row] + 1) if by]
    in_order = sorted(single, key=lambda change: size_of(change, errors))
    return next((change for change in in_order if case.flips(changed(case.panel, change))), None)


def _smaller_flip(case: Case, errors: FloatArray, examples: int, limit: float) -> Change | None:
    settings = hypothesis.settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )

    def flips(change: Change) -> bool:
        return size_of(change, errors) < limit and case.flips(changed(case.panel, change))

    try:
        return hypothesis.find(_changes(case.panel, errors), flips, settings=settings)
    except hypothesis.errors.NoSuchExample:
        return None


def _changes(panel: Panel, errors: FloatArray) -> st.SearchStrategy[Change]:
    """Changes of two or three rates, each within its bounds."""
    low, high = _bounds(panel, errors)

    def of_row(row: int) -> st.SearchStrategy[tuple[int, int]]:
        steps = st.integers(low[row], high[row]).filter(bool)
        return st.tuples(st.just(row), steps)

    chosen = st.lists(
        st.sampled_from(_movable(panel, errors)).flatmap(of_row),
        min_size=2,
        max_size=MOST_PERSONAS,
        unique_by=lambda one: one[0],
    )
    return chosen.map(dict)


def _movable(panel: Panel, errors: FloatArray) -> list[int]:
    """The rows whose count can change at all."""
    low, high = _bounds(panel, errors)
    return [row for row in range(len(panel)) if low[row] or high[row]]


def _bounds(panel: Panel, errors: FloatArray) -> tuple[list[int], list[int]]:
    """By how much each count may fall and rise: four standard errors, and no further than none or all."""
    most = np.floor(MOST_ERRORS * errors)
    low, high = np.maximum(-most, -panel.marked), np.minimum(most, panel.completions - panel.marked)
    return [int(by) for by in low], [int(by) for by in high]


def _words(panel: Panel, change: Change) -> str:
    parts = [
        f"{panel.personas[row]} {panel.marked[row] / panel.completions[row]:.2f} → "
        f"{(panel.marked[row] + by) / panel.completions[row]:.2f}"
        for row, by in sorted(change.items())
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
