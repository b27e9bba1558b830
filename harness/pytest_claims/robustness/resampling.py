"""Resampling: in what share of plausible repetitions would the claim hold?

Knows nothing about what a claim tests. Rows are drawn with replacement from those measured; successes from the
binomial distribution of each measured rate.
"""

import math
import warnings
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Tally, refuse_if_unmoved, value_of
from pytest_claims.robustness.result import CheckResult

_LEAST_VALUES: Final = 100  # fewer do not make a 95% interval
_Interval = tuple[str, float, float]


def bootstrap_rows(check: Check, case: Case) -> CheckResult:
    """Rows drawn with replacement; the interval of the headline is BCa where every copy has a value."""
    places = check.random.integers(len(case.table), size=(check.draws, len(case.table)))
    tally = Tally.of(case.ask(case.table.resampled(some)) for some in places)
    # Kept where studies will be pooled: they share their rows, and so their resamples.
    return _repetitions(check, tally, _bca(case, tally.values), keep=case.keeps_replicates)


def bootstrap_counts(check: Check, case: Case) -> CheckResult:
    """The same rows, tried again."""
    random = check.random
    answers = [case.ask(tried_again(case.table, random)) for _ in range(check.draws)]
    if (rate := case.table.design.rate) is not None:  # arrays of counts stay, so of them nothing is known
        refuse_if_unmoved(case.answer, answers, f"column {rate.name!r}, whose {case.words.trials} are sampled again")
    tally = Tally.of(answers)
    return _repetitions(check, tally, _percentiles(tally.values))


def bootstrap_both(check: Check, case: Case) -> CheckResult:
    """Other rows, and these tried again."""
    random, size = check.random, len(case.table)
    tally = Tally.of(
        case.ask(tried_again(case.table.resampled(random.integers(size, size=size)), random))
        for _ in range(check.draws)
    )
    return _repetitions(check, tally, _percentiles(tally.values))


def tried_again(table: Table, random: np.random.Generator) -> Table:
    """The table with successes drawn anew. Raises Undecided where nothing was counted."""
    trials = table.trials
    successes = random.binomial(trials.astype(np.int64), table.successes / trials).astype(float)
    return table.counted(successes, trials)


def _repetitions(check: Check, tally: Tally, interval: _Interval | None, *, keep: bool = False) -> CheckResult:
    name, low, high = interval or ("", math.nan, math.nan)
    replicates = tuple(None if math.isnan(value) else round(float(value), 5) for value in tally.values)
    return CheckResult(
        check=check.name,
        numbers={**tally.numbers, **({"low": low, "high": high} if interval else {})},
        interval=name,
        replicates=replicates if keep else (),
    )


def _percentiles(values: FloatArray) -> _Interval | None:
    known = values[~np.isnan(values)]
    if len(known) < _LEAST_VALUES:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return "percentile", float(low), float(high)


def _bca(case: Case, values: FloatArray) -> _Interval | None:
    """The interval of scipy on the values at hand; the percentiles where one is missing or BCa is not defined."""
    jackknife = [value_of(deletion.answer) for deletion in case.deletions]
    observed = value_of(case.answer)
    if np.isnan([observed, *jackknife, *values]).any() or len(values) < _LEAST_VALUES:
        return _percentiles(values)
    everyone = np.arange(len(case.table))
    known = {everyone.tobytes(): observed}
    known |= {np.delete(everyone, row).tobytes(): value for row, value in enumerate(jackknife)}
    from scipy import stats

    # Where no deletion moves the estimate BCa is 0/0; it is then answered by the percentiles below.
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        resampled: Any = SimpleNamespace(bootstrap_distribution=values)
        interval = stats.bootstrap(
            (everyone,),
            lambda rows: known[rows.tobytes()],
            bootstrap_result=resampled,
            n_resamples=0,
            vectorized=False,
            method="BCa",
        ).confidence_interval
    if math.isnan(interval.low) or math.isnan(interval.high):
        return _percentiles(values)
    return "BCa", float(interval.low), float(interval.high)
