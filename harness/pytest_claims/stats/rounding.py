"""Can printed correlations be recomputed from a printed table, given that both were rounded?

Knows nothing about what the columns mean, nor where they were printed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.coefficients import coefficient, pearson_p
from pytest_claims.stats.correlation import check_columns
from pytest_claims.stats.estimate import Estimate, note

# How far into the printed intervals each start of the search aims, in half-widths from the
# printed value. It aims inside, because a descent on the miss comes to rest at the first point
# without one, and that is an edge it may approach for ever; 1 is for a table that only just fits.
AIMS: Final = (0.8, 0.8, 0.5, 0.98, 0.8, 1.0)
MOST_STEPS: Final = 200
NARROWEST: Final = 1e-7  # half-width of an interval of r below which the descent would see only this one
SEED: Final = 0  # the same table must give the same verdict
SLACK: Final = 1e-9  # in half-widths: a value on the edge of its interval is in it, whatever its last bit


@dataclass(frozen=True, kw_only=True)
class PrintedCorrelation:
    """Pearson's r of columns ``x`` and ``y`` and its two-sided p, as printed.

    ``r_half`` and ``p_half`` are half of their last printed digit: 0.005 for an r of 0.54.
    """

    x: str
    y: str
    r: float
    p: float
    r_half: float
    p_half: float


def recomputable(
    columns: Mapping[str, FloatArray],
    half_widths: Mapping[str, float],
    printed: Sequence[PrintedCorrelation],
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> Estimate:
    """Is there one table that rounds to the printed one and gives every printed r and p?

    The estimate is the largest miss: how far the worst of the recomputed numbers lies outside
    the interval that rounds to its printed value, in half-widths of that interval. 0 is a proof
    that all can be recomputed, by the table of :func:`nearest_table`. Anything else is no proof
    that they cannot: the search descends from a few starts, so the miss is the smallest found.
    ``details`` hold the recomputed numbers, how many are printed, and how many of them the
    printed table gives as it stands.

    Args:
        columns: the printed table, each column of shape (N,).
        half_widths: half of the last printed digit by column, in its unit; a column without one is exact.
        printed: the correlations printed beside the table.
        limits: by column, what no value of it can pass, such as (0, 1) for a rate.

    Raises:
        Undecided: with fewer than 4 rows or a constant column.
        InputError: for an unknown column, columns of different shapes, a half-width that is
            none, or a value outside its limits.
    """
    table = nearest_table(columns, half_widths, printed, limits)
    r_and_p = [_recomputed(table, one) for one in printed]
    as_printed = [_misses(one, *_recomputed(columns, one)) for one in printed]
    return note(
        Estimate(
            method="search within the rounding of the printed table",
            symbol="miss",
            value=_largest_miss(table, printed),
            n=len(next(iter(table.values()))),
            details={
                **{f"r({one.x}, {one.y})": r for one, (r, _) in zip(printed, r_and_p, strict=True)},
                **{f"p({one.x}, {one.y})": p for one, (_, p) in zip(printed, r_and_p, strict=True)},
                "printed": 2 * len(printed),
                "given_by_the_table": sum(not miss for misses in as_printed for miss in misses),
            },
        )
    )


def nearest_table(
    columns: Mapping[str, FloatArray],
    half_widths: Mapping[str, float],
    printed: Sequence[PrintedCorrelation],
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, FloatArray]:
    """The table within the rounding of ``columns`` with the smallest largest miss that the search found.

    Holds the columns that ``printed`` names. Arguments and errors are those of :func:`recomputable`.
    """
    _check_printed(columns, half_widths, printed)
    names = sorted({name for one in printed for name in (one.x, one.y)})
    check_columns(*(columns[name] for name in names))
    box = _Box.around({name: columns[name] for name in names}, half_widths, limits or {})
    goals = [_Goal.of(one, len(columns[one.x])) for one in printed]
    nearest = box.table(np.zeros(box.low.size))
    for start, aim in zip(_starts(box.low.size), AIMS, strict=True):
        if not _largest_miss(nearest, printed):
            break
        nearest = min(nearest, _descend(box, goals, start, aim), key=lambda table: _largest_miss(table, printed))
    return nearest


@dataclass(frozen=True, kw_only=True, eq=False)
class _Box:
    """All tables that round to the printed one: ``low`` and ``high`` bound each cell, column after column."""

    names: tuple[str, ...]
    low: FloatArray
    high: FloatArray

    @classmethod
    def around(
        cls,
        columns: Mapping[str, FloatArray],
        half_widths: Mapping[str, float],
        limits: Mapping[str, tuple[float, float]],
    ) -> "_Box":
        sides = []
        for name, column in columns.items():
            half, (least, most) = half_widths.get(name, 0.0), limits.get(name, (-math.inf, math.inf))
            sides.append((np.maximum(column - half, least), np.minimum(column + half, most)))
            if np.any(sides[-1][0] > sides[-1][1]):
                raise InputError(f"column {name!r} has values beyond its limits of {least:g} and {most:g}")
        low, high = (np.concatenate(side) for side in zip(*sides, strict=True))
        return cls(names=tuple(columns), low=low, high=high)

    @property
    def half(self) -> FloatArray:
        """Half the width of each cell."""
        return (self.high - self.low) / 2

    def table(self, place: FloatArray) -> dict[str, FloatArray]:
        """The table at ``place``, where -1 and 1 are the sides of each cell."""
        cells = np.clip((self.low + self.high) / 2 + self.half * place, self.low, self.high)
        return dict(zip(self.names, np.split(cells, len(self.names)), strict=True))


def _starts(cells: int) -> list[FloatArray]:
    """The middle of the box, then places spread over it."""
    random = np.random.default_rng(SEED)
    return [np.zeros(cells), *(random.uniform(-1, 1, cells) for _ in AIMS[1:])]


def _descend(box: _Box, goals: Sequence["_Goal"], start: FloatArray, aim: float) -> dict[str, FloatArray]:
    # Imported here: a run without a rounded table must not wait for it.
    from scipy import optimize

    found = optimize.minimize(
        _loss,
        start,
        args=(box, goals, aim),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-1.0, 1.0)] * len(start),
        options={"maxiter": MOST_STEPS},
    )
    return box.table(found.x)


@dataclass(frozen=True, kw_only=True)
class _Goal:
    """The intervals of r in which r and its p both round to what is printed: one, or one on each side of 0."""

    x: str
    y: str
    intervals: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, one: PrintedCorrelation, n: int) -> "_Goal":
        least, most = _size(one.p + one.p_half, n), _size(one.p - one.p_half, n)
        both = [_overlap(one, least, most), _overlap(one, -most, -least)]
        intervals = tuple((low, high) for low, high in both if low <= high)
        # Where r and p contradict each other no table gives both: make for the printed r.
        return cls(x=one.x, y=one.y, intervals=intervals or ((one.r - one.r_half, one.r + one.r_half),))

    def deviation(self, r: float) -> tuple[float, float]:
        """How far r is from the middle of the nearest interval, in its half-widths, and that half-width."""
        low, high = min(self.intervals, key=lambda interval: max(interval[0] - r, r - interval[1]))
        half = max((high - low) / 2, NARROWEST)
        return (r - (low + high) / 2) / half, half


def _size(p: float, n: int) -> float:
    """The size of r, in [0, 1], of which ``p`` is the two-sided p on n rows: the inverse of pearson_p."""
    return 1 - 2 * float(special.betaincinv(n / 2 - 1, n / 2 - 1, min(1.0, max(0.0, p)) / 2))


def _overlap(one: PrintedCorrelation, low: float, high: float) -> tuple[float, float]:
    return max(low, one.r - one.r_half), min(high, one.r + one.r_half)


def _loss(place: FloatArray, box: _Box, goals: Sequence[_Goal], aim: float) -> tuple[float, FloatArray]:
    """The sum of squares of what each r deviates by more than ``aim``, and its gradient."""
    table = box.table(place)
    gradient = {name: np.zeros(len(column)) for name, column in table.items()}
    loss = 0.0
    for goal in goals:
        r, by_x, by_y = _r_with_gradient(table[goal.x], table[goal.y])
        deviation, half = goal.deviation(r)
        excess = math.copysign(max(abs(deviation) - aim, 0.0), deviation)
        loss += excess * excess
        gradient[goal.x] += 2 * excess / half * by_x
        gradient[goal.y] += 2 * excess / half * by_y
    return loss, np.concatenate(list(gradient.values())) * box.half


def _r_with_gradient(x: FloatArray, y: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    dx, dy = x - x.mean(), y - y.mean()
    size_x, size_y = math.sqrt(float(dx @ dx)), math.sqrt(float(dy @ dy))
    if not size_x or not size_y:  # the same corner: no slope leads out of it
        return 0.0, np.zeros(len(x)), np.zeros(len(y))
    ux, uy = dx / size_x, dy / size_y
    r = min(1.0, max(-1.0, float(ux @ uy)))
    return r, (uy - r * ux) / size_x, (ux - r * uy) / size_y


def _largest_miss(table: Mapping[str, FloatArray], printed: Sequence[PrintedCorrelation]) -> float:
    try:
        return max(max(_misses(one, *_recomputed(table, one))) for one in printed)
    except Undecided:  # in a corner of the box a column can be constant, though it is not where it is printed
        return math.inf


def _recomputed(table: Mapping[str, FloatArray], one: PrintedCorrelation) -> tuple[float, float]:
    x, y = table[one.x], table[one.y]
    check_columns(x, y)
    r = coefficient(x, y)
    return r, pearson_p(r, len(x))


def _misses(one: PrintedCorrelation, r: float, p: float) -> tuple[float, float]:
    """How far r and p lie outside the intervals that round to the printed ones, in half-widths."""
    return _miss((r - one.r) / one.r_half), _miss((p - one.p) / one.p_half)


def _miss(deviation: float) -> float:
    beyond = abs(deviation) - 1
    return beyond if beyond > SLACK else 0.0


def _check_printed(
    columns: Mapping[str, FloatArray], half_widths: Mapping[str, float], printed: Sequence[PrintedCorrelation]
) -> None:
    if not printed:
        raise InputError("no printed correlations to recompute; give at least one")
    named = {name for one in printed for name in (one.x, one.y)} | set(half_widths)
    if unknown := sorted(named - set(columns)):
        raise InputError(f"no column {', '.join(unknown)} in the table: have {', '.join(columns)}")
    halves = [half for one in printed for half in (one.r_half, one.p_half)]
    if min(halves) <= 0 or min(half_widths.values(), default=0.0) < 0:
        raise InputError("half-widths are half of the last printed digit: wanted above 0, and 0 for an exact column")
