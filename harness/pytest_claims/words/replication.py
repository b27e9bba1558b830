"""The sentences of replications: of each criterion, and of several studies together.

Knows nothing about how a criterion is computed, nor about the page that a sentence stands on.
"""

from collections.abc import Callable, Mapping
from typing import Final

from pytest_claims.data.design import Words
from pytest_claims.stats.pooling import Pooled
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
from pytest_claims.verdicts.replications import Synthesis


def criterion(applied: Criterion, one: Replication) -> str:
    """What a criterion says of the replication that it was applied to."""
    return _SENTENCES[applied.name](one)


def pooled(one: Pooled) -> str:
    """The mean correlation of several studies with its interval, and how much they differ."""
    alike = f"Q({one.df}) = {one.q:.3g}, p = {one.p:.3g}, I² = {one.i2:.0%}"
    return f"r = {one.estimate:+.2f} [{one.low:+.2f}, {one.high:+.2f}], k = {one.k}; {alike}"


def together(one: Synthesis, words: Words) -> str:
    """The same of a claim on several base models, and the interval of the mean where rows are resampled."""
    if one.low is None or one.high is None:
        return f"{pooled(one.pooled)}; {words.units} resampled: {one.not_resampled}"
    return f"{pooled(one.pooled)}; {words.units} resampled [{one.low:+.2f}, {one.high:+.2f}]"


def _significance(one: Replication) -> str:
    significant = "" if one.p < ALPHA else "not "
    same = "" if one.r * one.original_r > 0 else "does not point "
    return (
        f"The replication ({_new(one)}) is {significant}significant (p = {one.p:.3g}) and "
        f"{same}in the direction of the original ({_original(one)})."
    )


def _original_in_interval(one: Replication) -> str:
    where = _where(one.original_in_interval.satisfied)
    return (
        f"The original estimate, r = {one.original_r:+.2f}, lies {where} the 95% confidence interval "
        f"of the replication, [{one.low:+.2f}, {one.high:+.2f}] ({_new(one)})."
    )


def _in_prediction_interval(one: Replication) -> str:
    interval = f"[{one.prediction_low:+.2f}, {one.prediction_high:+.2f}]"
    where = _where(one.in_prediction_interval.satisfied)
    return (
        f"The replication estimate, r = {one.r:+.2f}, lies {where} the 95% prediction interval for "
        f"{one.n} rows, {interval} ({_original(one)})."
    )


def _small_telescopes(one: Replication) -> str:
    verdict, smaller = ("consistent", "not ") if one.small_telescopes.satisfied else ("inconsistent", "")
    return (
        f"The replication ({_new(one)}) is {verdict} with an effect that the original could detect: it is "
        f"{smaller}significantly smaller (one-sided p = {one.p_smaller:.3g}) than r = {one.r_33:+.2f}, for which "
        f"{one.original_n} rows give 33% power."
    )


def _bayes_factor(one: Replication) -> str:
    directed = one.bf_directed
    word = "for" if directed >= EVIDENCE else "against" if directed <= 1 / EVIDENCE else "neither for nor against"
    return (
        f"The replication ({_new(one)}) is evidence {word} a correlation in the direction of the original: the "
        f"Bayes factor against none is {directed:.3g}, and {one.bf10:.3g} for a correlation of either sign."
    )


def _original(one: Replication) -> str:
    return f"original r = {one.original_r:+.2f}, n = {one.original_n}"


def _new(one: Replication) -> str:
    return f"r = {one.r:+.2f}, n = {one.n}"


def _where(inside: bool) -> str:
    return "within" if inside else "outside"


_SENTENCES: Final[Mapping[str, Callable[[Replication], str]]] = {
    SIGNIFICANCE: _significance,
    ORIGINAL_IN_INTERVAL: _original_in_interval,
    IN_PREDICTION_INTERVAL: _in_prediction_interval,
    SMALL_TELESCOPES: _small_telescopes,
    BAYES_FACTOR: _bayes_factor,
}
