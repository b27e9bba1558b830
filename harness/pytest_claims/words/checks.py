"""The sentence of each check, from the facts of its result.

Knows nothing about how a check works, nor about the page that the sentence stands on.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_claims.asking.answer import Outcome
from pytest_claims.asking.leaving import MOST_COPIES
from pytest_claims.asking.null import Null
from pytest_claims.data.design import Words
from pytest_claims.robustness.change import MOST_ERRORS, MOST_ROWS
from pytest_claims.robustness.drawing import FEW_LEVELS
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.power import USUAL
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.apart import apart
from pytest_claims.words.listed import joined, listed
from pytest_claims.words.null import ways, world
from pytest_claims.words.reliability import reliable
from pytest_claims.words.span import span


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What a sentence is made of: a result, the outcome on all the data, the claim's null, and what things are called.

    ``all_units`` are those of the data, the main one first; empty where they are not known.
    """

    result: CheckResult
    outcome: Outcome
    words: Words
    null: Null | None
    all_units: tuple[str, ...]

    @property
    def numbers(self) -> Mapping[str, float]:
        return self.result.numbers

    @property
    def unit(self) -> str:
        """The unit that the check is about: the main one unless it is made of each."""
        return self.result.unit or (self.all_units[0] if self.all_units else self.words.unit)

    @property
    def units(self) -> str:
        return self.words.several(self.unit)

    def parts(self, count: float = 2) -> str:
        """What is deleted at a time, in the plural unless it is one: of many levels, groups."""
        if "grouped" in self.numbers:
            return f"{'group' if count == 1 else 'groups'} of {self.units}"
        return self.unit if count == 1 else self.units

    def called(self, names: Sequence[str]) -> str:
        """What stands before names of levels, unless there is one unit: ``Deleting none`` might be misread."""
        if len(self.all_units) < 2:
            return ""
        return f"{self.unit} " if len(names) == 1 else f"{self.units} "

    def several(self, units: Sequence[str]) -> str:
        return joined([self.words.several(unit) for unit in units])


def told(result: CheckResult, verdict: Verdict, words: Words) -> str:
    """The sentence of a check of a verdict."""
    units = tuple(one.unit for one in verdict.left_out if not one.families)
    return sentence(result, verdict.outcome, words, null=verdict.claim.null, units=units)


def sentence(
    result: CheckResult, outcome: Outcome, words: Words, *, null: Null | None = None, units: Sequence[str] = ()
) -> str:
    """What a check found, as one sentence, or why it does not apply.

    Args:
        outcome: that on all the data.
        null: what the claim calls a world without its effect.
        units: all that the data have, the main one first.
    """
    if not result.applies:
        return f"Does not apply: {result.gap}." if result.gap else "Not checked: the claim is undecided."
    one = _Told(result=result, outcome=outcome, words=words, null=null, all_units=tuple(units))
    said = _SENTENCES[result.check](one)
    tables = result.numbers.get("tables")
    return f"{said} A simulated p of a copy rests on {tables:.0f} random tables." if tables else said


def asked(words: Words, question: str, units: Sequence[str] = ()) -> str:
    """The question of a check, about the levels of these units, or what rows are called."""
    several = joined([words.several(unit) for unit in units], "or") or words.units
    return question.format(unit=joined(units, "or") or words.unit, units=several)


def share(numbers: Mapping[str, float]) -> str:
    """The share of copies on which a claim holds, with its Monte Carlo error, after Agresti and Coull: never 0."""
    held, decided = numbers["held"], numbers["held"] + numbers["failed"]
    smoothed = (held + 2) / (decided + 4)
    error = math.sqrt(smoothed * (1 - smoothed) / (decided + 4))
    return f"{numbers['share']:.0%} ±{196 * error:.0f} points ({held:.0f} of {decided:.0f}{_undecided(numbers)})"


def _undecided(numbers: Mapping[str, float]) -> str:
    return f", {numbers['undecided']:.0f} undecided" if numbers["undecided"] else ""


def _spread(numbers: Mapping[str, float]) -> str:
    return f"; {span(numbers['lowest'], numbers['highest'])}" if "lowest" in numbers else ""


