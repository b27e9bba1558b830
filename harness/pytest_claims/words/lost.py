"""The sentence of rows that a claim does without, as something of them is missing, and of those left out before.

Knows nothing about why it is missing.
"""

from collections.abc import Iterator
from typing import Final

from pytest_claims.data.design import Words
from pytest_claims.data.dropped import Dropped
from pytest_claims.data.loss import Across, Loss
from pytest_claims.words.listed import joined

_UNEVEN: Final = 0.05


def lost(one: Loss, words: Words) -> str:
    """How many are left out for want of what, and whether evenly: ``12 of 400 rows have no score ...``."""
    things = words.several(one.unit) if one.unit else words.units
    columns = joined(one.columns, "or")
    if not one.lost:
        return f"None of {one.of} {things} lacks {columns}."
    have, are = ("has", "is") if one.lost == 1 else ("have", "are")
    each = f" for each {one.across[0].factor}" if one.unit else ""
    return f"{one.lost} of {one.of} {things} {have} no {columns}{each}, and {are} left out{''.join(_spread(one))}."


def dropped(one: Dropped, words: Words) -> str:
    """How many rows the finding leaves out, and why."""
    return f"{words.counted(one.rows)} left out: {one.because}"


def _spread(one: Loss) -> Iterator[str]:
    for across in one.across:
        counts = zip(across.levels, across.lost, across.of, strict=True)
        told = joined([f"{level} {count} of {of}" for level, count, of in counts])
        yield f"; of {across.factor} {told}{_evenly(across)}"


def _evenly(across: Across) -> str:
    if across.p is None:
        return ""
    how = "not evenly" if across.p < _UNEVEN else "as even as chance makes it"
    return f", {how} (p = {across.p:.2g})"
