"""What a subject brings to one model of several: its counts, row by row, and the columns that may predict them.

Knows nothing about the model, or about which subjects there are besides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.array import ROWS
from pytest_claims.data.design import Multilevel, Unit
from pytest_claims.data.table import Table


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The counts of a subject, and the values of its predictors.

    Attributes:
        base_model: what was measured.
        outcome: what was counted.
        claims: of each predictor those that are about what it predicts.
        called: of each predictor what the finding calls it, where it says so.
        lacking: why it brings nothing; all that follows is then empty.
        unit: what each row is a level of, and ``levels`` (R,) which. Where another subject's levels are not the same,
            whatever their names, the subject's own name stands before them.
        levels: see ``unit``.
        families: of each row, (R,), the family of its level; its own name where it has none.
        predictors: by name, (R,).
        repeated: what is repeated of each row, such as its seeds; empty where nothing is.
        clusters: what else counts lie along, such as questions, and ``names`` of its places.
        names: see ``clusters``; one without a name where there are no clusters.
        successes: of each row, repetition and cluster in turn, how many of its ``trials`` are one.
        trials: see ``successes``.
    """

    base_model: str
    outcome: str
    claims: Mapping[str, tuple[str, ...]]
    called: Mapping[str, str] = field(default_factory=dict)
    lacking: str = ""
    unit: str = ""
    levels: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    predictors: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    repeated: str = ""
    clusters: str = ""
    names: tuple[str, ...] = ()
    successes: tuple[int, ...] = ()
    trials: tuple[int, ...] = ()


def counted_of(table: Table) -> Counted | None:
    """What a table brings; None where its finding makes no such model, or none of this subject."""
    wanted = table.design.multilevel
    if wanted is None or not any(fnmatchcase(table.subject, pattern) for pattern in wanted.subjects):
        return None
    empty = Counted(
        base_model=table.base_model or table.subject,
        outcome=wanted.successes,
        claims=dict(wanted.predictors),
        called=dict(wanted.called),
    )
    try:
        return _filled(empty, table, wanted)
    except Undecided as reason:
        return replace(empty, lacking=reason.reason)


def _filled(empty: Counted, table: Table, wanted: Multilevel) -> Counted:
    """With what the table brings. Raises Undecided where something is lacking."""
    unit = _unit(table)
    columns = {name: _column(table, name) for name in wanted.predictors}
    for name, values in columns.items():
        if not np.isfinite(values).all() or np.ptp(values) == 0:
            raise Undecided(f"{name} has gaps, or does not vary")
    successes, trials, dims = _counts(table, wanted)
    labels = table.levels[unit.name].labels.tolist()
    own = [table.families.get(level, level) for level in labels]
    return replace(
        empty,
        unit=unit.name,
        levels=tuple(labels if unit.shared else [f"{table.subject}: {level}" for level in labels]),
        families=tuple(own),
        predictors={name: tuple(map(float, values)) for name, values in columns.items()},
        repeated=" and ".join(dims),
        clusters=wanted.clusters,
        names=_names(table, wanted.clusters, successes.shape[-1]),
        successes=tuple(map(int, successes.ravel())),
        trials=tuple(map(int, trials.ravel())),
    )


def _unit(table: Table) -> Unit:
    """What the rows are levels of."""
    along = [unit for unit in table.design.units if unit.name in table.levels]
    if len(along) != 1 or len(table.levels) > 1:
        raise Undecided(f"rows are of {' and '.join(table.levels)}; such a model is made of rows of one unit")
    return along[0]


def _column(table: Table, name: str) -> FloatArray:
    """A column as it is, with its gaps."""
    if name not in table.columns:
        raise Undecided(f"no column {name!r}")
    return np.asarray(table.columns[name], dtype=float)


def _counts(table: Table, wanted: Multilevel) -> tuple[FloatArray, FloatArray, list[str]]:
    """Successes and trials (R, repetitions, clusters), and what their repetitions lie along."""
    successes, dims = _by_cluster(table, wanted.successes, wanted.clusters)
    trials, others = _by_cluster(table, wanted.trials, wanted.clusters)
    if (successes.shape, dims) != (trials.shape, others):
        raise Undecided(f"{wanted.successes} and {wanted.trials} do not lie along the same dimensions")
    # Without gaps: what is not a number is not equal to itself.
    if not ((successes == np.round(successes)) & (trials == np.round(trials)) & (successes >= 0)).all():
        raise Undecided(
            f"{wanted.successes} or {wanted.trials} are no counts: they have gaps, fractions or negative numbers"
        )
    if (successes > trials).any():
        raise Undecided(f"more {wanted.successes} than {wanted.trials}")
    if not 0 < successes.sum() < trials.sum():
        raise Undecided(f"all {table.design.words.trials} have the same outcome, or none was counted")
    return successes, trials, dims


def _by_cluster(table: Table, name: str, clusters: str) -> tuple[FloatArray, list[str]]:
    """Counts (R, repetitions, clusters), and what their repetitions lie along."""
    if name not in table.arrays:
        return _column(table, name)[:, None, None], []
    values, dims = table.array(name), list(table.arrays[name].dims)
    repeated = [dim for dim in dims if dim not in (ROWS, clusters)]
    order = [dims.index(ROWS), *map(dims.index, repeated), *([dims.index(clusters)] if clusters in dims else [])]
    along = values.transpose(order)
    size = along.shape[-1] if clusters in dims else 1
    return along.reshape(len(table), -1, size), repeated


def _names(table: Table, clusters: str, size: int) -> tuple[str, ...]:
    known: Sequence[str | int] = table.labels.get(clusters, range(size))
    return tuple(map(str, known)) if size > 1 else ("",)
