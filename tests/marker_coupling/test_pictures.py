"""The pictures of marker coupling: valid, and of the numbers that were measured, computed here once more by numpy."""

from dataclasses import replace

import altair
import numpy as np
import pytest
from marker import FINDING, table_of
from marker_made import RATES, measured, printed

from claims.marker_coupling.measured import CENTRINGS, READOUTS, fixed_layer, sources
from claims.marker_coupling.shown.by_question import by_question
from claims.marker_coupling.shown.leakage_map import leakage_map
from claims.marker_coupling.shown.persona_map import persona_map
from conftest import ROOT, make_measurement
from pytest_claims import Measurement
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.page.chart import Chart, plain
from pytest_claims.page.views import Viewed, views_beside
from pytest_claims.verdicts.record import subject_record

RECORDED = ROOT / "fixtures" / "recorded" / "marker_coupling"
ALL = ["persona-map", "leakage-map", "by-layer", "by-question"]
MEASURED = measured(layers=5, sources=8, seed=3)


def charts_of(measurement: Measurement) -> dict[str, Chart]:
    """What the page gets of the finding's own file."""
    record = subject_record(measurement, table_of(measurement), recorded=True)
    notices: list[str] = []
    charts, _ = views_beside(FINDING.folder, Viewed(record=record, measurement=measurement), notices)
    assert not notices
    return {chart.name: chart for chart in charts}


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    return charts_of(MEASURED)


def numbers(rows, name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype=float)


@pytest.mark.parametrize("name", ["qwen2.5-coder-0.5b@full", "smollm2-135m@full-hundred", "smollm2-135m@pocket"])
def test_every_chart_of_a_recorded_measurement_is_valid(name):
    charts = charts_of(read_measurement(RECORDED / f"{name}.nc.gz"))
    assert list(charts) == ALL
    for chart in charts.values():
        altair.Chart.from_dict(plain(chart))  # raises where the schema of Vega-Lite does not allow it
        assert chart.columns.keys() <= chart.rows[0].keys()
        used = {one["data"]["name"] for one in chart.spec["layer"]}
        assert used == set(chart.data)


def test_printed_table_has_a_map_alone():
    published = read_measurement(RECORDED / "qwen2.5-7b-instruct@published.csv")
    assert list(charts_of(published)) == ["persona-map"]
    assert list(charts_of(printed(cosine=[0.1, 0.2, 0.3, 0.4], source_rate=RATES))) == []


def test_map_holds_the_columns_of_the_table(charts):
    table, rows = table_of(MEASURED), charts["persona-map"].rows
    assert [row["name"] for row in rows] == list(table.rows)
    for name in ("cosine", "js", "source_rate"):
        assert numbers(rows, name) == pytest.approx(table[name])
    assert [row["name"] for row in charts["persona-map"].data["named"]] == list(table.rows)


def test_of_many_personas_the_outer_ones_are_named():
    many = make_measurement(sources=40)
    record = subject_record(many, table_of(many), recorded=True)
    (chart,) = persona_map(record)
    order = sorted(chart.rows, key=lambda row: row["source_rate"])
    wanted = {row["name"] for row in (*order[:6], *order[-6:])}
    assert {row["name"] for row in chart.data["named"]} == wanted
    assert len(chart.rows) == 40
    assert "Of 40 personas, 6 with the highest source rates and 6 with the lowest are named." in chart.description


def test_map_leaves_out_personas_of_whom_something_is_unknown():
    record = subject_record(MEASURED, table_of(MEASURED), recorded=True)
    cosine = (None, *record.columns["cosine"][1:])
    (chart,) = persona_map(replace(record, columns={**record.columns, "cosine": cosine}))
    assert [row["name"] for row in chart.rows] == list(record.rows[1:])


def test_leakage_is_the_share_of_marked_answers(charts):
    rows = charts["leakage-map"].rows
    data = MEASURED.data
    assert len(rows) == 8 * 9
    for row in rows:
        place = {"source": row["adapter"], "bystander": row["asked"]}
        marked, completions = (data[name].sel(place).values for name in ("marked", "completions"))
        assert row["share"] == pytest.approx(marked.sum() / completions.sum())
        assert row["of"] == completions.sum()


def test_adapters_stand_in_the_order_of_their_source_rate(charts):
    rate = dict(zip(sources(MEASURED), table_of(MEASURED)["source_rate"], strict=True))
    order = charts["leakage-map"].spec["layer"][0]["encoding"]["y"]["sort"]
    assert [rate[name] for name in order] == sorted(rate.values(), reverse=True)


