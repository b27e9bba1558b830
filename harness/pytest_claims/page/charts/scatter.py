"""The scatter: two columns against each other, with names, the fitted line and its band.

Knows nothing about what the columns are. The line is that of least squares, whichever coefficient was computed.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.page.chart import BLUE, FAINT, Cell, Chart, chosen, layer, layered, number, told
from pytest_claims.page.charts.names import labelled, name_layers
from pytest_claims.stats.compared import Compared
from pytest_claims.verdicts.verdict import Verdict

_MOST_NAMES: Final = 25  # more would lie on each other; pointing at a point tells its name
_STEPS: Final = 25  # of the line and its band
_BAND: Final = {"type": "area", "color": FAINT, "opacity": 0.15}
_ROLES: Final = {"": "circle", "overturns": "diamond"}
_COLOURS: Final = {"": BLUE, "overturns": "var(--failed)"}


def scatter(of: Compared, rows: list[dict[str, Cell]], verdict: Verdict) -> Iterator[Chart]:
    """Of x against y; and of the other that x is compared with, beside it."""
    for place, role in enumerate(one for one in ("x", "other") if one in of.columns):
        own = [row for row in rows if row[role] is not None and row["y"] is not None]
        if len(own) > 1:
            yield _chart(of, own, role, "" if place == 0 else f"-{role}")


def _chart(of: Compared, rows: list[dict[str, Cell]], role: str, suffix: str) -> Chart:
    across, up = of.names.get(role) or role, of.names.get("y") or "y"
    others = {one: of.names.get(one) or one for one in of.columns if one not in (role, "y")}
    columns = {"name": "row", role: across, "y": up, **others, "role": "without it"}
    x, y = (np.array([row[one] for row in rows], dtype=float) for one in (role, "y"))
    line = _line(x, y)
    few = "" if len(rows) == of.of else f" Of {of.of:,} rows {len(rows):,} are drawn."
    marked = " A diamond is a row without which the outcome is another." if any(row["role"] for row in rows) else ""
    named = labelled(rows, x, y) if len(rows) <= _MOST_NAMES else []
    point = {"type": "point", "filled": True, "size": 70, "opacity": 0.9 if len(rows) <= 100 else 0.4}
    at = {"x": number(role, across), "y": number("y", up)}
    return Chart(
        name=f"scatter{suffix}",
        title=f"{up} against {across}",
        description=f"{up} against {across}, with the line of least squares and its band.{few}{marked}",
        spec=layered(
            *(_fitted(across, up) if line else ()),
            layer(
                "rows",
                point,
                **at,
                color=chosen("role", _COLOURS, legend=None),
                shape=chosen("role", _ROLES, legend=None),
                tooltip=told(columns, [one for one in columns if one not in ("name", "role")]),
            ),
            *name_layers(named, at),
        ),
        data={"rows": rows, "named": named, "line": line},
        columns=columns,
    )


def _fitted(across: str, up: str) -> Iterator[dict[str, Any]]:
    yield layer("line", _BAND, x=number("x", across), y=number("low", up), y2={"field": "high"})
    yield layer("line", {"type": "line", "color": FAINT}, x=number("x", across), y=number("y", up))


def _line(x: FloatArray, y: FloatArray) -> Sequence[dict[str, Cell]]:
    """The line of least squares with the 95% band of its mean; nothing where it is not defined."""
    from scipy.special import stdtrit

    n, spread = len(x), float(((x - x.mean()) ** 2).sum())
    if n < 3 or not spread > 0:
        return []
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    residual = y - y.mean() - slope * (x - x.mean())
    error, t = np.sqrt(float((residual**2).sum()) / (n - 2)), float(stdtrit(n - 2, 0.975))
    return [
        {"x": at, "y": middle, "low": middle - half, "high": middle + half}
        for at in np.linspace(float(x.min()), float(x.max()), _STEPS).tolist()
        for middle in [float(y.mean()) + slope * (at - float(x.mean()))]
        for half in [t * float(error) * float(np.sqrt(1 / n + (at - float(x.mean())) ** 2 / spread))]
    ]
