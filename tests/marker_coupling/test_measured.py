"""What is measured of marker coupling: known variables, laid out as they are, that fit together."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marker import table_of
from marker_made import RATES, changed, printed

from claims.marker_coupling.measured import CENTRINGS, VARIABLES, check, fixed_layer, sources
from conftest import make_measurement
from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.measurement_file import measurement_name, read_measurement


def put(name, value, *place):
    """A change of one number."""

    def change(data):
        data[name] = data[name].astype(float)
        data[name][place] = value
        return data

    return change


def refused(message: str, measurement: Measurement) -> None:
    """It is a measurement, and none of marker coupling; said in one line that names it."""
    with pytest.raises(InputError, match=message) as raised:
        table_of(measurement)
    assert str(raised.value).startswith(f"{measurement.name}")
    assert "\n" not in str(raised.value)


def test_recordings_are_what_they_may_be(root):
    files = [file for file in (root / "fixtures" / "recorded" / "marker_coupling").iterdir() if measurement_name(file)]
    measurements = [read_measurement(file) for file in files]
    for measurement in measurements:
        check(measurement)
    assert [measurement.name for measurement in measurements] == [measurement_name(file) for file in files]
    assert {str(name) for measurement in measurements for name in measurement.data.data_vars} == set(VARIABLES)


@pytest.mark.parametrize(("depth", "layer"), [(28, 10), (30, 11), (1, 0), (7, 2), (32, 11), (80, 29)])
def test_fixed_layer_is_at_the_relative_depth_of_the_source(depth, layer):
    assert fixed_layer(depth) == layer


@given(st.integers(1, 1000))
def test_fixed_layer_is_one_of_the_model(depth):
    assert 0 <= fixed_layer(depth) < depth


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.rename(js="jss"), "^made@up: unknown variable 'jss'; did you mean 'js'. known are marked, "),
        (lambda d: d.rename(layer="layers"), "unknown dimension 'layers'; did you mean 'layer'. known are seed, "),
        (lambda d: d.rename(source="sorce"), "unknown dimension 'sorce'; did you mean 'source'. known are seed, "),
        (lambda d: d.expand_dims(temperature=[1]), "unknown dimension 'temperature'; known are seed, source, "),
        (lambda d: d.assign(js=d["js"].mean("question")), "js is over persona, other; wanted question, persona, other"),
        (
            lambda d: d.assign(js=d["js"].isel(other=0, drop=True)),
            "js is over question, persona; wanted question, persona, other; or source alone$",
        ),
        (
            lambda d: d.assign(answer_nll=d["js"].isel(question=0, drop=True)),
            "answer_nll is over persona, other; wanted persona",
        ),
        (
            lambda d: d.assign(marked=d["marked"].isel(seed=0, bystander=0, question=0, drop=True)),
            "marked over source and completions over seed, source, bystander, question; wanted both over the same",
        ),
    ],
)
def test_unknown_variables_and_dimensions_are_refused(change, message):
    refused(message, changed(change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("marked", 0.5, 0, 0, 0, 0), "marked is 0.5 at seed 0, .*; wanted a count, which is a whole number"),
        (put("completions", 5.5, 0, 0, 0, 0), "completions is 5.5 at seed 0, .*; wanted a count"),
        (put("marked", -1, 0, 0, 0, 0), r"marked is -1.0 at seed 0, .*; wanted a number in \[0, inf\]"),
        (put("marked", 99, 0, 0, 0, 0), "more marked completions than completions; check both columns"),
        (put("js", 0.65, 0, 1, 2), "js is 0.65 at question Why 0.*, persona persona_0, other persona_1, and not the s"),
        (put("js", 0.7, 0, 1, 2), r"js is 0.7 at .*; wanted a number in \[0, 0.6931\]"),
        (put("js", 0.1, 0, 1, 1), "js is 0.1 at .* persona persona_0, other persona_0; wanted 0 of a persona with its"),
        (put("cosine", 0.9, 3, 1, 1), "cosine is 0.9 at layer 3, persona persona_0, other persona_0; wanted 1 of a pe"),
        (put("cosine", 1.0, 3, 0, 2), "cosine is 1.0 at layer 3, persona assistant, other persona_1, and not the same"),
        (put("cosine", 1.1, 3, 0, 2), r"cosine is 1.1 at layer 3, .*; wanted a number in \[-1, 1\]"),
    ],
)
def test_numbers_that_cannot_be_are_refused(change, message):
    refused(message, changed(change))


def test_order_of_the_others_does_not_matter():
    turned = changed(lambda data: data.isel(other=slice(None, None, -1)))
    check(turned)
    assert turned.sha256 != make_measurement().sha256  # it is other data, and as good


def test_vector_at_the_centre_has_no_direction():
    """Its cosines are 0, with itself too, as where every persona has the same state."""
    everywhere = changed(lambda data: data.assign(cosine=0 * data["cosine"]))
    check(everywhere)
    assert float(everywhere.data["cosine"].max()) == 0


@given(st.floats(-1e-7, 1e-7))
def test_rounding_of_float32_is_no_fault(nudge):
    check(changed(put("cosine", 1 + nudge, 2, 1, 1)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.assign_coords(layer=d["layer"] + 1), "no layer 0: have 1, 2, 3, 4, 5, 6, 7; measure again"),
        (lambda d: d.assign_coords(layer=list("abcdefg")), "layer 'a', wanted a whole number"),
        (lambda d: d.assign_coords(question=[0, 1, 2]), "question 0, wanted text"),
        (lambda d: d.assign_coords(source=np.arange(5)), "source 0, wanted text"),
        (lambda d: d.isel(bystander=slice(1, None)), "no bystander assistant: have persona_0, "),
        (lambda d: d.isel(persona=slice(3), other=slice(3)), "no persona persona_2, persona_3, persona_4: have assi"),
        (lambda d: d.expand_dims(centring=["panel", "nobody"]), "unknown centring 'nobody'; known are panel, sources"),
        (lambda d: d.expand_dims(centring=["panel"]), "no centring sources, none: have panel"),
        (lambda d: d.expand_dims(readout=["last_prompt_token"]), "no readout prompt_mean, response_mean: have last_pr"),
        (
            lambda d: d.isel(source=slice(3)),
            r"3 source personas \(persona_0, persona_1, persona_2\); at least 4 are ne",
        ),
        (lambda d: d[["cosine", "js"]].drop_vars("source", errors="ignore"), "no dimension 'source': have "),
        (
            lambda d: d.assign_coords(source=["assistant", *d["source"].values[1:]]),
            "'assistant' is the reference and is never a source; remove its row",
        ),
    ],
)
def test_labels_by_which_nothing_could_be_read_are_refused(change, message):
    refused(message, changed(change))


def test_cosine_may_lack_what_was_not_varied():
    cosine = make_measurement().data["cosine"]
    check(changed(lambda data: data.assign(cosine=cosine.isel(layer=0, drop=True))))
    check(changed(lambda data: data.assign(cosine=cosine.expand_dims(centring=list(CENTRINGS)))))
    check(changed(lambda data: data.assign(cosine=("source", np.linspace(-1, 1, 5)))))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.drop_vars("marked"), "'completions' without 'marked': counts need both; measure again"),
        (
            lambda d: d.assign(source_rate=("source", [*RATES, 0.5])),
            "source_rate beside marked over seed, source, bystander, question, which gives it; remove source_rate",
        ),
        (
            lambda d: d.drop_vars("completions").assign(source_rate=("source", [*RATES, 0.5])),
            "'marked' without 'completions': counts need both; add the column",
        ),
    ],
)
def test_counts_that_are_half_there_are_refused(change, message):
    refused(message, changed(change))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"marked": [10, 20, 30, 41], "completions": [100] * 4},
            "made: source_rate of d is 0.4, and 41 of 100 marked is 0.41; correct one of them, or give the rounding",
        ),
        (
            {"completions": [100, 100, 0, 100]},
            "made: 0 completions of c; wanted at least one; remove its row, or the c",
        ),
        ({"marked": [0] * 4, "completions": [100, 0, 0, 100]}, "made: 0 completions of b"),
        ({"source_rate": [0.1, 0.2, 0.3, 1.0000005]}, "source_rate is 1.0000005 at source d"),
        ({"source_rate": [0.1, 0.2, 0.3, -1e-7]}, "source_rate is -1e-07 at source d"),
    ],
)
@pytest.mark.parametrize("along", ["source", "persona"])
def test_columns_of_a_table_agree(columns, message, along):
    refused(message, printed(along=along, **{"source_rate": RATES, **columns}))


def test_rates_agree_as_far_as_they_were_printed():
    counts = {"marked": [11, 20, 30, 40], "completions": [105, 100, 100, 100]}
    refused(r"source_rate of a is 0.1, and 11 of 105 marked is 0.104762", printed(source_rate=RATES, **counts))
    assert table_of(printed(source_rate=RATES, **counts, rounding={"source_rate": 0.005})).rows == tuple("abcd")


@pytest.mark.parametrize(("column", "most"), [("cosine", 1.0), ("js", math.log(2) / 2), ("completions", 0.5)])
def test_rounding_that_leaves_nothing_is_refused(column, most):
    plain = make_measurement()
    assert table_of(replace(plain, rounding={column: most})).rounding == {column: most}
    message = (
        f"rounding: {column} is .*; wanted half of its last printed digit, such as 0.005, and no more than {most:.4g}"
    )
    refused(message, replace(plain, rounding={column: most + 0.01}))


def test_families_are_of_personas():
    assert table_of(replace(make_measurement(), families={"assistant": "x"})).families == {"assistant": "x"}
    refused(
        r"families: unknown persona 'Why 0\?'; known are persona_0, .*, assistant$",
        replace(make_measurement(), families={"Why 0?": "x"}),
    )


def test_order_of_the_sources_is_that_of_the_data():
    assert sources(make_measurement()) == tuple(f"persona_{row}" for row in range(5))
