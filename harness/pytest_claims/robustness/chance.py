"""Chance and effect: how often a claim holds where there is nothing, and how often where what was seen is true.

Knows nothing about what a claim tests: both worlds are made from its data.
"""

from bisect import bisect_left
from typing import Final

import numpy as np

from pytest_claims.base.errors import Undecided
from pytest_claims.data.panel import FloatArray, Panel
from pytest_claims.robustness.case import Case, Check, Tally, refuse_if_unmoved
from pytest_claims.robustness.result import CheckResult

POWER: Final = 0.80  # Cohen's (1988) convention
_SIZES: Final = tuple(sorted({round(5 * 1.22**step) for step in range(25)}))  # 5 to about 600, in steps of a fifth


def permutation(check: Check, case: Case) -> CheckResult:
    """Rates dealt to the personas at random: whatever goes with them is lost, everything else stays."""
    random = case.random(check.name)
    answers = [case.ask(dealt(case.panel, random)) for _ in range(check.draws)]
    refuse_if_unmoved(case.answer, answers, "which persona has which rate")
    tally = Tally.of(answers)
    return CheckResult(
        check=check.name,
        sentence=f"Where source rates are dealt to personas at random it holds in {tally}.",
        numbers=tally.numbers,
    )


def planted_effect(check: Check, case: Case) -> CheckResult:
    """Panels of new personas whose columns correlate as the observed ones do: the claim's power."""
    panel, random = case.panel, case.random(check.name)
    answers = [case.ask(planted(panel, len(panel), random)) for _ in range(check.draws)]
    undecided = sum(answer.outcome == "undecided" for answer in answers)
    if undecided > check.draws / 2:  # what is left would be those that fail before they are undecided
        raise Undecided("it asks about these very personas, or else cannot be answered on most panels of new ones")
    tally = Tally.of(answers)
    size = _size_for_power(case, check, random)
    found = {"size_for_80_percent": size} if size else {"no_size_up_to": _SIZES[-1]}
    needed = f"{POWER:.0%} takes about {size} personas" if size else f"no number up to {_SIZES[-1]} gives {POWER:.0%}"
    return CheckResult(
        check=check.name,
        sentence=f"If the columns correlate as observed, it would hold with {len(panel)} new personas in {tally}; "
        f"{needed}.",
        numbers={**tally.numbers, **found},
    )


def dealt(panel: Panel, random: np.random.Generator) -> Panel:
    """The panel with its rates, and the counts behind them, in another order."""
    return panel.dealt(random.permutation(len(panel)))


def planted(panel: Panel, size: int, random: np.random.Generator) -> Panel:
    """``size`` new personas from the normal distribution with the panel's means and covariances.

    Rates are cut off at 0 and 1, and counts are whole; completions are the panel's median.
    """
    names = [name for name in panel.columns if name not in ("marked", "completions")]
    observed = np.array([panel.columns[name] for name in names])
    drawn = random.multivariate_normal(
        observed.mean(axis=1), np.atleast_2d(np.cov(observed)), size=size, method="svd"
    ).T
    columns: dict[str, FloatArray] = dict(zip(names, drawn, strict=True))
    if "source_rate" in columns:
        columns["source_rate"] = columns["source_rate"].clip(0.0, 1.0)
        if "completions" in panel.columns:
            columns["completions"] = np.full(size, np.round(np.median(panel.completions)))
            columns["marked"] = np.round(columns["source_rate"] * columns["completions"])
    return Panel(subject=panel.subject, personas=tuple(f"new_{row}" for row in range(size)), columns=columns)


def _size_for_power(case: Case, check: Check, random: np.random.Generator) -> int | None:
    """The smallest of a ladder of sizes with 80% power, if power grows along it."""
    draws = max(100, check.draws // 4)

    def power(size: int) -> float:
        try:
            return Tally.of(case.ask(planted(case.panel, size, random)) for _ in range(draws)).share
        except Undecided:  # too few for the claim to be asked at all
            return 0.0

    if power(_SIZES[-1]) < POWER:
        return None
    place = bisect_left(_SIZES, POWER, key=power)
    return _SIZES[place] if place < len(_SIZES) else None
