"""What commonly goes wrong, in sentences.

Knows nothing about where it was looked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from pytest_claims.data.design import Words
from pytest_claims.data.pitfall import Pitfall, PitfallName
from pytest_claims.words.listed import joined, listed
from pytest_claims.words.verdict import several

TITLES: Final[Mapping[PitfallName, str]] = {
    "several-differences": "more than one thing differs between subjects that are compared",
    "part-of-outcome": "a column is part of the one that it predicts",
    "length-explains": "a length explains the outcome better than the predictor does",
    "optimiser-steps": "adapters were trained in different numbers of optimiser steps",
    "rows-dropped": "more than a few rows were left out",
    "known-before": "the answer that is looked for is among those of the model as it comes",
    "empty-answers": "answers became empty",
    "cut-answers": "answers became so long that they are cut off",
    "repeated-answers": "answers repeat themselves",
}
_ANSWERS: Final[Mapping[PitfallName, str]] = {
    "empty-answers": "are empty",
    "cut-answers": "are cut off at the limit of tokens",
    "repeated-answers": "repeat themselves",
}
_NOT_ASKED: Final = "and the model as it comes was not asked the same"


def told(one: Pitfall, words: Words) -> str:
    """What was found, in a sentence."""
    return _SENTENCES[one.name](one, words)


def looked_at(pitfalls: Iterable[Pitfall]) -> Iterator[str]:
    """For what was looked without finding any, and for what nobody could look; nothing where nobody looked at all.

    What differs on purpose is told first.
    """
    found = list(pitfalls)
    met, known = ({one.name for one in found if one.is_met}, {one.name for one in found})
    yield from (f"{meant(one)}." for one in found if one.on_purpose)
    if clean := [title for name, title in TITLES.items() if name in known - met]:
        yield f"Looked for, and not found: {'; '.join(clean)}."
    if unknown := [title for name, title in TITLES.items() if name not in known]:
        yield f"Not looked for, as these data do not tell it: {'; '.join(unknown)}."


def meant(one: Pitfall) -> str:
    """What differs on purpose, and why: ``Between models differ on purpose: training.epochs (as many as it takes)``."""
    rules = [f"{name} ({rule})" for name, rule in one.on_purpose.items()]
    return f"Between models differ on purpose: {joined(rules)}" if rules else ""


def _differs(one: Pitfall, words: Words) -> str:
    return f"From {listed(one.against)} it differs in more than one thing: {joined(one.names)}."


def _part(one: Pitfall, words: Words) -> str:
    outcome = joined(one.against)
    besides = f" and {joined(one.names)}" if one.names else ""
    return f"{outcome} follows from {one.where}{besides}, so the two are related whatever was measured."


def _length(one: Pitfall, words: Words) -> str:
    predictor, outcome = one.against
    length, own = one.numbers["length"], one.numbers["predictor"]
    return f"{one.where} explains {outcome} better than {predictor} does: |r| is {length:.2f}, and {own:.2f}."


def _steps(one: Pitfall, words: Words) -> str:
    least, most = one.numbers["least"], one.numbers["most"]
    others = f"; {listed(one.names)} {'has' if len(one.names) == 1 else 'have'} others than most" if one.names else ""
    return f"Adapters were trained in {least:,.0f} to {most:,.0f} optimiser steps{others}."


def _dropped(one: Pitfall, words: Words) -> str:
    are, have = ("is", "has") if one.count == 1 else ("are", "have")
    if one.where and one.names:
        answers = f"{one.count:,} of {several(one.of, 'answer')} of {one.where}"
        return f"{answers} ({one.value:.0%}) {are} left out: {joined(one.names)}."
    rows = f"{one.count:,} of {words.counted(one.of)} ({one.value:.0%})"
    return f"{rows} {have} no {one.where}." if one.where else f"{rows} {are} left out: {'; '.join(one.names)}."


def _known(one: Pitfall, words: Words) -> str:
    counted = f"{one.count:,} of {several(one.of, 'answer')}" if one.of else "answers"
    under = one.numbers["under"]
    return (
        f"What {one.where} looks for is in {one.value:.1%} of the answers of the model as it comes ({counted} of "
        f"{joined(one.against)}); it is in {under:.1%} under the other conditions."
    )


def _answers(one: Pitfall, words: Words) -> str:
    """With the numbers of the condition under which it is the gravest."""
    what = f"{'more ' if one.against else ''}answers of {one.where} {_ANSWERS[one.name]}"
    before = f"of the model as it comes {_share(one, 'before')}" if one.against else _NOT_ASKED
    if one.of == 1:
        return f"{what[:1].upper()}{what[1:]}: {_share(one, 'under')}, {before}."
    where = f"Under {one.count} of {one.of} conditions {what} ({listed(one.names)})"
    return f"{where}: under {one.names[0]} {_share(one, 'under')}, {before}."


def _share(one: Pitfall, which: str) -> str:
    return f"{one.numbers[which]:.0%} of {one.numbers[f'{which}_of']:,.0f}"


_SENTENCES: Final[Mapping[PitfallName, Callable[[Pitfall, Words], str]]] = {
    "several-differences": _differs,
    "part-of-outcome": _part,
    "length-explains": _length,
    "optimiser-steps": _steps,
    "rows-dropped": _dropped,
    "known-before": _known,
    **dict.fromkeys(_ANSWERS, _answers),
}
