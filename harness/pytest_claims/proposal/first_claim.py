"""Text of first claims about a table: one for each question that its roles allow, the most telling first.

Knows nothing about whether a claim can be judged: that is tried.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import numpy as np

from pytest_claims.proposal.guess import Guess, of_role
from pytest_claims.proposal.naming import is_outcome
from pytest_claims.proposal.seen import Seen

_ENOUGH, _TOO_MANY = 10, 200  # levels, to say how they vary, and to leave out each in a moment
_SERVING: Final = ("standard_error", "successes", "trials")
_SEVERAL: Final = 3  # tries of one kind: a table of a hundred columns has thousands
_FILE: Final = '''\
from pytest_claims import {imports}


@claim({id}, source="not said yet: where this is claimed", null={null})
def test_first_look(table):
    """{statement}

    This is a first claim, made by rule: replace it by yours.
    """
{body}
'''


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A claim: what it imports, its null, what it says, and the lines of its body."""

    imports: tuple[str, ...]
    null: str
    statement: str
    body: tuple[str, ...]

    def text(self, claim_id: str) -> str:
        """The file that holds it."""
        return _FILE.format(
            imports=", ".join(sorted({"claim", *self.imports})),
            id=_py(claim_id),
            null=self.null,
            statement=self.statement,
            body="\n".join(f"    {line}" for line in self.body),
        )


def drafts(guesses: Sequence[Guess], columns: Mapping[str, Seen], row: str) -> Iterator[Draft]:
    """Claims that may fit; ``row`` is the unit that rows are where there is no other."""
    units = [guess.name for guess in of_role(guesses, "unit")]
    outcomes = _outcomes(guesses)
    contrasts = [guess for guess in of_role(guesses, "factor") if len(columns[guess.name].levels) == 2]
    for factor in contrasts[:_SEVERAL]:
        for outcome in outcomes[:_SEVERAL]:
            yield from _contrast(outcome, factor.name, units, row, columns)
    yield from (_rate(rate) for rate in outcomes if "successes" in rate.entry)
    clusters = _clusters(guesses, columns)
    if len(outcomes) > 1:
        yield from (_correlation(outcomes[0], outcomes[1], unit, clusters) for unit in units or [row])
    yield from (_share(outcome, clusters) for outcome in outcomes[:_SEVERAL] if _is_marks(outcome))
    yield from map(_mean, outcomes)


def _outcomes(guesses: Sequence[Guess]) -> list[Guess]:
    """Measured columns that serve no other; those that sound like outcomes, or have a known range, come first."""
    measured = of_role(guesses, "measured")
    serving = {one.entry[key] for one in measured for key in _SERVING if key in one.entry}
    own = [guess for guess in measured if guess.name not in serving]
    return sorted(own, key=lambda guess: (not is_outcome(guess.name), not {"range", "successes"} & set(guess.entry)))


def _contrast(
    outcome: Guess, factor: str, units: Sequence[str], row: str, columns: Mapping[str, Seen]
) -> Iterator[Draft]:
    """Between units if something with several rows has one level alone, which it was given; else on the same units."""
    levels = columns[factor]
    paired = islice(_paired(outcome, levels, factor, units, columns), _SEVERAL)
    between = islice(_between(outcome, levels, factor, units or [row], columns), _SEVERAL)
    given = any(_has_one(columns[unit], levels) and not columns[unit].each_once for unit in units)
    yield from chain(between, paired) if given else chain(paired, between)


def _clusters(guesses: Sequence[Guess], columns: Mapping[str, Seen]) -> str:
    """The unit whose rows are drawn together: with several rows a level, and enough levels; empty if there is none."""
    outer = [columns[one.name] for one in of_role(guesses, "unit") if "within" not in one.entry]
    many = [seen for seen in outer if _ENOUGH <= len(seen.levels) <= _TOO_MANY and not seen.each_once]
    return next((one.name for one in of_role(guesses, "unit") if columns[one.name] in many), "")


def _paired(
    outcome: Guess, factor: Seen, name: str, units: Sequence[str], columns: Mapping[str, Seen]
) -> Iterator[Draft]:
    """Differences on the same levels of a unit, that with most of them first."""
    shared = {unit: _with_both(columns[unit], factor) for unit in units}
    first, second = factor.levels
    for unit in sorted((unit for unit in units if shared[unit] > 1), key=lambda unit: -shared[unit]):
        again = ", mean=True" * _repeats(columns[unit], factor)
        yield Draft(
            imports=("paired_difference", "swapped"),
            null=f"swapped({_py(name)}, within={_py(unit)})",
            statement=f"{_plain(outcome.name)} is higher for {_plain(first)} than for {_plain(second)}, "
            f"on the same {_plain(unit)}.",
            body=(
                f"values = table.pairs({_py(outcome.name)}, {_py(name)}, within={_py(unit)}{again})",
                f"estimate = paired_difference(values[{_py(first)}], values[{_py(second)}])",
                *_ENDS,
            ),
        )


