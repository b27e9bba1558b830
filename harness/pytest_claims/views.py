"""What a finding adds to the page with, in ``views.py`` beside its claims.

Knows nothing about what is shown. A chart is a Vega-Lite specification, made with these helpers, by hand, or by altair.
"""

from pytest_claims.page.chart import (
    BLUE,
    FAILED,
    FAINT,
    GRID,
    HELD,
    INK,
    OPEN,
    PAPER,
    Cell,
    Chart,
    Rows,
    chosen,
    label,
    layer,
    layered,
    number,
    plain,
    told,
)
from pytest_claims.page.charts.names import labelled, name_layers
from pytest_claims.page.reply import Reply, cut, first_of_each
from pytest_claims.page.views import Viewed

__all__ = [
    "BLUE",
    "FAILED",
    "FAINT",
    "GRID",
    "HELD",
    "INK",
    "OPEN",
    "PAPER",
    "Cell",
    "Chart",
    "Reply",
    "Rows",
    "Viewed",
    "chosen",
    "cut",
    "first_of_each",
    "label",
    "labelled",
    "layer",
    "layered",
    "name_layers",
    "number",
    "plain",
    "told",
]
