"""The words of verdicts: what each means, and what stands behind it.

Knows nothing about the page that they stand on: every page that explains a word takes its meaning from here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pytest_claims.verdicts.firmness import DECISIVE
from pytest_claims.verdicts.ruling import Ruling
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.left_out import parts
from pytest_claims.words.listed import joined

# With {anyone} for what was left out one at a time.
MEANINGS: Final[Mapping[str, str]] = {
    "held, robust": "the data say what the claim says, and no single part of them carries it: without {anyone} it "
    "still holds, or keeps at least half of its estimate (where it is undecided, that counts neither way); so it does "
    "with values that round to the printed ones",
    "held, fragile": "the data say what the claim says, but one such part carries it: without it it fails, and "
    "less than half of the estimate is left (of an equivalence, or without an estimate, it is enough that it fails); "
    "or such values overturn it",
    "held, uninformative": "the data say what the claim says, and so do over a third of worlds without its effect, or "
    "it asks for no test and its interval holds values that would make it false: that it held says little",
    "held, not shown otherwise": "an effect did not become significant, which with few data is expected whether it is "
    "there or not: no evidence that there is none, which an equivalence test would give",
    "contradicted": "the interval of the estimate excludes every value that would make the claim true, from the "
    "smallest effect of interest on; robust, or fragile where it would hold without one part of the data",
    "contradicted, in reverse": "the same, and the interval lies wholly on the other side of no effect",
    "failed": "what the claim says of an order, a count or a printed number is not so; there is no interval that could "
    "leave it open; robust, or fragile where it would hold without one part of the data",
    "inconclusive": "the claim's test did not come out as stated, and the interval of its estimate holds values that "
    "would make it true, or there is none: it counts as undecided",
    "undecided": "the data at hand cannot answer the claim, for the reason given; of an equivalence also where so few "
    "data could hardly show it though it were true",
    "alone, without robust or fragile": "no copy of the data from which something was left out can answer",
    "(… not left out)": "of this unit nothing could be left out, as of fewer than three levels, so that the word "
    "before it does not speak of it",
}
_KINDS: Final[tuple[tuple[str, tuple[Ruling, ...]], ...]] = (
    ("held", ("held",)),
    ("failed", ("contradicted", "failed")),
    ("undecided", ("inconclusive", "undecided")),
)
_BY: Final = {"rounding": "values within the printed rounding overturn it"}


def meanings(anyone: str) -> dict[str, str]:
    """Every word with its meaning; ``anyone`` is what was left out one at a time: ``one item or seed``."""
    return {word: meaning.format(anyone=anyone) for word, meaning in MEANINGS.items()}


def counted(verdicts: Iterable[Verdict]) -> str:
    """How many held, failed and are undecided: ``3 held, 1 failed``."""
    return ", ".join(f"{number} {kind}" for kind, number in _counts(verdicts).items() if number)


def size(claims: int, subjects: int) -> str:
    """How much was asked: ``32 claims on 11 subjects``."""
    return f"{several(claims, 'claim')} on {several(subjects, 'subject')}"


def several(count: int, what: str) -> str:
    """So many of something: ``1 claim``, ``2,000 claims``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def numbers(verdicts: Iterable[Verdict]) -> str:
    """The three numbers of :func:`counted`, 0 or not: ``3 / 1 / 0``."""
    return " / ".join(map(str, _counts(verdicts).values()))


def _counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    counts = Counter(verdict.ruling for verdict in verdicts)
    return {kind: sum(counts[ruling] for ruling in rulings) for kind, rulings in _KINDS}


def word(verdict: Verdict) -> str:
    """All of what a verdict says, as every page shows it: ``contradicted, robust, in reverse``."""
    return f"{verdict}, in reverse" if in_reverse(verdict) else str(verdict)


def in_reverse(verdict: Verdict) -> bool:
    """Whether the data say the reverse of an effect that is claimed: the interval lies on the other side of none."""
    claimed = verdict.claimed
    if verdict.ruling != "contradicted" or claimed is None or claimed.kind != "presence" or claimed.outside:
        return False
    estimate = verdict.answer.estimates[claimed.about]
    below = claimed.low is not None and estimate.high is not None and estimate.high < claimed.null
    return below or (claimed.high is not None and estimate.low is not None and estimate.low > claimed.null)


def carried(verdict: Verdict) -> str:
    """What makes a verdict fragile: ``carried by a and family x``; empty where nothing does."""
    by = _parts(verdict, [verdict.carrying(one) for one in verdict.left_out])
    said = [f"carried by {by}"] if by else []
    decisive = [one for one in verdict.checks if one.flips and one.check in DECISIVE]
    return "; ".join([*said, *(_BY[one.check] for one in decisive if verdict.robustness == "fragile")])


def tested_by(verdict: Verdict) -> str:
    """Who tests that there is no effect, where a claim only does not find one; empty where it claims something else."""
    if verdict.claimed is None or verdict.claimed.kind != "absence":
        return ""
    return (
        f"{verdict.claim.twin} tests that there is none" if verdict.claim.twin else "no claim tests that there is none"
    )


def turned(verdict: Verdict) -> str:
    """Without what else the outcome is the opposite, as where p crosses its threshold: ``overturned without a``."""
    if verdict.ruling == "undecided":
        return ""
    carrying = [verdict.carrying(one) for one in verdict.left_out]
    overturning = [one.overturning(verdict.outcome) for one in verdict.left_out]
    pairs = zip(overturning, carrying, strict=True)
    without = _parts(verdict, [[level for level in all_ if level not in some] for all_, some in pairs])
    return f"overturned without {without}" if without else ""


def _parts(verdict: Verdict, several: Iterable[Sequence[str]]) -> str:
    """Levels of the main unit by their names, and of another unit, or families, behind what they are."""
    pairs = zip(verdict.left_out, several, strict=True)
    told = [parts(one, levels, main=one is verdict.main) for one, levels in pairs]
    return joined([one for one in told if one], "or")
