"""Names beside points, placed so that none lies on another name, nor on the line to one, as far as there is room.

Knows nothing about what the points are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from pytest_claims.base.arrays import FloatArray

_SIZE: Final = 7  # points
_FEW: Final = 25  # points that are all named, whether there is room or not
_NEAR: Final = 3  # of the places that are tried, those that need no long line: among many points lines only confuse
_OFFSETS: Final = (4, -11, 14, -21, 24, -31, 34, -41, 44)  # points above the mark, tried in this order


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where the name of point number ``point`` may go: right or left of its mark, ``offset`` points above it.

    ``box`` is what the name covers, ``line`` what joins its middle to the mark, both in points.
    """

    point: int
    right: bool
    offset: int
    box: Bbox
    line: Path

    @property
    def adjoins(self) -> bool:
        """Whether the name is so near that it needs no line."""
        return self.offset == _OFFSETS[0]

    def crosses(self, other: "_Place") -> bool:
        """Whether the line of either crosses the name of the other."""
        pairs = ((self, other), (other, self))
        return any(not one.adjoins and bool(one.line.intersects_bbox(name.box)) for one, name in pairs)


def label_points(axes: Axes, names: Sequence[str], x: FloatArray, y: FloatArray) -> None:
    """Write each name at its point (x, y), beside it wherever it is free; of many, those that have room.

    The outermost point is always named. The axes get their final limits: a name's room depends on them.
    """
    axes.margins(0.08, 0.22)
    axes.autoscale_view()
    for place in _places(axes, names, x, y):
        axes.annotate(
            names[place.point],
            (float(x[place.point]), float(y[place.point])),
            xytext=(5 if place.right else -5, place.offset),
            textcoords="offset points",
            ha="left" if place.right else "right",
            fontsize=_SIZE,
            arrowprops=None if place.adjoins else {"arrowstyle": "-", "linewidth": 0.4, "color": "#777777"},
        )


def _places(axes: Axes, names: Sequence[str], x: FloatArray, y: FloatArray) -> list[_Place]:
    """The outermost names first; where all are written also the innermost first, and then what confuses less."""
    scale = 72 / axes.figure.dpi
    marks = axes.transData.transform(np.column_stack([x, y])) * scale
    frame = Bbox(axes.bbox.get_points() * scale)
    outermost = [int(point) for point in np.argsort(-_outwardness(x, y), kind="stable")]
    if len(names) > _FEW:
        return _laid_out(outermost, names, marks, frame)
    return min((_laid_out(order, names, marks, frame) for order in (outermost, outermost[::-1])), key=_confusion)


def _outwardness(x: FloatArray, y: FloatArray) -> FloatArray:
    """How far each point is from the middle of all, in their spreads."""
    across, up = ((values - values.mean()) / (values.std() or 1.0) for values in (x, y))
    outwardness: FloatArray = np.hypot(across, up)
    return outwardness


def _laid_out(order: Sequence[int], names: Sequence[str], marks: FloatArray, frame: Bbox) -> list[_Place]:
    """A place for each point in turn that is free of those before; of many, only for points that have one nearby."""
    taken = [Bbox.from_bounds(left - 3, low - 3, 6, 6) for left, low in marks]
    written: list[_Place] = []
    for point in order:
        choosy = len(names) > _FEW and bool(written)  # once the outermost has its name
        candidates = _candidates(point, names[point], marks[point], frame, _OFFSETS[:_NEAR] if choosy else _OFFSETS)
        free = [place for place in candidates if not any(place.box.overlaps(other) for other in taken)]
        clear = [place for place in free if not any(place.crosses(other) for other in written)]
        if clear or not choosy:
            written.append((clear or free or candidates)[0])
            taken.append(written[-1].box)
    return written


def _candidates(point: int, name: str, mark: FloatArray, frame: Bbox, offsets: Sequence[int]) -> list[_Place]:
    """On the side of the mark that has more room first, on the other where the name is within the frame."""
    inward = bool(mark[0] <= (frame.x0 + frame.x1) / 2)
    # A sans-serif letter is about this wide, and a sign of Chinese twice that; measuring would need a drawn figure.
    width = 0.62 * _SIZE * sum(1 + (east_asian_width(sign) in "WF") for sign in name)
    places = []
    for offset in offsets:
        for right in (inward, not inward):
            start = mark[0] + 5 if right else mark[0] - 5 - width
            box = Bbox.from_bounds(start, mark[1] + offset - 1, width, _SIZE + 2)
            if right == inward or frame.x0 <= box.x0 <= box.x1 <= frame.x1:
                line = Path([((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2), (mark[0], mark[1])])
                places.append(_Place(point=point, right=right, offset=offset, box=box, line=line))
    return places


def _confusion(places: Sequence[_Place]) -> tuple[int, int]:
    """How many pairs of names are in each other's way, and how many names need a line."""
    pairs = [(one, other) for number, one in enumerate(places) for other in places[:number]]
    confused = sum(one.box.overlaps(other.box) or one.crosses(other) for one, other in pairs)
    return confused, sum(not place.adjoins for place in places)
