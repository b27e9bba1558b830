"""What is in the data of a subject, in lines. Knows nothing about how it was read, nor where it is shown."""

from collections.abc import Iterator, Sequence
from typing import Final

from pytest_claims.data.design import Words
from pytest_claims.data.dropped import Otherwise
from pytest_claims.data.summary import Dimension, Span, Summary
from pytest_claims.words.listed import joined, listed
from pytest_claims.words.lost import dropped

_FEW: Final = 6  # levels whose rows are told one by one


def summary_lines(one: Summary) -> Iterator[str]:
    """The rows of a subject, its units and factors, what was measured, what is missing, and what is not used."""
    yield f"{one.subject}: {one.words.counted(one.rows)}"
    parts = [
        ("units", [_dimension(unit, one.words) for unit in one.units]),
        ("factors", [_dimension(factor, one.words) for factor in one.factors]),
        ("measured", [_span(span, one.rows) for span in one.measured]),
        ("summed over", _wrapped(one.summed)),
        ("left out", [dropped(some, one.words) for some in one.dropped]),
        ("otherwise", [_otherwise(some) for some in one.otherwise]),
        ("not declared", [_lies_in(*pair, one.words) for pair in one.lying_in]),
        ("not read", _wrapped(one.unread)),
        ("no claim uses", _wrapped(one.unused)),
    ]
    for title, lines in parts:
        for place, line in enumerate(lines):
            yield f"  {title if place == 0 else '':<14}{line}"


def _dimension(one: Dimension, words: Words) -> str:
    count = len(one.levels)
    lies = f", within {joined(one.within)}" if one.within else ""
    families = f", in {one.families} families" if one.families else ""
    return f"{one.name}: {count:,} level{'s' * (count != 1)}{lies}{families}{_levels(one, words)}"


def _levels(one: Dimension, words: Words) -> str:
    if not one.rows:
        return f" ({listed(one.levels)})"
    if len(one.levels) <= _FEW:
        told = ", ".join(f"{name} {count:,}" for name, count in zip(one.levels, one.rows, strict=True))
        return f" ({told} {words.units})"
    least, most = min(one.rows), max(one.rows)
    if most == 1:
        return f" ({listed(one.levels)})"
    each = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return f" ({listed(one.levels)}; {each} {words.units} each)"


def _span(one: Span, rows: int) -> str:
    if one.missing == rows:
        return f"{one.name}: missing in all rows"
    missing = f", {one.missing:,} missing" if one.missing else ""
    return f"{one.name}: {one.low:g} to {one.high:g}, {one.different:,} different{missing}"


def _otherwise(one: Otherwise) -> str:
    told = listed([f"{text!r} in {count:,}" for text, count in one.texts])
    return f"{one.column} is {one.number:g} in {sum(count for _, count in one.texts):,} rows: {told}"


def _lies_in(inner: str, outer: str, words: Words) -> str:
    drawn = f"if {words.several(inner)} were drawn for each {outer}"
    return f'each {inner} lies in one {outer}; {drawn}, say within = "{outer}" of {inner}'


def _wrapped(names: Sequence[str]) -> list[str]:
    return [", ".join(names)] if names else []
