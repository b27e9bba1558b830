"""What data of this size could show, in sentences: the smallest effect that counts, and the power for it.

Knows nothing about the page that they stand on.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.claimed import Claimed, Smallest
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.number import interval, signed, stated_p
from pytest_claims.words.verdict import tested_by

_BASES: Final = {"claim": "as the claim says", "finding": "as its finding says"}


def smallest(verdict: Verdict) -> str:
    """The value from which on an effect counts, and who says so: ``r ≤ -0.30, as its finding says``."""
    claimed = verdict.claimed
    if claimed is None or claimed.kind in ("absence", "value", "unread"):
        return ""
    symbol = verdict.answer.estimates[claimed.about].symbol
    basis = f", {_basis(claimed.smallest)}" if claimed.smallest else ", as the claim tests"
    return f"{_values(claimed, symbol)}{basis}"


def prospects(verdict: Verdict) -> Iterator[str]:
    """What counts as true, whether the data exclude it, the power for it, and what a significant estimate would be."""
    claimed, power = verdict.claimed, verdict.power
    if claimed is None or verdict.outcome == "undecided":
        return
    if claimed.kind == "absence" and verdict.ruling == "held":
        yield f"Not to be significant is no evidence that there is no effect: {tested_by(verdict)}."
    if claimed.kind == "unread":
        yield "What it needs of its estimates can be read from no assert, so that nothing is known to be excluded."
        return
    estimate = verdict.answer.estimates[claimed.about]
    if verdict.ruling == "contradicted" and not claimed.excluded_by(replace(estimate, p=None)):
        yield f"Its {stated_p(estimate.p or 0.0)} is below {claimed.alpha:g}: the effect is there."
    elif verdict.outcome == "failed" and verdict.ruling != "undecided" and estimate.ends:
        excluded = "excludes" if verdict.ruling == "contradicted" else "does not exclude"
        yield f"Its interval {interval(estimate)} {excluded} what would make it true: {_counting(verdict)}."
    if verdict.outcome == "held" and claimed.smallest and estimate.ends:
        also = "does not exclude" if _is_maybe_small(claimed, estimate) else "excludes"
        yield f"Its interval {interval(estimate)} {also} effects too small to count: it takes {smallest(verdict)}."
    if power is None:
        if claimed.smallest and claimed.kind == "presence":
            yield f"Power for {smallest(verdict)}: not known, for no formula gives it, and no simulation."
        return
    enough = f"; {power.size:,} {_of(power.of)} give 80%" if power.size else ""
    if claimed.kind == "equivalence":
        yield f"If nothing differed it would hold in {power.share:.0%}{enough}."
        return
    at = f"{estimate.symbol} = {signed(estimate.symbol, power.value)}"
    least = f", the smallest effect that counts ({_basis(claimed.smallest)})" if claimed.smallest else ""
    how = f", simulated from {power.worlds:,} worlds without the effect" if power.worlds else ""
    yield f"Power for {at}{least}: {power.share:.0%}{how}{enough}."
    if power.wrong_sign is not None and power.exaggeration is not None:
        yield (
            f"A significant estimate would then have the wrong sign in {_share(power.wrong_sign)}, and be "
            f"{power.exaggeration:.1f} times as large as the effect on average."
        )


def _share(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0005 else "less than 0.1%"


def _is_maybe_small(claimed: Claimed, estimate: Estimate) -> bool:
    """Whether the interval of an effect that was shown holds some that are smaller than the smallest of interest."""
    if claimed.smallest is None or estimate.low is None or estimate.high is None:
        return False
    least = claimed.null - claimed.smallest.size, claimed.null + claimed.smallest.size
    return least[0] < estimate.high and estimate.low < least[1]


def _counting(verdict: Verdict) -> str:
    claimed = verdict.claimed
    if claimed is None:
        return ""
    estimate = verdict.answer.estimates[claimed.about]
    if claimed.kind in ("absence", "value"):
        return f"{estimate.symbol} = {claimed.low:.3g}"
    nobody = claimed.kind == "presence" and claimed.smallest is None and claimed.null in (claimed.low, claimed.high)
    if nobody:
        return f"{_values(claimed, estimate.symbol)}, any effect, for nobody says which is too small"
    return smallest(verdict)


def _values(claimed: Claimed, symbol: str) -> str:
    low, high = (None if one is None else signed(symbol, one) for one in (claimed.low, claimed.high))
    if claimed.outside and low == high:
        return f"{symbol} ≠ {low}"
    if claimed.outside:
        return f"{symbol} ≤ {low} or ≥ {high}"
    if low is not None and high is not None:
        return f"{symbol} from {low} to {high}"
    return f"{symbol} ≥ {low}" if low is not None else f"{symbol} ≤ {high}"


def _basis(one: Smallest) -> str:
    if one.basis == "source":
        return f"what {one.n} rows, as the source has, detect with 33% power"
    return _BASES[one.basis]


def _of(what: str) -> str:
    return "tries of each rate" if what == "trials" else "rows"
