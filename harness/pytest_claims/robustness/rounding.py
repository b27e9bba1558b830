"""Rounding: does the verdict survive any values that round to the printed ones?

Knows nothing about what a claim tests. The search is no proof: it asks at the two tables that should
move the estimate furthest, and at random ones.
"""

import numpy as np

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.settled import is_simulated
from pytest_claims.base.errors import Undecided
from pytest_claims.data.panel import FloatArray, Panel
from pytest_claims.robustness.case import Case, Check, Tally, estimate_of
from pytest_claims.robustness.result import CheckResult

Shifts = dict[str, FloatArray]


def rounding(check: Check, case: Case) -> CheckResult:
    """Tables within the printed rounding: the extreme ones, corners and inner ones at random."""
    widths = {name: half for name, half in case.panel.rounding.items() if half > 0 and name in case.panel.columns}
    if not widths:
        raise Undecided("nothing was rounded: the values are as measured")
    tables = [*_extremes(case, widths), *_random_tables(case, widths, check)]
    answers = [case.ask(table) for table in tables]
    tally = Tally.of([case.ask(shifted(case.panel, {})), *answers])
    flips = sum(_flips(case, table, answer) for table, answer in zip(tables, answers, strict=True))
    found = f"flip it in {flips or 'none'} of {len(answers)} tables"
    return CheckResult(
        check=check.name,
        sentence=f"Values within the printed rounding {found} (extreme and random ones){tally.spread}.",
        numbers={**tally.numbers, "flipped": flips},
        flips=flips > 0,
    )


def _flips(case: Case, table: Panel, answer: Answer) -> bool:
    """Whether a table gives the opposite outcome; the verdict rests on it, so few random tables do not decide it."""
    return case.opposed(answer) and (not is_simulated(answer) or case.opposed(case.settled(table)))


def shifted(panel: Panel, shifts: Shifts) -> Panel:
    """The panel with ``shifts`` added to its columns; rates stay within [0, 1], divergences at 0 or above."""
    least, most = {"cosine": -1.0}, {"js": np.log(2)}
    moved = {
        name: np.clip(panel.columns[name] + shift, least.get(name, 0.0), most.get(name, 1.0))
        for name, shift in shifts.items()
    }
    return panel.changed(**moved)


def _extremes(case: Case, widths: dict[str, float]) -> list[Panel]:
    """The corners that, by the slope at the printed table, move the estimate furthest down and up."""
    printed = estimate_of(case.ask(shifted(case.panel, {})))
    slopes = {name: np.zeros(len(case.panel)) for name in widths}
    for name, half in widths.items():
        for row in range(len(case.panel)):
            shift = np.zeros(len(case.panel))
            shift[row] = half
            slopes[name][row] = np.nan_to_num(estimate_of(case.ask(shifted(case.panel, {name: shift}))) - printed)
    return [
        shifted(case.panel, {name: sign * half * np.sign(slopes[name]) for name, half in widths.items()})
        for sign in (-1, 1)
    ]


def _random_tables(case: Case, widths: dict[str, float], check: Check) -> list[Panel]:
    random, rows = case.random(check.name), len(case.panel)
    corners = [
        {name: half * random.choice([-1.0, 1.0], rows) for name, half in widths.items()}
        for _ in range(check.draws // 2)
    ]
    inner = [
        {name: half * random.uniform(-1.0, 1.0, rows) for name, half in widths.items()}
        for _ in range(check.draws - len(corners))
    ]
    return [shifted(case.panel, shifts) for shifts in (*corners, *inner)]
