"""Pitfalls that a table shows, and all that are to be said beside a subject.

Knows nothing about what they mean, or how they are told.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from pytest_claims.data.pitfall import Pitfall, looked_for
from pytest_claims.data.table import Table


def pitfalls_of_table(table: Table) -> Iterator[Pitfall]:
    """Of all rows the share that was left out; and of each column with gaps the share of rows that lack a number."""
    left_out = [one for one in table.dropped if one.rows]
    count = sum(one.rows for one in left_out)
    of = count + len(table)
    if of:
        reasons = tuple(one.because for one in left_out)
        yield looked_for("rows-dropped", count / of, count=count, of=of, names=reasons)
    for name in sorted(table.design.gaps & table.columns.keys()):
        missing = int(np.isnan(table.columns[name]).sum())
        yield looked_for("rows-dropped", missing / len(table), where=name, count=missing, of=len(table))


def pitfalls_beside(subject: Iterable[Pitfall], verdicts: Iterable[Iterable[Pitfall]]) -> tuple[Pitfall, ...]:
    """Those of a subject and of all verdicts on it: of each place, which many claims may look at, the gravest."""
    found: dict[tuple[object, ...], Pitfall] = {}
    for one in (*subject, *(one for several in verdicts for one in several)):
        place = one.name, one.where, one.against
        if place not in found or one.value > found[place].value:
            found[place] = one
    return tuple(found.values())
