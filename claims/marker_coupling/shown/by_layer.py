"""The correlation of cosine with source rate at every layer, for each way of reading hidden states.

Knows nothing about claims: that one layer is fixed in advance is marked, and no place is chosen here.
"""

from collections.abc import Iterator
from typing import Final

from claims.marker_coupling import between
from claims.marker_coupling.measured import READOUTS
from pytest_claims import FloatArray, Table, Undecided, pearson
from pytest_claims.views import BLUE, FAINT, INK, OPEN, Cell, Chart, chosen, layer, layered, number, told

_EVERYWHERE: Final = "cosine to the assistant"
_HEADINGS: Final = {
    "layer": "layer",
    "readout": "read at",
    "r": "r with source rate",
    "low": "95% from",
    "high": "to",
    "p": "p",
}
_CALLED: Final = {name: name.replace("_", " ") for name in READOUTS}
_COLOURS: Final = dict(zip(_CALLED.values(), (BLUE, INK, OPEN), strict=True))
_SHAPES: Final = dict(zip(_CALLED.values(), ("circle", "triangle-up", "square"), strict=True))
_LEGEND: Final = {"orient": "top", "symbolOpacity": 1, "columns": 2}
_AXIS: Final = {"scale": {"domain": [-1, 1], "zero": True}}


def by_layer(table: Table) -> Iterator[Chart]:
    """It, where cosines were measured at every layer."""
    if _EVERYWHERE not in table.arrays:
        return
    rows, fixed = _rows(table), between.layer(table)
    if not rows:
        return
    x, y = number("layer", "layer (decoder block, from 0)", scale={"nice": False}), number("r", _HEADINGS["r"], **_AXIS)
    colour, band = chosen("readout", _COLOURS, legend=_LEGEND), {"type": "area", "opacity": 0.12}
    yield Chart(
        name="by-layer",
        title="Does cosine go with source rate at other layers?",
        description=_description(rows, fixed),
        spec=layered(
            layer("fixed", {"type": "rule", "color": FAINT, "strokeDash": [4, 3]}, x=x),
            layer("zero", {"type": "rule", "color": FAINT}, y=number("r", _HEADINGS["r"], **_AXIS)),
            layer("places", band, x=x, y=number("low", _HEADINGS["r"], **_AXIS), y2={"field": "high"}, color=colour),
            layer("places", {"type": "line", "strokeWidth": 1.5}, x=x, y=y, color=colour),
            layer(
                "places",
                {"type": "point", "filled": True, "size": 40},
                x=x,
                y=y,
                color=colour,
                shape=chosen("readout", _SHAPES, legend=_LEGEND),
                tooltip=told(_HEADINGS, [name for name in _HEADINGS if name != "readout"]),
            ),
            layer("fixed", {"type": "text", "align": "left", "dx": 4, "color": INK, "baseline": "top"}, x=x,
                  y={"value": 2}, text={"field": "said", "type": "nominal"}),
        ),
        data={"places": rows, "fixed": [{"layer": fixed, "said": "fixed in advance"}], "zero": [{"r": 0}]},
        columns=_HEADINGS,
    )  # fmt: skip


def _rows(table: Table) -> list[dict[str, Cell]]:
    everywhere, rate = table.array(_EVERYWHERE), table["source_rate"]
    places = ((readout, layer) for readout in range(len(everywhere)) for layer in range(everywhere.shape[1]))
    rows = (_row(readout, layer, everywhere[readout, layer], rate) for readout, layer in places)
    return [row for row in rows if row]


def _row(readout: int, layer: int, cosine: FloatArray, rate: FloatArray) -> dict[str, Cell]:
    """A place with its correlation and Fisher's interval; nothing where none is defined."""
    try:
        found = pearson(cosine, rate)
    except Undecided:
        return {}
    at: dict[str, Cell] = {"layer": layer, "readout": _CALLED[READOUTS[readout]]}
    return {**at, "r": found.r, "low": found.low, "high": found.high, "p": found.p}


def _description(rows: list[dict[str, Cell]], fixed: int) -> str:
    values = {(row["readout"], row["layer"]): float(row["r"] or 0) for row in rows}
    place = _CALLED[READOUTS[0]], fixed
    judged = f" At layer {fixed}, read at the {place[0]}, as fixed in advance, r is {values[place]:+.2f}."
    excluded = sum(float(row["low"] or 0) > 0 or float(row["high"] or 0) < 0 for row in rows)
    return (
        "r of cosine to the assistant with source rate at each layer, with its 95% interval by Fisher, a line for each "
        f"way to read hidden states. It goes from {min(values.values()):+.2f} to {max(values.values()):+.2f}; "
        f"at {excluded} of {len(rows)} places the interval excludes 0.{judged if place in values else ''}"
    )
