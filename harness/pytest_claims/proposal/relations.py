"""What columns are to each other: rates of counts, means and their errors, units that lie in others.

Knows nothing about how roles were guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

import numpy as np

from pytest_claims.proposal import naming
from pytest_claims.proposal.guess import Guess, Said, of_role
from pytest_claims.proposal.seen import Seen, lies_in, told_apart

_DIGITS: Final = 0.006  # a rate of a table may be printed with two of them
Columns = Mapping[str, Seen]


def with_rates(guesses: Sequence[Guess], columns: Columns) -> tuple[Guess, ...]:
    """Counts are said of their rate; without a column for it, of a rate of a new name."""
    found = _counts(guesses, columns)
    if found is None:
        return tuple(guesses)
    hits, trials = found
    rate = next((one for one in of_role(guesses, "measured") if _is_rate(columns, one.name, hits, trials)), None)
    why = f"it is {hits} of {trials} in all rows"
    if rate is not None:
        entry: dict[str, Said] = {**_column(rate), **_counted(hits, trials), "range": (0.0, 1.0)}
        more = [replace(rate, why=why, entry=entry)]
    else:
        name = naming.declarable("rate", columns)
        told, other = f"no column holds it; {hits} is never above {trials}", "two counts that have no common rate"
        more = [
            Guess(
                role="measured",
                name=name,
                column=name,
                why=told,
                other=other,
                entry={"successes": hits, "trials": trials},
            )
        ]
    gone = {one.name for one in more}
    kept = [_count(guess, hits, trials) for guess in guesses if guess.name not in gone]
    return (*kept, *more)


def _counted(hits: str, trials: str) -> dict[str, str]:
    return {"successes": hits, "trials": trials}


def with_twins(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    """Two columns of marks, and no other, may be of two systems: that is said, and left to who knows."""
    twins = of_role(guesses, "measured")
    if len(twins) != 2 or not all("range" in one.entry and "whole" in one.entry for one in twins):
        return tuple(guesses)
    other = "with the other one the columns of a factor: [factors] system = { columns = [both names] }"
    return tuple(replace(one, other=other) if one in twins else one for one in guesses)


def with_errors(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    """Standard errors are said of the columns whose they are; one that names none is of the one before it."""
    measured = [guess.name for guess in of_role(guesses, "measured")]
    of: dict[str, str] = {}
    for place, name in enumerate(measured):
        mean = naming.mean_of(name, measured)
        if mean == "" and place:
            mean = measured[place - 1]
        if mean and mean not in of and mean not in of.values():
            of[mean] = name
    errors = {error: mean for mean, error in of.items()}
    return tuple(_with_error(guess, of, errors) for guess in guesses)


def with_copies(guesses: Sequence[Guess], columns: Columns) -> tuple[Guess, ...]:
    """A whole number counted from 0 or 1 without which rows could not be told apart is a unit in the others."""
    levels = of_role(guesses, "unit", "factor")
    known = [columns[guess.name] for guess in levels]
    units = tuple(guess.name for guess in levels if guess.role == "unit")
    if not units or told_apart(known):
        return tuple(guesses)
    for guess in of_role(guesses, "measured"):
        if _counts_up(columns.get(guess.name)) and told_apart([*known, columns[guess.name]]):
            why, other = "it numbers rows that nothing else tells apart", "measured, if its numbers mean something"
            entry: dict[str, Said] = {**_column(guess), "within": units}
            copy = Guess(role="unit", name=guess.name, column=guess.column, why=why, other=other, entry=entry)
            return tuple(copy if one is guess else one for one in guesses)
    return tuple(guesses)


def with_nesting(guesses: Sequence[Guess], columns: Columns) -> tuple[Guess, ...]:
    """Units whose every level lies in one level of another are within it: in the nearest, which may lie in others."""
    units = [guess.name for guess in of_role(guesses, "unit")]
    outer = {name: [one for one in units if one != name and lies_in(columns[name], columns[one])] for name in units}
    return tuple(_nested(guess, outer) if guess.role == "unit" else guess for guess in guesses)


def _nested(guess: Guess, outer: Mapping[str, Sequence[str]]) -> Guess:
    around = outer[guess.name]
    nearest = tuple(name for name in around if not any(name in outer[other] for other in around))
    if not nearest or "within" in guess.entry:
        return guess
    return guess.saying(within=nearest).because(f"each of its levels lies in one {' and one '.join(nearest)}")


def _counts(guesses: Iterable[Guess], columns: Columns) -> tuple[str, str] | None:
    """Successes and trials: two columns of counts, one never above the other, whose names say it."""
    whole = [guess for guess in guesses if guess.role in ("measured", "left out") and _is_count(columns[guess.name])]
    for one, other in permutations((guess.name for guess in whole), 2):
        hits, trials = columns[one].numbers, columns[other].numbers
        if hits is None or trials is None or not (naming.is_successes(one) and naming.is_trials(other)):
            continue
        if (trials >= 1).all() and (hits <= trials).all() and hits.max() > 1:
            return one, other
    return None


def _is_count(seen: Seen) -> bool:
    return seen.whole and "" not in seen.levels and seen.bounds[0] >= 0


def _is_rate(columns: Columns, rate: str, hits: str, trials: str) -> bool:
    values, up, down = columns[rate].numbers, columns[hits].numbers, columns[trials].numbers
    if rate in (hits, trials) or values is None or up is None or down is None or "" in columns[rate].levels:
        return False
    return bool((np.abs(values - up / down) < _DIGITS).all())


def _count(guess: Guess, hits: str, trials: str) -> Guess:
    if guess.name not in (hits, trials):
        return guess
    entry: dict[str, Said] = {**_column(guess), "whole": True}
    told = "the trials of which others are successes" if guess.name == trials else f"a count, never above {trials}"
    return Guess(
        role="measured", name=guess.name, column=guess.column, why=told, other="a number as it is", entry=entry
    )


def _with_error(guess: Guess, of: Mapping[str, str], errors: Mapping[str, str]) -> Guess:
    if guess.name in of:
        return guess.saying(standard_error=of[guess.name])
    if guess.name in errors:
        return replace(guess, why=f"by its name the standard error of {errors[guess.name]}")
    return guess


def _counts_up(seen: Seen | None) -> bool:
    if seen is None or seen.numbers is None or not seen.whole or "" in seen.levels or len(seen.levels) < 3:
        return False
    low, high = seen.bounds
    return low in (0.0, 1.0) and high - low + 1 == len(seen.levels)


def _column(guess: Guess) -> dict[str, Said]:
    return {"column": guess.column} if guess.column != guess.name else {}
