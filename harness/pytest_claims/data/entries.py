"""What a declaration says of each column of numbers, counts among them, and which of them a subject cannot lack.

Knows nothing about cells or arrays.
"""

import math
from collections.abc import Collection, Iterator

from pytest_claims.data.declaration import Declaration, MeasuredEntry


def entries_of(declared: Declaration) -> dict[str, MeasuredEntry]:
    """What is said of each column of numbers: of counts, which need no entry of their own, that they are counts.

    No standard error is below 0.
    """
    entries = dict(declared.measured)
    for rate in declared.measured.values():
        for name in filter(None, (rate.successes, rate.trials)):
            entry = entries.get(name, MeasuredEntry())
            entries[name] = entry.model_copy(update={"whole": True, "range": entry.range or (0.0, math.inf)})
        if name := rate.standard_error:
            entry = entries[name]
            entries[name] = entry.model_copy(update={"range": entry.range or (0.0, math.inf)})
    return entries


def column_of(name: str, declared: Declaration) -> str:
    """Where a column of numbers stands."""
    entry = declared.measured.get(name)
    return entry.column if entry and entry.column else name


def lacking(declared: Declaration, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """The columns that are wanted and not ``known``, each with who wants it.

    An entry may be optional, and others may say the same: a rate follows from its counts, and successes from a rate
    and its trials.
    """
    for name in entries_of(declared):
        if column_of(name, declared) not in known:
            several, wanting = _needed(name, declared)
            yield from ((one, wanting) for one in several if one not in known)


def _needed(name: str, declared: Declaration) -> tuple[list[str], str]:
    """What has to be there if a column is not, and who wants it."""
    rates = {key: one for key, one in declared.measured.items() if one.successes}
    if name in rates:
        counts = [column_of(count, declared) for count in (rates[name].successes, rates[name].trials)]
        return [] if rates[name].optional else counts, f"[measured] {name}"
    if name in declared.measured:
        optional = declared.measured[name].optional
        return [] if optional else [column_of(name, declared)], f"[measured] {name}"
    wanting = [key for key, one in rates.items() if one.trials == name and not one.optional]
    return ([name], f"[measured] {wanting[0]}, trials") if wanting else ([], "")
