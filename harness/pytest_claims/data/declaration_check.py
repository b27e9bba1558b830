"""Whether a declaration is one: names in it are names in it, and nothing has two roles.

Knows nothing about the data: whether a column is there is asked when a table is made.
"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.alternatives import changed, others
from pytest_claims.data.declaration import AlternativeEntry, Declaration, DropEntry, MeasuredEntry, UnitEntry
from pytest_claims.data.registration import date_in


def check_declaration(declared: Declaration, where: str) -> None:
    """Raise InputError for a name that is not declared, for one with two roles, and for alternatives that are none.

    Args:
        declared: the content of the file.
        where: the file, as an error calls it.
    """
    _check_dates(declared.collected, where)
    _check_units(declared.units, where)
    _check_factors(declared, where)
    _check_measured(declared.measured, where)
    _check_roles(declared, where)
    _check_drops(declared.drops, where)
    measured = list(declared.measured)
    refuse_unknown((*declared.residuals, *declared.partialled_out), measured, what="measured column", where=where)
    if declared.multilevel:
        refuse_unknown(declared.multilevel.predictors, measured, what="measured column", where=f"{where}, multilevel")
    _check_alternatives(declared, where)


def nested_order(units: Mapping[str, UnitEntry]) -> tuple[str, ...]:
    """The units, each after those that it is nested in. Raises InputError for units nested in each other."""
    try:
        return tuple(TopologicalSorter({name: one.within for name, one in units.items()}).static_order())
    except CycleError as error:
        ring = " in ".join(reversed(error.args[1]))
        raise InputError(f"units nested in each other ({ring}); remove one within") from error


def _check_dates(collected: str | Mapping[str, str], where: str) -> None:
    for date in [collected] if isinstance(collected, str) else collected.values():
        if date and date_in(date) is None:
            raise InputError(f"{where}: collected is {date!r}, wanted a date, as 2026-12-01 or 2026-12-01T09:00:00Z")


def _check_units(units: Mapping[str, UnitEntry], where: str) -> None:
    for name, unit in units.items():
        known = [other for other in units if other != name]
        refuse_unknown(unit.within, known, what="unit", where=f"{where}, {name}")
    try:
        nested_order(units)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _check_factors(declared: Declaration, where: str) -> None:
    for name, factor in declared.factors.items():
        refuse_unknown(factor.columns, list(declared.measured), what="measured column", where=f"{where}, {name}")
        if factor.columns and factor.column:
            raise InputError(f"{where}, {name}: wanted columns of numbers, or a column of labels, not both: remove one")
        if factor.columns and factor.reference:
            refuse_unknown([factor.reference], factor.columns, what=name, where=f"{where}, {name}, reference")


def _check_measured(measured: Mapping[str, MeasuredEntry], where: str) -> None:
    for name, entry in measured.items():
        if bool(entry.successes) != bool(entry.trials):
            raise InputError(f"{where}, {name}: wanted both successes and trials, or neither; add the other")
        if entry.gaps and entry.successes:
            raise InputError(f"{where}, {name}: a rate of counts has no gaps; drop rows without counts, or remove gaps")
        if entry.range and not entry.range[0] < entry.range[1]:
            raise InputError(f"{where}, {name}: range is {list(entry.range)}; wanted the least and then the most")
        errors = [entry.standard_error] if entry.standard_error else []
        refuse_unknown(errors, list(measured), what="measured column", where=f"{where}, {name}")


def _check_roles(declared: Declaration, where: str) -> None:
    """That each name has one role; those of counts are columns of their own, too."""
    for name in declared.factors:
        if name in declared.units:
            raise InputError(f"{where}: {name} is a unit and a factor; more could be drawn of a unit alone: choose one")
    counts = [count for one in declared.measured.values() for count in (one.successes, one.trials) if count]
    for name in (*declared.measured, *counts):
        if name in declared.units or name in declared.factors:
            raise InputError(f"{where}: {name} is measured, and a unit or factor; give it one role")
    taken = [*declared.units, *declared.factors, *declared.measured, *counts]
    if declared.stack in taken:
        raise InputError(f"{where}: stack = {declared.stack!r} is declared already; give it another name")
    row = declared.row or "row"
    if row in taken and row not in declared.units and not declared.units:
        raise InputError(f"{where}: {row} is what a row is called, too; say in row what else to call it")


def _check_drops(drops: Iterable[DropEntry], where: str) -> None:
    for drop in drops:
        if not drop.where and not drop.missing:
            raise InputError(
                f"{where}: the [[drop]] because of {drop.because!r} says of no rows that they go; add where or missing"
            )


def _check_alternatives(declared: Declaration, where: str) -> None:
    names = [one.name for one in declared.several]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise InputError(f"{where}: two alternatives are named {twice!r}; give one another name")
    for one in declared.several:
        refuse_unknown(one.only_with, names, what="alternative", where=f"{where}, {one.name}")
        _check_alternative(declared, one, where)
    try:
        others(declared)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _check_alternative(declared: Declaration, one: AlternativeEntry, where: str) -> None:
    refuse_unknown(one.measured, list(declared.measured), what="measured column", where=f"{where}, {one.name}")
    try:
        _check_measured(changed(declared, [one]).measured, f"{where}, {one.name}")
    except InputError as error:
        raise InputError(str(error) if where in str(error) else f"{where}: {error}") from error
    _check_drops(one.drop, f"{where}, {one.name}")
