"""The ruling: what a verdict says of a claim, which may be less than that its body failed.

Knows nothing about how firm it is.
"""

from typing import Final, Literal

from pytest_claims.asking.answer import Answer
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.power import Power

Ruling = Literal["held", "contradicted", "failed", "inconclusive", "undecided"]
LEAST_POWER: Final = 0.5  # in the best case; with less a claim mostly fails though it is true


def ruling_of(answer: Answer, claimed: Claimed | None, power: Power | None) -> Ruling:
    """The ruling on an answer.

    A claim that failed is ``contradicted`` where the interval of its estimate, or of what should be absent its p,
    excludes every value that would make it true; ``undecided`` where it is an equivalence that data of this size mostly
    could not show though it were true; otherwise ``inconclusive``. One that is not about an effect, or about one value
    that has no interval, plainly ``failed``.
    """
    if answer.outcome != "failed":
        return answer.outcome
    if claimed is None:
        return "failed"
    estimate = answer.estimates[claimed.about]
    if estimate.low is None and (claimed.kind == "value" or estimate.p is None):
        return "failed"
    if claimed.excluded_by(estimate):
        return "contradicted"
    return "undecided" if is_beyond_reach(claimed, power) else "inconclusive"


def is_beyond_reach(claimed: Claimed | None, power: Power | None) -> bool:
    """Whether an equivalence would mostly not be shown by data of this size even where nothing differs."""
    return claimed is not None and claimed.kind == "equivalence" and power is not None and power.share < LEAST_POWER
