"""What a repetition of a recorded measurement may give, in words. Knows nothing about where they stand."""

from pytest_claims.robustness.repetition import Repetition
from pytest_claims.words.listed import joined
from pytest_claims.words.number import signed


def repeated(again: Repetition) -> str:
    """How far a repetition may lie, as a sentence; or why nobody knows."""
    return str(again.gap) if again.gap else where(again)


def where(again: Repetition) -> str:
    """Where most repetitions come to lie, and how often the claim holds in draws of them."""
    total = again.held + again.failed + again.undecided
    share = f"it holds in {again.held} of {total} draws of {drawn(again)}"
    if again.low is None or again.high is None:
        return share
    low, high = signed(again.symbol, again.low), signed(again.symbol, again.high)
    return f"{again.confidence:.0%} of repetitions have {again.symbol} in [{low}, {high}], and {share}"


def drawn(again: Repetition) -> str:
    """What is drawn: ``1 of 5 recorded seeds and counts``."""
    units = [f"{one.levels} of {one.of} recorded {one.unit}s" for one in again.drawn]
    return joined([*units, *(["counts"] if again.counts else [])])
