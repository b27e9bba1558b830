"""A chart: a Vega-Lite specification, its data, and what stands beside them for those who do not see it.

Knows nothing about what is shown, or about where it is drawn. Colours are names of CSS variables, so that a page in the
dark needs no other chart; :func:`plain` puts colours in their place for a file that stands alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Cell = str | float | None
Rows = Sequence[Mapping[str, Cell]]
INK, FAINT, GRID, PAPER = "var(--ink)", "var(--faint)", "var(--grid)", "var(--paper)"
HELD, FAILED, OPEN, BLUE = "var(--held)", "var(--failed)", "var(--open)", "var(--blue)"
_PLAIN: Final = {
    INK: "#1d2126",
    FAINT: "#6b7280",
    GRID: "#e3e6ea",
    PAPER: "#ffffff",
    HELD: "#1a7f4b",
    FAILED: "#b3261e",
    OPEN: "#6b7280",
    BLUE: "#1f5fbf",
}
_CONFIG: Final[Mapping[str, Any]] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": GRID,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 280,
    },
    "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontWeight": "normal"},
    "text": {"color": INK, "fontSize": 11},
    "title": {"color": INK, "fontSize": 13, "fontWeight": "normal", "anchor": "start"},
    "view": {"stroke": None},
}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture of facts, and the table behind it.

    Attributes:
        name: in kebab-case, and unique where it stands; what a file of it is called.
        title: what it is, for its heading.
        description: what it shows, for those who do not see it.
        spec: the specification without its data, which it calls by their names.
        data: rows by the name that the specification has for them; the first are what the table shows.
        columns: the heading of each field of the first rows.
    """

    name: str
    title: str
    description: str
    spec: Mapping[str, Any]
    data: Mapping[str, Rows]
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """Those of the table behind it."""
        return next(iter(self.data.values()), ())


def layered(*layers: Mapping[str, Any], height: int = 260, **more: Any) -> dict[str, Any]:
    """A specification of layers, as wide as there is room."""
    return {"width": "container", "height": height, "layer": list(layers), "config": _CONFIG, **more}


def layer(data: str, mark: Mapping[str, Any], *, transform: Any = None, **encoding: Any) -> dict[str, Any]:
    """One layer: marks of the rows of that name."""
    moved = {"transform": transform} if transform else {}
    return {"data": {"name": data}, "mark": mark, "encoding": encoding, **moved}


def number(name: str, title: str | None = None, **more: Any) -> dict[str, Any]:
    """A field of numbers on an axis, which need not start at 0."""
    scale = {"zero": False, **more.pop("scale", {})}
    return {"field": name, "type": "quantitative", "title": title, "scale": scale, **more}


def label(name: str, title: str | None = None, **more: Any) -> dict[str, Any]:
    """A field of names, in the order of the rows."""
    return {"field": name, "type": "nominal", "title": title, **more}


def told(columns: Mapping[str, str], numbers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What is told of a point when it is pointed at: its fields under their headings."""
    return [
        {"field": name, "title": title, "type": "quantitative", "format": ".3~g"}
        if name in numbers
        else {"field": name, "title": title, "type": "nominal"}
        for name, title in columns.items()
    ]


def chosen(name: str, of: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """A colour or a shape for each of some words, always the same, whichever of them come up."""
    return {
        "field": name,
        "type": "nominal",
        "scale": {"domain": list(of), "range": list(of.values())},
        "title": None,
        **more,
    }


def plain(chart: Chart, *, width: int = 640) -> dict[str, Any]:
    """The whole specification for a file: with its data, its title, a width, and colours on white paper."""
    text = json.dumps({**chart.spec, "width": width, "title": chart.title, "datasets": dict(chart.data)})
    for variable, colour in _PLAIN.items():
        text = text.replace(variable, colour)
    spec: dict[str, Any] = json.loads(text)
    spec["config"] = {**spec.get("config", {}), "background": _PLAIN[PAPER]}
    return spec
