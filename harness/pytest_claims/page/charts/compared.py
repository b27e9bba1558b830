"""What an estimate compares, drawn by its shape: points, pairs, arms, rates, places or repetitions.

Knows nothing about how an estimate is computed: it draws the numbers that its verdict kept.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pytest_claims.page.chart import Cell, Chart
from pytest_claims.page.charts.scatter import scatter
from pytest_claims.page.charts.strips import arms, pairs, places, rates, repeated
from pytest_claims.stats.compared import Compared, Kind
from pytest_claims.verdicts.verdict import Verdict

Rows = list[dict[str, Cell]]
_Draw = Callable[[Compared, Rows, Verdict], Iterator[Chart]]


def compared(verdict: Verdict) -> Iterator[Chart]:
    """The chart of what a verdict's estimate compares, or two where it compares two with a third."""
    of = verdict.compared
    if of is None or verdict.outcome == "undecided":
        return
    rows = _rows(of, verdict)
    if len(rows) > 1:
        yield from _DRAWN[of.kind](of, rows, verdict)


def _rows(of: Compared, verdict: Verdict) -> Rows:
    """A row for each, with its name where it has one, and whether the outcome is another without it."""
    overturning, names = set(verdict.flips), of.rows or [""] * len(next(iter(of.columns.values()), ()))
    each = zip(names, *of.columns.values(), strict=True)
    return [
        {"name": name, **dict(zip(of.columns, values, strict=True)), "role": "overturns" if name in overturning else ""}
        for name, *values in each
    ]


_DRAWN: Final[Mapping[Kind, _Draw]] = {
    "correlated": scatter,
    "matrices": scatter,
    "paired": pairs,
    "arms": arms,
    "rates": rates,
    "places": places,
    "repeated": repeated,
}
