"""Resampling: in what share of plausible repetitions would the claim hold?

Knows nothing about what a claim tests. Levels of a unit are drawn with replacement from those measured, with all that
lies in them, and within the units that it is nested in, which stay; successes from the binomial distribution of each
measured rate, and values that have a standard error from a normal one.
"""

import math
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.design import EVERYTHING, Rate
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Tally, refuse_if_unmoved, value_of
from pytest_claims.robustness.copies import refuse_if_always_all, refuse_if_compared
from pytest_claims.robustness.drawing import Strata, main_unit
from pytest_claims.robustness.result import CheckResult
from pytest_claims.robustness.shared import shared

_LEAST_VALUES: Final = 100  # fewer do not make a 95% interval
_MUCH_WIDER: Final = 1.5  # percentiles of few levels differ by chance, too
_Interval = tuple[str, float, float]


def bootstrap_units(check: Check, case: Case) -> CheckResult:
    """Levels of a unit drawn with replacement.

    The interval of the headline is BCa where rows are drawn and every copy has a value. Where a level has many rows it
    is the percentiles: what is asked of few clusters often jumps, and BCa's correction with it.
    """
    strata = Strata.nested(case.table, check.unit)
    answers = [case.ask(copy) for copy in shared(case.table, check, lambda: _drawn(case.table, check, strata))]
    if check.unit in case.table.labels:  # columns that the table cannot make anew stay as they are
        refuse_if_unmoved(case.answer, answers, f"what is kept by {check.unit}")
    tally = Tally.of(answers)
    if check.unit in case.table.levels:
        refuse_if_compared(case, check.unit, tally.values)
        refuse_if_always_all(case.table, check.unit, zip(strata.draws(check.random, check.draws), answers, strict=True))
    levels = sum(map(len, strata.levels))
    of_rows = not strata.within and check.unit in case.table.levels and levels == len(case.table)
    interval = _bca(case, check.unit, tally.values) if of_rows else _percentiles(tally.values)
    # Kept where studies will be pooled: they share their rows, and so their resamples.
    keep = case.keeps_replicates and check.main
    result = _repetitions(check, tally, interval, names=strata.within, keep=keep)
    wider = _wider(case, interval) if levels < len(case.table) else {}
    return replace(result, numbers={**result.numbers, "levels": levels, **wider})


def bootstrap_counts(check: Check, case: Case) -> CheckResult:
    """The same rows, tried again."""
    drawn = list(shared(case.table, check, lambda: _tried_again(case.table, check)))
    _refuse_if_certain(case.table, drawn)
    answers = [case.ask(copy) for copy in drawn]
    # Arrays of counts stay, so of them nothing is known.
    refuse_if_unmoved(case.answer, answers, _what_is_drawn(case.table))
    tally = Tally.of(answers)
    return _repetitions(check, tally, _percentiles(tally.values))


def _wider(case: Case, interval: _Interval | None) -> dict[str, float]:
    """How many times as wide the interval is as the statistic's own, where that is much: it may not know of clusters.

    Rows of one level of the unit count as independent there, unless the statistic is told otherwise.
    """
    estimate = case.answer.estimate
    if interval is None or estimate is None or estimate.low is None or estimate.high is None:
        return {}
    own, drawn = estimate.high - estimate.low, interval[2] - interval[1]
    return {"wider": drawn / own} if 0 < own * _MUCH_WIDER < drawn else {}


def _refuse_if_certain(table: Table, copies: Iterable[Table]) -> None:
    """Raise Undecided where nothing is drawn anew: errors of 0, and rates of 0 or 1, are always the same."""
    names = [rate.name for rate in _counted(table)] + list(_with_errors(table))
    if all(np.array_equal(copy.columns[name], table.columns[name]) for copy in copies for name in names):
        raise Undecided(f"every draw of {' and '.join(names)} is the same: errors are 0, or rates 0 or 1")


