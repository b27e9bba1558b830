"""How outcomes look in every chart: a word, a shape and a colour. Knows nothing about what has them.

What several say together has a look of its own.
"""

from collections.abc import Mapping
from typing import Any, Final

from pytest_claims.page.chart import FAILED, HELD, INK, OPEN, Rows, chosen

COLOURS: Final[Mapping[str, str]] = {"held": HELD, "failed": FAILED, "undecided": OPEN, "together": INK}
SHAPES: Final[Mapping[str, str]] = {"held": "circle", "failed": "cross", "undecided": "square", "together": "diamond"}


def looks(rows: Rows, name: str = "outcome") -> dict[str, Any]:
    """The colour and the shape of the outcomes of these rows; what they mean is told where there are several."""
    present = [word for word in COLOURS if any(row[name] == word for row in rows)]
    legend = {"orient": "top"} if len(present) > 1 else None
    return {
        "color": chosen(name, {word: COLOURS[word] for word in present}, legend=legend),
        "shape": chosen(name, {word: SHAPES[word] for word in present}, legend=legend),
    }
