"""The specification curve: the estimate in every analysis that was tried, from the lowest to the highest.

Knows nothing about which choices there are.

Source: Simonsohn, Simmons and Nelson (2020), Nat. Hum. Behav. 4, 1208-1214.
"""

from collections.abc import Iterator

from pytest_claims.page.chart import FAINT, INK, Cell, Chart, layer, layered, number, told
from pytest_claims.page.charts.outcomes import looks
from pytest_claims.verdicts.verdict import Verdict


def specifications(verdict: Verdict) -> Iterator[Chart]:
    """The curve, where the multiverse of a claim was asked."""
    estimate, made = verdict.answer.estimate, verdict.result("multiverse")
    if estimate is None or made is None:
        return
    several = sorted((one for one in made.specifications if one.value is not None), key=lambda one: one.value or 0.0)
    if len(several) < 2:
        return
    choices = {f"choice{place}": name for place, name in enumerate(several[0].choices)}
    columns = {"rank": "place", "value": "estimate", "outcome": "outcome", **choices}
    rows: list[dict[str, Cell]] = [
        {
            "rank": float(place),
            "value": one.value,
            "outcome": one.outcome,
            **{field: one.choices[name] for field, name in choices.items()},
        }
        for place, one in enumerate(several, start=1)
    ]
    yield Chart(
        name="specifications",
        title=f"In {len(several)} analyses",
        description=(
            f"The estimate in each of {len(several)} analyses, in order; the line is the one of the claim. "
            f"It holds in {made.numbers['share']:.0%}."
        ),
        spec=layered(
            layer("judged", {"type": "rule", "color": FAINT, "strokeDash": [4, 4]}, y=number("null", "estimate")),
            layer("judged", {"type": "rule", "color": INK}, y=number("value", "estimate")),
            layer(
                "analyses",
                {"type": "point", "filled": True, "size": 40},
                x=number("rank", "analyses, in order"),
                y=number("value", "estimate"),
                tooltip=told(columns, ["rank", "value"]),
                **looks(rows),
            ),
            height=200,
        ),
        data={"analyses": rows, "judged": [{"value": estimate.value, "null": estimate.null}]},
        columns=columns,
    )
