"""The multiverse: in how many reasonable analyses does the claim hold, and would chance do as well?

Knows nothing about what a claim tests. Varied are what one column might have been instead, as the finding
declares, which correlation is computed, and what is taken out of columns before; a choice that leaves the
claim as it is, is not counted.

Source: Steegen et al. (2016), Perspect. Psychol. Sci. 11, 702-712; the joint test is that of
Simonsohn, Simmons and Nelson (2020), Nat. Hum. Behav. 4, 1208-1214, on how many analyses hold.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pytest_claims.asking.answer import Answer
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Tally
from pytest_claims.robustness.null_world import null_world
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.coefficients import COEFFICIENTS, partialled_out

_SLOW: Final = "skipped"  # a hundred times slower than the others: asked of ordinary alternatives only


@dataclass(frozen=True, kw_only=True, eq=False)
class Specification:
    """One way to analyse. ``column`` has ``values`` (N,), None for those of the table."""

    column: str = ""
    values: FloatArray | None = None
    ordinary: bool = True
    coefficient: str = "pearson"
    control: str | None = None

    def answer(self, case: Case, table: Table) -> Answer:
        """What the claim says of ``table`` when it is analysed like this."""
        if self.values is not None:
            table = table.changed(**{self.column: self.values})
        if self.control is not None:
            table = _partialled_out(table, self.control)
        with analysed(coefficient=self.coefficient, controls=int(self.control is not None)):
            return case.ask(table)


def multiverse(check: Check, case: Case) -> CheckResult:
    """The claim under every combination of choices that matter to it."""
    alternatives = list(_alternatives(case.table))
    coefficients = [Specification(coefficient=name) for name in COEFFICIENTS]
    other, correlates = (_changes(case, several) for several in (alternatives, coefficients))
    if not (other or correlates):
        if not case.answer.estimates:
            raise Undecided("no choice gives another outcome, and no estimate shows whether it depends on one")
        raise Undecided(f"it depends neither on the {case.words.alternatives} nor on a coefficient")
    specifications = list(_combined(case.table, alternatives if other else [], correlates))
    tally = Tally.of(one.answer(case, case.table) for one in specifications)
    p = _joint_p(check, case, [one for one in specifications if one.coefficient == "pearson" and not one.control])
    joint = {} if p is None else {"p_joint": p, "permutations": check.draws}
    return CheckResult(check=check.name, numbers={**tally.numbers, **joint, **_choices(specifications)})


def _combined(table: Table, alternatives: Sequence[Specification], correlates: bool) -> Iterator[Specification]:
    controls = [name for name in table.design.controls if name in table.columns and np.ptp(table.columns[name])]
    names = list(COEFFICIENTS) if correlates else ["pearson"]
    for one, coefficient, control in itertools.product(
        alternatives or [Specification()], names, [None, *(controls if correlates else [])]
    ):
        if coefficient != _SLOW or (one.ordinary and control is None):
            yield replace(one, coefficient=coefficient, control=control)


def _alternatives(table: Table) -> Iterator[Specification]:
    """What one column might have been instead."""
    several = table.alternatives
    if several is None:
        return
    for values, ordinary in zip(several.values[:, table.places], several.ordinary, strict=True):
        yield Specification(column=several.column, values=values, ordinary=bool(ordinary))


def _changes(case: Case, specifications: Iterable[Specification]) -> bool:
    usual = Specification().answer(case, case.table)  # not case.answer: simulated p-values are coarser here
    others = (one.answer(case, case.table) for one in specifications)
    return any((one.outcome, one.estimates) != (usual.outcome, usual.estimates) for one in others)


def _joint_p(check: Check, case: Case, specifications: Sequence[Specification]) -> float | None:
    """How often as many of the specifications hold in worlds without the effect.

    None for a single one, where that changes nothing, and where the claim declares no world without its effect.
    """
    if len(specifications) < 2:
        return None

    def holding(table: Table) -> int:
        return sum(one.answer(case, table).outcome == "held" for one in specifications)

    try:
        draw = null_world(case.null, case.table).draw
    except Undecided:
        return None
    random, observed = check.random, holding(case.table)
    by_chance = [holding(draw(random)) for _ in range(check.draws)]
    if set(by_chance) == {observed}:
        return None
    return (1 + sum(held >= observed for held in by_chance)) / (1 + check.draws)


def _partialled_out(table: Table, control: str) -> Table:
    """The table with what the control explains linearly taken out of each column that may be correlated."""
    z = table.columns[control]
    names = [name for name in table.design.residuals if name in table.columns]
    return table.changed(**{name: partialled_out(table.columns[name], z) for name in names})


def _choices(specifications: Sequence[Specification]) -> dict[str, float]:
    """How many there are of each choice."""
    return {
        "alternatives": len({id(one.values) for one in specifications}),
        "coefficients": len({one.coefficient for one in specifications}),
        "controls": len({one.control for one in specifications}),
    }
