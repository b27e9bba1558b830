"""The multiverse: in how many reasonable analyses does the claim hold, and would chance do as well?

Knows nothing about what a claim tests. Varied are the table, as the finding might have made it, what one column might
have been instead, which correlation is computed, and what is taken out of columns before; a choice that leaves the
claim as it is, is not counted.

Source: Steegen et al. (2016), Perspect. Psychol. Sci. 11, 702-712; the joint test is that of
Simonsohn, Simmons and Nelson (2020), Nat. Hum. Behav. 4, 1208-1214, on how many analyses hold.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.leaving import leavings
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.gap import Gap
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Tally, value_of
from pytest_claims.robustness.null_world import null_world
from pytest_claims.robustness.result import Analyses, CheckResult, Choice, Leverage
from pytest_claims.robustness.shared import made_once, without
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.coefficients import COEFFICIENTS, partialled_out

_MOST_TOLD: Final = 1_000  # analyses: more are no picture
_MOST_PARTS: Final = 20  # of a unit, or of its families, that are left out of every analysis that holds
_SLOW: Final = "skipped"  # a hundred times slower than the others: asked of ordinary alternatives only
_Tables = Mapping[str, Table]  # that of the subject, by an empty name, and its variants


@dataclass(frozen=True, kw_only=True, eq=False)
class Specification:
    """One way to analyse a ``variant`` of the table. ``column`` has ``values`` (N,), None for those of the table.

    ``alternative`` is what these values are called.
    """

    variant: str = ""
    column: str = ""
    alternative: str = ""
    values: FloatArray | None = None
    ordinary: bool = True
    coefficient: str = "pearson"
    control: str | None = None

    def answer(self, case: Case, table: Table) -> Answer:
        """What the claim says of ``table`` when it is analysed like this."""
        return self.ask(case, self.of(table))

    def of(self, table: Table) -> Table:
        """The table with these values, and without what the control explains."""
        if self.values is not None:
            table = table.changed(**{self.column: self.values})
        return table if self.control is None else _partialled_out(table, self.control)

    def ask(self, case: Case, table: Table) -> Answer:
        """What the claim says of such a table."""
        with analysed(coefficient=self.coefficient, controls=int(self.control is not None)):
            return case.ask(table)

    @property
    def data(self) -> tuple[str, int, str | None]:
        """What tells the tables of specifications apart, if they are of the same data."""
        return self.variant, id(self.values), self.control

    @property
    def choices(self) -> dict[str, str]:
        """The option of each choice, in words."""
        return {
            "table": self.variant or "as judged",
            "values": f"{self.column}: {self.alternative}" if self.alternative else "as judged",
            "correlation": self.coefficient,
            "taken out": self.control or "nothing",
        }

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the data is varied."""
        return self.coefficient == "pearson" and self.control is None


def multiverse(check: Check, case: Case) -> CheckResult:
    """The claim under every combination of choices that matter to it."""
    tables = {"": case.table, **case.table.variants}
    made = [Specification(variant=name) for name in tables]
    alternatives = list(_alternatives("", case.table))
    coefficients = [Specification(coefficient=name) for name in COEFFICIENTS]
    remade, other, correlates = (_changes(case, tables, some) for some in (made, alternatives, coefficients))
    if not (remade or other or correlates):
        _refuse_no_choice(case)
    tables = tables if remade else {"": case.table}
    specifications = list(_combined(tables, other=other, correlates=correlates))
    answers = _answers(case, tables, specifications)
    joint, gap = _joint_p(check, case, tables, [one for one in specifications if one.is_plain])
    opposed = (one.variant for one in made if case.opposed(one.answer(case, tables[one.variant]))) if remade else ()
    return CheckResult(
        check=check.name,
        numbers={**Tally.of(answers).numbers, **joint, **_choices(specifications)},
        names=tuple(opposed),
        analyses=_told(specifications, answers),
        leverage=_leverage(case) if other else None,
        gap=gap,
    )


def _told(specifications: Sequence[Specification], answers: Sequence[Answer]) -> Analyses | None:
    """What the claim says in each analysis, with what of it is not as in every other."""
    if len(answers) > _MOST_TOLD:
        return None
    choices = [one.choices for one in specifications]
    several = [Choice.of(name, [one[name] for one in choices]) for name in choices[0]]
    values = [value_of(answer) for answer in answers]
    return Analyses(
        choices=tuple(one for one in several if len(one.options) > 1),
        values=tuple(None if math.isnan(value) else value for value in values),
        outcomes=tuple(answer.outcome for answer in answers),
    )


def _answers(case: Case, tables: _Tables, specifications: Sequence[Specification]) -> list[Answer]:
    """The answer under each; those that differ in the coefficient alone are asked of one table."""
    several = {one.data: one for one in specifications}
    made = made_once(
        case.table,
        ("multiverse", tuple((one.variant, one.values is None, one.control) for one in several.values())),
        len(case.table) * len(several),
        lambda: (one.of(tables[one.variant]) for one in several.values()),
    )
    table_of = dict(zip(several, made, strict=True))
    return [one.ask(case, table_of[one.data]) for one in specifications]


def _refuse_no_choice(case: Case) -> None:
    if not case.answer.estimates:
        raise Undecided("no choice gives another outcome, and no estimate shows whether it depends on one")
    raise Undecided(f"it depends neither on the {case.words.alternatives} nor on a coefficient")


