"""Reliability: how much of what a claim's columns hold is noise, and what its correlation would be without that.

Knows nothing about what a claim tests: which columns it uses is seen when it is asked.
"""

import itertools
from collections.abc import Mapping
from typing import Final

import numpy as np

from pytest_claims.asking.used import used
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.array import ROWS
from pytest_claims.data.design import Parts, Rate
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check
from pytest_claims.robustness.result import CheckResult, ColumnReliability
from pytest_claims.stats.reliability import (
    Reliability,
    disattenuated,
    reliability_of_counts,
    reliability_of_errors,
    reliability_of_parts,
    reliability_of_replicates,
)

_SAME: Final = 1e-9  # a correlation of two columns that is the headline but for rounding
_KNOWN: Final = Reliability(value=1.0, how="")  # what stands for a column of which nobody knows: it corrects nothing


def reliability(check: Check, case: Case) -> CheckResult:
    """Of each column that the claim uses, the share of its variance that is not noise, where anything tells that."""
    table, asked = case.table, used(case.body, case.table)
    names = [name for name in table.columns if name in asked and name not in _of_others(table)]
    if not names:
        raise Undecided("the claim uses no column of its table")
    found = {name: _of_column(table, name) for name in names}
    columns = tuple(one for one, _ in found.values())
    numbers = _corrected(case, {name: reliability or _KNOWN for name, (_, reliability) in found.items()})
    return CheckResult(check=check.name, columns=columns, numbers=numbers)


def _of_others(table: Table) -> set[str]:
    """Columns that say how well others are known."""
    counts = {column for rate in table.design.rates for column in (rate.successes, rate.trials)}
    return counts | set(table.design.errors.values())


def _of_column(table: Table, name: str) -> tuple[ColumnReliability, Reliability | None]:
    """By its repetitions, else by what was counted, its standard errors, or its parts; nothing without any of these."""
    rate = next((one for one in table.design.rates if one.name == name), None)
    error = table.design.errors.get(name)
    try:
        if rate is not None:
            return _of_rate(table, rate)
        if error is not None:
            found = reliability_of_errors(*_complete(table, name, error))
            return ColumnReliability(column=name, value=found.value, by="errors"), found
        if name in table.design.parts and table.design.parts[name].array in table.arrays:
            return _of_parts(table, name, table.design.parts[name])
    except Undecided as why:
        return ColumnReliability(column=name, why=why.reason), None
    return ColumnReliability(column=name), None


def _of_rate(table: Table, rate: Rate) -> tuple[ColumnReliability, Reliability | None]:
    repeated = [unit for unit, labels in table.labels.items() if unit in table.design.unit and len(labels) > 1]
    if repeated:
        unit, count = repeated[0], len(table.labels[repeated[0]])
        each = [table.resampled(np.array([code]), unit)[rate.name] for code in range(count)]
        found = reliability_of_replicates(np.array(each))
        return ColumnReliability(column=rate.name, value=found.value, by="repetitions", unit=unit, count=count), found
    if not {rate.successes, rate.trials} <= set(table.columns):
        return ColumnReliability(column=rate.name), None
    found = reliability_of_counts(*_complete(table, rate.successes, rate.trials))
    return ColumnReliability(column=rate.name, value=found.value, by="counts"), found


def _of_parts(table: Table, name: str, parts: Parts) -> tuple[ColumnReliability, Reliability | None]:
    dims, values = table.arrays[parts.array].dims, table.array(parts.array)
    if len(dims) != 2 or dims.count(ROWS) != 1:
        raise InputError(
            f"the parts of {name}, array {parts.array!r}, lie along {', '.join(dims)}; wanted {ROWS} and one other "
            "dimension"
        )
    found = reliability_of_parts(values if dims[1] == ROWS else values.T)
    one = ColumnReliability(column=name, value=found.value, by="parts", unit=parts.called, count=found.replicates or 0)
    return one, found


def _complete(table: Table, *names: str) -> list[FloatArray]:
    """Columns, (N,) each, in the rows in which all of them have a number."""
    columns = [table.columns[name] for name in names]
    known = np.isfinite(columns).all(axis=0)
    return [column[known] for column in columns]


def _corrected(case: Case, reliabilities: Mapping[str, Reliability]) -> dict[str, float]:
    """The headline without the noise of its two columns, if it is a correlation of two of them; else nothing.

    Nor is there anything where of both nobody knows.
    """
    estimate = case.answer.estimate
    if estimate is None or estimate.symbol != "r":
        return {}
    for one, other in itertools.combinations(reliabilities, 2):
        with np.errstate(invalid="ignore", divide="ignore"):
            first, second = _complete(case.table, one, other)
            r = float(np.corrcoef(first, second)[0, 1])
        known = reliabilities[one] is not _KNOWN or reliabilities[other] is not _KNOWN
        if known and abs(r - estimate.value) < _SAME:
            try:
                return {"corrected": disattenuated(r, reliabilities[one], reliabilities[other])}
            except Undecided:  # a reliability of 0
                return {}
    return {}
