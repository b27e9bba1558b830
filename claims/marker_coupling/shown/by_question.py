"""The source rate of each evaluation question, over personas and seeds.

Knows nothing about claims: these pool over questions, and here is what they pool.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from claims.marker_coupling.measured import SOURCE
from pytest_claims import FloatArray, Measurement
from pytest_claims.views import BLUE, FAINT, Cell, Chart, label, layer, layered, number, told

_HEADINGS: Final = {
    "question": "question",
    "rate": "mean source rate",
    "low": "a quarter of personas is below",
    "high": "a quarter is above",
    "of": "answers",
}
_TITLE: Final = "source rate"
_HIGH: Final = 32  # pixels of a question: it stands above its point, so that a narrow page has room for both
_TEXT: Final = {"type": "text", "align": "left", "baseline": "middle", "dy": -12}


def by_question(measurement: Measurement) -> Iterator[Chart]:
    """It, where counts of at least two questions were kept."""
    rows = sorted(_rows(measurement), key=lambda row: -float(row["rate"] or 0))
    if len(rows) < 2:
        return
    order = [row["question"] for row in rows]
    y = {"field": "question", "type": "nominal", "sort": order, "axis": None}
    scale = {"scale": {"domain": [0, 1]}}
    yield Chart(
        name="by-question",
        title="Source rate by question",
        description=_description(rows),
        spec=layered(
            layer("questions", {"type": "rule", "color": FAINT, "strokeWidth": 3, "opacity": 0.5}, y=y,
                  x=number("low", _TITLE, **scale), x2={"field": "high"}),
            layer("questions", {"type": "point", "filled": True, "size": 60, "color": BLUE}, y=y,
                  x=number("rate", _TITLE, **scale), tooltip=told(_HEADINGS, ["rate", "low", "high", "of"])),
            layer("questions", _TEXT, y=y, x={"value": 3}, text=label("question")),
            height=_HIGH * len(rows),
        ),
        data={"questions": rows},
        columns=_HEADINGS,
    )  # fmt: skip


def _description(rows: list[dict[str, Cell]]) -> str:
    most, least = (f"{row['rate']:.2f} ({row['question']})" for row in (rows[0], rows[-1]))
    return (
        f"Mean source rate over personas for each of {len(rows)} questions, from {least} to {most}. "
        "A bar holds the middle half of the personas."
    )


def _rows(measurement: Measurement) -> list[dict[str, Cell]]:
    data = measurement.data
    if "marked" not in data or not {"bystander", "question"} <= set(data["marked"].dims):
        return []
    own = data[["marked", "completions"]].sel(bystander=data[SOURCE]).sum("seed").transpose("question", SOURCE)
    marked, of = (np.asarray(own[name].values, dtype=float) for name in ("marked", "completions"))
    rows = (_row(str(name), *two) for name, *two in zip(own["question"].values, marked, of, strict=True))
    return [row for row in rows if row]


def _row(question: str, marked: FloatArray, of: FloatArray) -> dict[str, Cell]:
    """A question with the mean of the personas' rates and their quartiles; nothing where nobody answered it."""
    if not (of > 0).any():
        return {}
    rates = marked[of > 0] / of[of > 0]
    low, high = np.quantile(rates, [0.25, 0.75]).tolist()
    return {"question": question, "rate": float(rates.mean()), "low": low, "high": high, "of": int(of.sum())}
