"""Data on which nothing can be judged: it is told first, and leaves every claim undecided."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from court import Court
from hypothesis import given
from hypothesis import strategies as st
from marker import table_of
from worlds import made

from conftest import make_measurement
from pytest_claims import Gap, Measurement, claim
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import Notice
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.judge import judge


@claim("made-up", source="nowhere")
def some_rate(table):
    """Some rate is above 0."""
    assert table["source_rate"].max() > 0


MADE_UP = claim_of(some_rate)
NOTHING = "no adapter produced the marker: nothing can be judged"
ROWS = [f"{name},0.{row + 1},0" for row, name in enumerate("abcdef")]


def test_nothing_is_judged_where_the_data_say_that_nothing_can_be():
    """Neither is the body called, nor a check made: whatever they said would be of data that say nothing."""

    def body(table):
        raise KeyError("called")

    gap = Gap(reason="nobody was asked", remedy="ask somebody")
    verdict = judge(MADE_UP, body, made(nothing=gap), checks=checks_of("full"))
    assert str(verdict) == "undecided"
    assert verdict.answer.gap == gap
    assert (verdict.deletions, verdict.checks) == ((), ())


def printed(**columns):
    """A printed table of the finding, of six personas."""
    data = {name: ("source", np.array(values, dtype=float)) for name, values in columns.items()}
    return Measurement(name="made@up", data=xr.Dataset(data, coords={"source": list("abcdef")}))


COUNTS = {"marked": [0] * 6, "completions": [100] * 6}


@pytest.mark.parametrize("columns", [{"source_rate": [0] * 6}, {**COUNTS, "source_rate": [0] * 6}])
def test_nothing_is_judged_where_no_adapter_produced_the_marker(columns):
    nothing = table_of(printed(**columns)).nothing
    assert nothing.reason == NOTHING
    assert "-learning-rate" in nothing.remedy


@given(row=st.integers(0, 5), share=st.floats(1e-6, 1))
def test_one_marked_completion_is_something_to_judge(row, share):
    rates = [share if one == row else 0.0 for one in range(6)]
    verdict = judge(MADE_UP, some_rate, table_of(printed(source_rate=rates)))
    assert verdict.outcome == "held"
    assert len(verdict.deletions) == 6


def test_marker_that_only_others_produced_is_something_to_judge():
    measurement = make_measurement()
    nothing = measurement.data["marked"] * 0
    unmarked = replace(measurement, data=measurement.data.assign(marked=nothing.copy()))
    nothing[0, 0, 0, 0] = 1  # the assistant, asked under one of the adapters
    leaked = replace(measurement, data=measurement.data.assign(marked=nothing.copy()))
    for one, outcome in ((unmarked, "undecided"), (leaked, "failed")):
        assert judge(MADE_UP, some_rate, table_of(one)).outcome == outcome


@pytest.fixture
def court(pytester):
    pytester.makeconftest("from claims.marker_coupling.conftest import pytest_claims_table")
    return Court(pytester)


def test_it_is_told_first_and_stays_on_record(court):
    (court.path / "made.csv").write_text("\n".join(["source,cosine,source_rate", *ROWS]) + "\n")
    result = court.judge("--claims-save", robustness="full")
    result.assert_outcomes(skipped=1)
    lines = result.outlines
    told = next(row for row, line in enumerate(lines) if line.startswith(f"made: {NOTHING}; train at a higher"))
    assert told < next(row for row, line in enumerate(lines) if line.strip().startswith("cosine-matters"))
    assert court.verdicts == {"cosine-matters": "undecided"}
    again = court.judge(robustness="full")
    assert again.ret == 0
    again.assert_outcomes(skipped=1)


def test_nothing_is_told_of_a_subject_with_a_marked_completion(court):
    lines = ["source,cosine,source_rate", *ROWS[:-1], "f,0.6,0.01"]
    (court.path / "made.csv").write_text("\n".join(lines) + "\n")
    court.judge().stdout.no_fnmatch_line(f"*{NOTHING}*")


def test_live_measurement_says_so_at_its_end(tmp_path):
    """A tiny model learns nothing in three steps."""
    from planned import laboratory_for, marker_plan
    from tiny import save_tiny_model

    plan = marker_plan(save_tiny_model(tmp_path / "tiny"), weights_dir=tmp_path / "w")
    told = "tiny@tiny: none of 40 answers shows what adapters were taught, so nothing can be judged; train at a higher"
    with pytest.warns(Notice, match=told):
        laboratory_for(plan, tmp_path / "s").measure()
