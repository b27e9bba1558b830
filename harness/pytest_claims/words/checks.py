"""The sentence of each check, from the facts of its result.

Knows nothing about how a check works, nor about the page that the sentence stands on.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pytest_claims.asking.answer import Outcome
from pytest_claims.data.design import Words
from pytest_claims.robustness.chance import POWER
from pytest_claims.robustness.change import MOST_ERRORS, MOST_ROWS
from pytest_claims.robustness.result import CheckResult
from pytest_claims.words.apart import apart
from pytest_claims.words.listed import listed


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What a sentence is made of: the result, the outcome on all the data, and what things are called."""

    result: CheckResult
    outcome: Outcome
    words: Words

    @property
    def numbers(self) -> Mapping[str, float]:
        return self.result.numbers


def sentence(result: CheckResult, outcome: Outcome, words: Words) -> str:
    """What a check found, as one sentence, or why it does not apply; ``outcome`` is that on all the data."""
    if not result.applies:
        return f"Does not apply: {result.gap}." if result.gap else "Not checked: the claim is undecided."
    said = _SENTENCES[result.check](_Told(result=result, outcome=outcome, words=words))
    tables = result.numbers.get("tables")
    return f"{said} A simulated p of a copy rests on {tables:.0f} random tables." if tables else said


def asked(words: Words, question: str) -> str:
    """The question of a check, about what rows are called."""
    return question.format(unit=words.unit, units=words.units)


def share(numbers: Mapping[str, float]) -> str:
    """The share of copies on which a claim holds, with its Monte Carlo error, after Agresti and Coull: never 0."""
    held, decided = numbers["held"], numbers["held"] + numbers["failed"]
    smoothed = (held + 2) / (decided + 4)
    error = math.sqrt(smoothed * (1 - smoothed) / (decided + 4))
    left = f", {numbers['undecided']:.0f} undecided" if numbers["undecided"] else ""
    return f"{numbers['share']:.0%} ±{196 * error:.0f} points ({held:.0f} of {decided:.0f}{left})"


def _spread(numbers: Mapping[str, float]) -> str:
    if "lowest" not in numbers:
        return ""
    return f"; the estimate runs from {numbers['lowest']:+.3g} to {numbers['highest']:+.3g}"


def _without_one(what: str) -> Callable[[_Told], str]:
    def told(one: _Told) -> str:
        flips = f"; it flips without {listed(one.result.names)}" if one.result.names else ""
        same = f"{one.numbers['agreeing']:.0f} of {one.numbers['held'] + one.numbers['failed']:.0f} copies"
        named = what.format(units=one.words.units)
        return f"Without one {named} it is still {one.outcome} in {same}{flips}{_spread(one.numbers)}."

    return told


def _rounding(one: _Told) -> str:
    flipped = f"{one.numbers['flipped']:.0f}" if one.numbers["flipped"] else "none"
    found = f"flip it in {flipped} of {one.numbers['asked']:.0f} tables"
    return f"Values within the printed rounding {found} (extreme and random ones){_spread(one.numbers)}."


def _smallest_deletion(one: _Told) -> str:
    numbers = one.numbers
    if "size" not in numbers:
        return _no_deletion(one)
    gone = f"Deleting {listed(one.result.names)} flips it"
    if not numbers["exact"]:
        between = numbers["size"] - numbers["none_up_to"] > 1
        return f"{gone}{_no_fewer(numbers['none_up_to'])}{', and in between not all were tried' if between else ''}."
    return f"{gone}{_no_fewer(numbers['size'] - 1)} ({numbers['tried']:.0f} subsets tried)."


def _no_fewer(most: float) -> str:
    """That no deletion of up to so many rows flips it; nothing where there are none."""
    if most < 2:
        return "; no single deletion does" if most else ""
    return f"; no deletion of up to {most:.0f} does"


def _no_deletion(one: _Told) -> str:
    numbers, units = one.numbers, one.words.units
    most = f"{numbers['none_up_to']:.0f}"
    some = one.words.unit if most == "1" else units
    if not numbers["exact"]:
        return f"No deletion of up to {most} {some} flips it, nor any that was tried of up to {numbers['most']:.0f}."
    of = f"{most} of {numbers['rows']:.0f} {units}"
    return f"No deletion of up to {of} flips it ({numbers['tried']:.0f} subsets tried, all there are)."


def _resampled(what: str) -> Callable[[_Told], str]:
    def told(one: _Told) -> str:
        numbers, interval = one.numbers, ""
        if one.result.interval:
            ends = f"[{numbers['low']:+.3g}, {numbers['high']:+.3g}]"
            interval = f"; {one.result.interval} 95% interval of the estimate {ends}"
        drawn = what.format(units=one.words.units, trials=one.words.trials)
        return f"With {drawn} it holds in {share(numbers)}{interval}."

    return told


def _permutation(one: _Told) -> str:
    dealt = f"{one.words.outcomes} are dealt to {one.words.units} at random"
    return f"Where {dealt} it holds in {share(one.numbers)}."


def _planted_effect(one: _Told) -> str:
    numbers, units = one.numbers, one.words.units
    size = numbers.get("size_for_80_percent")
    none = f"no number up to {numbers.get('no_size_up_to', 0):.0f} gives {POWER:.0%}"
    needed = f"{POWER:.0%} takes about {size:.0f} {units}" if size else none
    again = f"it would hold with {numbers['rows']:.0f} new {units} in {share(numbers)}"
    return f"If the columns correlate as observed, {again}; {needed}."


def _adversary(one: _Told) -> str:
    if not one.result.moves:
        reach = f"up to {MOST_ROWS} rates by up to {MOST_ERRORS:g} standard errors"
        return f"No change of {reach} was found that flips it."
    moves = listed(
        [f"{move.row} {' → '.join(apart(move.before, move.after, least='2f'))}" for move in one.result.moves]
    )
    alone = " alone" if len(one.result.moves) == 1 else ""
    size = f"{one.numbers['standard_errors']:.2g} standard errors"
    return f"{moves}{alone} flips it ({size}); no smaller change was found."


def _multiverse(one: _Told) -> str:
    numbers, words = one.numbers, one.words
    choices = {"alternatives": words.alternatives, "coefficients": "coefficients", "controls": "sets of controls"}
    counted = [f"{numbers[name]:.0f} {what}" for name, what in choices.items() if numbers[name] > 1]
    held = f"{numbers['held']:.0f} of {numbers['held'] + numbers['failed']:.0f} analyses ({', '.join(counted)})"
    joint = ""
    if "p_joint" in numbers:
        dealt = f"where {words.outcomes} are dealt to {words.units} at random"
        plain = "its plain Pearson analyses" if numbers["coefficients"] > 1 else "them"
        joint = f"; {dealt}, as many of {plain} hold with p = {numbers['p_joint']:.2g}"
    return f"It holds in {held}{joint}."


_SENTENCES: Final[Mapping[str, Callable[[_Told], str]]] = {
    "leave-one-seed-out": _without_one("seed"),
    "rounding": _rounding,
    "leave-one-family-out": _without_one("family"),
    "smallest-deletion": _smallest_deletion,
    "bootstrap-rows": _resampled("resampled {units}"),
    "bootstrap-counts": _resampled("{trials} sampled again"),
    "permutation": _permutation,
    "leave-two-out": _without_one("pair of {units}"),
    "bootstrap-both": _resampled("resampled {units} and {trials}"),
    "planted-effect": _planted_effect,
    "adversary": _adversary,
    "multiverse": _multiverse,
}
