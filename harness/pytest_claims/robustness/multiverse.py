"""The multiverse: in how many reasonable analyses does the claim hold, and would chance do as well?

Knows nothing about what a claim tests. Varied are where the vectors are read (layer, read-out and
centre), which correlation is computed, and what is partialled out of all columns before; a choice
that leaves the claim as it is, is not counted.

Source: Steegen et al. (2016), Perspect. Psychol. Sci. 11, 702-712; the joint test is that of
Simonsohn, Simmons and Nelson (2020), Nat. Hum. Behav. 4, 1208-1214, on how many analyses hold.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pytest_claims.asking.answer import Answer
from pytest_claims.base.errors import Undecided
from pytest_claims.data.measurement import CENTRINGS, CONTROLS, READOUTS, REFERENCE, Measurement
from pytest_claims.data.panel import FloatArray, Panel
from pytest_claims.robustness.case import Case, Check, Tally
from pytest_claims.robustness.chance import dealt
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.coefficients import COEFFICIENTS, partialled_out

_SLOW: Final = "skipped"  # a hundred times slower than the others: asked along the layers only
_RESIDUALS: Final = ("cosine", "js", "source_rate")


@dataclass(frozen=True, kw_only=True, eq=False)
class Specification:
    """One way to analyse. ``cosine`` (N,) are those of a geometry, None for those of the panel."""

    cosine: FloatArray | None = None
    ordinary: bool = True  # read and centred as fixed in advance, whatever the layer
    coefficient: str = "pearson"
    control: str | None = None

    def answer(self, case: Case, panel: Panel) -> Answer:
        """What the claim says of ``panel`` when it is analysed like this."""
        if self.cosine is not None:
            panel = panel.changed(cosine=self.cosine)
        if self.control is not None:
            panel = _partialled_out(panel, self.control)
        with analysed(coefficient=self.coefficient, controls=int(self.control is not None)):
            return case.ask(panel)


def multiverse(check: Check, case: Case) -> CheckResult:
    """The claim under every combination of choices that matter to it."""
    geometries = list(_geometries(case.measurement))
    coefficients = [Specification(coefficient=name) for name in COEFFICIENTS]
    matter = [
        name for name, several in (("geometry", geometries), ("coefficient", coefficients)) if _changes(case, several)
    ]
    if not matter:
        raise Undecided("it depends neither on the geometry nor on a coefficient")
    specifications = list(_combined(case.panel, geometries if "geometry" in matter else [], "coefficient" in matter))
    tally = Tally.of(one.answer(case, case.panel) for one in specifications)
    p = _joint_p(check, case, [one for one in specifications if one.coefficient == "pearson" and not one.control])
    joint = "" if p is None else (
        f"; where rates are dealt to personas at random, as many of its plain Pearson analyses hold with p = {p:.2g}"
    )  # fmt: skip
    return CheckResult(
        check=check.name,
        sentence=f"It holds in {tally.held} of {tally.decided} analyses ({_choices(specifications)}){joint}.",
        numbers={**tally.numbers, **({} if p is None else {"p_joint": p, "permutations": check.draws})},
    )


def _combined(panel: Panel, geometries: Sequence[Specification], correlates: bool) -> Iterator[Specification]:
    controls = [name for name in CONTROLS if name in panel.columns and np.ptp(panel.columns[name])]
    names = list(COEFFICIENTS) if correlates else ["pearson"]
    for one, coefficient, control in itertools.product(
        geometries or [Specification()], names, [None, *(controls if correlates else [])]
    ):
        if coefficient != _SLOW or (one.ordinary and control is None):
            yield replace(one, coefficient=coefficient, control=control)


def _geometries(measurement: Measurement | None) -> Iterator[Specification]:
    """The cosines to the assistant at every layer, read-out and centre that was measured."""
    if measurement is None or "cosine" not in measurement.data or "layer" not in measurement.data["cosine"].dims:
        return
    cosine = measurement.data["cosine"].sel(persona=list(measurement.sources), other=REFERENCE)
    for choice, options in (("readout", READOUTS), ("centring", CENTRINGS)):
        if choice not in cosine.dims:
            cosine = cosine.expand_dims({choice: [options[0]]})
    for centring, readout, layer in itertools.product(
        cosine["centring"].values, cosine["readout"].values, range(cosine.sizes["layer"])
    ):
        column = cosine.sel(centring=centring, readout=readout, layer=layer)
        ordinary = bool(centring == CENTRINGS[0] and readout == READOUTS[0])
        yield Specification(cosine=np.asarray(column.values, dtype=float), ordinary=ordinary)


def _changes(case: Case, specifications: Iterable[Specification]) -> bool:
    usual = Specification().answer(case, case.panel).findings  # not case.answer: simulated p-values are coarser here
    return any(one.answer(case, case.panel).findings != usual for one in specifications)


def _joint_p(check: Check, case: Case, specifications: Sequence[Specification]) -> float | None:
    """How often as many of the specifications hold where rates are dealt at random.

    None for a single one, and where dealing changes nothing.
    """
    if len(specifications) < 2:
        return None

    def holding(panel: Panel) -> int:
        return sum(one.answer(case, panel).outcome == "held" for one in specifications)

    random, observed = case.random(check.name), holding(case.panel)
    by_chance = [holding(dealt(case.panel, random)) for _ in range(check.draws)]
    if set(by_chance) == {observed}:
        return None
    return (1 + sum(held >= observed for held in by_chance)) / (1 + check.draws)


def _partialled_out(panel: Panel, control: str) -> Panel:
    """The panel with what the control explains linearly taken out of each column that may be correlated."""
    z = panel.columns[control]
    return panel.changed(
        **{name: partialled_out(panel.columns[name], z) for name in _RESIDUALS if name in panel.columns}
    )


def _choices(specifications: Sequence[Specification]) -> str:
    geometries = len({id(one.cosine) for one in specifications})
    coefficients = len({one.coefficient for one in specifications})
    controls = len({one.control for one in specifications})
    counted = [(geometries, "geometries"), (coefficients, "coefficients"), (controls, "sets of controls")]
    return ", ".join(f"{count} {what}" for count, what in counted if count > 1)
