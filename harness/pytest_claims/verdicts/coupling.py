"""Pitfalls of what a claim compares: a column that is part of the one that it predicts, and a length that explains it.

Knows nothing about what columns mean, but that one of a length is named as such. Of an outcome that contains its
predictor, or the other way round, the two go together whatever was measured ('mathematical coupling').
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.pitfall import LIMITS, Pitfall, looked_for
from pytest_claims.data.table import Table
from pytest_claims.stats.coefficients import MINIMUM_ROWS
from pytest_claims.stats.compared import Compared
from pytest_claims.stats.correlation import vary
from pytest_claims.stats.density import critical_z

# With fewer rows, or values of the outcome, numbers follow from each other by chance: three parameters are fitted.
_LEAST_ROWS: Final = 10
_LEAST_VALUES: Final = 4
_ALPHA: Final = 0.05
_LENGTH: Final = re.compile(r"(^|[_\s-])(len|lengths?|tokens|words|chars|characters|bytes)($|[_\s-])")


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """A predictor and an outcome (n,) by their names; all other columns of the same rows that vary, without gaps."""

    predictor: str
    outcome: str
    x: FloatArray
    y: FloatArray
    others: Mapping[str, FloatArray]


def pitfalls_of_comparison(compared: Compared | None, table: Table) -> tuple[Pitfall, ...]:
    """Of what an estimate was computed from, where it correlates columns of the table, or compares two arms.

    Source: Archie (1981), Ann. Surg. 193, 296-303, on columns that are part of each other.
    """
    pair = _pair(compared, table) if compared else None
    return () if pair is None else (*_part(pair, table), *_length(pair))


def _pair(compared: Compared, table: Table) -> _Pair | None:
    """None where nobody knows which columns or rows these are."""
    places = {row: place for place, row in enumerate(table.rows)}
    names = {role: name.removeprefix("-") for role, name in compared.names.items()}
    roles = _roles(compared, names, table)
    if roles is None or not compared.rows or len(places) < len(table.rows):
        return None
    x, y = (np.array(compared.columns[role], dtype=float) for role in roles)
    known = np.isfinite(x) & np.isfinite(y)  # rows of other arms have none
    x, y = x[known], y[known]
    if len(x) < MINIMUM_ROWS or not (_is_sound(x) and _is_sound(y)):
        return None
    at = np.array([places[row] for row in compared.rows])[known]
    others = {name: values[at] for name, values in table.columns.items() if name not in names.values()}
    return _Pair(
        predictor=names.get(roles[0], roles[0]),
        outcome=names[roles[1]],
        x=x,
        y=y,
        others={name: values for name, values in others.items() if _is_sound(values)},
    )


def _roles(compared: Compared, names: Mapping[str, str], table: Table) -> tuple[str, str] | None:
    """The roles of predictor and outcome: the outcome is what was counted, or else what a statistic calls y."""
    if compared.kind == "arms" and "value" in names:
        return "arm", "value"
    if compared.kind != "correlated" or not {"x", "y"} <= names.keys():
        return None
    counted = {name for rate in table.design.rates for name in (rate.name, rate.successes)}
    return ("y", "x") if names["x"] in counted and names["y"] not in counted else ("x", "y")


def _part(pair: _Pair, table: Table) -> Iterator[Pitfall]:
    """What share of the outcome's variance follows from the predictor, alone or with one column that does not suffice.

    It is 1 where both are of one rate: that one is computed from the other is declared then.
    """
    declared = any({pair.predictor, pair.outcome} <= {*rate.columns} for rate in table.design.rates)
    enough = len(pair.y) >= _LEAST_ROWS and len(np.unique(pair.y)) >= _LEAST_VALUES
    found = [(1.0, ())] if declared else list(_followed(pair)) if enough else []
    if found:
        share, names = max(found, key=lambda one: one[0])
        names = names if share > LIMITS["part-of-outcome"] else ()
        yield looked_for("part-of-outcome", share, where=pair.predictor, against=(pair.outcome,), names=names)


def _followed(pair: _Pair) -> Iterator[tuple[float, tuple[str, ...]]]:
    """That share, and what has to be known besides the predictor: as a sum, or as a product where all is positive."""
    for y, x in _forms(pair.y, pair.x):
        yield _explained(y, x), ()
    for name, other in pair.others.items():
        for y, x, z in _forms(pair.y, pair.x, other):
            if _explained(y, z) <= LIMITS["part-of-outcome"]:
                yield _explained(y, x, z), (name,)


def _forms(*columns: FloatArray) -> Iterator[tuple[FloatArray, ...]]:
    """Columns as they are, and their logarithms, where those vary."""
    yield columns
    if min(map(np.min, columns)) > 0:
        logarithms = tuple(np.log(column) for column in columns)
        if all(map(_is_sound, logarithms)):
            yield logarithms


def _explained(y: FloatArray, *columns: FloatArray) -> float:
    """R² of a linear fit of y (n,) to columns (n,), with an intercept."""
    target, design = _standard(y), np.column_stack([_standard(column) for column in columns])
    left = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    return 1 - float(left @ left) / len(target)


def _length(pair: _Pair) -> Iterator[Pitfall]:
    """By how much the correlation with a length exceeds that with the predictor, and what chance makes of it.

    Chance is the correlation at which p is 0.05, divided by the number of lengths.
    """
    lengths = {name: values for name, values in pair.others.items() if _LENGTH.search(name.lower())}
    if not lengths or any(_LENGTH.search(name.lower()) for name in (pair.predictor, pair.outcome)):
        return
    found = {name: abs(_correlation(values, pair.y)) for name, values in lengths.items()}
    name = max(found, key=found.__getitem__)
    own, chance = abs(_correlation(pair.x, pair.y)), math.tanh(critical_z(len(pair.y), _ALPHA / len(found)))
    yield looked_for(
        "length-explains",
        found[name] - max(own, chance),
        where=name,
        against=(pair.predictor, pair.outcome),
        numbers={"length": found[name], "predictor": own, "chance": chance},
    )


def _correlation(x: FloatArray, y: FloatArray) -> float:
    return float(_standard(x) @ _standard(y)) / len(x)


def _standard(values: FloatArray) -> FloatArray:
    """With mean 0 and variance 1; divided first, so that no sum of what is large is infinite."""
    scaled = values / np.abs(values).max()
    return np.asarray((scaled - scaled.mean()) / scaled.std())


def _is_sound(values: FloatArray) -> bool:
    return bool(vary(values[None])[0])