def _leave_two_out(one: _Told) -> str:
    numbers, groups = one.numbers, f"of {MOST_COPIES} " if "grouped" in one.numbers else ""
    without = f"; it is overturned without {listed(one.result.names)}" if one.result.names else ""
    same = f"{numbers['agreeing']:.0f} of {numbers['held'] + numbers['failed']:.0f} copies{_undecided(numbers)}"
    return f"Without two {groups}{one.parts()} the outcome is the same in {same}{without}{_spread(numbers)}."


def _rounding(one: _Told) -> str:
    flipped = f"{one.numbers['flipped']:.0f}" if one.numbers["flipped"] else "none"
    found = f"overturn it in {flipped} of {one.numbers['asked']:.0f} tables"
    return f"Values within the printed rounding {found} (extreme and random ones){_spread(one.numbers)}."


def _smallest_deletion(one: _Told) -> str:
    numbers = one.numbers
    if "size" not in numbers:
        return _no_deletion(one)
    which = f"{one.called(one.result.names)}{listed(one.result.names)}"
    if "grouped" in numbers:  # the names of groups are long, and say little
        which = f"{numbers['size']:.0f} of {MOST_COPIES} {one.parts()}"
    gone = f"Deleting {which} overturns it"
    if not numbers["exact"]:
        between = numbers["size"] - numbers["none_up_to"] > 1
        return f"{gone}{_no_fewer(numbers['none_up_to'])}{', and in between not all were tried' if between else ''}."
    return f"{gone}{_no_fewer(numbers['size'] - 1)} ({_subsets(numbers['tried'])})."


def _no_fewer(most: float) -> str:
    """That no deletion of up to so many levels overturns it; nothing where there are none."""
    if most < 2:
        return "; no single deletion does" if most else ""
    return f"; no deletion of up to {most:.0f} does"


def _no_deletion(one: _Told) -> str:
    numbers, most = one.numbers, f"{one.numbers['none_up_to']:.0f}"
    if not numbers["exact"]:
        more = f", nor any that was tried of up to {numbers['most']:.0f}" if "most" in numbers else ""
        return f"No deletion of up to {most} {one.parts(numbers['none_up_to'])} overturns it{more}."
    of = f"{most} of {numbers['rows']:.0f} {one.parts()}"
    return f"No deletion of up to {of} overturns it ({_subsets(numbers['tried'])}, all there are)."


def _subsets(tried: float) -> str:
    return f"{tried:.0f} {'subset' if tried == 1 else 'subsets'} tried"


def _bootstrap_units(one: _Told) -> str:
    return _resampled(one, _drawn(one))


def _bootstrap_counts(one: _Told) -> str:
    stay = one.several(one.all_units) or one.units
    return _resampled(one, f"{_again(one)}, the {stay} being the same,")


def _bootstrap_both(one: _Told) -> str:
    return _resampled(one, f"{_drawn(one)}, and {_again(one)},")


def _drawn(one: _Told) -> str:
    """Which question is answered: of others of these units, or of others within the coarser units that stay."""
    if one.result.names:
        return f"{one.units} drawn again within the same {one.several(one.result.names)}"
    return f"other {one.units} drawn"


def _again(one: _Told) -> str:
    """What is drawn anew of the same units: trials where the finding has a word for them, or else any numbers."""
    named = one.words.trials != Words().trials
    return f"{one.words.trials} sampled again" if named else "measured numbers drawn again within their errors"


def _resampled(one: _Told, drawn: str) -> str:
    numbers, interval = one.numbers, ""
    if one.result.interval:
        ends = f"[{numbers['low']:+.3g}, {numbers['high']:+.3g}]"
        interval = f"; {one.result.interval} 95% interval of the estimate {ends}"
        if numbers.get("levels", FEW_LEVELS) < FEW_LEVELS:
            interval += f", which {numbers['levels']:.0f} {one.units} make narrower than it should be"
        if "wider" in numbers:
            interval += (
                f", {numbers['wider']:.1f} times as wide as that of the statistic, for which {one.words.units} of one "
                f"{one.unit} are as independent as others"
            )
    return f"With {drawn} it holds in {share(numbers)}{interval}."


def _permutation(one: _Told) -> str:
    numbers = one.numbers
    if "ways" in numbers:  # each was asked once, so there is no Monte Carlo error
        of = ways(one.null, one.words, numbers["ways"])
        return f"In {of} it holds in {numbers['held']:.0f}{_undecided(numbers)}."
    where = world(one.null, one.words)
    return f"{where[0].upper()}{where[1:]} it holds in {share(numbers)}."


