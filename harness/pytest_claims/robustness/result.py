"""The result of one check, as the verdict keeps it.

Knows nothing about how it was reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_MOST_NAMES: Final = 4


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One sentence that can be quoted, and the numbers it rests on.

    A check that does not apply says why in ``sentence``. ``flips`` says whether the check looked for
    data on which the outcome is the opposite, and found some; ``personas`` are those that matter, and
    ``replicates`` the headline estimates on resampled panels, None where undecided, in the order of
    the resamples: the same for every subject with the same personas.
    """

    check: str
    sentence: str
    applies: bool = True
    flips: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)
    personas: tuple[str, ...] = ()
    replicates: tuple[float | None, ...] = ()


def listed(names: Sequence[str]) -> str:
    """``a, b and c`` for a sentence; of many names the first few, and how many more."""
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
