"""Deletions: who carries the claim, and how few personas stand between held and failed.

Knows nothing about what a claim tests.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Final

from pytest_claims.asking.answer import Answer
from pytest_claims.base.errors import Undecided
from pytest_claims.data.panel import panel_of
from pytest_claims.robustness.case import Case, Check, Tally, estimate_of
from pytest_claims.robustness.result import CheckResult, listed

MOST_PAIRS: Final = 20_000


def leave_two_out(check: Check, case: Case) -> CheckResult:
    """Every pair of personas left out."""
    pairs = list(itertools.combinations(case.panel.personas, 2))
    if len(pairs) > MOST_PAIRS:
        raise Undecided(f"{len(pairs)} pairs are more than the {MOST_PAIRS} that are tried")
    answers = {" + ".join(pair): case.ask(case.panel.without(*pair)) for pair in pairs}
    return _summary(check, case, answers, "pair of personas")


def leave_one_seed_out(check: Check, case: Case) -> CheckResult:
    """Every training seed left out."""
    measurement = case.measurement
    if measurement is None or not measurement.seeds:
        raise Undecided("no seeds are on record")
    if len(measurement.seeds) == 1:
        raise Undecided("there is one seed only", remedy="train with --seeds 2 or more")
    answers = {f"seed {seed}": case.settled(panel_of(measurement.without_seed(seed))) for seed in measurement.seeds}
    return _summary(check, case, answers, "seed")


def leave_one_family_out(check: Check, case: Case) -> CheckResult:
    """Every declared family of personas left out."""
    members: dict[str, list[str]] = {}
    for persona in case.panel.personas:
        if persona in case.panel.families:
            members.setdefault(case.panel.families[persona], []).append(persona)
    if len(members) < 2:
        raise Undecided(f"{len(members) or 'no'} families of personas are declared in the panel; 2 are needed")
    answers = {family: case.ask(case.panel.without(*several)) for family, several in members.items()}
    return _summary(check, case, answers, "family")


def smallest_deletion(check: Check, case: Case) -> CheckResult:
    """The fewest personas whose deletion flips the outcome: exact while there are few subsets, then bounded.

    Every subset of a size is tried while there are at most ``check.draws`` of them.
    """
    if not case.verdict.decidable:
        raise Undecided(f"without a persona it cannot be answered ({case.verdict.deletions[0].answer.reason})")
    personas = case.panel.personas
    most, tried = len(personas) // 2, 0
    for size in range(1, most + 1):
        if math.comb(len(personas), size) > check.draws:
            return _bounded(check, case, exact=size - 1, most=most)
        for gone in itertools.combinations(personas, size):
            tried += 1
            if _flips(case, gone):
                fewer = _fewer(size)
                return _flip(
                    check, gone, f"Deleting {listed(gone)} flips it{fewer} ({tried} subsets tried)", exact=True
                )
    sentence = (
        f"No deletion of up to {most} of {len(personas)} personas flips it ({tried} subsets tried, all there are)."
    )
    return CheckResult(check=check.name, sentence=sentence, numbers={"tried": tried, "none_up_to": most, "exact": 1})


def _flips(case: Case, gone: Sequence[str]) -> bool:
    """Whether the outcome is the opposite without these; of one persona alone the verdict knows."""
    return gone[0] in case.verdict.flips if len(gone) == 1 else case.flips(case.panel.without(*gone))


def _bounded(check: Check, case: Case, *, exact: int, most: int) -> CheckResult:
    """An upper bound, from deleting first those who move the estimate most, one way and then the other."""
    without = {deletion.persona: estimate_of(deletion.answer) for deletion in case.verdict.deletions}
    order = sorted(
        (persona for persona, estimate in without.items() if not math.isnan(estimate)), key=without.__getitem__
    )
    paths = [order[:size] for order in (order, order[::-1]) for size in range(exact + 1, min(most, len(order)) + 1)]
    for gone in sorted(paths, key=len):
        if case.flips(case.panel.without(*gone)):
            known = f"no deletion of up to {exact} does, and in between not all were tried"
            return _flip(check, gone, f"Deleting {listed(gone)} flips it; {known}", exact=False)
    sentence = f"No deletion of up to {exact} personas flips it, nor any that was tried of up to {most}."
    return CheckResult(check=check.name, sentence=sentence, numbers={"none_up_to": exact, "exact": 0})


def _flip(check: Check, gone: Sequence[str], sentence: str, *, exact: bool) -> CheckResult:
    numbers = {"size": len(gone), "exact": int(exact)}
    return CheckResult(check=check.name, sentence=f"{sentence}.", numbers=numbers, personas=tuple(gone), flips=True)


def _summary(check: Check, case: Case, answers: Mapping[str, Answer], what: str) -> CheckResult:
    """On how many copies the outcome is the same, without what it is not, and the range of the estimate."""
    tally = Tally.of(answers.values())
    flipping = [name for name, answer in answers.items() if case.opposed(answer)]
    flips = f"; it flips without {listed(flipping)}" if flipping else ""
    agreeing = tally.decided - len(flipping)
    same = f"{agreeing} of {tally.decided} copies"
    return CheckResult(
        check=check.name,
        sentence=f"Without one {what} it is still {case.outcome} in {same}{flips}{tally.spread}.",
        numbers=tally.numbers | {"agreeing": agreeing},
        personas=tuple(flipping),
        flips=bool(flipping),
    )


def _fewer(size: int) -> str:
    """That no smaller deletion flips it."""
    if size == 1:
        return ""
    return "; no single deletion does" if size == 2 else f"; no deletion of up to {size - 1} does"