def _planted_effect(one: _Told) -> str:
    numbers, units = one.numbers, one.units
    size = numbers.get("size_for_80_percent")
    none = f"no number up to {numbers.get('no_size_up_to', 0):.0f} gives {USUAL:.0%}"
    needed = f"{USUAL:.0%} takes about {size:.0f} {units}" if size else none
    if "levels" in numbers:
        again = f"it would hold with {numbers['levels']:.0f} of them in {share(numbers)}"
        return f"If other {units} are like these, {again}; {needed}."
    again = f"it would hold with {numbers['rows']:.0f} new {units} in {share(numbers)}"
    return f"If the columns correlate as observed, {again}; {needed}."


def _adversary(one: _Told) -> str:
    if "answers" in one.numbers:
        return _answers(one)
    if not one.result.moves:
        reach = f"up to {MOST_ROWS} rates by up to {MOST_ERRORS:g} standard errors"
        return f"No change of {reach} was found that overturns it."
    moves = listed(
        [f"{move.row} ({' → '.join(apart(move.before, move.after, least='2f'))})" for move in one.result.moves]
    )
    alone = " alone" if len(one.result.moves) == 1 else ""
    size = f"{one.numbers['standard_errors']:.2g} standard errors"
    return f"{moves}{alone} {'overturns' if alone else 'overturn'} it ({size}); no smaller change was found."


def _answers(one: _Told) -> str:
    """How many answers, of right and wrong ones, stand between held and failed."""
    count = one.numbers["answers"]
    where = f"{count:.0f} {'answer' if count == 1 else 'answers'} of {joined(one.result.names)}"
    return f"Changing {where} overturns it{'' if count == 1 else '; no fewer were found'}."


def _multiverse(one: _Told) -> str:
    numbers = one.numbers
    choices = [f"{numbers[name]:.0f} {what}" for name, what in _choices(one.words) if numbers.get(name, 0) > 1]
    counted = f" ({', '.join(choices)})" if choices else ""
    held = f"{numbers['held']:.0f} of {numbers['held'] + numbers['failed']:.0f} analyses{counted}{_undecided(numbers)}"
    against = f"; it is overturned with {listed(one.result.names)}" if one.result.names else ""
    return f"It holds in {held}{against}{_by_chance(one)}{_leverage(one)}."


def _choices(words: Words) -> tuple[tuple[str, str], ...]:
    """The number of each kind of choice, and what several of it are called."""
    return (
        ("variants", "ways to make the table"),
        ("alternatives", words.alternatives),
        ("coefficients", "coefficients"),
        ("controls", "sets of controls"),
    )


def _by_chance(one: _Told) -> str:
    """How often as many analyses hold where there is no effect, or why that is not known."""
    if "p_joint" in one.numbers:
        plain = "its plain Pearson analyses" if one.numbers.get("coefficients", 1) > 1 else "them"
        p = f"p = {one.numbers['p_joint']:.2g}"
        return f"; {world(one.null, one.words)}, as many of {plain} hold with {p}"
    return f"; how many hold by chance is not known ({one.result.gap})" if one.result.gap else ""


def _leverage(one: _Told) -> str:
    """How many of the plain analyses that hold do without the part that most of them hang on."""
    found = one.result.leverage
    if found is None:
        return ""
    part = f"family {found.level}" if found.families else f"{found.unit} {found.level}"
    do = "does" if found.held == 1 else "do"
    return f"; of {found.count} plain Pearson analyses that hold {found.held} {do} without {part}"


def _reliability(one: _Told) -> str:
    return reliable(one.result, one.words)


_SENTENCES: Final[Mapping[str, Callable[[_Told], str]]] = {
    "rounding": _rounding,
    "smallest-deletion": _smallest_deletion,
    "bootstrap-units": _bootstrap_units,
    "bootstrap-counts": _bootstrap_counts,
    "permutation": _permutation,
    "reliability": _reliability,
    "leave-two-out": _leave_two_out,
    "bootstrap-both": _bootstrap_both,
    "planted-effect": _planted_effect,
    "adversary": _adversary,
    "multiverse": _multiverse,
}
