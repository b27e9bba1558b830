"""Who is first: whether one contestant's mean score is above that of every rival.

Knows nothing about contestants, nor what a score means; higher is better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.visible import visible
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.finite import finite
from pytest_claims.stats.jackknife import clustered, jackknife

LEAST: Final = 2  # items: a t needs one degree of freedom


@dataclass(frozen=True, kw_only=True)
class Margin(Tested):
    """By how much one contestant is above the nearest rival, in the unit of scores; below 0 if that one is ahead."""

    rival: str


def ranks_first(
    scores: npt.ArrayLike, contestants: Sequence[str], *, who: str, clusters: npt.ArrayLike | None = None
) -> Margin:
    """Is ``who`` first: is its mean score above that of every rival?

    The estimate is the smallest of its margins, that over the nearest rival, and the 95% interval is of this one
    margin: it does not pay for having looked which rival is nearest. ``p`` does: it is the largest of the one-sided
    p-values over all rivals, so that p < 0.05 says of all at once that ``who`` is above them. Scores of one item are
    compared with each other; margins are tested by the jackknife over items or clusters and t, which is the paired
    t test where no clusters are given.

    Args:
        scores: shape (items, contestants), no NaN; higher is better.
        contestants: a name for each column.
        who: the one that should be first. In a table in which it was drawn again, as ``who#2``, that is no rival.
        clusters: labels (items,) of items drawn together, or None: each item alone.

    Raises:
        Undecided: if ``who`` is not among the contestants or alone, with fewer than 2 items or clusters, or if a
            rival is behind by the same in all of them.
        InputError: if shapes and names do not match, or a score is missing.

    Source: Berger (1982), Technometrics 24, 295-300 (the largest p of several tests that must all reject); of
    clusters see :func:`jackknife`.
    """
    table, contestants = _without_copies(finite("scores", scores), contestants, who)
    own = _place(table, contestants, who)
    if len(table) < LEAST:
        raise Undecided(f"{len(table)} items; a margin needs at least {LEAST}")
    groups = clustered(clusters, len(table), what="item")
    margins = table[:, [own]] - np.delete(table, own, axis=1)
    means = groups.without_each(margins) / groups.without_each(np.ones(len(table)))[:, None]
    leads = [_lead(column, float(np.abs(table).max())) for column in means.T]
    nearest = min(range(len(leads)), key=lambda rival: leads[rival].value)
    lead, rival = leads[nearest], [str(name) for name in contestants if name != who][nearest]
    low, high = lead.interval
    over = "items" if clusters is None else "clusters"
    return note(
        Margin(
            method=f"margin over the nearest rival, {visible(rival)}; p of all rivals, jackknife over {over}",
            symbol="margin",
            value=lead.value,
            n=len(table),
            p=max(one.p for one in leads),
            low=low,
            high=high,
            side="above",
            details={**lead.details, "rivals": len(leads)},
            rival=rival,
        )
    )


@dataclass(frozen=True, kw_only=True)
class _Lead:
    """A mean margin over one rival, its 95% interval, and its one-sided p against 0 or less."""

    value: float
    interval: tuple[float, float]
    p: float
    details: Mapping[str, float]


def _lead(means: FloatArray, scale: float) -> _Lead:
    """From mean margins without each of G clusters and of all, shape (G + 1,); scores are up to ``scale``."""
    if not means.any():  # as of two equals: there is no t, but that one is not above the other is not undecided
        return _Lead(value=0.0, interval=(0.0, 0.0), p=1.0, details={})
    spread = jackknife(float(means[-1]), means[:-1], scale=scale)
    return _Lead(value=spread.value, interval=spread.interval, p=spread.p_above, details=spread.details())


def _without_copies(scores: FloatArray, contestants: Sequence[str], who: str) -> tuple[FloatArray, Sequence[str]]:
    """The same without ``who`` drawn again, as a table names it: nobody is a rival of its own."""
    again = f"{who}#"
    stays = [not (str(name).startswith(again) and str(name).removeprefix(again).isdigit()) for name in contestants]
    if all(stays) or scores.ndim != 2 or scores.shape[1] != len(stays):
        return scores, contestants
    return scores[:, stays], [name for name, one in zip(contestants, stays, strict=True) if one]


def _place(scores: FloatArray, contestants: Sequence[str], who: str) -> int:
    """The column of ``who``, once it is known that there is one for each contestant, and a rival."""
    names = list(contestants)
    if scores.ndim != 2 or scores.shape[1] != len(names):
        raise InputError(f"scores of shape {scores.shape} for {len(names)} contestants; wanted (items, contestants)")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"contestant {twice!r} is there twice; wanted a name for each column")
    if who not in names:
        raise Undecided(
            f"{who!r} is not among the contestants", have=", ".join(map(str, names)), missing=who, what="contestant"
        )
    if len(names) < 2:
        raise Undecided(f"{who!r} has no rival", remedy="measure another contestant")
    return names.index(who)
