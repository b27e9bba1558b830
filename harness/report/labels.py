"""Names beside points, placed so that none lies on another name.

Knows nothing about what the points are.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from harness.panel import FloatArray

_SIZE: Final = 7  # points
_FEW: Final = 25  # points that are all named, whether there is room or not
_NEAR: Final = 3  # of the places that are tried, those that need no long line: among many points lines only confuse
_OFFSETS: Final = (4, -11, 14, -21, 24, -31, 34, -41, 44)  # points above the mark, tried in this order


def label_points(axes: Axes, names: Sequence[str], x: FloatArray, y: FloatArray) -> None:
    """Write each name at its point (x, y), above or below it, wherever it is free; of many, those that have room.

    The outermost come first, and the very first is always named. The axes get their final limits: a name's
    room depends on them.
    """
    axes.margins(0.08, 0.22)
    axes.autoscale_view()
    middle = (float(x.min()) + float(x.max())) / 2
    scale = 72 / axes.figure.dpi
    marks = axes.transData.transform(np.column_stack([x, y])) * scale
    taken = [Bbox.from_bounds(left - 3, low - 3, 6, 6) for left, low in marks]
    crowded = len(names) > _FEW
    for name, across, up in sorted(zip(names, x, y, strict=True), key=_centrality(x, y)):
        left = float(across) <= middle
        choosy = crowded and len(taken) > len(marks)  # once the outermost has its name
        offsets = _OFFSETS[:_NEAR] if choosy else _OFFSETS
        place = axes.transData.transform((float(across), float(up))) * scale
        boxes = {offset: _box(place[0], place[1] + offset, name, left=left) for offset in offsets}
        free = [offset for offset, box in boxes.items() if not any(box.overlaps(other) for other in taken)]
        if choosy and not free:
            continue
        offset = free[0] if free else offsets[0]
        taken.append(boxes[offset])
        axes.annotate(
            name,
            (float(across), float(up)),
            xytext=(5 if left else -5, offset),
            textcoords="offset points",
            ha="left" if left else "right",
            fontsize=_SIZE,
            arrowprops=None if offset == _OFFSETS[0] else {"arrowstyle": "-", "linewidth": 0.4, "color": "#777777"},
        )


def _centrality(x: FloatArray, y: FloatArray) -> Callable[[tuple[str, float, float]], float]:
    """How near a (name, x, y) is to the middle of all points, in their spreads."""
    (middle, wide), (centre, high) = ((values.mean(), values.std() or 1.0) for values in (x, y))
    return lambda point: -float(np.hypot((point[1] - middle) / wide, (point[2] - centre) / high))


def _box(x: float, y: float, name: str, *, left: bool) -> Bbox:
    width = 0.62 * _SIZE * len(name)  # a sans-serif letter is about this wide; measuring would need a drawn figure
    start = x + 5 if left else x - 5 - width
    return Bbox.from_bounds(start, y - 1, width, _SIZE + 2)
