"""The null: what a claim calls a world without its effect, as facts.

Knows nothing about how such a world is made of data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pytest_claims.base.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Null:
    """What is exchanged, and along which unit.

    Attributes:
        kind: ``dealt``: levels of ``unit`` get the columns of one another; ``swapped``: labels of a factor are
            exchanged within each level of ``unit``; ``none``: there is no such world, as for an equivalence.
        names: the columns that are dealt, or the factor.
        unit: across which they are dealt, or within which they are swapped.
        strata: units and factors within whose levels alone columns are dealt.
    """

    kind: Literal["dealt", "swapped", "none"]
    names: tuple[str, ...] = ()
    unit: str = ""
    strata: tuple[str, ...] = ()


NO_NULL: Final = Null(kind="none")


def dealt(*columns: str, across: str, within: str | Sequence[str] = ()) -> Null:
    """A world without the effect: these columns, or labels of a factor, are dealt across a unit at random.

    Args:
        columns: what is dealt. What was counted goes with its rate.
        across: the unit whose levels get the values of one another: a factor that is the same for all of a run is
            dealt across runs, a number that each item has across items.
        within: units and factors; values are dealt among the rows of one of their levels alone.

    Raises:
        InputError: without columns.
    """
    if not columns:
        raise InputError(f"dealt(across={across!r}) without columns; name what is dealt, as dealt('score', across=...)")
    return Null(
        kind="dealt", names=columns, unit=across, strata=(within,) if isinstance(within, str) else tuple(within)
    )


def swapped(factor: str, *, within: str) -> Null:
    """A world without the effect: the labels of a factor are exchanged at random within each level of a unit."""
    return Null(kind="swapped", names=(factor,), unit=within)
