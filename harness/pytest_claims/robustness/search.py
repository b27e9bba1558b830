"""The search for a small change of several rates at once, by Hypothesis.

Knows nothing about what the change is for. A module of its own, because Hypothesis takes a while to
import and most runs do not search.
"""

from collections.abc import Callable, Sequence

import hypothesis
from hypothesis import strategies as st

from pytest_claims.robustness.change import MOST_ROWS, Change


def smaller_change(
    low: Sequence[int], high: Sequence[int], wanted: Callable[[Change], bool], *, examples: int
) -> Change | None:
    """A change of two or three rates, each between its bounds, that is ``wanted``, if one is found.

    Hypothesis proposes up to ``examples`` changes, and shrinks the first that will do.
    """
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
    try:
        return hypothesis.find(_changes(low, high), wanted, settings=settings)
    except hypothesis.errors.NoSuchExample:
        return None


def _changes(low: Sequence[int], high: Sequence[int]) -> st.SearchStrategy[Change]:
    """Changes of two or three rates, each within its bounds."""
    movable = [row for row in range(len(low)) if low[row] != high[row]]

    def of_row(row: int) -> st.SearchStrategy[tuple[int, int]]:
        steps = st.integers(low[row], high[row]).filter(bool)
        return st.tuples(st.just(row), steps)

    rows = {row: of_row(row) for row in movable}  # made once: Hypothesis examines each strategy that it has not seen
    chosen = st.lists(
        st.sampled_from(movable).flatmap(rows.__getitem__),
        min_size=2,
        max_size=MOST_ROWS,
        unique_by=lambda one: one[0],
    )
    return chosen.map(dict)
