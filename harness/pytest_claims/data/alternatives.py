"""Alternatives: the declarations of all combinations of what might have been chosen otherwise.

Knows nothing about cells or tables.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown, validated
from pytest_claims.data.declaration import AlternativeEntry, Declaration, MeasuredEntry

_MOST: Final = 500
_MOST_TRIED: Final = 100_000  # of combinations that only_with may yet leave out


def others(declared: Declaration) -> dict[str, Declaration]:
    """The declarations of all combinations of alternatives, by the names of what was chosen otherwise.

    Raises:
        InputError: for more than 500 of them, and for a change to what is not declared.
    """
    by_choice: dict[str, list[AlternativeEntry]] = {}
    for one in declared.several:
        by_choice.setdefault(one.choice, []).append(one)
    count = math.prod(1 + len(several) for several in by_choice.values())
    allowed = list(itertools.islice(_allowed(by_choice), _MOST + 1)) if count <= _MOST_TRIED else []
    if count > _MOST_TRIED or len(allowed) > _MOST:
        raise InputError(
            f"more than {_MOST} combinations of alternatives; wanted no more: say with only_with which others one is "
            "combined with"
        )
    return {" + ".join(one.name for one in chosen): changed(declared, chosen) for chosen in allowed}


def changed(declared: Declaration, chosen: Sequence[AlternativeEntry]) -> Declaration:
    """The declaration when these alternatives are chosen. Raises InputError for a column or key that is none."""
    measured = dict(declared.measured)
    drops = declared.drops
    for one in chosen:
        where = f"alternative {one.name!r}"
        refuse_unknown(one.measured, list(measured), what="measured column", where=where)
        for name, changes in one.measured.items():
            before: Mapping[str, Any] = measured[name].model_dump(exclude_unset=True)
            measured[name] = validated(MeasuredEntry, {**before, **changes}, where=f"{where}, {name}")
        drops = (*drops, *one.drop)
    return declared.model_copy(update={"measured": measured, "drops": drops})


def _allowed(by_choice: Mapping[str, Sequence[AlternativeEntry]]) -> Iterator[list[AlternativeEntry]]:
    """What can be chosen together: at least one alternative, and none without one of its ``only_with``."""
    for combination in itertools.product(*([None, *several] for several in by_choice.values())):
        chosen = [one for one in combination if one is not None]
        names = {one.name for one in chosen}
        if chosen and all(not one.only_with or names & set(one.only_with) for one in chosen):
            yield chosen
