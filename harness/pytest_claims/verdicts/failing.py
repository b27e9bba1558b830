"""Which differences from the record end a run, or a comparison, as failed.

Knows nothing about pytest. What a repetition of a recorded measurement may say never does, nor what cannot be compared.
"""

import math
from dataclasses import dataclass
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.verdicts.difference import Difference

_WANTED: Final = "verdict, number, estimate:Kse (such as estimate:2se), several of them joined by commas, or none"


@dataclass(frozen=True, kw_only=True)
class Failing:
    """What counts: another ``verdict``; another ``number`` of recorded data; an estimate further than ``distance``.

    ``distance`` is in standard errors of the estimate on record; None where estimates do not count.
    """

    verdict: bool = False
    number: bool = False
    distance: float | None = None

    def counts(self, one: Difference) -> bool:
        """Whether a difference counts.

        A live estimate that no repetition is expected to give counts if anything does. So does one of recorded data
        for ``distance``, where nothing says how far it moved.
        """
        if one.kind in ("repeated", "apart"):
            return False
        if one.repetition is not None:
            return self.verdict or self.number or self.distance is not None
        if (self.verdict and one.words) or (self.number and one.numbers):
            return True
        if self.distance is None or "estimate" not in one.numbers:
            return False
        return one.distance is None or one.distance > self.distance


def failing_of(option: str) -> Failing:
    """What ``verdict,estimate:2se`` means. Raises InputError for a word that is none."""
    found: dict[str, bool | float] = {}
    words = [part.strip() for part in option.split(",")]
    if len({word.partition(":")[0] for word in words}) < len(words) or ("none" in words and len(words) > 1):
        raise InputError(f"{option!r} says a change twice, or none and others: wanted {_WANTED}")
    for word in words:
        name, colon, limit = word.partition(":")
        if word in ("verdict", "number"):
            found[word] = True
        elif name == "estimate" and colon:
            found["distance"] = _distance(limit, word)
        elif word != "none":
            raise InputError(f"unknown change {word!r}: wanted {_WANTED}")
    return Failing(**found)  # type: ignore[arg-type]


def _distance(limit: str, word: str) -> float:
    try:
        distance = float(limit.removesuffix("se"))
    except ValueError:
        distance = math.nan
    if not (limit.endswith("se") and 0 <= distance < math.inf):
        raise InputError(f"{word!r} is no distance in standard errors: wanted one such as estimate:2se")
    return distance