def _combined(tables: _Tables, *, other: bool, correlates: bool) -> Iterator[Specification]:
    for variant, table in tables.items():
        several = list(_alternatives(variant, table)) if other else []
        controls = [name for name in table.design.controls if name in table.columns and np.ptp(table.columns[name])]
        names = list(COEFFICIENTS) if correlates else ["pearson"]
        for one, coefficient, control in itertools.product(
            several or [Specification(variant=variant)], names, [None, *(controls if correlates else [])]
        ):
            if coefficient != _SLOW or (one.ordinary and control is None):
                yield replace(one, coefficient=coefficient, control=control)


def _alternatives(variant: str, table: Table) -> Iterator[Specification]:
    """What one column might have been instead."""
    several = table.alternatives
    if several is None:
        return
    names = several.names or tuple(f"choice {place}" for place in range(1, 1 + len(several.values)))
    for name, values, ordinary in zip(names, several.values[:, table.places], several.ordinary, strict=True):
        yield Specification(
            variant=variant, column=several.column, alternative=name, values=values, ordinary=bool(ordinary)
        )


def _changes(case: Case, tables: _Tables, specifications: Iterable[Specification]) -> bool:
    usual = Specification().answer(case, case.table)  # not case.answer: simulated p-values are coarser here
    others = (one.answer(case, tables[one.variant]) for one in specifications)
    return any((one.outcome, one.estimates) != (usual.outcome, usual.estimates) for one in others)


def _joint_p(
    check: Check, case: Case, tables: _Tables, specifications: Sequence[Specification]
) -> tuple[dict[str, float], Gap | None]:
    """How many specifications hold, and how often as many do in worlds without the effect; or why that is not known.

    Neither for a single one, where that changes nothing.
    """
    if len(specifications) < 2:
        return {}, None

    try:
        worlds = _null_worlds(check, case, tables)
    except Undecided as why:
        return {}, Gap(reason=why.reason)
    plain = tuple((one.variant, one.values is None) for one in specifications)
    copies = made_once(
        case.table,
        ("multiverse by chance", case.null, check.draws, plain),
        len(case.table) * check.draws * len(specifications),
        lambda: (one.of(world[one.variant]) for world in worlds for one in specifications),
    )
    observed = sum(_holds(case, tables[one.variant], one) for one in specifications)
    counts: dict[str, float] = {"plain": len(specifications), "plain_held": observed}
    held = [one.ask(case, copy).outcome == "held" for one, copy in zip(itertools.cycle(specifications), copies)]
    by_chance = np.array(held).reshape(check.draws, len(specifications)).sum(axis=1).tolist()
    if set(by_chance) == {observed}:
        return counts, None
    as_many = 1 + sum(several >= observed for several in by_chance)
    return {**counts, "p_joint": as_many / (1 + check.draws), "permutations": check.draws}, None


def _leverage(case: Case) -> Leverage | None:
    """Without which level, or family of levels, the fewest of the plain analyses that hold still do.

    None where fewer than two hold. Units of many levels are left out by their families alone.
    """
    holding = [place for place, one in enumerate(_plain(case.table)) if _holds(case, case.table, one)]
    if len(holding) < 2:
        return None
    found = [
        Leverage(
            unit=leaving.unit,
            families=leaving.families,
            level=leaving.names[place],
            count=len(holding),
            held=_holding(case, copy, holding),
        )
        for leaving in leavings(case.table)
        if len(leaving.names) <= _MOST_PARTS
        for place, copy in enumerate(without(case.table, leaving, [(part,) for part in range(len(leaving.names))]))
    ]
    return min(found, key=lambda one: one.held, default=None)


def _plain(table: Table) -> list[Specification]:
    """The analyses of a table in which nothing but the values of a column is varied, in their order."""
    return list(_alternatives("", table)) or [Specification()]


def _holding(case: Case, copy: Callable[[], Table], places: Sequence[int]) -> int:
    """How many of the plain analyses at these places hold on a copy; none where nothing of a row would stay."""
    try:
        table = copy()
    except Undecided:
        return 0
    several = _plain(table)
    return sum(_holds(case, table, several[place]) for place in places)


def _holds(case: Case, table: Table, one: Specification) -> bool:
    return one.answer(case, table).outcome == "held"


def _null_worlds(check: Check, case: Case, tables: _Tables) -> Iterator[_Tables]:
    """Copies without the effect of the table and its variants, all dealt alike.

    Raises Undecided where they have not the same rows, or there is no such world.
    """
    if any(table.rows != case.table.rows for table in tables.values()):
        raise Undecided("the tables do not have the same rows")
    worlds = {name: (null_world(case.null, table), check.random) for name, table in tables.items()}
    return ({name: world.draw(random) for name, (world, random) in worlds.items()} for _ in range(check.draws))


def _partialled_out(table: Table, control: str) -> Table:
    """The table with what the control explains linearly taken out of each column that may be correlated."""
    z = table.columns[control]
    names = [name for name in table.design.residuals if name in table.columns]
    return table.changed(**{name: partialled_out(table.columns[name], z) for name in names})


def _choices(specifications: Sequence[Specification]) -> dict[str, float]:
    """How many there are of each choice; of variants, where there are any."""
    variants = len({one.variant for one in specifications})
    return {
        **({"variants": variants} if variants > 1 else {}),
        "alternatives": len({id(one.values) for one in specifications if not one.variant}),
        "coefficients": len({one.coefficient for one in specifications}),
        "controls": len({one.control for one in specifications}),
    }
