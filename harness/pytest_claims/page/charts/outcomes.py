"""How outcomes look in every chart: a word, a shape and a colour. Knows nothing about what has them."""

from collections.abc import Mapping
from typing import Any, Final

from pytest_claims.page.chart import FAILED, HELD, OPEN, chosen

COLOURS: Final[Mapping[str, str]] = {"held": HELD, "failed": FAILED, "undecided": OPEN}
SHAPES: Final[Mapping[str, str]] = {"held": "circle", "failed": "cross", "undecided": "square"}


def colour(name: str = "outcome", *, legend: bool = False) -> dict[str, Any]:
    """The colour of an outcome."""
    return chosen(name, COLOURS, legend={"orient": "top"} if legend else None)


def shape(name: str = "outcome", *, legend: bool = False) -> dict[str, Any]:
    """The shape of an outcome: the same is told by it as by its colour."""
    return chosen(name, SHAPES, legend={"orient": "top"} if legend else None)
