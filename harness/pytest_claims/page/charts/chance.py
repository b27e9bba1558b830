"""Where chance would put an estimate: its values in worlds without the effect, and the observed one.

Knows nothing about how such worlds are made.
"""

from collections.abc import Iterator

from pytest_claims.page.chart import BLUE, FAINT, INK, Cell, Chart, layer, layered, number, told
from pytest_claims.verdicts.verdict import Verdict

_COLUMNS = {"low": "from", "high": "to", "count": "worlds"}


def chance(verdict: Verdict) -> Iterator[Chart]:
    """The histogram of the worlds without the effect, where there is one."""
    estimate, made = verdict.answer.estimate, verdict.result("permutation")
    if estimate is None or made is None or made.histogram is None:
        return
    bins = made.histogram
    width = (bins.high - bins.low) / len(bins.counts)
    rows: list[dict[str, Cell]] = [
        {"low": bins.low + width * place, "high": bins.low + width * (place + 1), "count": count}
        for place, count in enumerate(bins.counts)
    ]
    held = made.numbers["share"]
    yield Chart(
        name="chance",
        title="Where chance would put it",
        description=(
            f"{estimate.symbol} in {sum(bins.counts):,} worlds without the effect; the line is what was observed. "
            f"The claim holds in {held:.1%} of them."
        ),
        spec=layered(
            layer(
                "worlds",
                {"type": "rect", "color": BLUE, "opacity": 0.6, "stroke": FAINT, "strokeWidth": 0.5},
                x=number("low", estimate.symbol),
                x2={"field": "high"},
                y={"field": "zero", "type": "quantitative", "title": "worlds"},
                y2={"field": "count"},
                tooltip=told(_COLUMNS, list(_COLUMNS)),
                transform=[{"calculate": "0", "as": "zero"}],
            ),
            layer("observed", {"type": "rule", "color": INK, "strokeWidth": 2}, x=number("value", estimate.symbol)),
            height=180,
        ),
        data={"worlds": rows, "observed": [{"value": estimate.value}]},
        columns=_COLUMNS,
    )
