"""What a repetition of a recorded measurement may give: what a live one is held against.

Knows nothing about which measurement is live, or about verdicts. Of each unit whose levels are others in every
measurement, such as seeds, as many of the recorded levels are drawn as the new measurement has; and what was counted
is drawn again. All other units stay: they are the same in both.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.asking.answer import Answer, Body, ask
from pytest_claims.asking.leaving import levels_of
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.gap import Gap
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import FEWER_TABLES, SEED
from pytest_claims.robustness.drawing import Strata
from pytest_claims.robustness.resampling import is_counted, tried_again
from pytest_claims.stats.analysis import analysed
from pytest_claims.stats.scale import scale_of

DRAWS: Final = 200
CONFIDENCE: Final = 0.95  # how often that is right for recorded measurements: docs/regression.md
_STREAM: Final = 3405691582
_LEAST_LEVELS: Final = 3  # of two the interval by t excludes nothing
_LEAST_VALUES: Final = 100  # fewer do not show a spread
_TOLERANCE: Final = 1e-6
# The estimate is of what another machine may read otherwise, and no draw shows how far.
_UNMOVED: Final = Gap(reason="nothing that is drawn for a repetition moves its estimate")
# What no value of a symbol can pass, by symbol.
_RANGES: Final = {"share": (0.0, 1.0), "rate": (0.0, 1.0), "max Δrate": (0.0, 1.0), "χ²/df": (0.0, math.inf)}
_LEAST_SHARE: Final = 0.01  # of draws that gave an outcome that a repetition may give


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Of a ``unit``, ``levels`` of its recorded ``of`` were drawn, each time."""

    unit: str
    levels: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """What a claim says of draws that a repetition might have been.

    Attributes:
        drawn: the units whose levels were drawn; none where there are fewer than three recorded levels of each.
        counts: whether what was counted was drawn again.
        held, failed, undecided: how often the claim did so.
        about: the place of its estimate among those of the answer; ``symbol`` is what that is called.
        low, high: where ``confidence`` of repetitions lie, the error of the recorded estimate included; None without
            an estimate.
        gap: why nothing can be compared, if that is so.
    """

    drawn: tuple[Drawn, ...] = ()
    counts: bool = False
    held: int = 0
    failed: int = 0
    undecided: int = 0
    about: int = 0
    symbol: str = ""
    low: float | None = None
    high: float | None = None
    confidence: float = CONFIDENCE
    gap: Gap | None = None

    def gives(self, answer: Answer) -> bool:
        """Whether a repetition may give this answer: its estimate, or where there is none its outcome."""
        estimate = answer.estimates[self.about] if self.about < len(answer.estimates) else None
        if self.low is not None and self.high is not None and estimate is not None and estimate.symbol == self.symbol:
            return self.low <= estimate.value <= self.high
        seen = {"held": self.held, "failed": self.failed, "undecided": self.undecided}
        return seen[answer.outcome] >= _LEAST_SHARE * sum(seen.values())


def repetition(body: Body, recorded: Table, new: Table, *, about: int = 0) -> Repetition:
    """What ``body`` says of draws from the ``recorded`` table, each as large as the ``new`` one.

    The limits are a prediction interval by Student's t, from mean and spread of the draws on the scale of the estimate.
    Of k of M levels drawn with replacement the variance is too small by (M - 1) / M, and the recorded estimate has an
    error of its own, whose variance is k / M of a repetition's: together a factor of sqrt((M + k) / (M - 1)). Where
    counts alone are drawn it is sqrt(2), with a normal quantile.

    Args:
        about: the place of the estimate that decided, among those of the answer.

    Source: Spence and Stanley (2016), PLoS ONE 11, e0162874, for prediction intervals of replications.
    """
    try:
        strata = _strata(recorded, new)
        answers = [_asked(body, copy) for copy in _draws(recorded, new, strata)]
    except Undecided as why:
        return Repetition(about=about, gap=Gap.of(why))
    drawn = tuple(Drawn(unit=one.unit, levels=len(levels_of(new, one.unit)), of=len(one)) for one in strata)
    outcomes = [one.outcome for one in answers]
    symbol, values = _values(answers, about)
    if len(values) and np.ptp(values) < _TOLERANCE:
        return Repetition(about=about, gap=_UNMOVED)
    low, high = _limits(symbol, values, drawn) if len(values) >= _LEAST_VALUES else (None, None)
    return Repetition(
        drawn=drawn,
        counts=is_counted(recorded),
        held=outcomes.count("held"),
        failed=outcomes.count("failed"),
        undecided=outcomes.count("undecided"),
        about=about,
        symbol=symbol,
        low=low,
        high=high,
    )


def _strata(recorded: Table, new: Table) -> list[Strata]:
    """The units of which others are drawn. Raises Undecided where the levels of what stays are not the same."""
    strata = []
    for unit in recorded.design.units:
        before, after = levels_of(recorded, unit.name), levels_of(new, unit.name)
        if unit.shared is False:
            strata += [Strata.nested(recorded, unit.name)] if len(before) >= _LEAST_LEVELS and after else []
        elif set(before.values()) != set(after.values()):
            several = recorded.design.words.several(unit.name)
            raise Undecided(f"its {several} are not those of the recorded measurement")
    if not strata and not is_counted(recorded):
        raise Undecided("the recorded measurement has no counts, and fewer than 3 levels of what a repetition draws")
    return strata


def _draws(recorded: Table, new: Table, strata: list[Strata]) -> Iterator[Table]:
    random = np.random.default_rng([SEED, _STREAM])
    for _ in range(DRAWS):
        copy = recorded
        for one in strata:
            (codes,) = one.draws(random, 1, size=len(levels_of(new, one.unit)))
            copy = copy.resampled(codes, one.unit)
        yield tried_again(copy, random) if is_counted(recorded) else copy


def _asked(body: Body, copy: Table) -> Answer:
    with analysed(tables=FEWER_TABLES):
        return ask(body, copy, explain=False)


def _values(answers: list[Answer], about: int) -> tuple[str, FloatArray]:
    """What the estimate is called, and what it is on the draws on which it has a place on its scale, (draw,)."""
    found = [one.estimates[about] for one in answers if about < len(one.estimates)]
    if not found:
        return "", np.zeros(0)
    there, values = scale_of(found[0].symbol).there, []
    for one in found:
        try:
            values.append(there(one.value))
        except Undecided:
            continue
    known = np.array(values, dtype=float)
    return found[0].symbol, known[np.isfinite(known)]


def _limits(symbol: str, values: FloatArray, drawn: tuple[Drawn, ...]) -> tuple[float, float]:
    quantile = 0.5 + CONFIDENCE / 2
    if drawn:
        fewest = min(drawn, key=lambda one: one.of)
        factor = np.sqrt((fewest.of + fewest.levels) / (fewest.of - 1)) * special.stdtrit(fewest.of - 1, quantile)
    else:
        factor = np.sqrt(2) * special.ndtri(quantile)
    middle, reach = float(values.mean()), float(factor * values.std(ddof=1))
    back = scale_of(symbol).back
    least, most = _RANGES.get(symbol, (-math.inf, math.inf))
    return max(least, back(middle - reach)), min(most, back(middle + reach))