def _between(
    outcome: Guess, factor: Seen, name: str, units: Sequence[str], columns: Mapping[str, Seen]
) -> Iterator[Draft]:
    """Differences between units that have one level each, those with fewest levels first: they were assigned it."""
    first, second = factor.levels
    fixed = [unit for unit in units if unit not in columns or _has_one(columns[unit], factor)]
    for unit in sorted(fixed, key=lambda unit: len(columns[unit].levels) if unit in columns else len(factor.codes)):
        clusters = _by(_rows(outcome), unit if unit in columns else "")
        yield Draft(
            imports=("dealt", "difference_between_arms"),
            null=f"dealt({_py(name)}, across={_py(unit)})",
            statement=f"{_plain(outcome.name)} is higher for {_plain(first)} than for {_plain(second)}.",
            body=(
                *_complete(outcome),
                f"outcome, arm = {_rows(outcome)}[{_py(outcome.name)}], {_rows(outcome)}[{_py(name)}]",
                f"estimate = difference_between_arms(outcome, arm, arms=({_py(first)}, {_py(second)}){clusters})",
                *_ENDS,
            ),
        )


def _rate(rate: Guess) -> Draft:
    successes, trials = (_py(str(rate.entry[key])) for key in ("successes", "trials"))
    return Draft(
        imports=("proportion_of",),
        null='"none"',
        statement=f"{_plain(rate.name)} is above a half.",
        body=(
            f"estimate = proportion_of(table[{successes}], table[{trials}])",
            "assert estimate.low > 0.5",
        ),
    )


def _correlation(one: Guess, other: Guess, unit: str, clusters: str) -> Draft:
    both = (one, other)
    rows = "rows" if any("gaps" in guess.entry for guess in both) else "table"
    complete = (f"rows = table.complete({_py(one.name)}, {_py(other.name)})",) if rows == "rows" else ()
    return Draft(
        imports=("dealt", "spearman"),
        null=f"dealt({_py(one.name)}, across={_py(unit)})",
        statement=f"{_plain(one.name)} and {_plain(other.name)} rise together.",
        body=(
            *complete,
            f"estimate = spearman({rows}[{_py(one.name)}], {rows}[{_py(other.name)}]{_by(rows, clusters)})",
            *_ENDS,
        ),
    )


def _share(outcome: Guess, clusters: str) -> Draft:
    return Draft(
        imports=("proportion",),
        null='"none"',
        statement=f"{_plain(outcome.name)} is 1 in more than half of the rows.",
        body=(
            *_complete(outcome),
            f"estimate = proportion({_rows(outcome)}[{_py(outcome.name)}]{_by(_rows(outcome), clusters)})",
            "assert estimate.low > 0.5",
        ),
    )


def _mean(outcome: Guess) -> Draft:
    return Draft(
        imports=("estimated",),
        null='"none"',
        statement=f"The mean of {_plain(outcome.name)} is above 0.",
        body=(
            *_complete(outcome),
            f"values = {_rows(outcome)}[{_py(outcome.name)}]",
            'estimate = estimated("mean", float(values.mean()), n=len(values))',
            "assert estimate.value > 0",
        ),
    )


_ENDS: Final = ("assert estimate.value > 0", "assert estimate.p < 0.05")


def _complete(outcome: Guess) -> tuple[str, ...]:
    return (f"rows = table.complete({_py(outcome.name)})",) if "gaps" in outcome.entry else ()


def _rows(outcome: Guess) -> str:
    return "rows" if "gaps" in outcome.entry else "table"


def _by(rows: str, clusters: str) -> str:
    return f", clusters={rows}[{_py(clusters)}]" if clusters else ""


def _is_marks(outcome: Guess) -> bool:
    return "values" in outcome.entry or ("range" in outcome.entry and "whole" in outcome.entry)


def _with_both(unit: Seen, factor: Seen) -> int:
    """How many levels of a unit have rows of both levels of a factor."""
    pairs = np.unique(unit.codes * 2 + factor.codes)
    return len(pairs) - len(np.unique(pairs // 2))


def _has_one(unit: Seen, factor: Seen) -> bool:
    return _with_both(unit, factor) == 0


def _repeats(unit: Seen, factor: Seen) -> bool:
    return len(np.unique(unit.codes * 2 + factor.codes)) < len(factor.codes)


def _py(text: str) -> str:
    """The text as Python source."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def _plain(name: str) -> str:
    """A name in a docstring: signs that can be seen, and none that would end it."""
    shown = "".join(sign if sign.isprintable() and sign not in '"\\{}' else "?" for sign in name)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
