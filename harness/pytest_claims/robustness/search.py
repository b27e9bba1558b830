"""The search for a small change of several rates at once, by Hypothesis.

Knows nothing about what the change is for. A module of its own, because Hypothesis takes a while to
import and most runs do not search.
"""

from collections.abc import Callable, Sequence

import hypothesis
from hypothesis import strategies as st

from pytest_claims.base.arrays import FloatArray
from pytest_claims.data.table import Table
from pytest_claims.robustness.change import MOST_ROWS, Change, bounds, size_of


def smaller_change(
    table: Table, errors: FloatArray, wanted: Callable[[Change], bool], *, examples: int, limit: float
) -> Change | None:
    """A change of two or three rates that is ``wanted`` and smaller than ``limit`` standard errors, if one is found.

    Hypothesis proposes up to ``examples`` changes, and shrinks the first that will do.
    """
    low, high = bounds(table, errors, within=limit)
    if sum(a != b for a, b in zip(low, high, strict=True)) < 2:
        return None
    settings = hypothesis.settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )

    def will_do(change: Change) -> bool:
        return size_of(change, errors) < limit and wanted(change)

    try:
        return hypothesis.find(_changes(low, high), will_do, settings=settings)
    except hypothesis.errors.NoSuchExample:
        return None


def _changes(low: Sequence[int], high: Sequence[int]) -> st.SearchStrategy[Change]:
    """Changes of two or three rates, each within its bounds."""
    movable = [row for row in range(len(low)) if low[row] != high[row]]

    def of_row(row: int) -> st.SearchStrategy[tuple[int, int]]:
        steps = st.integers(low[row], high[row]).filter(bool)
        return st.tuples(st.just(row), steps)

    chosen = st.lists(
        st.sampled_from(movable).flatmap(of_row),
        min_size=2,
        max_size=MOST_ROWS,
        unique_by=lambda one: one[0],
    )
    return chosen.map(dict)