def bootstrap_both(check: Check, case: Case) -> CheckResult:
    """Other levels of the main unit, and these tried again."""
    check = replace(check, unit=main_unit(case.table))
    strata = Strata.nested(case.table, check.unit)
    tally = Tally.of(case.ask(copy) for copy in shared(case.table, check, lambda: _both(case.table, check, strata)))
    return _repetitions(check, tally, _percentiles(tally.values), names=strata.within)


def tried_again(table: Table, random: np.random.Generator) -> Table:
    """The table with what was counted, or has a standard error, drawn anew.

    Raises Undecided where nothing was.
    """
    counted, errors = _counted(table), _with_errors(table)
    if not is_counted(table):
        if table.design.rates:
            _ = table.trials  # says which column is not there
        raise Undecided("the finding declares no counts and no standard errors", remedy="declare them in finding.toml")
    for rate in counted:
        successes, trials = table.counts(rate)
        drawn = random.binomial(trials.astype(np.int64), successes / trials).astype(float)
        table = table.counted(drawn, trials, rate)
    for name, error in errors.items():
        values = random.normal(table.columns[name], table.columns[error])
        table = table.changed(**{name: np.clip(values, *table.design.limits.get(name, EVERYTHING))})
    return table


def is_counted(table: Table) -> bool:
    """Whether anything of a table can be tried again: what was counted, or has a standard error."""
    return bool(_counted(table) or _with_errors(table))


def _counted(table: Table) -> list[Rate]:
    return [rate for rate in table.design.rates if rate.trials in table.columns]


def _with_errors(table: Table) -> dict[str, str]:
    """The columns that have a standard error, by the column of it."""
    return {name: error for name, error in table.design.errors.items() if {name, error} <= set(table.columns)}


def _what_is_drawn(table: Table) -> str:
    trials = table.design.words.trials
    counted = [f"column {rate.name!r}, whose {trials} are sampled again" for rate in _counted(table)]
    errors = [f"column {name!r}, which is drawn again within its standard error" for name in _with_errors(table)]
    return ", or on ".join([*counted, *errors])


def _drawn(table: Table, check: Check, strata: Strata) -> Iterator[Table]:
    return (table.resampled(codes, check.unit) for codes in strata.draws(check.random, check.draws))


def _both(table: Table, check: Check, strata: Strata) -> Iterator[Table]:
    random = check.random
    for _ in range(check.draws):
        (codes,) = strata.draws(random, 1)
        yield tried_again(table.resampled(codes, check.unit), random)


def _tried_again(table: Table, check: Check) -> Iterator[Table]:
    random = check.random
    return (tried_again(table, random) for _ in range(check.draws))


def _repetitions(
    check: Check, tally: Tally, interval: _Interval | None, *, names: tuple[str, ...] = (), keep: bool = False
) -> CheckResult:
    """``names`` are the units that stayed, within which others were drawn."""
    name, low, high = interval or ("", math.nan, math.nan)
    replicates = tuple(None if math.isnan(value) else round(float(value), 5) for value in tally.values)
    return CheckResult(
        check=check.name,
        numbers={**tally.numbers, **({"low": low, "high": high} if interval else {})},
        names=names,
        interval=name,
        replicates=replicates if keep else (),
    )


def _percentiles(values: FloatArray) -> _Interval | None:
    known = values[~np.isnan(values)]
    if len(known) < _LEAST_VALUES:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return "percentile", float(low), float(high)


def _bca(case: Case, unit: str, values: FloatArray) -> _Interval | None:
    """The interval of scipy on the values at hand; the percentiles where one is missing or BCa is not defined."""
    left_out = case.without_each(unit)
    jackknife = [value_of(deletion.answer) for deletion in left_out.deletions]
    observed = value_of(case.answer)
    known_of_all = bool(jackknife) and not np.isnan([observed, *jackknife, *values]).any()
    if not known_of_all or left_out.grouped or len(values) < _LEAST_VALUES:
        return _percentiles(values)
    everyone = np.arange(len(jackknife))
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
