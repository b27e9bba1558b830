"""Resampling: in what share of plausible repetitions would the claim hold?

Knows nothing about what a claim tests. Personas are drawn with replacement from those measured;
completions from the binomial distribution of each measured rate.
"""

import math
import warnings
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from pytest_claims.data.panel import FloatArray, Panel
from pytest_claims.robustness.case import Case, Check, Tally, estimate_of, refuse_if_unmoved
from pytest_claims.robustness.result import CheckResult

_LEAST_ESTIMATES: Final = 100  # fewer do not make a 95% interval


def bootstrap_personas(check: Check, case: Case) -> CheckResult:
    """Personas drawn with replacement; the interval of the estimate is BCa where every copy has an estimate."""
    rows = case.random(check.name).integers(len(case.panel), size=(check.draws, len(case.panel)))
    tally = Tally.of(case.ask(case.panel.resampled(some)) for some in rows)
    # Kept where studies will be pooled: they share their personas, and so their resamples.
    keep = case.verdict.claim.original is not None
    return _repetitions(check, tally, "resampled personas", _bca(case, tally.estimates), keep=keep)


def bootstrap_completions(check: Check, case: Case) -> CheckResult:
    """The same personas, their completions sampled again."""
    random = case.random(check.name)
    answers = [case.ask(sampled_again(case.panel, random)) for _ in range(check.draws)]
    refuse_if_unmoved(case.answer, answers, "the completions")
    tally = Tally.of(answers)
    return _repetitions(check, tally, "completions sampled again", _percentiles(tally.estimates))


def bootstrap_both(check: Check, case: Case) -> CheckResult:
    """Other personas, and their completions sampled again."""
    random, size = case.random(check.name), len(case.panel)
    tally = Tally.of(
        case.ask(sampled_again(case.panel.resampled(random.integers(size, size=size)), random))
        for _ in range(check.draws)
    )
    return _repetitions(check, tally, "resampled personas and completions", _percentiles(tally.estimates))


def sampled_again(panel: Panel, random: np.random.Generator) -> Panel:
    """The panel with marked completions drawn anew. Raises Undecided where completions were not counted."""
    completions = panel.completions
    marked = random.binomial(completions.astype(np.int64), panel.marked / completions).astype(float)
    return panel.changed(marked=marked, source_rate=marked / completions)


def _repetitions(
    check: Check, tally: Tally, what: str, interval: tuple[str, float, float] | None, *, keep: bool = False
) -> CheckResult:
    numbers, words = tally.numbers, ""
    if interval:
        name, low, high = interval
        numbers |= {"low": low, "high": high}
        words = f"; {name} 95% interval of the estimate [{low:+.3g}, {high:+.3g}]"
    replicates = tuple(None if math.isnan(value) else round(float(value), 5) for value in tally.estimates)
    return CheckResult(
        check=check.name,
        sentence=f"With {what} it holds in {tally}{words}.",
        numbers=numbers,
        replicates=replicates if keep else (),
    )


def _percentiles(estimates: FloatArray) -> tuple[str, float, float] | None:
    known = estimates[~np.isnan(estimates)]
    if len(known) < _LEAST_ESTIMATES:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return "percentile", float(low), float(high)


def _bca(case: Case, estimates: FloatArray) -> tuple[str, float, float] | None:
    """The interval of scipy on the estimates at hand; the percentiles where one is missing or BCa is not defined."""
    jackknife = [estimate_of(deletion.answer) for deletion in case.verdict.deletions]
    observed = estimate_of(case.answer)
    if np.isnan([observed, *jackknife, *estimates]).any() or len(estimates) < _LEAST_ESTIMATES:
        return _percentiles(estimates)
    everyone = np.arange(len(case.panel))
    known = {everyone.tobytes(): observed}
    known |= {np.delete(everyone, row).tobytes(): value for row, value in enumerate(jackknife)}
    from scipy import stats

    # Where no deletion moves the estimate BCa is 0/0; it is then answered by the percentiles below.
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        resampled: Any = SimpleNamespace(bootstrap_distribution=estimates)
        interval = stats.bootstrap(
            (everyone,),
            lambda rows: known[rows.tobytes()],
            bootstrap_result=resampled,
            n_resamples=0,
            vectorized=False,
            method="BCa",
        ).confidence_interval
    if math.isnan(interval.low) or math.isnan(interval.high):
        return _percentiles(estimates)
    return "BCa", float(interval.low), float(interval.high)
