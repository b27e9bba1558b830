"""New tables in which what was seen is true: of new rows, or of levels drawn from those of a unit.

Knows nothing about claims.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.design import EVERYTHING
from pytest_claims.data.table import Table
from pytest_claims.robustness.drawing import Strata

_FAR: Final = 3.0  # standard deviations from 0: nearer than that a normal distribution has values below it


def is_made_of_rows(table: Table, unit: str) -> bool:
    """Whether new rows can be drawn as columns correlate.

    Each must be a level of the unit, and of nothing else; no column may hold 0 and 1 alone, none be of counts
    without their rate, and none be above 0 everywhere that would not be so in a normal distribution.
    """
    if set(table.levels) != {unit} or len(table.levels[unit].present) != len(table) or len(table) < 2:
        return False
    names = _drawn_columns(table)
    counted = [rate for rate in table.design.rates if {rate.successes, rate.trials} & set(table.columns)]
    lacking = any(rate.name not in names for rate in counted)
    return bool(names) and not lacking and not any(_is_of_marks(table, name) or _is_size(table, name) for name in names)


def of_new_rows(table: Table, size: int, random: np.random.Generator, count: int) -> Iterator[Table]:
    """As many tables of ``size`` new rows from the normal distribution with the table's means and covariances.

    Values are cut off at the limits of their columns, rates at 0 and 1, and counts are whole; trials are the
    table's median.
    """
    names = _drawn_columns(table)
    observed = np.array([table.columns[name] for name in names])
    means, covariance = observed.mean(axis=1), np.atleast_2d(np.cov(observed))
    limits = {rate.name: (0.0, 1.0) for rate in table.design.rates} | dict(table.design.limits)
    counted = [rate for rate in table.design.rates if rate.name in names and rate.trials in table.columns]
    trials = [np.full(size, np.round(np.median(table.columns[rate.trials]))) for rate in counted]
    rows = tuple(f"new_{row}" for row in range(size))
    for _ in range(count):
        drawn = random.multivariate_normal(means, covariance, size=size, method="svd").T
        columns: dict[str, FloatArray] = {
            name: values.clip(*limits.get(name, EVERYTHING)) for name, values in zip(names, drawn, strict=True)
        }
        for rate, several in zip(counted, trials, strict=True):
            columns |= {rate.trials: several, rate.successes: np.round(columns[rate.name] * several)}
        yield Table(subject=table.subject, rows=rows, columns=columns, design=table.design)


def of_drawn_levels(
    table: Table, strata: Strata, size: int, random: np.random.Generator, count: int
) -> Iterator[Table]:
    """As many tables of about ``size`` levels of a unit, drawn with replacement from those observed, with their rows.

    Levels of each label of a factor between them are drawn apart, in the same proportion, so that no arm is lost.
    """
    return (table.resampled(codes, strata.unit) for codes in strata.draws(random, count, size))


def _drawn_columns(table: Table) -> list[str]:
    counts = {column for rate in table.design.rates for column in (rate.successes, rate.trials)}
    return [name for name in table.columns if name not in counts]


def _is_size(table: Table, name: str) -> bool:
    """Whether a column without limits is above 0, and often would not be if it were normal: its logarithm is asked."""
    values = table.columns[name]
    bounded = name in table.design.limits or name in {rate.name for rate in table.design.rates}
    return not bounded and bool(values.min() > 0 and values.mean() < _FAR * values.std(ddof=1))


def _is_of_marks(table: Table, name: str) -> bool:
    """Whether a column holds 0 and 1 alone, and is no rate: of a normal distribution it would be something else."""
    rates = {rate.name for rate in table.design.rates}
    return name not in rates and set(table.columns[name].tolist()) == {0.0, 1.0}