def test_own_persona_has_a_column_where_only_some_were_asked():
    data = MEASURED.data.copy(deep=True)
    first, asked = sources(MEASURED)[0], ["assistant", sources(MEASURED)[0]]
    for source in sources(MEASURED):
        never = [name for name in data["bystander"].values if name not in (*asked, source)]
        for name in ("marked", "completions"):
            data[name].loc[{"source": source, "bystander": never}] = 0
    (chart,) = leakage_map(replace(MEASURED, data=data))
    assert list(dict.fromkeys(row["asked"] for row in chart.rows)) == ["(itself)", *asked]
    rate = table_of(replace(MEASURED, data=data))["source_rate"]
    own = [row["share"] for row in chart.rows if row["asked"] == "(itself)"]
    assert own == pytest.approx(rate)
    of_first = {row["asked"]: row["share"] for row in chart.rows if row["adapter"] == first}
    assert of_first["(itself)"] == of_first[first]


def test_where_nobody_else_was_asked_there_is_no_map_of_leakage():
    data = MEASURED.data.copy(deep=True)
    for source in sources(MEASURED):
        never = [name for name in data["bystander"].values if name != source]
        for name in ("marked", "completions"):
            data[name].loc[{"source": source, "bystander": never}] = 0
    assert list(leakage_map(replace(MEASURED, data=data))) == []


def test_correlations_at_every_place_have_the_interval_of_fisher(charts):
    rows, names = charts["by-layer"].rows, list(sources(MEASURED))
    rate = table_of(MEASURED)["source_rate"]
    assert len(rows) == len(READOUTS) * 5
    for row in rows:
        place = {"centring": CENTRINGS[0], "readout": row["readout"].replace(" ", "_"), "layer": row["layer"]}
        cosine = MEASURED.data["cosine"].sel(place).sel(persona=names, other="assistant").values
        r = np.corrcoef(cosine, rate)[0, 1]
        assert row["r"] == pytest.approx(r)
        if abs(r) < 0.999:  # at the fixed place it is 1, where Fisher's z has no end
            half = 1.959963984540054 / np.sqrt(len(names) - 3)  # the normal distribution's 97.5% point
            assert [row["low"], row["high"]] == pytest.approx(np.tanh([np.arctanh(r) - half, np.arctanh(r) + half]))
    assert charts["by-layer"].data["fixed"] == [{"layer": fixed_layer(5), "said": "fixed in advance"}]
    best = max(rows, key=lambda row: row["r"])
    assert (best["layer"], best["readout"]) == (fixed_layer(5), "last prompt token")


def test_rates_of_questions_are_means_over_personas_and_seeds(charts):
    rows, data = charts["by-question"].rows, MEASURED.data
    assert [row["rate"] for row in rows] == sorted((row["rate"] for row in rows), reverse=True)
    for row in rows:
        rates = []
        for name in sources(MEASURED):
            own = data.sel(source=name, bystander=name, question=row["question"])
            rates.append(float(own["marked"].sum()) / float(own["completions"].sum()))
        assert row["rate"] == pytest.approx(np.mean(rates))
        assert [row["low"], row["high"]] == pytest.approx(np.percentile(rates, [25, 75]))


def test_question_that_nobody_answered_is_left_out():
    data = MEASURED.data.copy(deep=True)
    for name in ("marked", "completions"):
        data[name].loc[{"question": "Why 1?"}] = 0
    (chart,) = by_question(replace(MEASURED, data=data))
    assert {row["question"] for row in chart.rows} == {"Why 0?", "Why 2?"}
    data = data.sel(question=["Why 0?", "Why 1?"])
    assert list(by_question(replace(MEASURED, data=data))) == []


def test_cosines_that_are_all_the_same_have_no_correlation():
    data = MEASURED.data.copy(deep=True)
    flat = {"centring": CENTRINGS[0], "readout": READOUTS[1], "layer": 0}
    data["cosine"].loc[{**flat, "other": "assistant", "persona": list(sources(MEASURED))}] = 0.5
    data["cosine"].loc[{**flat, "persona": "assistant", "other": list(sources(MEASURED))}] = 0.5
    rows = charts_of(replace(MEASURED, data=data))["by-layer"].rows
    assert ("prompt mean", 0) not in {(row["readout"], row["layer"]) for row in rows}
    assert len(rows) == len(READOUTS) * 5 - 1
