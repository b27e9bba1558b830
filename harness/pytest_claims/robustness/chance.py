"""Chance and effect: how often a claim holds where there is nothing, and how often where what was seen is true.

Knows nothing about what a claim tests: both worlds are made from its data and their design.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.deletion import LEAST_LEVELS
from pytest_claims.asking.null import Null
from pytest_claims.base.errors import Undecided
from pytest_claims.data.gap import Gap
from pytest_claims.data.table import Table
from pytest_claims.robustness.case import Case, Check, Effect, Tally, refuse_if_unmoved
from pytest_claims.robustness.drawing import Strata
from pytest_claims.robustness.null_world import null_world
from pytest_claims.robustness.planted import is_made_of_rows, of_drawn_levels, of_new_rows
from pytest_claims.robustness.result import CheckResult, Histogram
from pytest_claims.robustness.shared import made_once, shared
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.power import USUAL
from pytest_claims.stats.tilting import effective, tilted

FIRST: Final = 200  # worlds on which a verdict rests, however many are asked: its word must not hang on the battery
_SIZES: Final = tuple(sorted({round(5 * 1.22**step) for step in range(25)}))  # 5 to about 600, in steps of a fifth
_FEWER_SIZES: Final = (3, 4)  # that a power may be of where levels are clusters
_MOST_NUMBERS: Final = 50_000  # that a table of many levels may have in a column
_Make = Callable[[int, int, np.random.Generator], Iterable[Table]]  # of a size, and how many
_after: "WeakKeyDictionary[Table, Any]" = WeakKeyDictionary()  # the state of random numbers behind the last of a set


def permutation(check: Check, case: Case) -> CheckResult:
    """Worlds without the effect, as the claim declares them: at random, or each once where there are no more.

    Where none differs from the data nothing is told of them: the claim rests on something else. But one that held on
    an estimate of no effect holds in each.
    """
    world = null_world(case.null, case.table)
    copies = shared(case.table, check, lambda: world.copies(check.random, check.draws), of=case.null)
    answers = [case.ask(copy) for copy in copies]
    try:
        refuse_if_unmoved(case.answer, answers, _what(case.null))
    except Undecided as why:
        always = {"share_at_first": 1.0} if case.outcome == "held" and _is_of_no_effect(case.answer.estimate) else {}
        return CheckResult(check=check.name, applies=False, gap=Gap.of(why), numbers=always)
    ways = {"ways": len(answers)} if world.ways <= check.draws else {}
    first = [one for one in answers[:FIRST] if one.outcome != "undecided"]
    at_first = {"share_at_first": Tally.of(first).share} if first else {}
    at_effect = {} if case.effect is None else _at(case.effect, answers)
    tally = Tally.of(answers)
    numbers = {**tally.numbers, **ways, **at_first, **at_effect}
    return CheckResult(check=check.name, numbers=numbers, histogram=Histogram.of(tally.values))


def _at(effect: Effect, answers: Sequence[Answer]) -> dict[str, float]:
    """How often the claim holds where the effect is true, by weighting worlds without it; empty where none come near.

    Under the weights the estimate is that large on average; how it scatters, and all else, is as where nothing is.
    """
    known = [one for one in answers if one.outcome != "undecided" and len(one.estimates) > effect.about]
    values = np.array([one.estimates[effect.about].value for one in known])
    try:
        weights = tilted(values, effect.value)
    except Undecided:
        return {}
    held = np.array([one.outcome == "held" for one in known])
    return {"share_at_effect": float(weights @ held), "worlds_at_effect": effective(weights)}


def _is_of_no_effect(estimate: Estimate | None) -> bool:
    """Whether an estimate is exactly the value without any effect: of a share, that of all rows."""
    return estimate is not None and estimate.p is not None and math.isclose(estimate.value, estimate.null)


def _what(null: Null | None) -> str:
    """What a null world changes."""
    if null is None:
        return "anything"
    names = " and ".join(null.names)
    return f"which {null.unit} has which {names}" if null.kind == "dealt" else f"{names} within each {null.unit}"


def planted_effect(check: Check, case: Case) -> CheckResult:
    """The claim's power: on tables of new rows that correlate as those observed, or of levels drawn from these.

    It assumes that the world is as it was observed. Where each row is a level of the unit and holds measured
    numbers, new ones are drawn from the normal distribution with their means and covariances. Otherwise whole levels
    are drawn from those at hand, so that no value comes up which was not observed.
    """
    table = case.table
    if is_made_of_rows(table, check.unit):
        worlds = _Worlds(check, table, lambda size, count, random: of_new_rows(table, size, random, count))
        return _power(case, worlds, {"rows": len(table)}, _SIZES)
    strata = Strata.between(table, check.unit)
    count = len(strata)
    if count < LEAST_LEVELS:
        called = check.unit if count == 1 else case.words.several(check.unit)
        raise Undecided(f"{count} {called} cannot stand for others like them: that takes {LEAST_LEVELS}")
    worlds = _Worlds(check, table, lambda size, count, random: of_drawn_levels(table, strata, size, random, count))
    return _power(case, worlds, {"levels": count}, _sizes(table, strata))


class _Worlds:
    """Tables of one size after another, from one stream of random numbers; the same for all claims of a table.

    Which sizes are asked hangs on what a claim says of those before, so that a set is known by all sizes so far.
    """

    def __init__(self, check: Check, table: Table, make: _Make) -> None:
        self.check = check
        self._table, self._make, self._random = table, make, check.random
        self._sizes: tuple[tuple[int, int], ...] = ()

    def of(self, size: int, count: int) -> list[Table]:
        """As many tables of a size as ``count`` says."""
        self._sizes += ((size, count),)
        key = (self.check.name, self.check.unit, self.check.main, self._sizes)
        rows = count * max(size, len(self._table))
        tables = list(made_once(self._table, key, rows, lambda: self._make(size, count, self._random)))
        # Who is given what another claim made goes on behind it.
        self._random.bit_generator.state = _after.setdefault(tables[-1], self._random.bit_generator.state)
        return tables


def _sizes(table: Table, strata: Strata) -> Sequence[int]:
    """How many levels are tried: no more than make so many numbers of one column or array, and some of each stratum."""
    arrays = [array.values.size for array in table.arrays.values() if strata.unit in array.dims]
    most = _MOST_NUMBERS * len(strata) // max(len(table), *arrays, 1)
    several = sorted({*_FEWER_SIZES, *_SIZES, len(strata)})
    return [size for size in several if len(strata.levels) < size <= most] or [len(strata)]


def _power(case: Case, worlds: _Worlds, observed: dict[str, int], sizes: Sequence[int]) -> CheckResult:
    """The share that holds at the ``observed`` size, and the smallest size with 80%, if power grows along them."""
    (size,), check = observed.values(), worlds.check
    answers = [case.ask(table) for table in worlds.of(size, check.draws)]
    if 2 * sum(answer.outcome == "undecided" for answer in answers) > check.draws:
        # What is left would be those that fail before they are undecided.
        several = case.words.several(check.unit)
        raise Undecided(f"it asks about these very {several}, or else cannot be answered on most tables of new ones")
    found = _size_for_power(case, worlds, sizes)
    enough = {"size_for_80_percent": found} if found else {"no_size_up_to": sizes[-1]}
    return CheckResult(check=check.name, numbers={**Tally.of(answers).numbers, **observed, **enough})


def _size_for_power(case: Case, worlds: _Worlds, sizes: Sequence[int]) -> int | None:
    draws = max(100, worlds.check.draws // 4)

    def power(size: int) -> float:
        try:
            return Tally.of(case.ask(table) for table in worlds.of(size, draws)).share
        except Undecided:  # too few for the claim to be asked at all
            return 0.0

    if power(sizes[-1]) < USUAL:
        return None
    return sizes[min(bisect_left(sizes, USUAL, key=power), len(sizes) - 1)]
