"""How a verdict differs from the one on record, and whether that is more than noise.

Knows nothing about files, or about how a difference is told. For recorded data noise is the standard error on record.
For a live measurement it is what repetitions of the recorded one give.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from pytest_claims.asking.answer import Outcome
from pytest_claims.base.errors import Undecided
from pytest_claims.robustness.repetition import Repetition
from pytest_claims.stats.scale import scale_of
from pytest_claims.verdicts.known import Known, known
from pytest_claims.verdicts.record import SubjectRecord
from pytest_claims.verdicts.ruling import Ruling
from pytest_claims.verdicts.verdict import Verdict

# ``moved``: the estimate, by more than noise. ``crossed``: the word, and the estimate by no more than noise.
# ``changed``: a number alone, or the word where nothing says what noise is. Of a live measurement ``repeated``: another
# word, as a repetition may give it; ``apart``: it cannot be compared.
Kind = Literal["moved", "crossed", "changed", "repeated", "apart"]
NOISE: Final = 2.0  # standard errors
_TOLERANCE: Final = 1e-6  # of an estimate: what processors and libraries may differ by
_NUMBERS: Final = ("estimate", "p", "n")
_BEFORE: Final[Mapping[Ruling, Outcome]] = {
    "held": "held",
    "contradicted": "failed",
    "failed": "failed",
    "inconclusive": "failed",
    "undecided": "undecided",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What was on record of a verdict, and what it is.

    Attributes:
        kind: what the difference is worth.
        words: whether its words differ.
        numbers: those that differ; of a live measurement, which has numbers of its own, none.
        distance: between the estimates, in standard errors of that on record, on the scale of its symbol; None where
            that is not known.
        repetition: what a repetition of the recorded measurement gives, of a live one.
    """

    was: Known
    now: Known
    kind: Kind
    words: bool = True
    numbers: tuple[str, ...] = ()
    distance: float | None = None
    repetition: Repetition | None = None

    @property
    def crosses(self) -> bool:
        """Whether p crossed the number that the claim holds it against."""
        alpha = self.now.alpha if self.now.alpha is not None else self.was.alpha
        if alpha is None or self.was.p is None or self.now.p is None or self.another_estimate or self.another_alpha:
            return False
        return (self.was.p < alpha) != (self.now.p < alpha)

    @property
    def another_estimate(self) -> bool:
        """Whether it was decided by an estimate of another kind."""
        return self.was.symbol != self.now.symbol and bool(self.was.symbol and self.now.symbol)

    @property
    def another_alpha(self) -> bool:
        """Whether the claim holds p against another number."""
        return None not in (self.was.alpha, self.now.alpha) and self.was.alpha != self.now.alpha


def difference(was: Known, verdict: Verdict, subject: SubjectRecord) -> Difference | None:
    """How ``verdict`` differs from the one on record; None if it does not.

    Numbers are compared where both times the subject is recorded, or has the very same data: a new measurement of a
    live model has numbers of its own.
    """
    # Without a symbol it is of an older format, or there was no estimate.
    now = known(verdict, subject, date=was.date, file=was.file, code=was.code, first=not was.symbol)
    words = not _same_words(was, now, verdict.outcome)
    if (was.recorded and now.recorded) or was.data == now.data:
        return _of_recorded(was, now, words)
    return _of_live(was, now, words, verdict)


def is_as(was: Known, entry: Known) -> bool:
    """Whether the two say the same of the same data."""
    words = _same_words(was, entry, _BEFORE[entry.ruling])
    return words and (was.data, was.recorded) == (entry.data, entry.recorded) and not _changed(was, entry)


def _of_recorded(was: Known, now: Known, words: bool) -> Difference | None:
    numbers = _changed(was, now)
    if not (words or numbers):
        return None
    distance = _distance(was, now)
    moved = distance is not None and distance > NOISE
    found = Difference(was=was, now=now, kind="changed", words=words, numbers=numbers, distance=distance)
    crossed = words and not found.another_alpha and (distance is not None or found.crosses)
    return replace(found, kind="moved" if moved else "crossed" if crossed else "changed")


def _of_live(was: Known, now: Known, words: bool, verdict: Verdict) -> Difference | None:
    again = verdict.repetition
    found = Difference(was=was, now=now, kind="apart", words=words, repetition=again)
    if again is None or again.gap is not None:
        return found if words else None
    if again.gives(verdict.answer):
        return replace(found, kind="repeated") if words else None
    if again.drawn:
        return replace(found, kind="moved")
    return found if words else None


def _same_words(was: Known, now: Known, outcome: Outcome) -> bool:
    if was.robustness is None:
        return was.ruling == outcome
    return (was.ruling, was.robustness) == (now.ruling, now.robustness)


def _changed(was: Known, now: Known) -> tuple[str, ...]:
    return tuple(name for name in _NUMBERS if not _same(getattr(was, name), getattr(now, name)))


def _distance(was: Known, now: Known) -> float | None:
    """In standard errors on record; None where there is none, or the estimates are of different kinds."""
    if was.error is None or was.estimate is None or now.estimate is None or was.symbol != now.symbol:
        return None
    there = scale_of(was.symbol).there
    try:
        return abs(there(now.estimate) - there(was.estimate)) / was.error
    except Undecided:
        return None


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
