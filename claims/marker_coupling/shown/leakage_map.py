"""The map of leakage: how often each bystander shows the marker under each adapter.

Knows nothing about claims. Bystanders are those who were asked under every adapter; where its own persona is not
always among them, it has a column of its own.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import xarray as xr

from claims.marker_coupling.measured import REFERENCE, SOURCE, sources
from pytest_claims import FloatArray, Measurement
from pytest_claims.views import GRID, Cell, Chart, layer, layered, told

_ITSELF: Final = "(itself)"
_MANY: Final = 30  # adapters: from here on rows are low, and without numbers
_BRIGHT: Final = 0.6  # a share from which the colour of a cell is so bright that dark text is read on it
_WIDE: Final = 28  # pixels that a number needs
_HEADINGS: Final = {
    "adapter": "adapter of",
    "asked": "who was asked",
    "share": "share of marked answers",
    "of": "answers",
}
_SHARE: Final = {"field": "share", "type": "quantitative", "title": "marked"}
_LEGEND: Final = {"orient": "top", "format": ".1f", "gradientLength": 160}
_COLOUR: Final = {**_SHARE, "scale": {"scheme": "viridis", "domain": [0, 1]}, "legend": _LEGEND}
_CELL: Final = {"type": "rect", "stroke": GRID}
_NUMBER: Final = {"type": "text", "fontSize": 10}


def leakage_map(measurement: Measurement) -> Iterator[Chart]:
    """It, where somebody but the source was asked under every adapter."""
    rows, personas = _rows(measurement), len(sources(measurement))
    if not rows:
        return
    yield Chart(
        name="leakage-map",
        title="Where the marker shows: adapters, and who was asked",
        description=_description(rows, personas),
        spec=layered(*_layers(rows, few=personas < _MANY), height=(24 if personas < _MANY else 11) * personas),
        data={"shares": rows},
        columns=_HEADINGS,
    )


def _layers(rows: list[dict[str, Cell]], *, few: bool) -> Iterator[dict[str, object]]:
    """Cells, and of few adapters their numbers, too."""
    asked = list(dict.fromkeys(row["asked"] for row in rows))
    y = _axis("adapter", _adapters(rows), labelFontSize=12 if few else 9)
    place = {"x": _axis("asked", asked, labelAngle=-40), "y": y}
    yield layer("shares", _CELL, **place, color=_COLOUR, tooltip=told(_HEADINGS, ["share", "of"]))
    if few:
        yield layer("shares", _NUMBER, **place, text={**_SHARE, "format": ".2f"}, color=_on(len(asked)))


def _on(columns: int) -> dict[str, object]:
    """The colour of a number on its cell; none where cells are too narrow for it."""
    narrow = {"test": f"width < {_WIDE * columns}", "value": "transparent"}
    return {"condition": [narrow, {"test": f"datum.share >= {_BRIGHT}", "value": "black"}], "value": "white"}


def _axis(name: str, order: list[Cell], **axis: object) -> dict[str, object]:
    return {"field": name, "type": "nominal", "title": _HEADINGS[name], "sort": order, "axis": axis}


def _rows(measurement: Measurement) -> list[dict[str, Cell]]:
    data = measurement.data
    if "marked" not in data or "bystander" not in data["marked"].dims:
        return []
    counts = data[["marked", "completions"]].sum(["seed", "question"]).transpose(SOURCE, "bystander")
    always = [str(name) for name in counts["bystander"].values[(counts["completions"] > 0).all(SOURCE).values]]
    personas = sources(measurement)
    columns = {name: _counts(counts.sel(bystander=name)) for name in always}
    if not set(personas) <= set(always):
        columns = {_ITSELF: _counts(counts.sel(bystander=data[SOURCE])), **columns}
    if not set(columns) - {_ITSELF}:
        return []
    return [
        {"adapter": persona, "asked": name, "share": float(marked / of), "of": int(of)}
        for row, persona in enumerate(personas)
        for name, (every, asked) in columns.items()
        for marked, of in [(every[row], asked[row])]
        if of > 0
    ]


def _counts(counts: xr.Dataset) -> tuple[FloatArray, FloatArray]:
    marked, completions = (np.asarray(counts[name].values, dtype=float) for name in ("marked", "completions"))
    return marked, completions


def _own(row: dict[str, Cell]) -> bool:
    return row["asked"] in (_ITSELF, row["adapter"])


def _adapters(rows: list[dict[str, Cell]]) -> list[Cell]:
    """Strong couplers first."""
    return [row["adapter"] for row in sorted(filter(_own, rows), key=lambda row: -float(row["share"] or 0))]


def _description(rows: list[dict[str, Cell]], personas: int) -> str:
    groups = {
        "a persona under its own adapter": [row["share"] for row in rows if _own(row)],
        "the assistant": [row["share"] for row in rows if row["asked"] == REFERENCE],
        "other personas": [row["share"] for row in rows if not _own(row) and row["asked"] != REFERENCE],
    }
    means = [f"{who} {np.mean(np.array(shares, dtype=float)):.2f}" for who, shares in groups.items() if shares]
    return (
        f"A row for each of {personas} adapters, the strongest coupler first, and a column for each who was asked. "
        f"The marker is shown, as a share of answers, on average: by {', by '.join(means)}."
    )
