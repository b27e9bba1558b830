"""The specification curve: the estimate in every analysis that was tried, from the lowest to the highest.

Knows nothing about which choices there are.

Source: Simonsohn, Simmons and Nelson (2020), Nat. Hum. Behav. 4, 1208-1214.
"""

from collections.abc import Iterator

from pytest_claims.page.chart import FAINT, INK, Cell, Chart, layer, layered, number, told
from pytest_claims.page.charts.outcomes import looks
from pytest_claims.robustness.result import Analyses
from pytest_claims.verdicts.verdict import Verdict


def specifications(verdict: Verdict) -> Iterator[Chart]:
    """The curve, where the multiverse of a claim was asked."""
    estimate, made = verdict.answer.estimate, verdict.result("multiverse")
    if estimate is None or made is None or made.analyses is None:
        return
    rows, choices = _rows(made.analyses)
    if len(rows) < 2:
        return
    columns = {"value": "estimate", "outcome": "outcome", **choices}
    yield Chart(
        name="specifications",
        title=f"In {len(rows)} analyses",
        description=(
            f"The estimate in each of {len(rows)} analyses, in order; the line is the one of the claim. "
            f"It holds in {made.numbers['share']:.0%}."
        ),
        spec=layered(
            layer("judged", {"type": "rule", "color": FAINT, "strokeDash": [4, 4]}, y=number("null", "estimate")),
            layer("judged", {"type": "rule", "color": INK}, y=number("value", "estimate")),
            layer(
                "analyses",
                {"type": "point", "filled": True, "size": 40},
                x={"field": "rank", "type": "quantitative", "title": "analyses, in order", "scale": {"zero": False}},
                y=number("value", "estimate"),
                tooltip=told(columns, ["value"]),
                transform=[{"window": [{"op": "row_number", "as": "rank"}]}],
                **looks(rows),
            ),
            height=200,
        ),
        data={"analyses": rows, "judged": [{"value": estimate.value, "null": estimate.null}]},
        columns=columns,
    )


def _rows(analyses: Analyses) -> tuple[list[dict[str, Cell]], dict[str, str]]:
    """A row for each analysis with a value, from the lowest to the highest; and what each choice is called."""
    choices = {f"choice{place}": one for place, one in enumerate(analyses.choices)}
    rows: list[dict[str, Cell]] = [
        {
            "value": value,
            "outcome": analyses.outcomes[place],
            **{field: one.options[one.chosen[place]] for field, one in choices.items()},
        }
        for place, value in enumerate(analyses.values)
        if value is not None
    ]
    rows.sort(key=lambda row: float(row["value"] or 0.0))
    return rows, {field: one.name for field, one in choices.items()}
