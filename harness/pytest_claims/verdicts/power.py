"""What this much data could show: the power for the smallest effect that counts, and what estimates would then be.

Knows nothing about how an estimate was computed: it reads its interval, or of a correlation its rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pytest_claims.base.errors import Undecided
from pytest_claims.robustness.case import Effect
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.best_case import best_case, best_case_between
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.design_analysis import expected, expected_of_r
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.power import MOST_ROWS, USUAL, power_of_r, power_of_shift, rows_for_r, rows_for_shift
from pytest_claims.stats.scale import scale_of, standard_error
from pytest_claims.verdicts.claimed import Claimed

ALPHA: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Power:
    """How often data of this size would make a claim hold if an effect were just large enough to count.

    Attributes:
        value: the value of the estimate that is taken to be true; of an equivalence the middle of its bounds.
        share: how often the claim would then hold.
        size: how many it takes for 80%, of what ``of`` says; None if nobody knows, or no number does.
        wrong_sign: of significant estimates the share on the other side of no effect.
        exaggeration: how many times larger than the effect a significant estimate is on average.
        worlds: how many worlds without the effect it was simulated from; None where there is a formula.
    """

    value: float
    share: float
    size: int | None = None
    of: Literal["rows", "trials"] = "rows"
    wrong_sign: float | None = None
    exaggeration: float | None = None
    worlds: int | None = None


def power_of(claimed: Claimed, estimate: Estimate) -> Power | None:
    """The power for the smallest effect that a claim counts as true; None where there is none, or no standard error."""
    if claimed.kind == "equivalence":
        return _of_equivalence(claimed, estimate)
    value = smallest_value(claimed)
    try:
        return None if value is None else _of_shift(value, estimate, _two_sided(claimed, estimate))
    except Undecided:  # it has no standard error, or there is no effect that large
        return None


def smallest_value(claimed: Claimed) -> float | None:
    """The value of an estimate that has the smallest effect of interest, on the side that is claimed; None of none."""
    if claimed.kind != "presence" or claimed.smallest is None:
        return None
    return claimed.null + (claimed.smallest.size if claimed.low is not None else -claimed.smallest.size)


def simulated_effect(claimed: Claimed, estimates: Sequence[Estimate]) -> Effect | None:
    """The effect whose power is to be simulated; None where nobody says which counts.

    Nor of the strongest of several places: without any effect it is already larger than what counts at one.
    """
    value = smallest_value(claimed)
    of_places = "places" in estimates[claimed.about].details
    return None if value is None or of_places else Effect(about=claimed.about, value=value)


def simulated_power(effect: Effect, checks: Sequence[CheckResult]) -> Power | None:
    """The power that worlds without the effect give, of which there is no formula; None where they do not reach it."""
    found = next((one.numbers for one in checks if "share_at_effect" in one.numbers), None)
    if found is None:
        return None
    return Power(value=effect.value, share=found["share_at_effect"], worlds=int(found["held"] + found["failed"]))


def _of_equivalence(claimed: Claimed, estimate: Estimate) -> Power | None:
    if claimed.low is None or claimed.high is None:
        return None
    middle = (claimed.low + claimed.high) / 2
    try:
        if estimate.within:
            best = best_case(estimate, wanted=USUAL)
        else:
            best = best_case_between(estimate, claimed.low, claimed.high, wanted=USUAL)
    except Undecided:  # even a billion rows are too few, so that these never show it
        return Power(value=middle, share=0.0)
    if best is None:
        return None
    return Power(value=middle, share=best.power, size=best.size, of="trials" if best.of == "trials" else "rows")


def _two_sided(claimed: Claimed, estimate: Estimate) -> float:
    """The level of a test of both sides that is as strict on the side of the effect."""
    alpha = ALPHA if claimed.alpha is None else claimed.alpha
    return 2 * alpha if estimate.side == "above" and claimed.alpha is not None else alpha


def _of_shift(value: float, estimate: Estimate, alpha: float) -> Power:
    scale, se = scale_of(estimate.symbol), standard_error(estimate)
    scale.there(value)  # of a correlation beyond 1 there is none
    if estimate.symbol == "r":
        rows = _rows(se)
        share, told = power_of_r(value, rows, alpha=alpha), expected_of_r(value, rows, alpha=alpha)
        size = _enough(lambda: rows_for_r(value, power=USUAL, alpha=alpha) + max(0, estimate.n - rows))
    else:
        shift = abs(scale.there(value) - scale.there(estimate.null))
        share, told = power_of_shift(shift, se, alpha=alpha), expected(shift, se, alpha=alpha)
        size = _enough(lambda: rows_for_shift(shift, se, estimate.n, power=USUAL, alpha=alpha))
    return Power(value=value, share=share, size=size, wrong_sign=told.wrong_sign, exaggeration=told.exaggeration)


def _rows(se: float) -> int:
    """As many as the interval of a correlation has: fewer than n where something is partialled out."""
    return max(MINIMUM_ROWS, round(min(float(MOST_ROWS), 3 + 1 / se / se)))


def _enough(rows: Callable[[], int]) -> int | None:
    try:
        return rows()
    except Undecided:  # even a billion are too few
        return None
