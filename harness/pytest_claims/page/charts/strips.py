"""Charts of one value for each row: pairs, arms, rates, places in order, and repetitions.

Knows nothing about what a row is.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pytest_claims.page.chart import BLUE, FAINT, INK, Cell, Chart, first_rows, label, layer, layered, number, told
from pytest_claims.stats.compared import Compared
from pytest_claims.stats.proportion import wilson
from pytest_claims.verdicts.verdict import Verdict

Rows = list[dict[str, Cell]]
_MOST: Final = 60  # rows that are drawn one beneath the other; the table has all
_FIRST: Final[Mapping[str, Any]] = {"transform": first_rows(_MOST)}
_LINE, _MARGIN = 16, 24  # pixels
_POINT: Final = {"type": "point", "filled": True, "size": 70, "color": BLUE}


def pairs(of: Compared, rows: Rows, verdict: Verdict) -> Iterator[Chart]:
    """Each pair as a line from its first value to its second, those that differ most first."""
    first, second = (of.names.get(one) or one for one in ("first", "second"))
    whole = [row for row in rows if row["first"] is not None and row["second"] is not None]
    sorted_rows = sorted(_placed(whole), key=lambda row: -abs(_of(row, "first") - _of(row, "second")))
    drawn, columns = sorted_rows[:_MOST], {"label": "row", "first": first, "second": second}
    at = {"y": label("label", None, sort=None), "tooltip": told(columns, ["first", "second"]), **_FIRST}
    across = number("first", f"{first} ●, {second} ■")
    yield Chart(
        name="pairs",
        title=f"{first} and {second} of each row",
        description=f"{first} (●) and {second} (■) of {_some(len(drawn), of.of)}, those that differ most first.",
        spec=layered(
            layer("rows", {"type": "rule", "color": FAINT}, x=across, x2={"field": "second"}, **at),
            layer("rows", _POINT, x=across, **at),
            layer("rows", {**_POINT, "shape": "square", "color": INK}, x=number("second", across["title"]), **at),
            height=_MARGIN + _LINE * len(drawn),
        ),
        data={"rows": sorted_rows},
        columns=columns,
    )


def arms(of: Compared, rows: Rows, verdict: Verdict) -> Iterator[Chart]:
    """The values of each arm, and their mean."""
    value = of.names.get("value") or "value"
    within = [{**row, "arm": of.labels[int(_of(row, "arm"))]} for row in rows if row["arm"] is not None]
    means: Rows = [{"arm": arm, "mean": _mean([row for row in within if row["arm"] == arm])} for arm in of.labels]
    columns = {"name": "row", "arm": "arm", "value": value}
    up = {"y": label("arm", None, sort=None)}
    yield Chart(
        name="arms",
        title=f"{value} in each arm",
        description=f"{value} of each row in {' and '.join(of.labels)}; the line is the mean of an arm.",
        spec=layered(
            layer("rows", {**_POINT, "opacity": 0.5}, x=number("value", value), tooltip=told(columns, ["value"]), **up),
            layer("means", {"type": "tick", "color": INK, "thickness": 3, "size": 30}, x=number("mean", value), **up),
            height=_MARGIN + 50 * len(of.labels),
        ),
        data={"rows": within, "means": means},
        columns=columns,
    )


def rates(of: Compared, rows: Rows, verdict: Verdict) -> Iterator[Chart]:
    """The rate of each row with its 95% interval (Wilson), the highest first."""
    counted = [row for row in _placed(rows) if _of(row, "trials") > 0]
    with_ends: Rows = [{**row, **_rate(_of(row, "successes"), _of(row, "trials"))} for row in counted]
    sorted_rows = sorted(with_ends, key=lambda row: -_of(row, "rate"))
    successes, trials = (of.names.get(one) or one for one in ("successes", "trials"))
    columns = {"label": "row", "rate": "rate", "low": "from", "high": "to", "successes": successes, "trials": trials}
    drawn = sorted_rows[:_MOST]
    up = {"y": label("label", None, sort=None), **_FIRST}
    yield Chart(
        name="rates",
        title=f"Rate of {successes} in {trials}",
        description=f"The rate of {_some(len(drawn), of.of)} with its 95% interval, the highest first.",
        spec=layered(
            layer("rows", {"type": "rule", "color": INK}, x=number("low", "rate"), x2={"field": "high"}, **up),
            layer("rows", _POINT, x=number("rate", "rate"), tooltip=told(columns, list(columns)[1:]), **up),
            height=_MARGIN + _LINE * len(drawn),
        ),
        data={"rows": sorted_rows},
        columns=columns,
    )


def places(of: Compared, rows: Rows, verdict: Verdict) -> Iterator[Chart]:
    """The correlation at each place, in order."""
    along: Rows = [{"place": float(place), "r": row["r"]} for place, row in enumerate(rows)]
    columns = {"place": "place", "r": "r"}
    at = {"x": number("place", "place"), "y": number("r", "r")}
    yield Chart(
        name="places",
        title="Correlation at each place",
        description=f"r at each of {len(along)} places, from 0.",
        spec=layered(
            layer("rows", {"type": "line", "color": FAINT}, **at),
            layer("rows", _POINT, tooltip=told(columns, list(columns)), **at),
            height=200,
        ),
        data={"rows": along},
        columns=columns,
    )


def repeated(of: Compared, rows: Rows, verdict: Verdict) -> Iterator[Chart]:
    """The values of each target, a point for each repetition, the highest target first."""
    by_target: dict[float, Rows] = {}
    for row in rows:
        by_target.setdefault(_of(row, "target"), []).append(row)
    order = sorted(by_target, key=lambda target: -_mean(by_target[target]))
    within: Rows = [{**row, "label": f"{target:.0f}"} for target in order for row in by_target[target]]
    columns = {"label": "target", "repetition": "repetition", "value": of.names.get("value") or "value"}
    drawn = within if len(order) <= _MOST else [row for target in order[:_MOST] for row in by_target[target]]
    yield Chart(
        name="repetitions",
        title="Each repetition of each target",
        description=f"The value of {len(order)} targets in every repetition, the highest mean first.",
        spec=layered(
            layer(
                "drawn",
                {**_POINT, "opacity": 0.6},
                x=number("value", columns["value"]),
                y=label("label", "target", sort=None),
                tooltip=told(columns, ["repetition", "value"]),
            ),
            height=_MARGIN + _LINE * min(len(order), _MOST),
        ),
        data={"rows": within, "drawn": drawn},
        columns=columns,
    )


def _placed(rows: Rows) -> Rows:
    """Rows with what they are labelled by: their name, or their place."""
    return [{**row, "label": row["name"] or f"{place}"} for place, row in enumerate(rows)]


def _rate(successes: float, trials: float) -> dict[str, Cell]:
    low, high = wilson(successes / trials, trials, 0.95)
    return {"rate": successes / trials, "low": low, "high": high}


def _some(drawn: int, of: int) -> str:
    rows = "row" if of == 1 else "rows"
    return f"{of:,} {rows}" if drawn == of else f"{drawn:,} of {of:,} {rows}"


def _mean(rows: Rows) -> float:
    known = [_of(row, "value") for row in rows if row["value"] is not None]
    return sum(known) / len(known) if known else 0.0


def _of(row: Mapping[str, Cell], name: str) -> float:
    value: Any = row[name]
    return 0.0 if value is None else float(value)
