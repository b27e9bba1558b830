"""The result of one check, as the verdict keeps it.

Knows nothing about how it was reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
