"""The sentences of replications: of each criterion, and of several studies together.

Knows nothing about how a criterion is computed, nor about the page that a sentence stands on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pytest_claims.asking.original import Original
from pytest_claims.data.design import Words
from pytest_claims.robustness.drawing import FEW_LEVELS
from pytest_claims.stats.pooling import Joint, Pooled
from pytest_claims.stats.replication import (
    ALPHA,
    BAYES_FACTOR,
    EVIDENCE,
    IN_PREDICTION_INTERVAL,
    ORIGINAL_IN_INTERVAL,
    SIGNIFICANCE,
    SMALL_TELESCOPES,
    Criterion,
    Replication,
)
from pytest_claims.verdicts.independence import Shared
from pytest_claims.verdicts.replications import SubjectReplication
from pytest_claims.verdicts.syntheses import LEAST_INDEPENDENT, Synthesis
from pytest_claims.words.listed import joined
from pytest_claims.words.number import signed


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What a sentence is made of: the criterion, the replication that it was applied to, and what rows are called."""

    applied: Criterion
    one: Replication
    rows: str

    @property
    def original(self) -> str:
        return f"original {self.number(self.one.original)}, n = {self.one.original_n}"

    @property
    def new(self) -> str:
        return f"{self.number(self.one.value)}, n = {self.one.n}"

    @property
    def where(self) -> str:
        return "within" if self.applied.satisfied else "outside"

    def number(self, value: float | None) -> str:
        return f"{self.one.symbol} = {signed(self.one.symbol, value)}"

    def interval(self, low: float | None, high: float | None) -> str:
        return f"[{signed(self.one.symbol, low)}, {signed(self.one.symbol, high)}]"


def criterion(applied: Criterion, one: Replication, words: Words) -> str:
    """What a criterion says of the replication that it was applied to, or why it is not defined there."""
    if applied.satisfied is None:
        return f"It is not defined here: {applied.undefined}."
    return _SENTENCES[applied.name](_Told(applied=applied, one=one, rows=words.units))


def compared(one: SubjectReplication) -> str:
    """How many criteria speak for a replication, or why there is nothing to compare; as a sentence may end."""
    if one.replication is None:
        return f"not compared with the source: {one.not_compared}"
    applied = one.replication.defined
    if not applied:
        return "no criterion of a replication is defined for it"
    return f"{sum(bool(each.satisfied) for each in applied)} of {len(applied)} criteria speak for a replication"


def reported(original: Original) -> str:
    """The value that a source reports, in as many digits as sentences give it."""
    return signed(original.symbol, original.value)


def pooled(one: Pooled) -> str:
    """The mean estimate of several studies with its interval, and how much they differ."""
    alike = f"Q({one.df}) = {one.q:.3g}, p = {one.p:.3g}, I² = {one.i2:.0%}"
    mean, low, high = (signed(one.symbol, value) for value in (one.estimate, one.low, one.high))
    return f"{one.symbol} = {mean} [{low}, {high}], k = {one.k}; {alike}"


def together(one: Synthesis, words: Words) -> str:
    """What the subjects of a claim say together: pooled, or as the models that they are, or why neither."""
    without = "".join(f"; without {subject} ({reason})" for subject, reason in one.not_pooled.items())
    if one.pooled is not None:
        others = f"; without {joined(one.left_out)}, as they share {_in_common(one, words)}" if one.left_out else ""
        return f"pooled: {pooled(one.pooled)}{others}{without}"
    if one.joint is not None:
        return f"{_as_they_are(one.joint, one, words)}{without}"
    mean = "" if one.models < 2 else f"; no mean of these models as they are, for {one.not_joint}"
    return (
        f"not pooled, as that takes {LEAST_INDEPENDENT} independent subjects, and {_too_few(one, words)}{mean}{without}"
    )


def several_together(one: Synthesis | None, of_model: str, words: Words) -> Iterator[str]:
    """What subjects say together: what one model of them says, if there is one, stands for their mean as they are."""
    if one is not None and (one.pooled is not None or not of_model):
        yield f"Together, {joined(one.subjects)}: {together(one, words)}."
    if of_model:
        yield of_model


