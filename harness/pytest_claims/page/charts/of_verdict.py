"""All charts of one verdict, in the order in which they are looked at. Knows nothing about how each is drawn."""

from collections.abc import Iterator

from pytest_claims.data.design import Words
from pytest_claims.page.chart import Chart
from pytest_claims.page.charts.chance import chance
from pytest_claims.page.charts.compared import compared
from pytest_claims.page.charts.leaving import leaving
from pytest_claims.page.charts.specifications import specifications
from pytest_claims.verdicts.verdict import Verdict


def of_verdict(verdict: Verdict, words: Words) -> Iterator[Chart]:
    """What its estimate compares; without each part; where chance would put it; and in other analyses."""
    if verdict.outcome == "undecided":
        return
    yield from compared(verdict)
    yield from leaving(verdict, words)
    yield from chance(verdict)
    yield from specifications(verdict)
