"""Whether copies with levels of a unit drawn again say anything: of each there may be several in one copy.

Knows nothing about how they are drawn.
"""

from collections.abc import Iterable

import numpy as np

from pytest_claims.asking.answer import Answer
from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import Undecided
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, value_of


def refuse_if_compared(case: Case, unit: str, values: FloatArray) -> None:
    """Raise Undecided for a claim that compares levels of the unit with each other.

    A level that is drawn twice agrees with itself, and is tied with itself, as no two that were measured would. Such a
    claim has another value where every level is there twice, by more than half of what its values (copy,) spread;
    others by next to nothing: what n - 1 in place of n makes is about a tenth of that for ten levels.
    """
    levels, table = case.table.levels[unit], case.table
    twice = value_of(case.ask(table.resampled(np.tile(levels.present, 2), unit)))
    observed, known = value_of(case.answer), values[~np.isnan(values)]
    if len(known) > 1 and abs(twice - observed) > max(float(known.std()) / 2, 1e-9):
        raise Undecided(
            f"it compares {table.design.words.several(unit)} with each other, and one that is drawn twice is compared "
            f"with itself: with each there twice its value is {twice:.3g} instead of {observed:.3g}"
        )


def refuse_if_always_all(table: Table, unit: str, asked: Iterable[tuple[IntArray, Answer]]) -> None:
    """Raise Undecided where every draw that decides has the same levels, as often each: nothing was drawn then."""
    every = (np.sort(codes).tobytes() for codes, answer in asked if answer.outcome != "undecided")
    first = next(every, None)
    if first is not None and all(one == first for one in every):
        several, count = table.design.words.several(unit), len(table.levels[unit].present)
        raise Undecided(f"only draws of all {count} {several} decide it: there are too few to draw others")
