"""Where the names of points go: beside them, on the side on which the fewest others are in the way.

Knows nothing about what the points are. It thinks of a picture as large as charts are drawn on a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.page.chart import Cell, label, layer

_WIDTH, _HEIGHT = 620.0, 250.0  # pixels
_LETTER, _LINE = 6.2, 13.0  # of a name, pixels
_PLACES: Final = tuple((side, 8.0 * side, dy) for dy in (0.0, -10.0, 10.0, -18.0, 18.0) for side in (1, -1))
_MARK: Final = 5.0  # half the size of a point, pixels


@dataclass(frozen=True, kw_only=True)
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def covers(self, other: "_Box") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 0 and min(self.bottom, other.bottom) - max(self.top, other.top) > 0


def labelled(rows: Sequence[dict[str, Cell]], x: FloatArray, y: FloatArray) -> list[dict[str, Cell]]:
    """Rows that have a name, each with the ``place`` beside its point that the name has."""
    across, down = _scaled(x) * _WIDTH, (1 - _scaled(y)) * _HEIGHT
    taken = [_Box(left=a - _MARK, right=a + _MARK, top=d - _MARK, bottom=d + _MARK)
             for a, d in zip(across.tolist(), down.tolist(), strict=True)]  # fmt: skip
    found: list[dict[str, Cell]] = []
    for row, at, height in zip(rows, across.tolist(), down.tolist(), strict=True):
        if not row["name"]:
            continue
        boxes = [_box(str(row["name"]), at, height, place) for place in _PLACES]
        best = min(range(len(boxes)), key=lambda one: (_in_the_way(boxes[one], taken), one))
        taken.append(boxes[best])
        found.append({**row, "place": float(best)})
    return found


def name_layers(named: Sequence[dict[str, Cell]], at: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers that write these names, of the data set ``named``: where a text stands no field can say."""
    used = sorted({int(float(row["place"] or 0)) for row in named})
    return [
        layer(
            "named",
            {"type": "text", "align": "left" if side > 0 else "right", "baseline": "middle", "dx": dx, "dy": dy},
            transform=[{"filter": f"datum.place == {place}"}],
            text=label("name"),
            **at,
        )
        for place in used
        for side, dx, dy in [_PLACES[place]]
    ]


def _scaled(values: FloatArray) -> FloatArray:
    spread = float(np.ptp(values))
    return np.asarray((values - values.min()) / spread if spread > 0 else np.full(len(values), 0.5))


def _box(name: str, at: float, height: float, place: tuple[int, float, float]) -> _Box:
    side, dx, dy = place
    start, width = at + dx, _LETTER * len(name)
    left = start if side > 0 else start - width
    return _Box(left=left, right=left + width, top=height + dy - _LINE / 2, bottom=height + dy + _LINE / 2)


def _in_the_way(box: _Box, taken: Sequence[_Box]) -> int:
    """How many points and names it would lie on; to stick out of the picture is as bad as ten."""
    return sum(box.covers(other) for other in taken) + 10 * (box.left < -20 or box.right > _WIDTH + 30)
