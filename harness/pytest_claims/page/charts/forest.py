"""The forest: the estimate of a claim on each subject with its interval, and what they say together.

Knows nothing about how estimates are pooled.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pytest_claims.page.chart import FAINT, INK, Cell, Chart, label, layer, layered, number, told
from pytest_claims.page.charts.outcomes import looks
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.syntheses import Synthesis
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.verdict import word

_COLUMNS: Final = {
    "subject": "subject",
    "value": "estimate",
    "low": "from",
    "high": "to",
    "n": "N",
    "word": "verdict",
    "outcome": "it is",
}
_RULE: Final = {"type": "rule", "color": INK}
_LINE, _MARGIN = 22, 24  # pixels


def forest(record: Record, verdicts: Sequence[Verdict]) -> Iterator[Chart]:
    """One chart of all subjects on which a claim has an estimate of the same kind as most; none of fewer than two."""
    decided = [one for one in verdicts if one.outcome != "undecided"]
    known = [(one, found) for one in decided for found in [one.answer.estimate] if found is not None]
    symbols = [estimate.symbol for _, estimate in known]
    symbol = max(symbols, key=symbols.count, default="")
    rows: list[dict[str, Cell]] = [
        {
            "subject": one.subject,
            "value": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "n": float(estimate.n),
            "word": word(one),
            "outcome": "undecided" if one.ruling == "inconclusive" else one.outcome,
        }
        for one, estimate in known
        if estimate.symbol == symbol
    ]
    if len(rows) < 2:
        return
    together = [row for one in record.syntheses if one.claim == verdicts[0].claim.id for row in _together(one)]
    null, ends = known[0][1].null, {"x": number("low", symbol), "x2": {"field": "high"}}
    yield Chart(
        name="subjects",
        title="On every subject",
        description=f"{symbol} on each of {len(rows)} subjects with its interval; the dashed line is no effect.",
        spec=layered(
            layer("null", {"type": "rule", "color": FAINT, "strokeDash": [4, 4]}, x=number("null", symbol)),
            *(
                [layer("subjects", _RULE, y=_of("subject"), **ends)]
                if any(row["low"] is not None for row in rows)
                else []
            ),
            layer(
                "subjects",
                {"type": "point", "filled": True, "size": 80},
                x=number("value", symbol),
                y=_of("subject"),
                **looks([*rows, *together]),
                tooltip=told({**_COLUMNS, "value": symbol}, ["value", "low", "high", "n"]),
            ),
            height=_MARGIN + _LINE * (len(rows) + len(together)),
        ),
        data={"subjects": [*rows, *together], "null": [{"null": null}]},
        columns={**_COLUMNS, "value": symbol},
    )


def _of(name: str) -> dict[str, object]:
    return label(name, None, sort=None)


def _together(one: Synthesis) -> Iterator[dict[str, Cell]]:
    """What several subjects say together: pooled, with where a new one would lie, or as they are."""
    if one.pooled is not None:
        yield _row("pooled", one.pooled.estimate, one.pooled.low, one.pooled.high)
        if one.pooled.prediction is not None:
            yield _row("a new subject", one.pooled.estimate, *one.pooled.prediction)
    elif one.joint is not None:
        yield _row("their mean", one.joint.estimate, one.joint.low, one.joint.high)


def _row(name: str, value: float, low: float | None, high: float | None) -> dict[str, Cell]:
    return {"subject": name, "value": value, "low": low, "high": high, "n": None, "word": "", "outcome": "together"}
