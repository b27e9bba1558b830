"""The conclusions of a finding as sentences: each is written only while all the verdicts that it needs are so.

Knows nothing about any finding, or about which pages show them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.report.evidence import corrected
from pytest_claims.report.headline import without
from pytest_claims.report.text import Markdown
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.conclusions import Conclusion, Ground
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.verdicts.weakest import weakest
from pytest_claims.words.listed import joined
from pytest_claims.words.number import estimated, signed, stated, stated_p

_PLACE: Final = re.compile(r"\{(\d+)\.(\w+)(?:\[([^\]]+)\])?\}")
_DETAIL: Final = "percent"  # the one word that says which detail of an estimate, as percent[share of targets]


def parts(record: Record, conclusions: Iterable[Conclusion]) -> dict[str, list[Markdown]]:
    """The sentences that hold, by the part that they belong to; a part of which none holds is empty.

    Raises:
        InputError: for a place in a text that stands for nothing.
    """
    found: dict[str, list[Markdown]] = {}
    for one in conclusions:
        found.setdefault(one.entry.part, []).extend([sentence(record, one)] if one.holds else [])
    return found


def sentence(record: Record, conclusion: Conclusion) -> Markdown:
    """Its text, which is Markdown, with the numbers of the verdicts that it rests on.

    Raises:
        InputError: for a place that stands for nothing, or for what a verdict does not have.
    """
    text = conclusion.entry.text

    def number(place: re.Match[str]) -> str:
        need, what, detail = int(place[1]), place[2], place[3]
        known = what == _DETAIL if detail else what in _NUMBERS
        if need >= len(conclusion.grounds) or not known:
            raise InputError(
                f"conclusion {text!r}: {place[0]} stands for nothing: have needs 0 to {len(conclusion.grounds) - 1}, "
                f"each with {', '.join(_NUMBERS)} and {_DETAIL}[a detail of its estimate]; correct it"
            )
        grounds = conclusion.grounds[need]
        told = _percent(grounds, detail) if detail else _NUMBERS[what](record, grounds)
        if not told:
            raise InputError(f"conclusion {text!r}: {place[0]}: {_lacking(grounds[0].verdict, what)}")
        return told

    return Markdown(_PLACE.sub(number, text))


def lost(conclusion: Conclusion) -> str:
    """Why a sentence is not written: ``'All hold.' is not written: a on b is failed, and it needs held``."""
    told = [
        f"{one.verdict.claim.id} on {one.verdict.subject} is {one.verdict}, and it needs {_needed(one)}"
        for one in conclusion.missing
    ]
    return f"{conclusion.entry.text!r} is not written: {'; '.join(told)}"


def _lacking(verdict: Verdict, what: str) -> str:
    place = f"{verdict.claim.id} on {verdict.subject}"
    if what == "corrected":
        return f"{place} is alone in its family, or has none, so its p is not corrected; write p, or give it a family"
    return f"{place} has no {what} for a sentence; leave its place out"


def _needed(ground: Ground) -> str:
    needs = ground.needs
    return joined(needs.says, "or") + (f", overturned without {needs.without}" if needs.without else "")


def _headline(grounds: Sequence[Ground]) -> tuple[Verdict, Estimate]:
    verdict = grounds[0].verdict
    if (estimate := verdict.answer.estimate) is None:
        raise InputError(f"{verdict.claim.id} on {verdict.subject} has no estimate for a sentence; leave its place out")
    return verdict, estimate


def _estimate(_: Record, grounds: Sequence[Ground]) -> str:
    return estimated(_headline(grounds)[1])


def _value(_: Record, grounds: Sequence[Ground]) -> str:
    estimate = _headline(grounds)[1]
    return signed(estimate.symbol, estimate.value)


def _p(_: Record, grounds: Sequence[Ground]) -> str:
    estimate = _headline(grounds)[1]
    return "" if estimate.p is None else stated_p(estimate.p)


def _corrected(record: Record, grounds: Sequence[Ground]) -> str:
    holm = corrected(record, grounds[0].verdict)
    return stated(holm) if holm else ""


def _percent(grounds: Sequence[Ground], detail: str) -> str:
    """A share among the details of the headline, as ``79%``."""
    _, estimate = _headline(grounds)
    refuse_unknown([detail], estimate.details, what="detail", where=f"{estimate.method}, percent")
    return f"{estimate.details[detail]:.0%}"


def _overturned(_: Record, grounds: Sequence[Ground]) -> str:
    verdict = grounds[0].verdict
    return f"{len(verdict.flips)} of {len(verdict.decidable)}"


def _power(_: Record, grounds: Sequence[Ground]) -> str:
    power = grounds[0].verdict.power
    return "" if power is None else f"{power.share:.0%}"


def _without(_: Record, grounds: Sequence[Ground]) -> str:
    verdict = grounds[0].verdict
    least = weakest(verdict)
    return " ".join(without(least, verdict)) if least else ""


def _count(_: Record, grounds: Sequence[Ground]) -> str:
    return str(len(grounds))


def _models(_: Record, grounds: Sequence[Ground]) -> str:
    return str(len({one.verdict.base_model for one in grounds}))


# What may stand in a text after the number of a need: of its first verdict, but for the last two.
_NUMBERS: Final[Mapping[str, Callable[[Record, Sequence[Ground]], str]]] = {
    "estimate": _estimate,
    "value": _value,
    "p": _p,
    "corrected": _corrected,
    "overturned": _overturned,
    "power": _power,
    "without": _without,
    "count": _count,
    "models": _models,
}
