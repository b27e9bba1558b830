"""The map of personas: cosine against JS divergence, both to the assistant, and how strongly each couples.

Knows nothing about claims: it shows the columns that they see.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from pytest_claims import FloatArray, SubjectRecord
from pytest_claims.views import FAINT, Cell, Chart, labelled, layer, layered, name_layers, number, told

_HEADINGS: Final = {
    "name": "persona",
    "cosine": "cosine to the assistant",
    "js": "JS divergence from the assistant (nats)",
    "source_rate": "source rate",
}
_NUMBERS: Final = tuple(_HEADINGS)[1:]
_EVERYBODY: Final = 25  # personas: where there are more, only the strongest and the weakest couplers are named
_NAMED: Final = 6  # of each
_POINT: Final = {"type": "point", "filled": True, "opacity": 0.9, "stroke": FAINT, "strokeWidth": 1}
_RATE: Final = {"field": "source_rate", "type": "quantitative", "title": _HEADINGS["source_rate"]}
_LEGEND: Final = {"orient": "top", "format": ".2f"}
_LOOKS: Final = {  # the darkest and the brightest colours would not be seen on dark and on white paper
    "color": {**_RATE, "scale": {"scheme": {"name": "viridis", "extent": [0.25, 0.95]}}, "legend": _LEGEND},
    "size": {**_RATE, "scale": {"zero": False, "range": [50, 180]}, "legend": _LEGEND},
}
_PADDED: Final = {"padding": 14}  # pixels, so that no point lies on an axis


def persona_map(record: SubjectRecord) -> Iterator[Chart]:
    """It, where all three columns are known of at least two personas."""
    rows = _rows(record)
    if len(rows) < 2:
        return
    x, y, rate = (np.array([row[name] for row in rows], dtype=float) for name in _NUMBERS)
    named = labelled(_extreme(rows, rate) if len(rows) > _EVERYBODY else rows, x, y)
    at = {name: number(column, _HEADINGS[column], scale=_PADDED) for name, column in (("x", "cosine"), ("y", "js"))}
    yield Chart(
        name="persona-map",
        title="Personas by how far they are from the assistant, inside and outside",
        description=_description(rate),
        spec=layered(
            layer("personas", _POINT, **at, **_LOOKS, tooltip=told(_HEADINGS, _NUMBERS)),
            *name_layers(named, at),
            height=340 if len(rows) <= _EVERYBODY else 440,
        ),
        data={"personas": rows, "named": named},
        columns=_HEADINGS,
    )


def _description(rate: FloatArray) -> str:
    few = f" Of {len(rate)} personas, {_NAMED} with the highest source rates and {_NAMED} with the lowest are named."
    return (
        f"{_HEADINGS['js']} against {_HEADINGS['cosine']}. The brighter and larger a point, the higher its source "
        f"rate, from {rate.min():.2f} to {rate.max():.2f}.{few if len(rate) > _EVERYBODY else ''}"
    )


def _rows(record: SubjectRecord) -> list[dict[str, Cell]]:
    """Personas of whom all is known."""
    if not set(_NUMBERS) <= set(record.columns):
        return []
    columns = [record.columns[name] for name in _NUMBERS]
    every = (dict(zip(_HEADINGS, one, strict=True)) for one in zip(record.rows, *columns, strict=True))
    return [row for row in every if None not in row.values()]


def _extreme(rows: list[dict[str, Cell]], rate: FloatArray) -> list[dict[str, Cell]]:
    """The rows, without the names of those in the middle."""
    order = np.argsort(rate, kind="stable").tolist()
    named = {*order[:_NAMED], *order[-_NAMED:]}
    return [{**row, "name": row["name"] if place in named else ""} for place, row in enumerate(rows)]
