"""What an estimate was computed from: the numbers of each row, as far as a picture needs them.

Knows nothing about pictures, or about which statistics exist. A statistic says what it compares while somebody
listens; otherwise that costs nothing.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy.typing as npt

from pytest_claims.stats.estimate import SomeEstimate

Kind = Literal["correlated", "paired", "arms", "rates", "matrices", "places", "repeated"]
MOST_ROWS: Final = 1_000  # of which the numbers are kept: more points nobody tells apart


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The numbers that an estimate rests on, by their role in it, each of the same length.

    Attributes:
        kind: ``correlated``: x and y, and perhaps another beside x, or a control. ``paired``: first and second.
            ``arms``: value, and arm, the place of its arm in ``labels``. ``rates``: successes and trials. ``matrices``:
            x and y of each pair of rows, and perhaps another. ``places``: r at each place. ``repeated``: value of
            target, the place of a row, in a repetition.
        columns: by role; a number that is missing is None.
        names: what the table calls the column of a role, where it has it.
        rows: their names, where these are rows of the table.
        of: how many rows there are, of which at most a thousand are kept, evenly spaced.
    """

    kind: Kind
    columns: Mapping[str, tuple[float | None, ...]]
    names: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    of: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Heard:
    """What a statistic said of its estimate: arrays by role, each of shape (n,), or what makes them."""

    estimate: object
    kind: Kind
    columns: Callable[[], Mapping[str, npt.ArrayLike]]
    labels: tuple[str, ...] = ()


_heard: ContextVar[list[Heard] | None] = ContextVar("heard", default=None)


class listening:  # noqa: N801  it is called as a function would be, as :class:`ledger` is
    """Collect what statistics say inside the block, in order."""

    __slots__ = ("_token",)

    def __enter__(self) -> list[Heard]:
        heard: list[Heard] = []
        self._token = _heard.set(heard)
        return heard

    def __exit__(self, *error: object) -> None:
        _heard.reset(self._token)


def compares(
    estimate: SomeEstimate,
    kind: Kind,
    columns: Callable[[], Mapping[str, npt.ArrayLike]],
    *,
    labels: tuple[str, ...] = (),
) -> SomeEstimate:
    """Say what an estimate compares, if somebody listens, and hand it back."""
    heard = _heard.get()
    if heard is not None:
        heard.append(Heard(estimate=estimate, kind=kind, columns=columns, labels=labels))
    return estimate


def compares_as(estimate: SomeEstimate, before: object) -> SomeEstimate:
    """Say that an estimate compares what one that it was made from does."""
    heard = _heard.get()
    said = next((one for one in reversed(heard or ()) if one.estimate is before), None)
    return estimate if said is None else compares(estimate, said.kind, said.columns, labels=said.labels)
