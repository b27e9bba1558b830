"""Leave-one-out: the estimate without each level of a unit, those marked without which the outcome is another.

Knows nothing about how it was found.
"""

from collections.abc import Iterator
from typing import Any, Final

from pytest_claims.asking.deletion import LeftOut
from pytest_claims.data.design import Words
from pytest_claims.page.chart import FAINT, INK, Cell, Chart, label, layer, layered, number, told
from pytest_claims.page.charts.outcomes import looks
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.left_out import called

_MOST: Final = 40  # levels that are drawn, those that move it most; the table has all
_COLUMNS: Final = {"level": "without", "value": "estimate", "outcome": "outcome"}
_LINE, _MARGIN = 16, 20  # pixels


def leaving(verdict: Verdict, words: Words) -> Iterator[Chart]:
    """One chart for each unit, and family of its levels, of which something was left out and an estimate is there."""
    estimate = verdict.answer.estimate
    if estimate is None:
        return
    for one in verdict.left_out:
        rows = _rows(one, estimate)
        if rows:
            yield _chart(one, estimate, rows, called(one, words))


def _rows(one: LeftOut, estimate: Estimate) -> list[dict[str, Cell]]:
    """The level, value and outcome of each copy, what moves the estimate most first."""
    found: list[dict[str, Cell]] = []
    for deletion in one.deletions:
        without = deletion.answer.estimate
        if without is not None and deletion.answer.outcome != "undecided":
            found.append({"level": deletion.level, "value": without.value, "outcome": deletion.answer.outcome})
    return sorted(found, key=lambda row: -abs(float(row["value"] or 0) - estimate.value))


def _chart(one: LeftOut, estimate: Estimate, rows: list[dict[str, Cell]], part: str) -> Chart:
    shown, symbol = rows[:_MOST], estimate.symbol
    few = f" The {_MOST} that move it most are drawn." if len(rows) > _MOST else ""
    whole: dict[str, Cell] = {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "null": estimate.null,
    }
    return Chart(
        name=f"without-{'family-' if one.families else ''}{one.unit}",
        title=f"Without each {part}",
        description=f"{symbol} without each {part} in turn; the line is all the data, the band its interval.{few}",
        spec=layered(*_layers(estimate, shown), height=_MARGIN + _LINE * len(shown)),
        data={"levels": rows, "drawn": shown, "whole": [whole]},
        columns={**_COLUMNS, "value": symbol},
    )


def _layers(estimate: Estimate, rows: list[dict[str, Cell]]) -> Iterator[dict[str, Any]]:
    symbol = estimate.symbol  # an axis has the title of its first layer
    if estimate.low is not None and estimate.high is not None:
        band = {"type": "rect", "color": FAINT, "opacity": 0.15}
        yield layer("whole", band, x=number("low", symbol), x2={"field": "high"})
    yield layer("whole", {"type": "rule", "color": INK}, x=number("value", symbol))
    yield layer("whole", {"type": "rule", "color": FAINT, "strokeDash": [4, 4]}, x=number("null", symbol))
    yield layer(
        "drawn",
        {"type": "point", "filled": True, "size": 70},
        x=number("value", symbol),
        y=label("level", None, sort=None),
        tooltip=told({**_COLUMNS, "value": symbol}, ["value"]),
        **looks(rows),
    )
