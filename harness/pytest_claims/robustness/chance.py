"""Chance and effect: how often a claim holds where there is nothing, and how often where what was seen is true.

Knows nothing about what a claim tests: both worlds are made from its data and their design.
"""

from bisect import bisect_left
from typing import Final

import numpy as np

from pytest_claims.asking.null import Null
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Tally, refuse_if_unmoved
from pytest_claims.robustness.null_world import null_world
from pytest_claims.robustness.result import CheckResult

POWER: Final = 0.80  # Cohen's (1988) convention
_SIZES: Final = tuple(sorted({round(5 * 1.22**step) for step in range(25)}))  # 5 to about 600, in steps of a fifth


def permutation(check: Check, case: Case) -> CheckResult:
    """Worlds without the effect, as the claim declares them: at random, or each once where there are no more."""
    world = null_world(case.null, case.table)
    copies, all_there_are = world.copies(check.random, check.draws)
    answers = [case.ask(copy) for copy in copies]
    refuse_if_unmoved(case.answer, answers, _what(case.null))
    ways = {"ways": len(answers)} if all_there_are else {}
    return CheckResult(check=check.name, numbers={**Tally.of(answers).numbers, **ways})


def _what(null: Null | None) -> str:
    """What a null world changes."""
    if null is None:
        return "anything"
    names = " and ".join(null.names)
    return f"which {null.unit} has which {names}" if null.kind == "dealt" else f"{names} within each {null.unit}"


def planted_effect(check: Check, case: Case) -> CheckResult:
    """Tables of new rows whose columns correlate as the observed ones do: the claim's power."""
    table, random = case.table, check.random
    _refuse_unlike(table)
    answers = [case.ask(planted(table, len(table), random)) for _ in range(check.draws)]
    undecided = sum(answer.outcome == "undecided" for answer in answers)
    if undecided > check.draws / 2:  # what is left would be those that fail before they are undecided
        raise Undecided(
            f"it asks about these very {case.words.units}, or else cannot be answered on most tables of new ones"
        )
    tally = Tally.of(answers)
    size = _size_for_power(case, check, random)
    found = {"size_for_80_percent": size} if size else {"no_size_up_to": _SIZES[-1]}
    return CheckResult(check=check.name, numbers={**tally.numbers, "rows": len(table), **found})


def _refuse_unlike(table: Table) -> None:
    """Raise Undecided where rows from a normal distribution would be unlike those of the table."""
    rate, names, units = table.design.rate, list(table.columns), table.design.words.units
    counted = (rate.name, rate.successes, rate.trials) if rate else ()
    if rate and rate.name not in names and {rate.successes, rate.trials} & set(names):
        raise Undecided(f"new {units} have no counts without a column {rate.name!r}")
    if not names or len(table) < 2:
        raise Undecided(f"new {units} are drawn as columns correlate, and here nothing does")
    for name in names:
        if name not in counted and set(table.columns[name].tolist()) == {0.0, 1.0}:
            raise Undecided(f"{name} holds 0 and 1 alone; new {units} are drawn from a normal distribution")


def planted(table: Table, size: int, random: np.random.Generator) -> Table:
    """``size`` new rows from the normal distribution with the table's means and covariances.

    A rate is cut off at 0 and 1, and counts are whole; trials are the table's median.
    """
    rate = table.design.rate
    counts = (rate.successes, rate.trials) if rate else ()
    names = [name for name in table.columns if name not in counts]
    observed = np.array([table.columns[name] for name in names])
    drawn = random.multivariate_normal(
        observed.mean(axis=1), np.atleast_2d(np.cov(observed)), size=size, method="svd"
    ).T
    columns: dict[str, FloatArray] = dict(zip(names, drawn, strict=True))
    if rate and rate.name in columns:
        columns[rate.name] = columns[rate.name].clip(0.0, 1.0)
        if rate.trials in table.columns:
            columns[rate.trials] = np.full(size, np.round(np.median(table.trials)))
            columns[rate.successes] = np.round(columns[rate.name] * columns[rate.trials])
    rows = tuple(f"new_{row}" for row in range(size))
    return Table(subject=table.subject, rows=rows, columns=columns, design=table.design)


def _size_for_power(case: Case, check: Check, random: np.random.Generator) -> int | None:
    """The smallest of a ladder of sizes with 80% power, if power grows along it."""
    draws = max(100, check.draws // 4)

    def power(size: int) -> float:
        try:
            return Tally.of(case.ask(planted(case.table, size, random)) for _ in range(draws)).share
        except Undecided:  # too few for the claim to be asked at all
            return 0.0

    if power(_SIZES[-1]) < POWER:
        return None
    place = bisect_left(_SIZES, POWER, key=power)
    return _SIZES[place] if place < len(_SIZES) else None
