"""Deletions: which two levels of a unit carry the claim, and how few stand between held and failed.

Knows nothing about what a claim tests. Of a unit with many levels, fixed groups of them are left out.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from pytest_claims.asking.leaving import Leaving, leavings
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Tally, value_of
from pytest_claims.robustness.result import CheckResult
from pytest_claims.robustness.shared import without

MOST_PAIRS: Final = 20_000


def leave_two_out(check: Check, case: Case) -> CheckResult:
    """Every pair of levels left out."""
    parts = _parts(check, case)
    pairs = list(itertools.combinations(range(len(parts.names)), 2))
    if len(pairs) > MOST_PAIRS:
        raise Undecided(f"{len(pairs)} pairs are more than the {MOST_PAIRS} that are tried")
    copies = without(case.table, parts, pairs)
    answers = {_named(parts, pair): case.ask(copy_of()) for pair, copy_of in zip(pairs, copies, strict=True)}
    tally = Tally.of(answers.values())
    flipping = [name for name, answer in answers.items() if case.opposed(answer)]
    return CheckResult(
        check=check.name,
        numbers={**tally.numbers, "agreeing": tally.decided - len(flipping), **tally.spread, **_grouped(parts)},
        names=tuple(flipping),
        flips=bool(flipping),
    )


def smallest_deletion(check: Check, case: Case) -> CheckResult:
    """The fewest levels whose deletion flips the outcome: exact while there are few subsets, then bounded.

    Every subset of a size is tried while there are at most ``check.draws`` of them.
    """
    parts, left_out = _parts(check, case), case.without_each(check.unit)
    if not left_out.decidable:
        why = left_out.deletions[0].answer.reason
        raise Undecided(f"without a {check.unit} it cannot be answered ({why})")
    alone = set(left_out.overturning(case.outcome))
    most, tried = len(parts.names) // 2, 0
    for size in range(1, most + 1):
        if size > 1 and math.comb(len(parts.names), size) > check.draws:  # of one alone it is known already
            return _bounded(check, case, parts, exact=size - 1, most=most)
        subsets = list(itertools.combinations(range(len(parts.names)), size))
        copies = without(case.table, parts, subsets) if size > 1 else itertools.repeat(None)
        for gone, copy_of in zip(subsets, copies, strict=False):
            tried += 1
            if parts.names[gone[0]] in alone if copy_of is None else case.flips(copy_of()):
                return _flip(check, parts, gone, {"size": size, "exact": 1, "tried": tried})
    numbers = {"tried": tried, "none_up_to": most, "exact": 1, "rows": len(parts.names), **_grouped(parts)}
    return CheckResult(check=check.name, numbers=numbers)


def _parts(check: Check, case: Case) -> Leaving:
    """What of a unit can be left out one by one. Raises Undecided with the reason where nothing can."""
    of_unit = (one for one in leavings(case.table) if one.unit == check.unit and not one.families)
    parts = next(of_unit, Leaving(unit=check.unit, count=0))
    if gap := parts.gap or case.without_each(check.unit).gap:
        raise Undecided(gap.reason, have=gap.have, remedy=gap.remedy)
    return parts


def _without(table: Table, parts: Leaving, gone: Sequence[int]) -> Table:
    return table.leave_out(parts.unit, np.concatenate([parts.codes[part] for part in gone]))


def _bounded(check: Check, case: Case, parts: Leaving, *, exact: int, most: int) -> CheckResult:
    """An upper bound, from deleting first those that move the headline most, one way and then the other."""
    without = [value_of(deletion.answer) for deletion in case.without_each(check.unit).deletions]
    order = sorted((part for part, value in enumerate(without) if not math.isnan(value)), key=without.__getitem__)
    paths = [order[:size] for order in (order, order[::-1]) for size in range(exact + 1, min(most, len(order)) + 1)]
    for gone in sorted(paths, key=len):
        if case.flips(_without(case.table, parts, gone)):
            return _flip(check, parts, gone, {"size": len(gone), "exact": 0, "none_up_to": exact})
    tried = {"most": most} if paths else {}
    return CheckResult(check=check.name, numbers={"none_up_to": exact, "exact": 0, **tried, **_grouped(parts)})


def _flip(check: Check, parts: Leaving, gone: Sequence[int], numbers: Mapping[str, float]) -> CheckResult:
    names = tuple(parts.names[part] for part in gone)
    return CheckResult(check=check.name, numbers={**numbers, **_grouped(parts)}, names=names, flips=True)


def _grouped(parts: Leaving) -> dict[str, float]:
    """Of how many levels there are groups, where groups were left out."""
    return {"grouped": parts.count} if len(parts.names) < parts.count else {}


def _named(parts: Leaving, gone: Sequence[int]) -> str:
    return " + ".join(parts.names[part] for part in gone)
