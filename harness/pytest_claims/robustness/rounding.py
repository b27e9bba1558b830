"""Rounding: does the verdict survive any values that round to the printed ones?

Knows nothing about what a claim tests. The search is no proof: it asks at the two tables that should
move the headline furthest, and at random ones.
"""

import numpy as np

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.settled import is_simulated
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.design import EVERYTHING
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Tally, value_of
from pytest_claims.robustness.result import CheckResult

Shifts = dict[str, FloatArray]


def rounding(check: Check, case: Case) -> CheckResult:
    """Tables within the printed rounding: the extreme ones, corners and inner ones at random."""
    widths = {name: half for name, half in case.table.rounding.items() if half > 0 and name in case.table.columns}
    if not widths:
        raise Undecided("no rounding is declared of any column")
    tables = [*_extremes(case, widths), *_random_tables(case, widths, check)]
    answers = [case.ask(table) for table in tables]
    tally = Tally.of([case.ask(shifted(case.table, {})), *answers])
    flips = sum(_flips(case, table, answer) for table, answer in zip(tables, answers, strict=True))
    numbers = {**tally.numbers, "asked": len(answers), "flipped": flips, **tally.spread}
    return CheckResult(check=check.name, numbers=numbers, flips=flips > 0)


def _flips(case: Case, table: Table, answer: Answer) -> bool:
    """Whether a table gives the opposite outcome; the verdict rests on it, so few random tables do not decide it."""
    return case.opposed(answer) and (not is_simulated(answer) or case.opposed(case.settled(table)))


def shifted(table: Table, shifts: Shifts) -> Table:
    """The table with ``shifts`` added to its columns, each within its limits."""
    limits = {name: table.design.limits.get(name, EVERYTHING) for name in shifts}
    moved = {name: np.clip(table.columns[name] + shift, *limits[name]) for name, shift in shifts.items()}
    return table.changed(**moved)


def _extremes(case: Case, widths: dict[str, float]) -> list[Table]:
    """The corners that, by the slope at the printed table, move the headline furthest down and up."""
    printed = value_of(case.ask(shifted(case.table, {})))
    slopes = {name: np.zeros(len(case.table)) for name in widths}
    for name, half in widths.items():
        for row in range(len(case.table)):
            shift = np.zeros(len(case.table))
            shift[row] = half
            slopes[name][row] = np.nan_to_num(value_of(case.ask(shifted(case.table, {name: shift}))) - printed)
    return [
        shifted(case.table, {name: sign * half * np.sign(slopes[name]) for name, half in widths.items()})
        for sign in (-1, 1)
    ]


def _random_tables(case: Case, widths: dict[str, float], check: Check) -> list[Table]:
    random, rows = check.random, len(case.table)
    corners = [
        {name: half * random.choice([-1.0, 1.0], rows) for name, half in widths.items()}
        for _ in range(check.draws // 2)
    ]
    inner = [
        {name: half * random.uniform(-1.0, 1.0, rows) for name, half in widths.items()}
        for _ in range(check.draws - len(corners))
    ]
    return [shifted(case.table, shifts) for shifts in (*corners, *inner)]
