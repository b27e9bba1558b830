"""Charts of a record: valid Vega-Lite that shows the numbers of the record, in every shape that an estimate has."""

import altair
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import table_with, world

from pytest_claims import (
    claim,
    dealt,
    difference_between_arms,
    difference_of_dependent_correlations,
    heterogeneity,
    intraclass_correlation,
    mantel,
    paired_difference,
    pearson,
    strongest_correlation,
)
from pytest_claims.asking.claim import claim_of
from pytest_claims.page.chart import plain
from pytest_claims.page.charts.compared import compared
from pytest_claims.page.charts.names import labelled
from pytest_claims.page.charts.of_verdict import of_verdict
from pytest_claims.page.static import FORMATS, save
from pytest_claims.robustness.battery import checks_of
from pytest_claims.stats.proportion import wilson
from pytest_claims.verdicts.judge import judge

RANDOM = np.random.default_rng(5)
SIZE = 14
COLUMNS = {
    "x": RANDOM.normal(size=SIZE),
    "y": RANDOM.normal(size=SIZE),
    "z": RANDOM.normal(size=SIZE),
    "won": RANDOM.integers(1, 30, SIZE).astype(float),
    "tried": np.full(SIZE, 40.0),
    "arm": np.tile([0.0, 1.0], SIZE // 2),
}
TABLE = table_with(COLUMNS)
SHAPES = {
    "scatter": lambda t: pearson(t["x"], t["y"]),
    "scatter-other": lambda t: difference_of_dependent_correlations(t["x"], t["z"], t["y"]),
    "pairs": lambda t: paired_difference(t["x"], t["y"]),
    "arms": lambda t: difference_between_arms(t["x"], t["arm"].astype(int).astype(str), arms=("0", "1")),
    "rates": lambda t: heterogeneity(t["won"], t["tried"]),
    "places": lambda t: strongest_correlation(np.array([t["x"], t["z"]]), t["y"]),
    "repetitions": lambda t: intraclass_correlation(np.array([t["x"], t["x"] + 0.1 * t["z"]])),
    "matrices": lambda t: mantel(np.subtract.outer(t["x"], t["x"]) ** 2, np.subtract.outer(t["y"], t["y"]) ** 2),
}


def judged(compute, table=TABLE, checks="none"):
    @claim("made-up", source="nowhere", null=dealt("x", across="item"))
    def made(some):
        """Made up."""
        assert compute(some).value > -np.inf

    return judge(claim_of(made), made, table, checks=checks_of(checks))


def charts_of(compute, **more):
    return {one.name: one for one in compared(judged(compute, **more))}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_a_chart_that_is_valid(shape):
    charts = charts_of(SHAPES[shape])
    assert charts.keys() >= {"scatter" if shape == "matrices" else shape}
    for chart in charts.values():
        altair.Chart.from_dict(plain(chart))  # raises where the schema of Vega-Lite does not allow it
        assert chart.description.endswith(".")
        assert set(chart.columns) <= set(chart.rows[0])


def test_points_are_those_of_the_table():
    rows = charts_of(SHAPES["scatter"])["scatter"].rows
    assert [row["x"] for row in rows] == COLUMNS["x"].tolist()
    assert [row["y"] for row in rows] == COLUMNS["y"].tolist()
    assert [row["name"] for row in rows] == list(TABLE.rows)


def test_pairs_that_differ_most_stand_first():
    rows = charts_of(SHAPES["pairs"])["pairs"].rows
    apart = [abs(row["first"] - row["second"]) for row in rows]
    assert apart == sorted(apart, reverse=True)


def test_rates_have_the_interval_of_wilson():
    rows = charts_of(SHAPES["rates"])["rates"].rows
    for row in rows:
        assert (row["low"], row["high"]) == wilson(row["successes"] / 40, 40, 0.95)
    assert [row["rate"] for row in rows] == sorted((row["rate"] for row in rows), reverse=True)


def test_row_without_which_the_outcome_is_another_is_marked():
    @claim("near", source="nowhere")
    def near(table):
        """They are related."""
        assert pearson(table["score"], table["rate"]).p < 0.05

    table = next(one for one in (world(0.6, 10, seed) for seed in range(99)) if 0 < len(_flips(near, one)) < 5)
    (chart,) = compared(judge(claim_of(near), near, table))
    marked = {row["name"] for row in chart.rows if row["role"] == "overturns"}
    assert marked == set(_flips(near, table))
    assert "A diamond is a row without which the outcome is another." in chart.description


def _flips(body, table):
    verdict = judge(claim_of(body), body, table)
    return verdict.flips if verdict.outcome == "held" else ()


def test_all_charts_of_a_verdict_are_valid_and_of_different_names():
    verdict = judged(SHAPES["scatter"], checks="full")
    charts = list(of_verdict(verdict, TABLE.design.words))
    names = [chart.name for chart in charts]
    assert {"scatter", "without-item", "chance"} <= set(names)
    assert len(set(names)) == len(names)
    for chart in charts:
        altair.Chart.from_dict(plain(chart))
    (chance,) = [chart for chart in charts if chart.name == "chance"]
    assert sum(row["count"] for row in chance.rows) == 2000
    (without,) = [chart for chart in charts if chart.name == "without-item"]
    assert {row["level"]: row["value"] for row in without.rows} == verdict.values_without


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=25))
def test_every_named_point_has_one_place_for_its_name(points):
    x, y = np.array(points).T
    rows = [{"name": f"n{place}", "x": float(a), "y": float(b)} for place, (a, b) in enumerate(points)]
    assert [row["name"] for row in labelled(rows, x, y)] == [row["name"] for row in rows]


def test_two_names_that_would_lie_on_each_other_stand_apart():
    rows = [{"name": "a long name"}, {"name": "another name"}, {"name": "far"}]
    first, second, _ = labelled(rows, np.array([0.5, 0.52, 3.0]), np.array([1.0, 1.0, 2.0]))
    assert first["place"] != second["place"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_chart_is_written_as_a_file(suffix, tmp_path):
    chart = charts_of(SHAPES["scatter"])["scatter"]
    file = tmp_path / f"chart.{suffix}"
    save(chart, file)
    starts = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF"}
    assert file.read_bytes().startswith(starts[suffix])
    assert list(tmp_path.iterdir()) == [file]