def _as_they_are(mean: Joint, one: Synthesis, words: Words) -> str:
    value, low, high = (signed(mean.symbol, number) for number in (mean.estimate, mean.low, mean.high))
    drawn, others = words.several(one.unit), joined(one.left_out)
    few = f", which {one.levels} {drawn} make narrower than it should be" if one.levels < FEW_LEVELS else ""
    without = f"; without {others}, of which there are no draws of the same {drawn}" if others else ""
    return (
        f"mean of {mean.k} models, which are taken as they are; {drawn} drawn together: "
        f"{mean.symbol} = {value} [{low}, {high}]{few}{without}"
    )


def _too_few(one: Synthesis, words: Words) -> str:
    """How many of them are independent, and why not more."""
    count = len(one.subjects)
    if one.models < 2:
        return f"these {count} are of one base model"
    if one.shared:
        return f"these {count} count as {one.independent}: they share {_in_common(one, words)}"
    return f"these are {one.independent}"


def _in_common(one: Synthesis, words: Words) -> str:
    """The levels that subjects share: ``10 items (a, b, c and 7 more)``; of each unit."""
    return joined([_levels(shared, words) for shared in one.shared])


def _levels(shared: Shared, words: Words) -> str:
    several = words.several(shared.unit)
    if not shared.count:
        return f"{several}, for all that is known"
    more = shared.count - len(shared.levels)
    names = [*shared.levels, *([f"{more} more"] if more else [])]
    told = f" ({joined(names)})" if shared.levels else ""
    return f"{shared.count} {shared.unit if shared.count == 1 else several}{told}"


def _significance(told: _Told) -> str:
    one = told.one
    significant = one.p < ALPHA if one.p is not None else not _holds(one.low, one.null, one.high)
    by = f"p = {one.p:.3g}" if one.p is not None else f"95% interval {told.interval(one.low, one.high)}"
    against = f" against {one.null:.3g}" if one.null else ""
    same = "" if (one.value - one.null) * (one.original - one.null) > 0 else "does not point "
    return (
        f"The replication ({told.new}) is {'' if significant else 'not '}significant{against} ({by}) and "
        f"{same}in the direction of the original ({told.original})."
    )


def _original_in_interval(told: _Told) -> str:
    one = told.one
    return (
        f"The original estimate, {told.number(one.original)}, lies {told.where} the 95% confidence interval "
        f"of the replication, {told.interval(one.low, one.high)} ({told.new})."
    )


def _in_prediction_interval(told: _Told) -> str:
    one = told.one
    return (
        f"The replication estimate, {told.number(one.value)}, lies {told.where} the 95% prediction interval for "
        f"{one.n} {told.rows}, {told.interval(one.prediction_low, one.prediction_high)} ({told.original})."
    )


def _small_telescopes(told: _Told) -> str:
    one = told.one
    verdict, smaller = ("consistent", "not ") if told.applied.satisfied else ("inconsistent", "")
    return (
        f"The replication ({told.new}) is {verdict} with an effect that the original could detect: it is "
        f"{smaller}significantly smaller (one-sided p = {one.p_smaller:.3g}) than {told.number(one.r_33)}, for which "
        f"{one.original_n} {told.rows} give 33% power."
    )


def _bayes_factor(told: _Told) -> str:
    directed = told.one.bf_directed
    against = directed is not None and directed <= 1 / EVIDENCE
    word = "for" if told.applied.satisfied else "against" if against else "neither for nor against"
    return (
        f"The replication ({told.new}) is evidence {word} a correlation in the direction of the original: the "
        f"Bayes factor against none is {directed:.3g}, and {told.one.bf10:.3g} for a correlation of either sign."
    )


def _holds(low: float | None, value: float, high: float | None) -> bool:
    return low is not None and high is not None and low <= value <= high


_SENTENCES: Final[Mapping[str, Callable[[_Told], str]]] = {
    SIGNIFICANCE: _significance,
    ORIGINAL_IN_INTERVAL: _original_in_interval,
    IN_PREDICTION_INTERVAL: _in_prediction_interval,
    SMALL_TELESCOPES: _small_telescopes,
    BAYES_FACTOR: _bayes_factor,
}
