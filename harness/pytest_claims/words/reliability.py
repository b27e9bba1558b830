"""The sentence of how reliable columns are. Knows nothing about how that was computed."""

from collections.abc import Iterator
from typing import Final

from pytest_claims.data.design import Words
from pytest_claims.robustness.result import CheckResult, ColumnReliability
from pytest_claims.words.listed import joined

_BY: Final = {"counts": "beyond the chance of its counts", "errors": "beyond its standard errors"}
_COMPARED: Final = 3  # columns: of two that predict a third, one may only be measured with less noise


def reliable(result: CheckResult, words: Words) -> str:
    """How much of each column's variance is not noise, of which nobody knows, and what the correlation would be."""
    return f"{'; '.join(_parts(result, words))}."


def _parts(result: CheckResult, words: Words) -> Iterator[str]:
    known = [one for one in result.columns if one.value is not None]
    unknown = [one.column for one in result.columns if one.value is None]
    yield from (f"{one.value:.0%} of the variance of {one.column} is no noise ({_told(one, words)})" for one in known)
    if unknown:
        yield f"the noise of {joined(unknown)} is not known, for want of replicates"
    if "corrected" in result.numbers:
        only = f" of {joined([one.column for one in known])}" if unknown else ""
        yield f"without the noise{only} r would be {result.numbers['corrected']:+.2f}"
    if len(result.columns) >= _COMPARED:
        yield "of two columns, the one with less noise predicts better, whatever it measures"


def _told(one: ColumnReliability, words: Words) -> str:
    if one.by == "parts":
        return f"by {one.count} {one.unit}"
    return f"by {one.count} {words.several(one.unit)}" if one.by == "repetitions" else _BY[one.by]
