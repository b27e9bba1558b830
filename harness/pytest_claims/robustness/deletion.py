"""Deletions: who carries the claim, and how few rows stand between held and failed.

Knows nothing about what a claim tests.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.deletion import decidable, overturning
from pytest_claims.base.errors import Undecided
from pytest_claims.data.gap import Gap
from pytest_claims.robustness.case import Case, Check, Tally, refuse_if_unmoved, value_of
from pytest_claims.robustness.result import CheckResult

MOST_PAIRS: Final = 20_000
SEED: Final = "seed"  # the dimension along which a measurement was repeated


def leave_two_out(check: Check, case: Case) -> CheckResult:
    """Every pair of rows left out."""
    pairs = list(itertools.combinations(case.table.rows, 2))
    if len(pairs) > MOST_PAIRS:
        raise Undecided(f"{len(pairs)} pairs are more than the {MOST_PAIRS} that are tried")
    return _summary(check, case, {" + ".join(pair): case.ask(case.table.without(*pair)) for pair in pairs})


def leave_one_seed_out(check: Check, case: Case) -> CheckResult:
    """Every seed left out."""
    seeds = case.table.labels.get(SEED, ())
    if not seeds:
        raise Undecided("no seeds are on record")
    if len(seeds) == 1:
        raise Undecided("there is one seed only", remedy="measure with 2 or more")
    if not any(SEED in array.dims for array in case.table.arrays.values()):
        raise Undecided("nothing of the table is kept by seed")
    answers = {f"seed {seed}": _without_seed(case, seed) for seed in seeds}
    if case.table.design.rate is None:  # columns that the table cannot make anew stay as they are
        refuse_if_unmoved(case.answer, list(answers.values()), "what is kept by seed")
    return _summary(check, case, answers)


def _without_seed(case: Case, seed: str | int) -> Answer:
    try:
        table = case.table.without_label(SEED, seed)
    except Undecided as why:  # a row was tried under this seed alone
        return Answer(outcome="undecided", gap=Gap.of(why))
    return case.settled(table)


def leave_one_family_out(check: Check, case: Case) -> CheckResult:
    """Every declared family of rows left out."""
    members: dict[str, list[str]] = {}
    for row in case.table.rows:
        if row in case.table.families:
            members.setdefault(case.table.families[row], []).append(row)
    if len(members) < 2:
        have = "one family" if members else "no families"
        are = "is" if members else "are"
        raise Undecided(f"{have} of {case.words.units} {are} declared; 2 are needed")
    return _summary(check, case, {family: case.ask(case.table.without(*some)) for family, some in members.items()})


def smallest_deletion(check: Check, case: Case) -> CheckResult:
    """The fewest rows whose deletion flips the outcome: exact while there are few subsets, then bounded.

    Every subset of a size is tried while there are at most ``check.draws`` of them.
    """
    if not decidable(case.deletions):
        why = case.deletions[0].answer.reason
        raise Undecided(f"without a {case.words.unit} it cannot be answered ({why})")
    rows = case.table.rows
    most, tried = len(rows) // 2, 0
    for size in range(1, most + 1):
        if size > 1 and math.comb(len(rows), size) > check.draws:  # of one row alone it is known already
            return _bounded(check, case, exact=size - 1, most=most)
        for gone in itertools.combinations(rows, size):
            tried += 1
            if _flips(case, gone):
                return _flip(check, gone, {"size": size, "exact": 1, "tried": tried})
    numbers = {"tried": tried, "none_up_to": most, "exact": 1, "rows": len(rows)}
    return CheckResult(check=check.name, numbers=numbers)


def _flips(case: Case, gone: Sequence[str]) -> bool:
    """Whether the outcome is the opposite without these; of one row alone it is known already."""
    if len(gone) == 1:
        return gone[0] in overturning(case.deletions, case.outcome)
    return case.flips(case.table.without(*gone))


def _bounded(check: Check, case: Case, *, exact: int, most: int) -> CheckResult:
    """An upper bound, from deleting first those who move the headline most, one way and then the other."""
    without = {deletion.row: value_of(deletion.answer) for deletion in case.deletions}
    order = sorted((row for row, value in without.items() if not math.isnan(value)), key=without.__getitem__)
    paths = [order[:size] for order in (order, order[::-1]) for size in range(exact + 1, min(most, len(order)) + 1)]
    for gone in sorted(paths, key=len):
        if case.flips(case.table.without(*gone)):
            return _flip(check, gone, {"size": len(gone), "exact": 0, "none_up_to": exact})
    return CheckResult(check=check.name, numbers={"none_up_to": exact, "exact": 0, "most": most})


def _flip(check: Check, gone: Sequence[str], numbers: Mapping[str, float]) -> CheckResult:
    return CheckResult(check=check.name, numbers=numbers, names=tuple(gone), flips=True)


def _summary(check: Check, case: Case, answers: Mapping[str, Answer]) -> CheckResult:
    """On how many copies the outcome is the same, without what it is not, and the range of the headline."""
    tally = Tally.of(answers.values())
    flipping = [name for name, answer in answers.items() if case.opposed(answer)]
    return CheckResult(
        check=check.name,
        numbers={**tally.numbers, "agreeing": tally.decided - len(flipping), **tally.spread},
        names=tuple(flipping),
        flips=bool(flipping),
    )
